//! Types of the memberships.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    roles::Role,
    scope::{Actor, Grant, Halt, Scope, Standing},
    types::{AccountKind, OrgKey},
};

/// One organization of a person, as the switcher shows it.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The organization.
    pub organization_id: Uuid,
    /// Its public key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: AccountKind,
    /// The name of the person's role in it.
    pub role: String,
    /// Whether the organization is suspended, so that the membership opens nothing for now (T-12).
    pub suspended: bool,
}

/// An organization that is out of use and through which a person would otherwise reach the one they asked for (T-12).
#[derive(Debug, Clone)]
pub struct Closed {
    /// The organization of the membership.
    pub id: Uuid,
    /// The one directly above it.
    pub above: Uuid,
    /// Its name.
    pub name: String,
    /// Why, and since when.
    pub halt: Halt,
}

/// What a person's memberships are worth in an organization.
#[derive(Debug, Clone)]
pub enum Way {
    /// They come in.
    Open(Access),
    /// They would, but for an organization that is out of use.
    Closed(Closed),
}

impl Way {
    /// What opens the organization, if anything does.
    pub fn open(self) -> Option<Access> {
        match self {
            Self::Open(access) => Some(access),
            Self::Closed(_) => None,
        }
    }
}

/// How a person gets into an organization.
#[derive(Debug, Clone)]
pub struct Access {
    /// The organization.
    pub standing: Standing,
    /// What opens it: at least one, the nearest first.
    pub grants: Vec<Grant>,
    /// Whether one of the roles needs a second factor by the rules of its organization, and the person has none.
    pub lacks_factor: bool,
}

impl Access {
    /// The scope of a request.
    pub fn scope(self, actor: Actor, now: OffsetDateTime, request_id: Uuid) -> Scope {
        Scope { actor, organization: self.standing, grants: self.grants, now, request_id }
    }
}

/// A membership to be.
#[derive(Debug, Clone)]
pub struct NewMembership {
    /// The person.
    pub user_id: Uuid,
    /// The organization.
    pub organization_id: Uuid,
    /// The role.
    pub role: Role,
}
