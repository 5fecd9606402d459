//! The mails about who belongs to an organization.

use serde::{Deserialize, Serialize};

use super::Sender;

/// Invites a person into an organization. The link is the only place where the token stands (T-19).
#[derive(Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// In whose name.
    pub sender: Sender,
    /// Where it is accepted: `/invitations/{token}`.
    pub path: String,
    /// How long the link works: "7 days".
    pub works_for: String,
    /// The person, where a name is known.
    pub recipient_name: Option<String>,
    /// The organization.
    pub organization_name: String,
    /// The name of the role they are to have.
    pub role: String,
    /// Who invites.
    pub actor_name: String,
}

/// How somebody's standing in an organization was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum MembershipChange {
    /// Another role.
    Role {
        /// The name of the role as it was.
        before: String,
        /// The name of the role as it is.
        after: String,
    },
    /// No way in for the time being.
    Suspended,
    /// The way in is open again.
    Resumed,
    /// They no longer belong to it.
    Removed,
    /// All their sessions were ended.
    SignedOut,
}

/// Tells a person that somebody changed how they stand in an organization.
#[derive(Clone, Serialize, Deserialize)]
pub struct MembershipNotice {
    /// In whose name.
    pub sender: Sender,
    /// The person.
    pub recipient_name: String,
    /// The organization.
    pub organization_name: String,
    /// Who changed it.
    pub actor_name: String,
    /// What was changed.
    pub change: MembershipChange,
}

impl Invitation {
    pub(super) fn subject(&self) -> String {
        format!("{} invites you to {}", self.actor_name, self.organization_name)
    }
}

impl MembershipNotice {
    pub(super) fn subject(&self) -> String {
        let place = &self.organization_name;
        match self.change {
            MembershipChange::Role { .. } => format!("Your role in {place} was changed"),
            MembershipChange::Suspended => format!("Your access to {place} is suspended"),
            MembershipChange::Resumed => format!("Your access to {place} works again"),
            MembershipChange::Removed => format!("You no longer belong to {place}"),
            MembershipChange::SignedOut => "You were signed out everywhere".to_owned(),
        }
    }
}
