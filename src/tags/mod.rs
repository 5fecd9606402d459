//! Tags: a partner's own words for its organizations ("priority", "renewal in spring"), to find them and to change them
//! together. A tag gives nobody access, and the organizations themselves do not see theirs.

mod model;
pub(crate) mod pages;
mod store;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::model::{Changed, OnOne, Tag, parse_names};
use crate::{
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    organizations::{self, Child},
    roles::Permission,
    scope::Scope,
    types::{OrgKey, TagName},
};

/// Tags a partner may have. More would be a second list of organizations.
const MOST: usize = 200;
/// Tags one organization may have.
const MOST_ON_ONE: usize = 20;
/// Organizations of a tag are counted up to here.
const COUNTED: i64 = 10_000;

/// Every tag of the partner with how many organizations have it, by name.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Tag>> {
    scope.require(Permission::ListOrganizations)?;
    store::list(db, scope.organization.id, None, COUNTED).await
}

/// Ids and names of the partner's tags, by name.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn choices(db: &mut PgConnection, scope: &Scope) -> Result<Vec<(Uuid, String)>> {
    scope.require(Permission::ListOrganizations)?;
    store::names(db, scope.organization.id).await
}

/// One tag of the partner.
///
/// # Errors
/// As [`list`]; [`Error::NotFound`] for a tag that is not the partner's.
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Tag> {
    scope.require(Permission::ListOrganizations)?;
    store::list(db, scope.organization.id, Some(id), COUNTED).await?.pop().ok_or(Error::NotFound)
}

/// Makes a tag.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::Invalid`] on a name another tag has, and when there are 200 already.
pub async fn create(db: &mut PgConnection, scope: &Scope, name: &TagName) -> Result<Uuid> {
    scope.require(Permission::ManageSettings)?;
    let (ids, made) = ensure(db, scope, std::slice::from_ref(name), "name").await?;
    if made == 0 {
        return Err(name_taken().into());
    }
    ids.first().copied().ok_or(Error::NotFound)
}

fn name_taken() -> FieldErrors {
    FieldErrors::on("name", "A tag with this name exists. Choose another name")
}

/// The tag with this name, whatever its case, made where it is not there yet.
///
/// # Errors
/// Without [`Permission::TagOrganizations`]; [`Error::Invalid`] on `new` when there are 200 tags already.
pub async fn find_or_create(db: &mut PgConnection, scope: &Scope, name: &TagName) -> Result<Uuid> {
    scope.require(Permission::TagOrganizations)?;
    let (ids, _) = ensure(db, scope, std::slice::from_ref(name), "new").await?;
    ids.first().copied().ok_or(Error::NotFound)
}

/// The ids of the tags with these names, and how many of them were made for it.
async fn ensure(
    db: &mut PgConnection,
    scope: &Scope,
    names: &[TagName],
    field: &'static str,
) -> Result<(Vec<Uuid>, usize)> {
    let (ids, made) = store::find_or_insert(db, scope, names).await?;
    if !made.is_empty() && store::names(db, scope.organization.id).await?.len() > MOST {
        let message = format!("There are {MOST} tags already. Use one of them, or delete one first");
        return Err(FieldErrors::on(field, message).into());
    }
    for (id, name) in &made {
        record(db, scope, EventKind::TagCreated, (*id, name), json!(null), json!({ "name": name })).await?;
    }
    Ok((ids, made.len()))
}

/// Renames a tag.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::NotFound`]; [`Error::Invalid`] on a name another tag has.
pub async fn rename(db: &mut PgConnection, scope: &Scope, id: Uuid, name: &TagName) -> Result<()> {
    scope.require(Permission::ManageSettings)?;
    let before = store::lock(db, scope.organization.id, id).await?.ok_or(Error::NotFound)?;
    store::rename(db, scope.organization.id, id, name)
        .await
        .on_violation_of("tags_partner_id_name_key", || name_taken().into())?;
    let (before, after) = (json!({ "name": before }), json!({ "name": name }));
    record(db, scope, EventKind::TagRenamed, (id, name.as_str()), before, after).await
}

