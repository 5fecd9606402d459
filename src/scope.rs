//! Who is asking, in which organization, with which rights and when. Every function that touches an organization's
//! data takes a [`Scope`] (house rule 3); the database is told the same through [`RowScope`].

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    roles::{Permission, Reach, Role},
    types::{AccountKind, OrgKey, TimeZone},
};

/// The person behind a request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The user.
    pub user_id: Uuid,
    /// The name shown on pages and written into events.
    pub display_name: String,
    /// The address the person signs in with, as typed.
    pub email: String,
    /// IANA name of the time zone in which the person reads times.
    pub time_zone: String,
    /// `light` or `dark` where the person chose; otherwise the system decides.
    pub theme: Option<String>,
}

impl Actor {
    /// The zone in which the person reads times; UTC where the stored name is no longer known.
    pub fn zone(&self) -> TimeZone {
        TimeZone::parse(&self.time_zone).unwrap_or_else(|_| TimeZone::utc())
    }
}

/// The organization a request is about, as far as every page needs it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The organization.
    pub id: Uuid,
    /// Its immutable public key (S302).
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Customer, partner or enterprise (S405-S407).
    pub kind: AccountKind,
    /// ISO 3166 alpha-2 code of its country, the default for organizations beneath it.
    pub country: String,
    /// The management chain from the operator down to and including this organization.
    pub path: Vec<Uuid>,
    /// Key and name of the organizations above it that the person's membership reaches, the highest first.
    pub above: Vec<(OrgKey, String)>,
}

impl Standing {
    /// Whether this is the operator: the root of the management tree.
    pub fn is_operator(&self) -> bool {
        self.path.len() == 1
    }
}

/// A person in an organization with a role, at an instant.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub organization: Standing,
    /// The role that gives access, and the organization of the membership that carries it: this one, or one above.
    pub role: Role,
    /// The organization of that membership.
    pub through: Uuid,
    /// How far down the role holds from there.
    pub reach: Reach,
    /// When: the one clock reading of the request (house rule 10).
    pub now: OffsetDateTime,
    /// The request, for events and logs.
    pub request_id: Uuid,
}

impl Scope {
    /// Whether the person may do this here: the role includes it, and the organization is of a kind that has it.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && self.organization_has(permission) && self.reaches()
    }

    /// Refuses with the permission's name unless [`Scope::may`].
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }

    fn organization_has(&self, permission: Permission) -> bool {
        match permission {
            Permission::CreateOrganizations | Permission::ListOrganizations => {
                self.organization.kind != AccountKind::Customer
            }
            Permission::ManageSettings => self.organization.kind == AccountKind::Partner,
            Permission::OperateInstallation => self.organization.is_operator(),
            Permission::ViewOrganization | Permission::EditOrganization => true,
        }
    }

    fn reaches(&self) -> bool {
        self.through == self.organization.id
            || (self.reach == Reach::Subtree && self.organization.path.contains(&self.through))
    }
}

/// Which rows a transaction may see; row-level security enforces it (SPEC section 2, DATABASE.md).
#[derive(Debug, Clone, Copy)]
pub enum RowScope {
    /// The organization and everything beneath it, and the person's own rows.
    Organization {
        /// The person.
        user_id: Uuid,
        /// The organization.
        organization_id: Uuid,
    },
    /// Only the person's own rows: profile, sessions, memberships, drafts.
    User(Uuid),
    /// Every row. For work that has no person behind it; the word says which, and `tests/it/architecture.rs` lists
    /// the few places allowed to ask for it.
    System(&'static str),
}

impl From<&Scope> for RowScope {
    fn from(scope: &Scope) -> Self {
        Self::Organization { user_id: scope.actor.user_id, organization_id: scope.organization.id }
    }
}

impl From<&Actor> for RowScope {
    fn from(actor: &Actor) -> Self {
        Self::User(actor.user_id)
    }
}
