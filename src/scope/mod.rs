//! Who is asking, in which organization, with which rights and when. Every function that touches an organization's
//! data takes a [`Scope`] (house rule 3); the database is told the same through [`RowScope`].

mod rows;

use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

pub use self::rows::RowScope;
use crate::{
    error::{Error, Result},
    roles::{Permission, Permissions, Reach},
    types::{AccountKind, TimeZone},
};

pub use crate::standing::{Grant, Halt, Standing};

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

/// Which of the organizations beneath a person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// All of them.
    Everything,
    /// Those directly beneath that are in one of these groups; none where there is no group (S262).
    Groups(Arc<[Uuid]>),
}

impl Sight {
    /// The groups to which a query is kept; `None` where nothing is kept back.
    pub fn groups(&self) -> Option<&[Uuid]> {
        match self {
            Self::Everything => None,
            Self::Groups(groups) => Some(groups),
        }
    }
}

/// What whoever is kept to groups may do in the partner itself: its details, its people and its bills are not part of the
/// organizations of their groups (SPEC section 3, column "Reach").
const KEPT_AT_HOME: Permissions = Permissions::of(&[
    Permission::Enter,
    Permission::ViewOrganization,
    Permission::ListOrganizations,
    Permission::CreateOrganizations,
    Permission::TagOrganizations,
    Permission::AskForGroups,
]);

/// What is left of anybody's rights in an archived organization: to read, to restore and, for the operator, to purge.
const LEFT_IN_ARCHIVE: Permissions = Permissions::of(&[
    Permission::Enter,
    Permission::ViewOrganization,
    Permission::ListOrganizations,
    Permission::ViewBilling,
    Permission::ViewUsers,
    Permission::ViewGroups,
    Permission::ViewAuditLog,
    Permission::ManageLifecycle,
]);

/// A person in an organization with their rights, at an instant.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub organization: Standing,
    /// What gives access: at least one, the nearest first.
    pub grants: Vec<Grant>,
    /// When: the one clock reading of the request (house rule 10).
    pub now: OffsetDateTime,
    /// The request, for events and logs.
    pub request_id: Uuid,
}

impl Scope {
    /// Whether the person may do this here: one of the roles includes it and holds here, and the organization is of a
    /// kind that has it.
    pub fn may(&self, permission: Permission) -> bool {
        self.holding(permission).next().is_some()
    }

