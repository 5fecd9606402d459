//! The one error type: what can go wrong, in the product's terms. `web/error.rs` turns it into pages, once.

mod disk;

use std::{borrow::Cow, time::Duration};

use crate::roles::Permission;

/// The result of everything in the product that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request or a job did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such thing, or it belongs to somebody else: the two are never told apart (QUALITY 27).
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the session has ended.
    #[error("sign-in required")]
    SignInRequired,
    /// The role of the person does not include this permission; the page names it and who can grant it.
    #[error("missing permission: {}", .0.label())]
    Forbidden(Permission),
    /// What was typed is not acceptable; each message stands beside its field (422).
    #[error("invalid input: {0}")]
    Invalid(FieldErrors),
    /// A rule of the product says no; the text names the rule and who can lift it (409).
    #[error("refused: {0}")]
    Refused(Cow<'static, str>),
    /// A change beyond what the person holds, or one that would leave nobody in charge: refused like the one above, and
    /// written into the organization's log (T-09).
    #[error("denied: {what}")]
    Denied {
        /// What was tried, as a verb with its object, for the log.
        what: String,
        /// The rule and who can lift it, for the person.
        reason: Cow<'static, str>,
    },
    /// Too many tries; the same limiter holds across instances (QUALITY 29-31).
    #[error("too many attempts, retry in {} s", .retry_after.as_secs())]
    TooMany {
        /// How long to wait before the next try is evaluated.
        retry_after: Duration,
    },
    /// An unsafe request that did not come from our own pages (QUALITY 36).
    #[error("cross-site request refused")]
    CrossSite,
    /// The body or a parameter cannot be read at all (400 or 413).
    #[error("malformed request: {0}")]
    Malformed(Cow<'static, str>),
    /// The database cannot be reached right now, or a disk has no room: 503 with Retry-After, nothing was written.
    #[error("temporarily unavailable")]
    Unavailable(#[source] anyhow::Error),
    /// A defect or an unexpected refusal of the system; logged once, shown as a request id.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error.into()),
            sqlx::Error::Database(ref refusal) if is_outage(refusal.code().as_deref()) => {
                Self::Unavailable(error.into())
            }
            other => Self::Internal(other.into()),
        }
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

/// SQLSTATE classes that mean "the server is going away, full or busy", not "the statement is wrong":
/// 08 connection, 53 resources, 57P shutdown, 55P03 a lock that was not to be had in time.
fn is_outage(code: Option<&str>) -> bool {
    code.is_some_and(|code| ["08", "53", "57P", "55P03"].iter().any(|class| code.starts_with(class)))
}

/// The messages for the fields of one form, in the order the fields were checked. At most one message a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    messages: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    denied: Option<String>,
}

impl FieldErrors {
    /// One message on one field.
    pub fn on(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// One message on one field, for a change that goes beyond what the person holds: `what` was tried, as a verb with its
    /// object. Whoever shows the form again marks the page with it, for the log (T-09).
    pub fn denied(field: &'static str, message: impl Into<Cow<'static, str>>, what: String) -> Self {
        Self { denied: Some(what), ..Self::on(field, message) }
    }

    /// What was tried without the right to it.
    pub fn denial(&self) -> Option<&str> {
        self.denied.as_deref()
    }

    /// Adds a message unless the field already has one.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        let field = field.into();
        if self.get(&field).is_none() {
            self.messages.push((field, message.into()));
        }
    }

    /// Keeps the value, or its message under the field.
    pub fn take<T, E: std::fmt::Display>(&mut self, field: &'static str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// Parses a field that must be filled in; `missing` is the message when it is empty.
    pub fn required<T, E: std::fmt::Display>(
        &mut self,
        field: &'static str,
        raw: &str,
        missing: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if raw.trim().is_empty() {
            self.add(field, missing);
            return None;
        }
        self.take(field, parse(raw))
    }

    /// Parses a field that may stay empty: `None` when empty or wrong (then with a message).
    pub fn optional<T, E: std::fmt::Display>(
        &mut self,
        field: &'static str,
        raw: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if raw.trim().is_empty() {
            return None;
        }
        self.take(field, parse(raw))
    }

    /// The message of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.messages.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_ref())
    }

    /// Field names and messages, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().map(|(field, message)| (field.as_ref(), message.as_ref()))
    }

    /// How many fields have a message.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether everything was acceptable.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// `Ok(())` when everything was acceptable, else the errors.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields: Vec<&str> = self.messages.iter().map(|(field, _)| field.as_ref()).collect();
        f.write_str(&fields.join(", "))
    }
}

/// Turns the database's verdict on a named constraint into the product's words (house rule 4).
pub trait OnViolation<T> {
    /// Replaces the error when exactly this constraint was violated.
    fn on_violation_of(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnViolation<T> for Result<T, sqlx::Error> {
    fn on_violation_of(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(verdict) if verdict.constraint() == Some(constraint) => refusal(),
            _ => error.into(),
        })
    }
}

impl<T> OnViolation<T> for Result<T, Error> {
    fn on_violation_of(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match &error {
            Error::Internal(inner) if violates(inner, constraint) => refusal(),
            _ => error,
        })
    }
}

fn violates(error: &anyhow::Error, constraint: &str) -> bool {
    error
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .is_some_and(|verdict| verdict.constraint() == Some(constraint))
}

#[cfg(test)]
mod tests {
    use super::FieldErrors;

    #[test]
    fn a_field_keeps_its_first_message() {
        let mut errors = FieldErrors::on("name", "first");
        errors.add("name", "second");
        assert_eq!(errors.get("name"), Some("first"));
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn a_missing_required_field_gets_the_forms_own_words() {
        let mut errors = FieldErrors::default();
        let parsed = errors.required("size", "  ", "Choose a company size", str::parse::<u32>);
        assert_eq!(parsed, None);
        assert_eq!(errors.get("size"), Some("Choose a company size"));
    }
}
