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

/// How an import, or the undoing of one, has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportEnding {
    /// Every row has its fate.
    Done,
    /// It could not go on.
    Stopped,
    /// Somebody else ended it.
    Cancelled,
    /// It was taken back.
    Undone,
}

impl ImportEnding {
    /// What happened to the import.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Done => "is done",
            Self::Stopped => "was stopped",
            Self::Cancelled => "was cancelled",
            Self::Undone => "is undone",
        }
    }
}

/// Tells whoever began an import, or took it back, what came of it (S215).
#[derive(Clone, Serialize, Deserialize)]
pub struct ImportEnded {
    /// In whose name.
    pub sender: Sender,
    /// The person who began it.
    pub recipient_name: String,
    /// The organization the rows stand beneath.
    pub organization_name: String,
    /// The file.
    pub file_name: String,
    /// Where every row's fate stands: `/o/{org_key}/imports/{id}`.
    pub path: String,
    /// How it ended.
    pub ending: ImportEnding,
    /// How many rows came to what: "118 created, 4 failed".
    pub counts: String,
    /// Why it did not come to its end; empty where it did.
    pub why: String,
}

impl ImportEnded {
    pub(super) fn subject(&self) -> String {
        format!("The import of {} {}", self.file_name, self.ending.words())
    }
}