    /// Refuses with the permission's name unless [`Scope::may`].
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Refused`] where the person could, were the organization not archived.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        if self.organization.is_archived() && self.held(permission).next().is_some() {
            return Err(Error::Refused(
                "The organization is archived. Restore it first, then it can be changed".into(),
            ));
        }
        Err(Error::Forbidden(permission))
    }

    /// Everything the person may do here.
    pub fn permissions(&self) -> Permissions {
        Permissions::ALL.iter().filter(|one| self.may(*one)).fold(Permissions::NONE, Permissions::with)
    }

    /// What of a role the person does not hold here themselves, or holds less far down; `None` when nothing is missing and
    /// the role may be given, changed and taken away. Nobody grants what they do not hold (SPEC section 3).
    pub fn lacks(&self, permissions: Permissions, reach: Reach) -> Option<Permission> {
        let holds = |one: Permission| self.holding(one).any(|grant| self.reach_from_here(grant) >= reach);
        permissions.iter().find(|one| self.roles_have(*one) && !holds(*one))
    }

    /// How far down from this organization a grant holds.
    fn reach_from_here(&self, grant: &Grant) -> Reach {
        match grant.reach {
            Reach::Groups if grant.through != self.organization.id => Reach::Organization,
            reach => reach,
        }
    }

    /// Whether a role that shows organizations beneath includes this for them. What it includes for the scope's own
    /// organization may be less, see [`Scope::may`].
    pub fn holds_beneath(&self, permission: Permission) -> bool {
        self.sight_to(permission).groups().is_none_or(|groups| !groups.is_empty())
    }

    /// To which organizations beneath this one the person may do this. They may see more by another role, and be kept to
    /// groups by the one that lets them do it (S262).
    pub fn sight_to(&self, permission: Permission) -> Sight {
        let mut groups = Vec::new();
        for grant in self.grants.iter().filter(|grant| grant.permissions.has(permission)) {
            match grant.reach {
                Reach::Subtree => return Sight::Everything,
                Reach::Groups if grant.through == self.organization.id => groups.extend(grant.groups.iter().copied()),
                Reach::Groups | Reach::Organization => {}
            }
        }
        Sight::Groups(groups.into())
    }

    /// The name of the nearest role.
    pub fn role_label(&self) -> &str {
        self.grants.first().map_or("", |grant| &grant.label)
    }

    /// Which organizations beneath this one the person sees.
    pub fn sight(&self) -> Sight {
        let mut groups = Vec::new();
        for grant in self.holding(Permission::ListOrganizations) {
            if grant.reach == Reach::Subtree {
                return Sight::Everything;
            }
            groups.extend(grant.groups.iter().copied());
        }
        Sight::Groups(groups.into())
    }

    /// The groups of which every new organization must be in exactly one, where all that lets the person create reaches no
    /// further than their own groups (S263-S264); `None` for whoever may put an organization into any group, or none.
    pub fn creates_only_in(&self) -> Option<Vec<Uuid>> {
        let mut groups = Vec::new();
        for grant in self.holding(Permission::CreateOrganizations) {
            if grant.reach != Reach::Groups {
                return None;
            }
            groups.extend(grant.groups.iter().copied());
        }
        Some(groups)
    }

    /// Whether the person is kept to their own groups here: an account manager or sales agent, with a group or without
    /// (S262).
    pub fn is_kept_to_groups(&self) -> bool {
        let here = self.organization.id;
        matches!(self.sight(), Sight::Groups(_))
            && self.grants.iter().any(|grant| grant.reach == Reach::Groups && grant.through == here)
    }

    /// What gives the right here and now.
    fn holding(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        let open = !self.organization.is_archived() || LEFT_IN_ARCHIVE.has(permission);
        self.held(permission).filter(move |_| open)
    }

    /// What would give the right in an organization that is not archived.
    fn held(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        use Permission as P;
        let has = self.organization_has(permission);
        let beneath = matches!(
            permission,
            P::ListOrganizations
                | P::CreateOrganizations
                | P::TagOrganizations
                | P::ManageLifecycle
                | P::TransferOrganizations
        );
        let here = &self.organization;
        self.grants.iter().filter(move |grant| {
            // Groups are the groups of one organization: beneath another they show nothing.
            let down = match grant.reach {
                Reach::Organization => false,
                Reach::Groups => {
                    // What is created stands in a group from the start, so without one nothing can be (S262).
                    grant.through == here.id
                        && (permission != Permission::CreateOrganizations || !grant.groups.is_empty())
                }
                Reach::Subtree => true,
            };
            // A role that is for the organizations of groups is for no more than the way to them in the partner itself.
            let at_home = grant.reach == Reach::Groups && grant.through == here.id;
            let held = grant.permissions.has(permission) && (!at_home || KEPT_AT_HOME.has(permission));
            has && held && grant.reaches(here) && (down || !beneath)
        })
    }

    /// What gives the right in one of the organizations at or beneath this one, by a role held above it: nobody suspends
    /// or archives the organization their own role is in.
    pub fn from_above(&self, permission: Permission, target: Uuid) -> Option<&Grant> {
        self.holding(permission).find(|grant| grant.reach == Reach::Subtree && grant.through != target)
    }

    /// The nearest of the grants the right comes from.
    pub fn source_of(&self, permission: Permission) -> Option<&Grant> {
        self.holding(permission).next()
    }

    /// Whether roles in an organization of this kind have it: what is only ever held from above is no part of them.
    pub fn roles_have(&self, permission: Permission) -> bool {
        let from_above = match permission {
            Permission::ManageLifecycle => self.organization.kind == AccountKind::Customer,
            Permission::TransferOrganizations => self.organization.kind != AccountKind::Partner,
            _ => false,
        };
        self.organization_has(permission) && !from_above
    }

    /// Whether organizations of this kind have it at all.
    pub fn organization_has(&self, permission: Permission) -> bool {
        use Permission as P;
        let kind = self.organization.kind;
        match permission {
            P::CreateOrganizations | P::ListOrganizations => kind != AccountKind::Customer,
            P::TagOrganizations
            | P::ManageSettings
            | P::ManagePrices
            | P::ViewGroups
            | P::ManageGroups
            | P::AskForGroups
            | P::EnterForSupport => kind == AccountKind::Partner,
            P::OperateInstallation => self.organization.is_operator(),
            P::Enter
            | P::ViewOrganization
            | P::EditOrganization
            | P::ViewBilling
            | P::ManageBilling
            | P::ViewUsers
            | P::ManageUsers
            | P::ManageRoles
            | P::ViewAuditLog
            | P::ManageLifecycle
            | P::TransferOrganizations => true,
        }
    }
}
