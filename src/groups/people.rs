//! The people of a group: key account managers, viewers and sales agents of the partner, who see its organizations.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    find,
    model::{Person, kept_to_groups},
    open_for_change, record,
    store::people as store,
};
use crate::{error::Result, events::EventKind, scope::Scope};

/// Everybody who is assigned to the group, by name.
///
/// # Errors
/// Without [`crate::roles::Permission::ViewGroups`]; [`crate::error::Error::NotFound`].
pub async fn people(db: &mut PgConnection, scope: &Scope, group_id: Uuid) -> Result<Vec<Person>> {
    find(db, scope, group_id).await?;
    store::list(db, scope.organization.id, group_id).await
}

/// Who can be assigned: people of the partner whose role is kept to groups and who are not in this one; at most 200.
///
/// # Errors
/// The database's.
pub async fn assignable(db: &mut PgConnection, scope: &Scope, group_id: Uuid) -> Result<Vec<Person>> {
    store::assignable(db, scope.organization.id, group_id, &kept_to_groups()).await
}

/// Assigns these memberships of the partner to the group; they see its organizations from their next request on. Returns
/// the names of those who were added.
///
/// # Errors
/// Without [`crate::roles::Permission::ManageGroups`]; not found; archived.
pub async fn assign(db: &mut PgConnection, scope: &Scope, group_id: Uuid, ids: &[Uuid]) -> Result<Vec<String>> {
    let group = open_for_change(db, scope, group_id).await?;
    let names = store::insert(db, scope.organization.id, group_id, ids, &kept_to_groups()).await?;
    if !names.is_empty() {
        let after = json!({ "people": names.len(), "names": names });
        record(db, scope, EventKind::GroupPeopleAdded, (group_id, &group.name), after).await?;
    }
    Ok(names)
}

/// Takes these memberships off the group. Returns the names of those who were in it.
///
/// # Errors
/// As [`assign`].
pub async fn take_off(db: &mut PgConnection, scope: &Scope, group_id: Uuid, ids: &[Uuid]) -> Result<Vec<String>> {
    let group = open_for_change(db, scope, group_id).await?;
    let names = store::delete(db, scope.organization.id, group_id, ids).await?;
    if !names.is_empty() {
        let after = json!({ "people": names.len(), "names": names });
        record(db, scope, EventKind::GroupPeopleRemoved, (group_id, &group.name), after).await?;
    }
    Ok(names)
}
