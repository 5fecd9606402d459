//! Mails that answer what somebody asked for.

use serde::{Deserialize, Serialize};

use super::messages::Sender;

/// Tells whoever asked for more groups what became of it (S265).
#[derive(Clone, Serialize, Deserialize)]
pub struct GroupRequestAnswered {
    /// In whose name.
    pub sender: Sender,
    /// The person who asked.
    pub recipient_name: String,
    /// The partner.
    pub organization_name: String,
    /// Where the requests stand: `/o/{org_key}/group-requests`.
    pub path: String,
    /// Who answered.
    pub actor_name: String,
    /// Whether it was granted.
    pub granted: bool,
    /// What was asked.
    pub asked: String,
    /// What was said about it; may be empty.
    pub reply: String,
}

impl GroupRequestAnswered {
    pub(super) fn subject(&self) -> String {
        let word = if self.granted { "granted" } else { "declined" };
        format!("Your request for more groups was {word}")
    }
}
