//! Custom fields: what a partner wants to know of the organizations directly beneath it, beyond the fields every
//! organization has. Their values stand in the organization's own row.

mod form;
mod many;
mod model;
pub(crate) mod pages;
mod store;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::CustomFieldForm,
    many::set_many,
    model::{CustomField, Filled, NewField, Saved, Values, shown},
};
use crate::{
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    organizations::{self, Child},
    roles::Permission,
    scope::Scope,
    types::OrgKey,
};

/// Fields a partner may have in use. A form with more is none.
const MOST: usize = 30;

/// The fields of the scope's partner, in the order of its forms.
///
/// # Errors
/// Without [`Permission::ListOrganizations`] or [`Permission::CreateOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope) -> Result<Vec<CustomField>> {
    if !scope.may(Permission::CreateOrganizations) {
        scope.require(Permission::ListOrganizations)?;
    }
    store::list(db, scope.organization.id, false).await
}

/// The same with the archived ones behind, for the page that manages them.
///
/// # Errors
/// Without [`Permission::ManageSettings`].
pub async fn all(db: &mut PgConnection, scope: &Scope) -> Result<Vec<CustomField>> {
    scope.require(Permission::ManageSettings)?;
    store::list(db, scope.organization.id, true).await
}

/// One field of the partner, in use or archived.
///
/// # Errors
/// As [`all`]; [`Error::NotFound`].
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<CustomField> {
    all(db, scope).await?.into_iter().find(|field| field.id == id).ok_or(Error::NotFound)
}

/// What the scope's own organization shows of itself: name and value of the fields of the partner above it, as far as the
/// organization is meant to see them; of all where the person comes from above.
///
/// # Errors
/// The database's.
pub async fn own(db: &mut PgConnection, scope: &Scope) -> Result<Vec<(String, String)>> {
    let [.., parent, own] = scope.organization.path[..] else { return Ok(Vec::new()) };
    let from_above = scope.grants.iter().any(|grant| grant.through != own);
    let fields = store::list(db, parent, false).await?;
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let values = store::own_values(db, own).await?;
    let seen = fields.into_iter().filter(|field| from_above || field.customer_sees);
    Ok(seen.filter_map(|field| values.get(field.id).map(|value| (field.name.clone(), field.shown(value)))).collect())
}

/// Makes a field, behind those there are.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::Invalid`] on a name another field in use has, and beyond 30 fields.
pub async fn create(db: &mut PgConnection, scope: &Scope, new: &NewField) -> Result<Uuid> {
    if all(db, scope).await?.iter().filter(|field| field.archived_at.is_none()).count() >= MOST {
        return Err(FieldErrors::on("name", format!("There are {MOST} fields already. Archive one first")).into());
    }
    let id = Uuid::now_v7();
    store::insert(db, scope, id, new)
        .await
        .on_violation_of("custom_fields_partner_id_name_key", || name_taken().into())?;
    let made = find(db, scope, id).await?;
    record(db, scope, EventKind::CustomFieldCreated, (id, &made.name), (Value::Null, made.as_json())).await?;
    Ok(id)
}

fn name_taken() -> FieldErrors {
    FieldErrors::on("name", "A field with this name exists. Choose another name")
}

/// Changes everything about a field but its kind, if nobody changed it since `version` (QUALITY 21). Values that are no
/// longer among the choices stay until somebody changes them.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::NotFound`]; [`Error::Invalid`] on a name another field has.
pub async fn edit(db: &mut PgConnection, scope: &Scope, id: Uuid, version: i32, new: &NewField) -> Result<Saved> {
    let before = find(db, scope, id).await?;
    let saved = store::update(db, scope.organization.id, (id, version), new)
        .await
        .on_violation_of("custom_fields_partner_id_name_key", || name_taken().into())?;
    if !saved {
        return Ok(Saved::Stale(Box::new(before)));
    }
    let after = find(db, scope, id).await?;
    let change = (before.as_json(), after.as_json());
    if change.0 != change.1 {
        record(db, scope, EventKind::CustomFieldEdited, (id, &after.name), change).await?;
    }
    Ok(Saved::Yes)
}

/// Archives a field, or takes it out of the archive: an archived one is asked for and shown nowhere, its values stay.
/// Returns its name.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::NotFound`]; [`Error::Refused`] when another field has taken the name.
pub async fn set_archived(db: &mut PgConnection, scope: &Scope, id: Uuid, archived: bool) -> Result<String> {
    let field = find(db, scope, id).await?;
    if field.archived_at.is_some() == archived {
        return Ok(field.name);
    }
    store::set_archived(db, scope, id, archived).await.on_violation_of("custom_fields_partner_id_name_key", || {
        Error::Refused("Another field has taken the name meanwhile. Rename that one first.".into())
    })?;
    let kind = if archived { EventKind::CustomFieldArchived } else { EventKind::CustomFieldRestored };
    record(db, scope, kind, (id, &field.name), (Value::Null, Value::Null)).await?;
    Ok(field.name)
}

