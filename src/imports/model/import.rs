//! An import as a whole.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{Choices, Found, Outcomes};
use crate::{
    imports::{columns::Columns, read::How},
    types::OrgKey,
};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The file is here; what its columns are has to be said.
    Uploaded,
    /// Its rows are read and judged.
    Checking,
    /// It cannot be read.
    Unreadable,
    /// Every row has a verdict; nothing is imported yet.
    Checked,
    /// Rows are imported.
    Running,
    /// Every row has its outcome.
    Done,
    /// Somebody ended it; what was done is kept.
    Cancelled,
    /// It could not go on.
    Stopped,
    /// It is taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl State {
    const WORDS: [(Self, &'static str); 10] = [
        (Self::Uploaded, "uploaded"),
        (Self::Checking, "checking"),
        (Self::Unreadable, "unreadable"),
        (Self::Checked, "checked"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Cancelled, "cancelled"),
        (Self::Stopped, "stopped"),
        (Self::Undoing, "undoing"),
        (Self::Undone, "undone"),
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state with this word.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| *word == raw).map(|(state, _)| *state)
    }

    /// Whether a worker is at it.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }

    /// Whether rows were imported, or could have been.
    pub fn has_run(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Stopped | Self::Undoing | Self::Undone)
    }
}

/// The door a file came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The pages.
    Web,
    /// `tenantry import`.
    CommandLine,
}

impl Door {
    /// The stored words, which people read too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::CommandLine => "command line",
        }
    }
}

/// A file that has come in.
#[derive(Debug)]
pub struct NewImport {
    /// The door it came through.
    pub door: Door,
    /// Its name where it came from; only shown.
    pub file_name: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// SHA-256 of its bytes.
    pub hash: Vec<u8>,
}

/// A file of organizations on its way in.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// The organization the rows come to stand beneath.
    pub partner_id: Uuid,
    /// Who brought it.
    pub asked_by: Uuid,
    /// Their name at the time.
    pub asked_name: String,
    /// The door it came through.
    pub door: String,
    /// The name of the file.
    pub file_name: String,
    /// Its size.
    pub bytes: i64,
    /// How it is read.
    pub how: How,
    /// What stands above its columns.
    pub headings: Vec<String>,
    /// What they are.
    pub columns: Columns,
    /// What is to be done with which rows.
    pub choices: Choices,
    /// The import whose failed rows these are.
    pub follows: Option<Uuid>,
    /// Where it stands.
    pub state: State,
    /// Why it was stopped, or cannot be read.
    pub stopped: Option<String>,
    /// What the check found.
    pub found: Found,
    /// Rows of the file, once they are known.
    pub total: i32,
    /// Rows that are through with what is being done.
    pub done: i32,
    /// The last of these.
    pub(in crate::imports) reached: i32,
    /// What became of rows.
    pub outcomes: Outcomes,
    /// Whether its rows stand in the database: not before every one was read, and not for ever after.
    pub has_rows: bool,
    /// When the file came in.
    pub created_at: OffsetDateTime,
    /// When somebody last did something about it.
    pub changed_at: OffsetDateTime,
    /// When every row had its verdict.
    pub checked_at: Option<OffsetDateTime>,
    /// When it was begun.
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// Who took it back, and when.
    pub undone_by: Option<String>,
    /// When it was taken back.
    pub undone_at: Option<OffsetDateTime>,
}

/// In whose name a worker goes on.
#[derive(Debug)]
pub(in crate::imports) struct Asker {
    pub(in crate::imports) user_id: Uuid,
    pub(in crate::imports) name: String,
    pub(in crate::imports) partner_id: Uuid,
    /// Whether it is being taken back.
    pub(in crate::imports) undoing: bool,
    pub(in crate::imports) organization: OrgKey,
}
