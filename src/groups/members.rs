//! The organizations of a group (S261): put in one by one, by search, or all that match; taken out again.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    PAGE, find, form,
    model::{Filter, Members, Organization, Place},
    open_for_change, record,
    store::members as store,
};
use crate::{
    database::paging::{self, Cut},
    error::Result,
    events::EventKind,
    scope::Scope,
};

/// Matches shown of a search for organizations to add.
const MATCHES: i64 = 20;
/// Names an event of a bulk change carries; the count says how many there were.
const NAMED: usize = 20;

/// One page of the organizations of a group, by name.
///
/// # Errors
/// Without [`crate::roles::Permission::ViewGroups`]; [`crate::error::Error::NotFound`].
pub async fn members(
    db: &mut PgConnection,
    scope: &Scope,
    group_id: Uuid,
    search: &str,
    place: Option<Place>,
) -> Result<Members> {
    find(db, scope, group_id).await?;
    let place = match place.map(Place::parts) {
        Some((id, direction)) => paging::Place::beside(store::position(db, group_id, id).await?, direction),
        None => paging::Place::start(),
    };
    let rows = store::list(db, group_id, &place, &form::words(search), PAGE + 1).await?;
    Ok(Cut::new(rows, PAGE as usize, place.direction, place.is_start()))
}

/// Organizations that match a search and can be put into the group, and how many of the first matches are in already.
///
/// # Errors
/// The database's.
pub async fn candidates(
    db: &mut PgConnection,
    scope: &Scope,
    group_id: Uuid,
    search: &str,
) -> Result<(Vec<Organization>, Vec<String>)> {
    let words = form::words(search);
    if words.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let found = store::candidates(db, scope.organization.id, group_id, &words, MATCHES).await?;
    let (inside, outside): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.added_at.is_some());
    Ok((outside, inside.into_iter().map(|one| one.name).collect()))
}

/// What an addition came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// How many organizations were put in.
    pub count: usize,
    /// Which ones, where they were named one by one.
    pub ids: Vec<Uuid>,
    /// The name of the group.
    pub group: String,
}

/// Puts these organizations of the partner into the group; those that are in it stay as they are.
///
/// # Errors
/// Without [`crate::roles::Permission::ManageGroups`]; [`crate::error::Error::NotFound`]; [`crate::error::Error::Refused`] for an archived group.
pub async fn add(db: &mut PgConnection, scope: &Scope, group_id: Uuid, ids: &[Uuid]) -> Result<Added> {
    let group = open_for_change(db, scope, group_id).await?;
    let (ids, names): (Vec<_>, Vec<_>) = store::insert(db, scope, group_id, ids).await?.into_iter().unzip();
    let added = finish(db, scope, (group_id, group.name), &names, json!(null)).await?;
    Ok(Added { ids, ..added })
}

/// Puts all organizations of the partner that match into the group: one statement, one event, however many they are.
///
/// # Errors
/// As [`add`].
pub async fn add_matching(db: &mut PgConnection, scope: &Scope, group_id: Uuid, filter: &Filter) -> Result<Added> {
    let group = open_for_change(db, scope, group_id).await?;
    let names = store::insert_matching(db, scope, group_id, filter).await?;
    let asked = json!({
        "words": filter.words,
        "type": filter.kind.map(|kind| kind.as_str()),
        "country": filter.country.map(|country| country.alpha2()),
        "without_group": filter.ungrouped,
    });
    finish(db, scope, (group_id, group.name), &names, asked).await
}

async fn finish(
    db: &mut PgConnection,
    scope: &Scope,
    (id, group): (Uuid, String),
    names: &[String],
    filter: serde_json::Value,
) -> Result<Added> {
    if !names.is_empty() {
        let after = json!({ "organizations": names.len(), "names": first(names), "filter": filter });
        record(db, scope, EventKind::GroupOrganizationsAdded, (id, &group), after).await?;
    }
    Ok(Added { count: names.len(), ids: Vec::new(), group })
}

/// Takes these organizations out of the group. Returns those that were in it, with their names.
///
/// # Errors
/// As [`add`].
pub async fn remove(db: &mut PgConnection, scope: &Scope, group_id: Uuid, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let group = open_for_change(db, scope, group_id).await?;
    let removed = store::delete(db, scope.organization.id, group_id, ids).await?;
    if !removed.is_empty() {
        let names: Vec<String> = removed.iter().take(NAMED).map(|(_, name)| name.clone()).collect();
        let after = json!({ "organizations": removed.len(), "names": names });
        record(db, scope, EventKind::GroupOrganizationsRemoved, (group_id, &group.name), after).await?;
    }
    Ok(removed)
}

fn first(names: &[String]) -> &[String] {
    &names[..names.len().min(NAMED)]
}
