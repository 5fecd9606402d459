//! What is typed to prove oneself.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::model::RecoveryCode;
use crate::{
    error::FieldErrors,
    types::{EnteredPassword, Invalid, VerificationCode},
};

/// A code of the app, or a recovery code in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Six digits of the app.
    Code(VerificationCode),
    /// One of the ten codes that work once.
    Recovery(RecoveryCode),
}

/// The fields of a proof. Their names begin like no other field's, so that they can stand among those of any form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProofForm {
    /// The password, of whoever has no second factor.
    pub proof_password: SecretString,
    /// A code of the app.
    pub proof_code: SecretString,
    /// A recovery code.
    pub proof_recovery: SecretString,
}

impl ProofForm {
    /// The names of the fields.
    pub const FIELDS: [&'static str; 3] = ["proof_password", "proof_code", "proof_recovery"];

    /// The code or recovery code; the latter where both are filled in.
    ///
    /// # Errors
    /// Neither is one.
    pub fn attempt(&self) -> Result<Attempt, FieldErrors> {
        let (code, recovery) = (self.proof_code.expose_secret(), self.proof_recovery.expose_secret());
        let mut errors = FieldErrors::default();
        let attempt = if recovery.trim().is_empty() {
            errors.required("proof_code", code, "Enter the six digits your app shows", parse_code).map(Attempt::Code)
        } else {
            errors.take("proof_recovery", RecoveryCode::parse(recovery)).map(Attempt::Recovery)
        };
        attempt.ok_or(errors)
    }

    /// The password.
    ///
    /// # Errors
    /// Empty or too long.
    pub fn password(&self) -> Result<EnteredPassword, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("proof_password", EnteredPassword::parse(self.proof_password.expose_secret())).ok_or(errors)
    }
}

/// The form that confirms a new factor with its first code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// A code of the app.
    pub code: SecretString,
    /// Where to go on to.
    pub next: String,
}

impl ConfirmForm {
    /// The code.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(&self) -> Result<VerificationCode, FieldErrors> {
        let mut errors = FieldErrors::default();
        let code = self.code.expose_secret();
        errors.required("code", code, "Enter the six digits your app shows", parse_code).ok_or(errors)
    }
}

/// As a code from a mail is read, with the words for an app.
fn parse_code(raw: &str) -> Result<VerificationCode, Invalid> {
    VerificationCode::parse(raw).map_err(|_| Invalid::new("Enter only the six digits your app shows"))
}
