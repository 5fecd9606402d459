//! Types of the bulk changes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{roles::Permission, types::OrgKey};

/// What can be done to many organizations at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Put into a group of the partner.
    AddToGroup,
    /// Take out of a group.
    RemoveFromGroup,
    /// Put a tag on.
    Tag,
    /// Take a tag off.
    Untag,
    /// Suspend.
    Suspend,
    /// Let work again.
    Resume,
    /// Archive.
    Archive,
    /// Take out of the archive.
    Restore,
}

/// What has to be said before it is known what a change would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Which group.
    Group,
    /// Which tag.
    Tag,
    /// Why, and whether administrators are told.
    Suspension,
    /// Until when it can be restored, why, and whether administrators are told.
    Archiving,
    /// Whether administrators are told.
    Telling,
}

impl Action {
    /// Every action, in the order of the bar.
    pub const ALL: [Self; 8] = [
        Self::AddToGroup,
        Self::RemoveFromGroup,
        Self::Tag,
        Self::Untag,
        Self::Suspend,
        Self::Resume,
        Self::Archive,
        Self::Restore,
    ];

    /// The stored text, and the value of the bar's buttons.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AddToGroup => "add_to_group",
            Self::RemoveFromGroup => "remove_from_group",
            Self::Tag => "tag",
            Self::Untag => "untag",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// Reads the stored text.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == raw)
    }

    /// What its button on the bar says; one that asks something first ends in "…".
    pub fn label(self) -> &'static str {
        match self {
            Self::AddToGroup => "Add to group…",
            Self::RemoveFromGroup => "Remove from group…",
            Self::Tag => "Tag…",
            Self::Untag => "Untag…",
            Self::Suspend => "Suspend…",
            Self::Resume => "Resume…",
            Self::Archive => "Archive…",
            Self::Restore => "Restore…",
        }
    }

    /// The permission each function that carries it out asks again.
    pub fn permission(self) -> Permission {
        match self {
            Self::AddToGroup | Self::RemoveFromGroup => Permission::ManageGroups,
            Self::Tag | Self::Untag => Permission::TagOrganizations,
            Self::Suspend | Self::Resume | Self::Archive | Self::Restore => Permission::ManageLifecycle,
        }
    }

    /// What takes it back.
    pub fn inverse(self) -> Self {
        match self {
            Self::AddToGroup => Self::RemoveFromGroup,
            Self::RemoveFromGroup => Self::AddToGroup,
            Self::Tag => Self::Untag,
            Self::Untag => Self::Tag,
            Self::Suspend => Self::Resume,
            Self::Resume => Self::Suspend,
            Self::Archive => Self::Restore,
            Self::Restore => Self::Archive,
        }
    }

    /// What has to be said first.
    pub fn asks(self) -> Asks {
        match self {
            Self::AddToGroup | Self::RemoveFromGroup => Asks::Group,
            Self::Tag | Self::Untag => Asks::Tag,
            Self::Suspend => Asks::Suspension,
            Self::Archive => Asks::Archiving,
            Self::Resume | Self::Restore => Asks::Telling,
        }
    }

    /// Whether what stands beneath an organization matters, and how: archived from below, restored from above.
    pub(super) fn depth_order(self) -> i32 {
        match self {
            Self::Archive => -1,
            Self::Restore => 1,
            _ => 0,
        }
    }
}

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
    const ALL: [Self; 5] = [Self::Planned, Self::Running, Self::Done, Self::Cancelled, Self::Stopped];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
        }
    }

    pub(super) fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == raw)
    }

    /// Whether nothing more happens.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Planned | Self::Running)
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

    pub(super) fn planned(&self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Stay(_) => "stay",
            Self::Refuse(_) => "refuse",
        }
    }

    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::Change => "changed",
            Self::Stay(_) => "stayed",
            Self::Refuse(_) => "refused",
        }
    }
}

/// An organization with what becomes of it.
pub(super) type Judged = (Uuid, Verdict);

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

    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Change => "changed",
            Self::Stay => "stayed",
            Self::Refuse => "refused",
            Self::Waiting => "waiting",
        }
    }
}

/// Who asked for a change that a job carries out.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) user_id: Uuid,
    pub(super) name: String,
    pub(super) organization: OrgKey,
}

#[cfg(test)]
mod tests {
    use super::{Action, Only, State};

    #[test]
    fn words_are_read_as_they_are_written() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
            assert_eq!(action.inverse().inverse(), action);
            assert_eq!(action.inverse().permission(), action.permission());
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        for only in Only::ALL {
            assert_eq!(Only::parse(only.as_str()), Some(only));
        }
        assert_eq!(Action::parse("purge"), None);
    }
}
