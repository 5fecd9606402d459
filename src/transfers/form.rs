//! The form of a transfer: strings in, types out.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{NewMove, NewTransfer};
use crate::{
    error::FieldErrors,
    types::{FreeText, GroupName, OrgKey},
};

/// To whom, and a word to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransferForm {
    /// Org Key of the partner that is to take it.
    pub to: String,
    /// A word to the other side.
    pub message: String,
    /// Ticked to answer for the other side, too.
    pub both: String,
}

impl TransferForm {
    /// Reads the fields.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<NewTransfer, FieldErrors> {
        let mut errors = FieldErrors::default();
        let to = errors.required("to", &self.to, "Enter the Org Key of the partner", OrgKey::parse);
        let message = errors.optional("message", &self.message, FreeText::parse);
        match to {
            Some(to) if errors.is_empty() => Ok(NewTransfer { to, message, both: !self.both.is_empty() }),
            _ => Err(errors),
        }
    }
}

/// From which group to which, and a word to its people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// Id of the group it leaves.
    pub from: String,
    /// Name of the group it goes to.
    pub to: String,
    /// A word to the other side.
    pub message: String,
}

impl MoveForm {
    /// Reads the fields.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<NewMove, FieldErrors> {
        let mut errors = FieldErrors::default();
        let from = errors.required("from", &self.from, "Choose the group it leaves", |raw| {
            Uuid::parse_str(raw.trim()).map_err(|_| "Choose one of the groups")
        });
        let to = errors.required("to", &self.to, "Enter the name of the group", GroupName::parse);
        let message = errors.optional("message", &self.message, FreeText::parse);
        match (from, to) {
            (Some(from), Some(to)) if errors.is_empty() => Ok(NewMove { from, to, message }),
            _ => Err(errors),
        }
    }
}
