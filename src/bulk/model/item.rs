//! One organization of a bulk change: what becomes of it, and its line on a page.

use std::borrow::Cow;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::types::OrgKey;

/// What becomes of an organization, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is changed.
    Change,
    /// It is as asked for already.
    Stay(Cow<'static, str>),
    /// It may not be changed; the words name the rule and who can lift it.
    Refuse(Cow<'static, str>),
}

impl Verdict {
    /// Why it is not changed.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Change => None,
            Self::Stay(words) | Self::Refuse(words) => Some(words),
        }
    }

    pub(in super::super) fn planned(&self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Stay(_) => "stay",
            Self::Refuse(_) => "refuse",
        }
    }

    pub(in super::super) fn outcome(&self) -> &'static str {
        match self {
            Self::Change => "changed",
            Self::Stay(_) => "stayed",
            Self::Refuse(_) => "refused",
        }
    }
}

/// An organization with what becomes of it.
pub(in super::super) type Judged = (Uuid, Verdict);

/// One line of a dry run or of a result.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place.
    pub position: i32,
    /// `change`, `stay` or `refuse`; none before the dry run.
    pub verdict: Option<String>,
    /// `changed`, `stayed` or `refused`; none while it waits.
    pub outcome: Option<String>,
    /// Why it is not changed.
    pub reason: Option<String>,
    /// The organization.
    pub key: OrgKey,
    /// Its name now.
    pub name: String,
    /// Its status now.
    pub status: String,
    /// End of its trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// The addresses its mail would go to.
    pub mails: Vec<String>,
}

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Changed, or to be changed.
    Change,
    /// As asked for already.
    Stay,
    /// Refused.
    Refuse,
    /// Not reached.
    Waiting,
}

impl Only {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Change, Self::Stay, Self::Refuse, Self::Waiting];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Stay => "stay",
            Self::Refuse => "refuse",
            Self::Waiting => "waiting",
        }
    }

    /// Reads the word of an address.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == raw)
    }

    pub(in super::super) fn outcome(self) -> &'static str {
        match self {
            Self::Change => "changed",
            Self::Stay => "stayed",
            Self::Refuse => "refused",
            Self::Waiting => "waiting",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Only;

    #[test]
    fn kinds_of_lines_are_read_as_they_are_written() {
        for only in Only::ALL {
            assert_eq!(Only::parse(only.as_str()), Some(only));
        }
    }
}
