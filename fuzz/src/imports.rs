//! Where the readers look for themselves.

#[path = "../../src/imports/read/mod.rs"]
pub mod read;
