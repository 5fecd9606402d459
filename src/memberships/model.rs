//! Types of the memberships.

use uuid::Uuid;

use crate::{
    roles::{Reach, Role},
    scope::Standing,
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
    /// The person's role in it.
    pub role: Role,
}

/// How a person gets into an organization.
#[derive(Debug, Clone)]
pub struct Access {
    /// The organization.
    pub standing: Standing,
    /// The role that opens it.
    pub role: Role,
    /// The organization whose membership carries the role.
    pub through: Uuid,
    /// How far down the role holds from there.
    pub reach: Reach,
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
