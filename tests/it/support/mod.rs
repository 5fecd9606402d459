//! What every test stands on: a portal with a database of its own, and people who click.

mod app;
mod client;
pub mod data;
mod database;
pub mod logs;
mod mime;
pub mod smtp;

pub use self::{
    app::{Mail, TestApp},
    client::{Page, TestClient},
    database::TestDatabase,
};

/// The instant at which every test's clock stands until it is moved.
pub const NOW: time::OffsetDateTime = time::macros::datetime!(2026-11-21 09:42:00 UTC);

/// The address of the first administrator.
pub const ADMIN_EMAIL: &str = "ingrid@nordlicht.example";

/// The password of the first administrator.
pub const ADMIN_PASSWORD: &str = "nine lanterns over a frozen harbour";

/// The set-up form as the first administrator fills it in.
pub const SETUP_FORM: [(&str, &str); 8] = [
    ("company", "Nordlicht Cloud GmbH"),
    ("country", "DE"),
    ("currency", "EUR"),
    ("zone", "Europe/Berlin"),
    ("given_name", "Ingrid"),
    ("family_name", "Sørensen"),
    ("email", ADMIN_EMAIL),
    ("password", ADMIN_PASSWORD),
];

/// A form with some of its values replaced.
pub fn with<'a>(form: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
    form.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value))).collect()
}
