//! The forms of choosing a password.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    error::FieldErrors,
    types::{EmailAddress, EnteredPassword, NewPassword},
};

/// What is typed to ask for a link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForgottenForm {
    pub(crate) email: String,
}

impl ForgottenForm {
    pub(crate) fn parse(&self) -> Result<EmailAddress, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.required("email", &self.email, "Enter your email address", EmailAddress::parse);
        email.ok_or(errors)
    }
}

/// What is typed to choose a password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewPasswordForm {
    /// The present password, where one must be known.
    pub(crate) current: SecretString,
    /// The new one.
    pub(crate) password: SecretString,
}

impl NewPasswordForm {
    /// Checks the new password for this person; `known` is what a guesser tries first.
    pub(crate) fn parse(&self, known: &[&str]) -> Result<NewPassword, FieldErrors> {
        let mut errors = FieldErrors::default();
        let new = self.parse_into(&mut errors, known);
        new.ok_or(errors)
    }

    /// Checks both the present and the new one.
    pub(crate) fn parse_both(&self, known: &[&str]) -> Result<(EnteredPassword, NewPassword), FieldErrors> {
        let mut errors = FieldErrors::default();
        let current = errors.take("current", EnteredPassword::parse(self.current.expose_secret()));
        match (current, self.parse_into(&mut errors, known)) {
            (Some(current), Some(new)) => Ok((current, new)),
            _ => Err(errors),
        }
    }

    fn parse_into(&self, errors: &mut FieldErrors, known: &[&str]) -> Option<NewPassword> {
        let typed = self.password.expose_secret();
        errors.required("password", typed, "Choose a password", |raw| NewPassword::parse_for(raw, known))
    }
}
