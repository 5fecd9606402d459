//! Types of the bulk changes.

mod action;
mod item;
mod run;

pub use self::{
    action::{Action, Asks},
    item::{Item, Only, Verdict},
    run::{Counts, Parameters, Run, State},
};
pub(super) use self::{item::Judged, run::Asker};
