//! A bulk change as a whole: with what it is made, where it stands, how far it is.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::Action;
use crate::types::OrgKey;

/// What was said besides which organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parameters {
    /// The group.
    pub group_id: Option<Uuid>,
    /// The tag.
    pub tag_id: Option<Uuid>,
    /// What the group or tag was called.
    pub name: Option<String>,
    /// Why: shown to the organizations' own people.
    pub reason: Option<String>,
    /// For those of the organizations above alone.
    pub note: Option<String>,
    /// The day on which what is archived is removed for good.
    pub purge_on: Option<Date>,
    /// Whether what stands beneath is archived with it.
    pub with_beneath: bool,
    /// Whether administrators get a mail.
    pub tell: bool,
}

/// Where a bulk change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for; nothing is changed yet.
    Planned,
    /// A job finds out which organizations it is for and what it would do to each; nothing is changed yet.
    Checking,
    /// Under way.
    Running,
    /// Through.
    Done,
    /// Taken back by somebody; what was done is kept.
    Cancelled,
    /// Ended because the right to it was withdrawn, or the group or tag is gone.
    Stopped,
}

impl State {
    const ALL: [Self; 6] = [Self::Planned, Self::Checking, Self::Running, Self::Done, Self::Cancelled, Self::Stopped];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Checking => "checking",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
        }
    }

    pub(in super::super) fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == raw)
    }

    /// Whether nothing more happens.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Planned | Self::Checking | Self::Running)
    }

    /// Whether a job is at it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Checking | Self::Running)
    }
}

/// How many organizations of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Changed, or would be.
    pub change: i32,
    /// As asked for already.
    pub stay: i32,
    /// Refused.
    pub refuse: i32,
}

impl Counts {
    /// All of them.
    pub fn total(self) -> i32 {
        self.change + self.stay + self.refuse
    }
}

/// A bulk change.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The organization it was asked for in.
    pub partner_id: Uuid,
    /// Who asked.
    pub asked_by: Uuid,
    /// Their name at the time.
    pub asked_name: String,
    /// What.
    pub action: Action,
    /// With what.
    pub parameters: Parameters,
    /// The query of the list it was asked for on; none where organizations were named one by one.
    pub filter: Option<String>,
    /// Keys that were named and are not among the person's organizations.
    pub left_out: Vec<String>,
    /// The change it takes back.
    pub undoes: Option<Uuid>,
    /// Where it stands.
    pub state: State,
    /// Why it was stopped.
    pub stopped: Option<String>,
    /// How many organizations.
    pub total: i32,
    /// What the dry run found.
    pub plan: Counts,
    /// When; none before it.
    pub judged_at: Option<OffsetDateTime>,
    /// What became of them so far.
    pub result: Counts,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When it was begun.
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
}

impl Run {
    /// Whether it is known which organizations it is for: of a list with many that is found out with the dry run.
    pub fn is_settled(&self) -> bool {
        self.total > 0 || self.filter.is_none()
    }
}

/// Who asked for a change that a job carries out.
#[derive(Debug, Clone)]
pub(in super::super) struct Asker {
    /// Whether it is still to be checked.
    pub(in super::super) checking: bool,
    pub(in super::super) user_id: Uuid,
    pub(in super::super) name: String,
    pub(in super::super) organization: OrgKey,
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn states_are_read_as_they_are_written() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
