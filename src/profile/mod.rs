//! One's own profile: name, time zone, theme, password, and the list of one's sessions. Belongs to no organization.

mod browser;
mod form;
pub(crate) mod pages;
