//! Types of the sessions.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::config::Settings;

/// How long a session lasts on a device on which one stays signed in, used or not.
const STAY: Duration = Duration::days(14);
/// How long a proof counts for what changes roles, memberships, factors and passwords.
const FRESH: Duration = Duration::minutes(10);

/// The browser a session is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The client's address, where it is known.
    pub address: Option<String>,
    /// What the browser says it is.
    pub user_agent: Option<String>,
    /// Whether the person asked to stay signed in on it for 14 days.
    pub stay_signed_in: bool,
}

/// What a request knows about the session it runs in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CurrentSession {
    /// The session; nil until it is stored.
    pub id: Uuid,
    /// Epoch seconds at which it ends without a further request (UX 47).
    pub ends: i64,
    /// Epoch seconds at which the person proved themselves: when the session began, since each proof begins a new one
    /// (T-35).
    pub proved: i64,
    /// The browser.
    pub device: Device,
}

impl CurrentSession {
    /// Whether the proof is young enough to change roles, memberships, factors and passwords.
    pub fn is_fresh(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() - self.proved < FRESH.whole_seconds()
    }
}

/// Somebody who has given the password and owes a code. Such a session is nobody's: it opens the page that asks for the
/// code and nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    /// Who it will be.
    pub user_id: Uuid,
    /// Whether to stay signed in.
    pub stay_signed_in: bool,
    /// Where to go on to.
    pub next: String,
    /// Epoch seconds at which the password was given.
    pub since: i64,
}

impl Pending {
    /// Whether the password was given too long ago.
    pub fn has_expired(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() - self.since >= FRESH.whole_seconds()
    }
}

/// A session of a person, as the list of one's sessions shows it.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session.
    pub id: Uuid,
    /// When the person signed in.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub seen_at: OffsetDateTime,
    /// When it ends in any case.
    pub expires_at: OffsetDateTime,
    /// Whether it lasts 14 days.
    pub stay_signed_in: bool,
    /// The client's address at sign-in.
    pub address: Option<String>,
    /// What the browser said it is.
    pub user_agent: Option<String>,
}

/// How long sessions last (QUALITY section 5, ASVS 7.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    idle: Duration,
    absolute: Duration,
}

impl Lifetime {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            idle: Duration::minutes(settings.session_idle_minutes.into()),
            absolute: Duration::hours(settings.session_hours.into()),
        }
    }

    /// How long it lasts without a request.
    pub(super) fn idle(&self, stay_signed_in: bool) -> Duration {
        if stay_signed_in { STAY } else { self.idle }
    }

    /// How long it lasts in any case.
    pub(super) fn absolute(&self, stay_signed_in: bool) -> Duration {
        if stay_signed_in { STAY } else { self.absolute }
    }
}
