//! What every page shares: the frame, the files it loads, the fields of its forms, the pages of refusals.
pub mod assets;
pub mod fields;
pub mod frame;
pub mod icons;

#[cfg(test)]
mod look_tests;
