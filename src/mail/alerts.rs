//! Mails that tell somebody of something they may have to act on at once.

use serde::{Deserialize, Serialize};

use super::messages::Sender;

/// What happened to a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorChange {
    /// It was set up.
    Added,
    /// It was removed.
    Removed,
    /// New recovery codes took the place of the old ones.
    NewCodes,
    /// A recovery code was used.
    CodeUsed {
        /// How many are unused now.
        left: i64,
    },
}

impl FactorChange {
    /// The sentence, without its full stop.
    pub(super) fn sentence(self) -> String {
        match self {
            Self::Added => "An authenticator app was added to your account".to_owned(),
            Self::Removed => "The authenticator app was removed from your account".to_owned(),
            Self::NewCodes => "New recovery codes were made for your account".to_owned(),
            Self::CodeUsed { .. } => "A recovery code was used".to_owned(),
        }
    }

    /// What follows from it.
    pub(super) fn consequence(self) -> String {
        match self {
            Self::Added => "From now on signing in takes a code of the app. Your other sessions have ended.".to_owned(),
            Self::Removed => "From now on the password alone signs in. Your other sessions have ended.".to_owned(),
            Self::NewCodes => "The old ones work no longer.".to_owned(),
            Self::CodeUsed { left: 1 } => "One is left.".to_owned(),
            Self::CodeUsed { left } => format!("{left} are left."),
        }
    }
}

/// Tells a person that their second factor was changed or a recovery code used, in case it was somebody else.
#[derive(Clone, Serialize, Deserialize)]
pub struct FactorChanged {
    /// In whose name.
    pub sender: Sender,
    /// What happened.
    pub change: FactorChange,
    /// When, with the zone: "21 Nov 2026, 10:42 CET".
    pub at: String,
}

/// Tells the administrators of an organization that somebody of the partner has come in for support (N9).
#[derive(Clone, Serialize, Deserialize)]
pub struct SupportVisitStarted {
    /// In whose name.
    pub sender: Sender,
    /// The organization.
    pub organization_name: String,
    /// Its key: part of the address where visits are seen and ended.
    pub org_key: String,
    /// Who came in.
    pub visitor_name: String,
    /// Whose staff they are.
    pub partner_name: String,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Until when, with the zone.
    pub until: String,
}

/// What became of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum LifecycleChange {
    /// Nobody of it gets in for the time being.
    Suspended {
        /// Why; may be empty.
        reason: String,
    },
    /// It works again.
    Resumed,
    /// Nobody of it gets in, and one day it is gone.
    Archived {
        /// Why; may be empty.
        reason: String,
        /// When it is removed for good: "19 Feb 2027".
        purge_on: String,
    },
    /// It is out of the archive.
    Restored,
}

/// Tells the administrators of an organization that it was suspended, archived, or works again.
#[derive(Clone, Serialize, Deserialize)]
pub struct LifecycleNotice {
    /// In whose name.
    pub sender: Sender,
    /// The person.
    pub recipient_name: String,
    /// The organization.
    pub organization_name: String,
    /// What became of it.
    pub change: LifecycleChange,
}

impl LifecycleNotice {
    pub(super) fn subject(&self) -> String {
        format!("{} {}", self.organization_name, self.state())
    }

    /// How it is now, as a verb.
    pub(super) fn state(&self) -> &'static str {
        match self.change {
            LifecycleChange::Suspended { .. } => "is suspended",
            LifecycleChange::Resumed | LifecycleChange::Restored => "works again",
            LifecycleChange::Archived { .. } => "is archived",
        }
    }

    /// Why, where somebody said.
    pub(super) fn reason(&self) -> &str {
        match &self.change {
            LifecycleChange::Suspended { reason } | LifecycleChange::Archived { reason, .. } => reason,
            LifecycleChange::Resumed | LifecycleChange::Restored => "",
        }
    }

    /// What it means, in sentences.
    pub(super) fn consequence(&self) -> String {
        match &self.change {
            LifecycleChange::Suspended { .. } => {
                "Nobody of it can come in until this is lifted. Nothing is deleted.".to_owned()
            }
            LifecycleChange::Resumed | LifecycleChange::Restored => {
                "Everybody can come in as before. Nothing was deleted.".to_owned()
            }
            LifecycleChange::Archived { purge_on, .. } => {
                format!("Nobody of it can come in. It can be restored until {purge_on}, then it is removed for good.")
            }
        }
    }
}

impl FactorChanged {
    pub(super) fn subject(&self) -> String {
        self.change.sentence()
    }
}

impl SupportVisitStarted {
    /// Where the visit is seen and ended.
    pub(super) fn path(&self) -> String {
        format!("/o/{}/support-access", self.org_key)
    }

    pub(super) fn subject(&self) -> String {
        format!("{} of {} is in {} for support", self.visitor_name, self.partner_name, self.organization_name)
    }
}

/// A notice with the same text wherever a person can put one.
#[cfg(test)]
pub(super) fn lifecycle_sample(text: &str, sender: Sender) -> super::Message {
    let change = LifecycleChange::Archived { reason: text.to_owned(), purge_on: "19 Feb 2027".to_owned() };
    let (recipient_name, organization_name) = (text.to_owned(), text.to_owned());
    LifecycleNotice { sender, recipient_name, organization_name, change }.into()
}
