//! What can be done to many organizations at once, and what each action asks.

use crate::roles::Permission;

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
    pub(in super::super) fn depth_order(self) -> i32 {
        match self {
            Self::Archive => -1,
            Self::Restore => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn actions_are_read_as_they_are_written() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
            assert_eq!(action.inverse().inverse(), action);
            assert_eq!(action.inverse().permission(), action.permission());
        }
        assert_eq!(Action::parse("purge"), None);
    }
}
