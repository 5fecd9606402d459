//! Types of the people of an organization.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{custom_roles::HeldRole, database::paging::Direction, mail::MembershipChange, types::Invalid};

/// How somebody stands to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Belongs to it and gets in.
    Active,
    /// Was invited and has not answered.
    Invited,
    /// Belongs to it, but gets in nowhere through it.
    Suspended,
}

impl State {
    /// Every state, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Suspended];

    /// The word in addresses and SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Suspended => "suspended",
        }
    }

    /// The word a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Invited => "Invited",
            Self::Suspended => "Suspended",
        }
    }

    /// Reads the word of an address.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|state| state.name() == raw);
        found.ok_or_else(|| Invalid::new("Choose active, invited or suspended"))
    }
}

/// One line of the list: a member or an open invitation.
#[derive(Debug, Clone)]
pub struct Line {
    /// The membership or the invitation: where a page begins.
    pub id: Uuid,
    /// The person; `None` while they are only invited.
    pub user_id: Option<Uuid>,
    /// The name, or the address where none is known.
    pub name: String,
    /// The address.
    pub email: String,
    /// The name of the role.
    pub role: String,
    /// How they stand.
    pub state: State,
    /// When they last signed in, wherever that was.
    pub last_signed_in_at: Option<OffsetDateTime>,
    /// Until when an invitation can be accepted.
    pub expires_at: Option<OffsetDateTime>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A part of the name or the address, in lower case; empty for everybody.
    pub text: String,
    /// [`HeldRole::value`]; empty for every role.
    pub role: String,
    /// `None` for every state.
    pub state: Option<State>,
}

/// Where a page of the list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// Behind this line.
    After(Uuid),
    /// Before it.
    Before(Uuid),
}

impl Cursor {
    pub(super) fn parts(self) -> (Uuid, Direction) {
        match self {
            Self::After(id) => (id, Direction::Forward),
            Self::Before(id) => (id, Direction::Backward),
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// At most 50 lines, by name.
    pub lines: Vec<Line>,
    /// Whether lines follow.
    pub has_next: bool,
    /// Whether lines precede.
    pub has_previous: bool,
    /// How many there are, on the first page only; above 10,000 nothing is counted further.
    pub count: Option<i64>,
}

/// Somebody who belongs to an organization.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person.
    pub user_id: Uuid,
    /// The membership.
    pub membership_id: Uuid,
    /// The name shown everywhere.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: HeldRole,
    /// Since when they belong to it.
    pub joined_at: OffsetDateTime,
    /// Since when they are suspended.
    pub suspended_at: Option<OffsetDateTime>,
    /// When they last signed in, wherever that was.
    pub last_signed_in_at: Option<OffsetDateTime>,
    /// Whether the account is switched off altogether.
    pub disabled: bool,
    /// Counts the changes (QUALITY 21).
    pub version: i32,
}

impl Member {
    /// Whether the organization is administered by this person now.
    pub fn administers(&self) -> bool {
        self.role.administers() && self.suspended_at.is_none() && !self.disabled
    }
}

/// A notice to be sent, as the job carries it.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoticeWish {
    /// The person.
    pub user_id: Uuid,
    /// The organization.
    pub organization_id: Uuid,
    /// Who made the change.
    pub actor: String,
    /// What changed.
    pub change: MembershipChange,
}
