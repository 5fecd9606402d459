//! The creation wizard through the front door (S101-S141, S401-S424).

mod codes;
mod creating;
mod limits;
mod naughty;
mod steps;
mod tabs;
pub(crate) mod walk;
