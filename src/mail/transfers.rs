//! The mail about a transfer of an organization between partners.

use serde::{Deserialize, Serialize};

use super::messages::Sender;

/// What happened to a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferStep {
    /// The other side asks.
    Requested,
    /// The other side accepted.
    Accepted,
    /// The other side declined.
    Declined,
    /// The other side took it back.
    Reversed,
}

/// Tells the administrators of one partner what the other did (N10).
#[derive(Clone, Serialize, Deserialize)]
pub struct TransferNotice {
    /// In whose name.
    pub sender: Sender,
    /// The person.
    pub recipient_name: String,
    /// The organization.
    pub organization_name: String,
    /// The other partner.
    pub partner_name: String,
    /// Who did it.
    pub actor_name: String,
    /// Where the transfers stand: `/o/{org_key}/transfers`.
    pub path: String,
    /// What happened.
    pub step: TransferStep,
    /// What the giving side wrote; may be empty.
    pub message: String,
}

impl TransferNotice {
    pub(super) fn subject(&self) -> String {
        let name = &self.organization_name;
        match self.step {
            TransferStep::Requested => format!("{} offers you {name}", self.partner_name),
            TransferStep::Accepted => format!("{name} is transferred"),
            TransferStep::Declined => format!("The transfer of {name} was declined"),
            TransferStep::Reversed => format!("The transfer of {name} was taken back"),
        }
    }

    /// What they did, to stand after their name.
    pub(super) fn sentence(&self) -> String {
        let (name, partner) = (&self.organization_name, &self.partner_name);
        match self.step {
            TransferStep::Requested => {
                format!("of {partner} asks you to take {name} over, with everything beneath it. Answer within 14 days.")
            }
            TransferStep::Accepted => {
                format!("of {partner} has taken {name} over. Either side can take that back for 14 days.")
            }
            TransferStep::Declined => format!("of {partner} has declined to take {name} over. It stays with you."),
            TransferStep::Reversed => format!("of {partner} has taken the transfer of {name} back."),
        }
    }
}

/// A notice with the same text wherever a person can put one.
#[cfg(test)]
pub(super) fn sample(text: &str, sender: Sender) -> super::Message {
    let text = || text.to_owned();
    let (recipient_name, organization_name, partner_name, actor_name) = (text(), text(), text(), text());
    let (path, step, message) = ("/o/org_7kq2m9xd4t5w/transfers".into(), TransferStep::Requested, text());
    TransferNotice { sender, recipient_name, organization_name, partner_name, actor_name, path, step, message }.into()
}
