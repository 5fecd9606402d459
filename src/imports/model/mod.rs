//! Types of the imports.

mod choices;
mod counts;
mod import;
mod row;

pub(super) use self::{
    choices::Deed,
    import::Asker,
    row::{Fate, Judged},
};
pub use self::{
    choices::{Choices, Existing, Likely},
    counts::{Found, Outcomes},
    import::{Door, Import, NewImport, State},
    row::{Line, Outcome, Problem, Undone, Verdict},
};