/// Deletes a tag and so takes it off every organization. Returns its name.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::NotFound`].
pub async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<String> {
    scope.require(Permission::ManageSettings)?;
    let name = store::lock(db, scope.organization.id, id).await?.ok_or(Error::NotFound)?;
    let organizations = store::delete(db, scope.organization.id, id).await?;
    let before = json!({ "name": name, "organizations": organizations });
    record(db, scope, EventKind::TagDeleted, (id, &name), before, json!(null)).await?;
    Ok(name)
}

/// Puts a tag on these organizations of the partner, as far as the person sees them: one statement, one event, however
/// many they are.
///
/// # Errors
/// Without [`Permission::TagOrganizations`]; [`Error::NotFound`] for a tag that is not the partner's.
pub async fn add(db: &mut PgConnection, scope: &Scope, tag_id: Uuid, ids: &[Uuid]) -> Result<Changed> {
    scope.require(Permission::TagOrganizations)?;
    let tag = store::lock(db, scope.organization.id, tag_id).await?.ok_or(Error::NotFound)?;
    let ids = store::insert(db, scope, tag_id, ids, scope.sight().groups()).await?;
    finish(db, scope, EventKind::OrganizationsTagged, (tag_id, tag), ids).await
}

/// Takes a tag off these organizations of the partner, as far as the person sees them.
///
/// # Errors
/// As [`add`].
pub async fn remove(db: &mut PgConnection, scope: &Scope, tag_id: Uuid, ids: &[Uuid]) -> Result<Changed> {
    scope.require(Permission::TagOrganizations)?;
    let tag = store::lock(db, scope.organization.id, tag_id).await?.ok_or(Error::NotFound)?;
    let ids = store::remove(db, scope.organization.id, tag_id, ids, scope.sight().groups()).await?;
    finish(db, scope, EventKind::OrganizationsUntagged, (tag_id, tag), ids).await
}

async fn finish(
    db: &mut PgConnection,
    scope: &Scope,
    kind: EventKind,
    (id, tag): (Uuid, String),
    ids: Vec<Uuid>,
) -> Result<Changed> {
    if !ids.is_empty() {
        record(db, scope, kind, (id, &tag), json!(null), json!({ "organizations": ids.len() })).await?;
    }
    Ok(Changed { tag, ids })
}

/// The tags of one organization directly beneath the scope's partner, and those to choose from.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for an organization the person does not see there.
pub async fn of_one(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<OnOne> {
    let child = organizations::child(db, scope, key).await?;
    let names = store::of_one(db, scope.organization.id, child.id).await?;
    Ok(OnOne { organization: child.name, names, known: store::names(db, scope.organization.id).await? })
}

/// Leaves one organization directly beneath with exactly these tags of the partner and with new ones, which are made.
/// Returns the organization's name.
///
/// # Errors
/// Without [`Permission::TagOrganizations`]; [`Error::NotFound`] as [`of_one`]; [`Error::Invalid`] on `new` for more than
/// 20, and when the partner has 200 already.
pub async fn set(db: &mut PgConnection, scope: &Scope, key: &OrgKey, ids: &[Uuid], new: &[TagName]) -> Result<String> {
    scope.require(Permission::TagOrganizations)?;
    let partner = scope.organization.id;
    let Child { id: organization_id, name: organization, .. } = organizations::child(db, scope, key).await?;
    let before = store::of_one(db, partner, organization_id).await?;
    let (mut all, _) = ensure(db, scope, new, "new").await?;
    all.extend_from_slice(ids);
    all.sort_unstable();
    all.dedup();
    if all.len() > MOST_ON_ONE {
        return Err(FieldErrors::on("new", format!("At most {MOST_ON_ONE} tags fit on one organization")).into());
    }
    store::set(db, scope, organization_id, &all).await?;
    let after = store::of_one(db, partner, organization_id).await?;
    if after != before {
        let (before, after) = (json!({ "tags": before }), json!({ "tags": after }));
        let subject = (organization_id, organization.as_str());
        record(db, scope, EventKind::OrganizationTagsSet, subject, before, after).await?;
    }
    Ok(organization)
}

async fn record(
    db: &mut PgConnection,
    scope: &Scope,
    kind: EventKind,
    (id, name): (Uuid, &str),
    before: serde_json::Value,
    after: serde_json::Value,
) -> Result<()> {
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(name),
        before: (!before.is_null()).then_some(before),
        after: (!after.is_null()).then_some(after),
        ..NewEvent::new(scope.organization.id, kind)
    };
    events::record(db, scope, event).await
}
