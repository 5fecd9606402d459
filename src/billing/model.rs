//! Types of billing.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::types::{Address, PersonName};

/// Where the bill goes: a person at a postal address (S121-S128).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingAddress {
    /// First name.
    pub given_name: PersonName,
    /// Last name.
    pub family_name: PersonName,
    /// The address, by the rules of its country.
    pub address: Address,
}

impl BillingAddress {
    /// Name and address as they stand on an envelope.
    pub fn lines(&self) -> Vec<String> {
        std::iter::once(format!("{} {}", self.given_name, self.family_name)).chain(self.address.lines()).collect()
    }

    /// What an event keeps of it.
    pub(super) fn as_json(&self) -> Value {
        json!({ "given_name": self.given_name, "family_name": self.family_name, "address": self.address })
    }
}

/// The account of a primary organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingAccount {
    /// Its id.
    pub id: Uuid,
    /// The primary.
    pub organization_id: Uuid,
    /// The address; none while it is missing or incomplete.
    pub address: Option<BillingAddress>,
    /// Counts the changes.
    pub version: i32,
}
