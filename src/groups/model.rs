//! Types of the groups.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    database::paging::{Cut, Direction},
    error::FieldErrors,
    roles::Role,
    types::{AccountKind, Country, FreeText, GroupName, OrgKey},
};

/// A group to be, and what an edit makes of one.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its name (S256).
    pub name: GroupName,
    /// What it is for (S257).
    pub description: Option<FreeText>,
}

/// A group of a partner (S254).
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// Its name; unique among those of the partner that are not archived.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How many organizations are in it.
    pub organizations: i64,
    /// How many people are assigned to it.
    pub people: i64,
    /// Since when it gives nobody access.
    pub archived_at: Option<OffsetDateTime>,
    /// Counts the edits.
    pub version: i32,
}

/// A page of groups.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// At most 50, by name.
    pub groups: Vec<Group>,
    /// Whether further ones follow.
    pub has_next: bool,
}

/// An organization in a group, or one that can be put into it.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Country.
    pub country: Country,
    /// `active`, `suspended` or `archived`.
    pub status: String,
    /// End of the trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// Since when it is in the group; none for one that is not.
    pub added_at: Option<OffsetDateTime>,
}

/// A page of at most 50 organizations of a group, by name.
pub type Members = Cut<Organization>;

/// Where a page of organizations begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Behind this organization.
    After(Uuid),
    /// Before it.
    Before(Uuid),
}

impl Place {
    pub(super) fn parts(self) -> (Uuid, Direction) {
        match self {
            Self::After(id) => (id, Direction::Forward),
            Self::Before(id) => (id, Direction::Backward),
        }
    }
}

/// Which organizations of the partner are added all at once. What is empty is not asked.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Within names, or at the beginning of domains and customer numbers; in lower case.
    pub words: String,
    /// Customer, partner or enterprise.
    pub kind: Option<AccountKind>,
    /// Country.
    pub country: Option<Country>,
    /// Only those that are in no group yet.
    pub ungrouped: bool,
}

/// Somebody of the partner whose role is kept to groups.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their membership in the partner.
    pub membership_id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The name of their role.
    pub role: String,
}

/// Somebody asks for more groups (S265).
#[derive(Debug, Clone)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// Who asks.
    pub user_id: Uuid,
    /// Their name.
    pub user_name: String,
    /// The organization it is about: key and name; none where it is about none, or one out of the reader's sight.
    pub organization: Option<(OrgKey, String)>,
    /// Names of the groups asked for.
    pub groups: Vec<String>,
    /// What is asked, in their words.
    pub message: String,
    /// When.
    pub created_at: OffsetDateTime,
    /// When it was answered, by whom and how; none while it waits.
    pub answer: Option<Answer>,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub by: String,
    /// Whether it was granted.
    pub granted: bool,
    /// What was said about it.
    pub reply: String,
}

/// A request to be.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// The organization it is about.
    pub organization: Option<OrgKey>,
    /// The person's own groups the organization should also be in.
    pub groups: Vec<Uuid>,
    /// What is asked.
    pub message: FreeText,
}

/// The roles that are kept to groups, by their stored names.
pub(super) fn kept_to_groups() -> Vec<String> {
    use crate::{roles::Reach, types::AccountKind::Partner};
    Role::in_kind(Partner)
        .filter(|role| role.reach_in(Partner) == Reach::Groups)
        .map(|role| role.name().to_owned())
        .collect()
}

/// What became of an edit.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the group now.
    Stale(Box<Group>),
}

/// The message for a name another group has.
pub(super) fn name_taken() -> FieldErrors {
    FieldErrors::on("name", "A group with this name exists. Choose another name")
}
