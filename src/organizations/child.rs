//! One organization directly beneath another, for what the one above keeps about it.

use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::{
    error::{Error, Result},
    roles::Permission,
    scope::Scope,
    types::OrgKey,
};

/// An organization directly beneath the scope's.
#[derive(Debug, Clone)]
pub struct Child {
    /// The organization.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it is archived.
    pub archived: bool,
    /// The groups of the organization above it is in.
    pub group_ids: Vec<Uuid>,
}

/// The organization with this key directly beneath the scope's, where the person sees it.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for any other.
pub async fn child(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<Child> {
    scope.require(Permission::ListOrganizations)?;
    store::parent::child(db, scope.organization.id, key, scope.sight().groups()).await?.ok_or(Error::NotFound)
}
