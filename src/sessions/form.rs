//! The sign-in form.

use serde::Deserialize;

use crate::{
    error::FieldErrors,
    types::{EmailAddress, EnteredPassword},
};

/// What is typed to sign in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    pub(crate) email: String,
    pub(crate) password: secrecy::SecretString,
    pub(crate) stay: String,
    pub(crate) next: String,
}

/// An address and a password to check against each other.
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) email: EmailAddress,
    pub(crate) password: EnteredPassword,
}

impl SignInForm {
    pub(crate) fn parse(&self) -> Result<SignIn, FieldErrors> {
        use secrecy::ExposeSecret;
        let mut errors = FieldErrors::default();
        let email = errors.required("email", &self.email, "Enter your email address", EmailAddress::parse);
        let password = errors.take("password", EnteredPassword::parse(self.password.expose_secret()));
        match (email, password) {
            (Some(email), Some(password)) => Ok(SignIn { email, password }),
            _ => Err(errors),
        }
    }

    pub(crate) fn stays(&self) -> bool {
        !self.stay.is_empty()
    }
}