/// Moves a field one place up in the forms.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::NotFound`].
pub async fn move_up(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let mut ids: Vec<Uuid> = all(db, scope).await?.iter().map(|field| field.id).collect();
    let place = ids.iter().position(|one| *one == id).ok_or(Error::NotFound)?;
    if place > 0 {
        ids.swap(place - 1, place);
        store::reorder(db, scope.organization.id, &ids).await?;
    }
    Ok(())
}

/// Reads the values of a form, whose controls are named by [`CustomField::control`]. What stands in the form under other
/// names is not looked at.
///
/// # Errors
/// A message for every value that is wrong, and for mandatory ones that are missing.
pub fn parse(fields: &[CustomField], typed: &BTreeMap<String, String>) -> Result<Values, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut values = Values::default();
    for field in fields {
        let control = field.control();
        match typed.get(&control).map(|raw| raw.trim()).filter(|raw| !raw.is_empty()) {
            Some(raw) => match field.parse(raw) {
                Ok(value) => drop(values.0.insert(field.id, value)),
                Err(error) => errors.add(control, error.to_string()),
            },
            None if field.mandatory => errors.add(control, format!("Fill in {}", field.name)),
            None => {}
        }
    }
    errors.into_result().map(|()| values)
}

/// [`parse`] for an organization to be: the values with the names its event tells them by.
///
/// # Errors
/// As [`parse`].
pub fn fill(fields: &[CustomField], typed: &BTreeMap<String, String>) -> Result<Filled, FieldErrors> {
    let values = parse(fields, typed)?;
    Ok(Filled { told: values.told(fields), values })
}

/// Puts the defaults of the fields where nothing is typed, as a person types them.
pub fn put_defaults(fields: &[CustomField], typed: &mut BTreeMap<String, String>) {
    for field in fields {
        let Some(default) = &field.default_value else { continue };
        let typed = typed.entry(field.control()).or_default();
        if typed.trim().is_empty() {
            *typed = field.shown(default);
        }
    }
}

/// Name and values of one organization directly beneath the scope's partner.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for an organization the person does not see there.
pub async fn of_one(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<(String, Values)> {
    let child = open_child(db, scope, key).await?;
    Ok((child.name, store::own_values(db, child.id).await?))
}

/// What an archived organization holds stays as it is.
async fn open_child(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<Child> {
    let child = organizations::child(db, scope, key).await?;
    if child.archived { Err(Error::NotFound) } else { Ok(child) }
}

/// The values of some organizations beneath the scope's that the person sees, for a page of a list.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn of_many(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Values>> {
    scope.require(Permission::ListOrganizations)?;
    store::of_many(db, scope.organization.id, ids, scope.sight().groups()).await
}

/// Sets the values of one organization directly beneath; those of archived fields stay. Returns its name.
///
/// # Errors
/// Without [`Permission::TagOrganizations`], which is for whoever looks after the organizations beneath;
/// [`Error::NotFound`] as [`of_one`].
pub async fn set(db: &mut PgConnection, scope: &Scope, key: &OrgKey, new: &Values) -> Result<String> {
    scope.require(Permission::TagOrganizations)?;
    let Child { id, name, .. } = open_child(db, scope, key).await?;
    let before = store::own_values(db, id).await?;
    let fields = store::list(db, scope.organization.id, false).await?;
    let mut after = before.clone();
    after.0.retain(|id, _| !fields.iter().any(|field| field.id == *id));
    after.0.extend(new.0.clone());
    if after != before {
        store::set(db, scope, id, &after).await?;
        let event = NewEvent {
            before: Some(Value::Object(before.told(&fields))),
            after: Some(Value::Object(after.told(&fields))),
            ..NewEvent::new(id, EventKind::OrganizationEdited)
        };
        events::record(db, scope, event).await?;
    }
    Ok(name)
}

async fn record(
    db: &mut PgConnection,
    scope: &Scope,
    kind: EventKind,
    (id, name): (Uuid, &str),
    (before, after): (Value, Value),
) -> Result<()> {
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(name),
        before: (!before.is_null()).then_some(before),
        after: Some(if after.is_null() { json!({}) } else { after }),
        ..NewEvent::new(scope.organization.id, kind)
    };
    events::record(db, scope, event).await
}
