//! What the database is told of a scope.

use uuid::Uuid;

use super::{Actor, Scope, Sight};

/// Which rows a transaction may see; row-level security enforces it (SPEC section 2, DATABASE.md).
#[derive(Debug, Clone)]
pub enum RowScope {
    /// The organization, what the person sees beneath it, and the person's own rows.
    Organization {
        /// The person.
        user_id: Uuid,
        /// The organization.
        organization_id: Uuid,
        /// How much beneath it.
        sight: Sight,
    },
    /// Only the person's own rows: profile, sessions, memberships, drafts.
    User(Uuid),
    /// Every row. For work that has no person behind it; the word says which, and `tests/it/architecture.rs` lists
    /// the few places allowed to ask for it.
    System(&'static str),
}

impl From<&Scope> for RowScope {
    fn from(scope: &Scope) -> Self {
        Self::Organization {
            user_id: scope.actor.user_id,
            organization_id: scope.organization.id,
            sight: scope.sight(),
        }
    }
}

impl From<&Actor> for RowScope {
    fn from(actor: &Actor) -> Self {
        Self::User(actor.user_id)
    }
}
