//! Where a person stands, and what lets them stand there: the organization of a request and the memberships that open it.

use std::sync::Arc;

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    roles::{Permissions, Reach, Role},
    types::{AccountKind, OrgKey},
};

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
    /// The groups of the organization above that it is in (S254).
    pub groups: Vec<Uuid>,
    /// Key and name of the organizations above it that the person's membership reaches, the highest first.
    pub above: Vec<(OrgKey, String)>,
    /// Why it is out of use; none while it is active.
    pub halt: Option<Halt>,
}

/// Why an organization is out of use (SPEC section 2, "Lifecycle"): its own people do not get in; those of the
/// organizations above do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// Whether it is archived: then nobody changes anything in it. Otherwise it is suspended.
    pub archived: bool,
    /// Since when.
    pub since: OffsetDateTime,
    /// Who did it; empty where nobody wrote that down.
    pub by: String,
    /// The reason given for its people; may be empty.
    pub reason: String,
    /// When an archived organization is removed for good.
    pub purge_on: Option<Date>,
}

impl Standing {
    /// Whether this is the operator: the root of the management tree.
    pub fn is_operator(&self) -> bool {
        self.path.len() == 1
    }

    /// Whether it is archived, and so to be read but not changed.
    pub fn is_archived(&self) -> bool {
        self.halt.as_ref().is_some_and(|halt| halt.archived)
    }
}

/// What one membership gives a person: here, or on the way down to here.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The role, or the one a custom role is made from.
    pub role: Role,
    /// The name of the role on pages: a custom role has its own.
    pub label: String,
    /// What it includes.
    pub permissions: Permissions,
    /// The organization of the membership: the one one stands in, or one above.
    pub through: Uuid,
    /// How far down the role holds from there.
    pub reach: Reach,
    /// The person's groups of that organization, where the role reaches no further.
    pub groups: Arc<[Uuid]>,
}

impl Grant {
    /// Whether the role holds in the organization.
    pub fn reaches(&self, there: &Standing) -> bool {
        let directly_above = || there.path.len() > 1 && there.path[there.path.len() - 2] == self.through;
        self.through == there.id
            || match self.reach {
                Reach::Organization => false,
                Reach::Groups => directly_above() && there.groups.iter().any(|group| self.groups.contains(group)),
                Reach::Subtree => there.path.contains(&self.through),
            }
    }
}
