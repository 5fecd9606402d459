//! The form that opens a support visit.

use serde::Deserialize;

use super::model::{Length, NewVisit, Target};
use crate::{
    error::FieldErrors,
    types::{CustomerNumber, DisplayName, DomainName, Invalid, OrgKey, VisitReason},
};

/// What is typed to enter an organization for support.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VisitForm {
    /// Org Key, primary domain or customer number.
    pub target: String,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: String,
    /// How long, in hours.
    pub hours: String,
}

impl VisitForm {
    /// Reads the form.
    ///
    /// # Errors
    /// A message beside each field that is missing or wrong.
    pub fn parse(&self) -> Result<NewVisit, FieldErrors> {
        let mut errors = FieldErrors::default();
        let target = errors.required("target", &self.target, "Enter what you know the organization by", parse_target);
        let reason = errors.required("reason", &self.reason, "Enter why you go in", VisitReason::parse);
        let asked = "Enter the name of whoever asked for it";
        let requested_by = errors.required("requested_by", &self.requested_by, asked, DisplayName::parse);
        let length = errors.required("hours", &self.hours, "Choose how long", parse_length);
        match (target, reason, requested_by, length) {
            (Some(target), Some(reason), Some(requested_by), Some(length)) => {
                Ok(NewVisit { target, reason, requested_by, length })
            }
            _ => Err(errors),
        }
    }
}

/// The same words may be a domain and a customer number.
fn parse_target(raw: &str) -> Result<Target, Invalid> {
    Ok(Target {
        key: OrgKey::parse(raw).ok(),
        domain: DomainName::parse(raw).ok(),
        customer_number: CustomerNumber::parse(raw).ok(),
    })
}

fn parse_length(raw: &str) -> Result<Length, Invalid> {
    let known = Length::ALL.into_iter().find(|length| length.name() == raw);
    known.ok_or_else(|| Invalid::new("Choose 1, 4 or 8 hours"))
}
