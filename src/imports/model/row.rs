//! A row: what was found about it and what became of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::types::OrgKey;

/// A word that is stored, put into addresses and counted under.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All of them, in the order of a page.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The stored word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one with this word.
            pub fn parse(raw: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == raw)
            }
        }
    };
}

words! {
    /// What the check found about a row.
    Verdict {
        /// No organization like it exists.
        New = "new",
        /// It is an organization that exists, and says something else about it.
        Match = "match",
        /// It is one that exists and says nothing else.
        Same = "same",
        /// An organization has nearly the same name, or the registration number but another domain or customer number: a
        /// person decides (N3).
        Likely = "likely",
        /// A row before it has the same domain or customer number.
        Twice = "twice",
        /// It cannot be imported as it is.
        Error = "error",
    }
}

impl Verdict {
    /// Whether somebody can put such a row right by correcting its cells.
    pub(in crate::imports) fn is_to_be_corrected(self) -> bool {
        matches!(self, Self::Error | Self::Twice)
    }
}

words! {
    /// What became of a row.
    Outcome {
        /// An organization was created.
        Created = "created",
        /// One was changed.
        Updated = "updated",
        /// There was nothing to change.
        Same = "same",
        /// It was left out, as was chosen.
        Skipped = "skipped",
        /// It could not be imported.
        Failed = "failed",
    }
}

words! {
    /// What undoing came to (N1).
    Undone {
        /// As before the import.
        Reversed = "reversed",
        /// Somebody changed it since, so it stays.
        Kept = "kept",
        /// It cannot be taken back.
        Impossible = "impossible",
    }
}

/// What is wrong with a row, or was read otherwise than written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The name of the field, as [`crate::organizations::Field::name`] or `custom_…`; nothing for the row as a whole.
    pub field: String,
    /// In words.
    pub words: String,
}

impl Problem {
    /// About a field.
    pub(in crate::imports) fn new(field: &str, words: impl Into<String>) -> Self {
        Self { field: field.to_owned(), words: words.into() }
    }
}

/// A row as it was judged.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Judged {
    pub(in crate::imports) row: i32,
    pub(in crate::imports) cells: Vec<String>,
    pub(in crate::imports) verdict: Verdict,
    pub(in crate::imports) problems: Vec<Problem>,
    pub(in crate::imports) target: Option<Uuid>,
    pub(in crate::imports) domain: Option<String>,
    pub(in crate::imports) customer_number: Option<String>,
}

/// What became of a row, as it is written down.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Fate {
    pub(in crate::imports) row: i32,
    pub(in crate::imports) outcome: Outcome,
    pub(in crate::imports) reason: Option<String>,
    pub(in crate::imports) organization: Option<Uuid>,
    pub(in crate::imports) version: Option<i32>,
    pub(in crate::imports) before: Option<serde_json::Value>,
}

/// A row as a page shows it.
#[derive(Debug, Clone)]
pub struct Line {
    /// As the user's program numbers it.
    pub row: i32,
    /// What stands in it.
    pub cells: Vec<String>,
    /// What was found about it.
    pub verdict: Verdict,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The organization it is, looks like, or became; as far as the person sees it.
    pub organization: Option<(OrgKey, String)>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// Why it was left out or failed.
    pub reason: Option<String>,
    /// What undoing came to, and why.
    pub undone: Option<(Undone, Option<String>)>,
}
