//! Groups: named sets of a partner's organizations that limit what account managers and sales agents see (S254-S266). A
//! group is an access scope, not a folder; only partners have them.

mod form;
mod members;
mod model;
pub(crate) mod pages;
mod people;
mod requests;
mod store;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::{FilterForm, GroupForm, RequestForm},
    members::{Added, add, add_matching, candidates, members, remove},
    model::{
        Answer, Filter, Group, GroupPage, Members, NewGroup, NewRequest, Organization, Person, Place, Request, Saved,
    },
    people::{assign, assignable, people, take_off},
    requests::{answer, ask, requests},
};
use crate::{
    error::{Error, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::Scope,
};

/// Rows a page.
const PAGE: i64 = 50;
/// Groups offered in a form; a partner with more finds them on the page of the groups.
const OFFERED: i64 = 200;

/// One page of the partner's groups, by name (S259-S260); behind the group `after`, where one is named.
///
/// # Errors
/// Without [`Permission::ViewGroups`].
pub async fn list(
    db: &mut PgConnection,
    scope: &Scope,
    search: &str,
    archived: bool,
    after: Option<Uuid>,
) -> Result<GroupPage> {
    scope.require(Permission::ViewGroups)?;
    let mut groups = store::list(db, scope.organization.id, &form::words(search), archived, after, PAGE + 1).await?;
    let has_next = groups.len() as i64 > PAGE;
    groups.truncate(PAGE as usize);
    Ok(GroupPage { groups, has_next })
}

/// One group of the scope's partner.
///
/// # Errors
/// Without [`Permission::ViewGroups`]; [`Error::NotFound`] for any other group.
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Group> {
    scope.require(Permission::ViewGroups)?;
    store::find(db, scope.organization.id, id).await?.ok_or(Error::NotFound)
}

/// The same for a change: locked until the transaction ends, and not archived.
async fn open_for_change(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Group> {
    scope.require(Permission::ManageGroups)?;
    if !store::lock(db, scope.organization.id, id).await? {
        return Err(Error::NotFound);
    }
    let group = store::find(db, scope.organization.id, id).await?.ok_or(Error::NotFound)?;
    match group.archived_at {
        Some(_) => Err(Error::Refused("The group is archived. Restore it first.".into())),
        None => Ok(group),
    }
}

/// The groups a person may put a new organization into: their own where they are kept to them (S263), else all of the
/// partner's; none where the organization has no groups or they are not the person's to see.
///
/// # Errors
/// The database's.
pub async fn choices(db: &mut PgConnection, scope: &Scope) -> Result<Vec<(Uuid, String)>> {
    let own = scope.creates_only_in();
    if own.is_none() && !scope.may(Permission::ViewGroups) {
        return Ok(Vec::new());
    }
    store::names(db, scope.organization.id, own.as_deref(), OFFERED).await
}

/// The groups the person is assigned to here.
///
/// # Errors
/// The database's.
pub async fn own(db: &mut PgConnection, scope: &Scope) -> Result<Vec<(Uuid, String)>> {
    let sight = scope.sight();
    let own = sight.groups().unwrap_or_default();
    store::names(db, scope.organization.id, Some(own), OFFERED).await
}

/// Creates a group (S255-S258).
///
/// # Errors
/// Without [`Permission::ManageGroups`]; [`Error::Invalid`] on a name another group has.
pub async fn create(db: &mut PgConnection, scope: &Scope, new: &NewGroup) -> Result<Uuid> {
    scope.require(Permission::ManageGroups)?;
    let id = Uuid::now_v7();
    store::insert(db, scope, id, new)
        .await
        .on_violation_of("groups_partner_id_name_key", || model::name_taken().into())?;
    record(db, scope, EventKind::GroupCreated, (id, new.name.as_str()), as_json(new)).await?;
    Ok(id)
}

/// Changes name and description, if nobody changed them since `version` (QUALITY 21).
///
/// # Errors
/// Without [`Permission::ManageGroups`]; [`Error::NotFound`]; [`Error::Refused`] for an archived group;
/// [`Error::Invalid`] on a name another group has.
pub async fn edit(db: &mut PgConnection, scope: &Scope, id: Uuid, version: i32, new: &NewGroup) -> Result<Saved> {
    let before = open_for_change(db, scope, id).await?;
    if before.version != version {
        return Ok(Saved::Stale(Box::new(before)));
    }
    store::update(db, scope, id, new)
        .await
        .on_violation_of("groups_partner_id_name_key", || model::name_taken().into())?;
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(new.name.as_str()),
        before: Some(json!({ "name": before.name, "description": before.description })),
        after: Some(as_json(new)),
        ..NewEvent::new(scope.organization.id, EventKind::GroupEdited)
    };
    events::record(db, scope, event).await?;
    Ok(Saved::Yes)
}

/// Archives a group, or takes it out of the archive. An archived group keeps its organizations and people and gives nobody
/// access; its name is free. Returns its name.
///
/// # Errors
/// Without [`Permission::ManageGroups`]; [`Error::NotFound`]; [`Error::Refused`] when another group has taken the name.
pub async fn set_archived(db: &mut PgConnection, scope: &Scope, id: Uuid, archived: bool) -> Result<String> {
    scope.require(Permission::ManageGroups)?;
    let group = find(db, scope, id).await?;
    if group.archived_at.is_some() == archived {
        return Ok(group.name);
    }
    store::set_archived(db, scope, id, archived).await.on_violation_of("groups_partner_id_name_key", || {
        Error::Refused("Another group has taken the name meanwhile. Rename that one first.".into())
    })?;
    let kind = if archived { EventKind::GroupArchived } else { EventKind::GroupRestored };
    record(db, scope, kind, (id, &group.name), json!({})).await?;
    Ok(group.name)
}

fn as_json(group: &NewGroup) -> serde_json::Value {
    json!({ "name": group.name, "description": group.description })
}

async fn record(
    db: &mut PgConnection,
    scope: &Scope,
    kind: EventKind,
    (id, name): (Uuid, &str),
    after: serde_json::Value,
) -> Result<()> {
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(name),
        after: Some(after),
        ..NewEvent::new(scope.organization.id, kind)
    };
    events::record(db, scope, event).await
}
