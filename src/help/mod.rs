//! Help: where things are, and whom to ask.

pub(crate) mod pages;
