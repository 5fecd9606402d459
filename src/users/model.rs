//! Types of the people.

use uuid::Uuid;

use crate::{
    passwords::PasswordHash,
    types::{DisplayName, EmailAddress, PersonName, TimeZone},
};

/// A person to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id, chosen by the caller so that a repeated command makes the same person.
    pub id: Uuid,
    /// The address to sign in with; kept as typed, unique by its key (T-26).
    pub email: EmailAddress,
    /// First name, where it is known (D7).
    pub given_name: Option<PersonName>,
    /// Last name, where it is known.
    pub family_name: Option<PersonName>,
    /// The name shown everywhere.
    pub display_name: DisplayName,
    /// `None`: the person cannot sign in until they have chosen one through a link.
    pub password: Option<PasswordHash>,
    /// Where the person reads times.
    pub time_zone: TimeZone,
}

/// A person as signing in sees them.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub id: Uuid,
    /// The address as it was typed when the account was made.
    pub email: String,
    /// The name shown everywhere.
    pub display_name: String,
    /// The hash of the password, where one was chosen.
    pub password_hash: Option<String>,
    /// Whether the account is switched off.
    pub disabled: bool,
}

/// A person's own facts, for the profile page.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The address to sign in with.
    pub email: String,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// The name shown everywhere.
    pub display_name: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// When the password was last chosen.
    pub password_changed_at: Option<time::OffsetDateTime>,
}

/// What a person changes about themselves.
#[derive(Debug, Clone)]
pub struct ProfileChanges {
    /// First name.
    pub given_name: Option<PersonName>,
    /// Last name.
    pub family_name: Option<PersonName>,
    /// The name shown everywhere.
    pub display_name: DisplayName,
    /// Where the person reads times.
    pub time_zone: TimeZone,
}

/// A theme a person prefers to the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Reads the name; `None` for any other word, which means the system decides.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// The name that is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
