//! The roles of an organization: the table of SPEC section 3 as far as it has them, and roles it made itself as parts of
//! those. Nobody makes, changes or grants what they do not hold themselves.

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::CustomRoleForm,
    model::{CustomRole, HeldRole, NewCustomRole, Saved},
};
use crate::{
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    roles::{Permission, Role},
    scope::Scope,
};

/// Every role a person can have in the scope's organization: the built-in ones in the order of the table, then its own
/// by name.
///
/// # Errors
/// Without [`Permission::ViewUsers`].
pub async fn all(db: &mut PgConnection, scope: &Scope) -> Result<Vec<HeldRole>> {
    scope.require(Permission::ViewUsers)?;
    let own = store::list(db, scope.organization.id).await?;
    let built_in = Role::in_kind(scope.organization.kind).map(HeldRole::built_in);
    Ok(built_in.chain(own.into_iter().map(|custom| custom.held)).collect())
}

/// Those of [`all`] that the person of the scope may give.
///
/// # Errors
/// As [`all`].
pub async fn grantable(db: &mut PgConnection, scope: &Scope) -> Result<Vec<HeldRole>> {
    let mut roles = all(db, scope).await?;
    roles.retain(|role| role.lacking(scope).is_none());
    Ok(roles)
}

/// The role a form names, if the person of the scope may give it.
///
/// # Errors
/// [`Error::Invalid`] on `role` for one that does not exist here and for one that includes more than the giver holds.
pub async fn choose(db: &mut PgConnection, scope: &Scope, value: &str) -> Result<HeldRole> {
    let found = all(db, scope).await?.into_iter().find(|role| role.value() == value);
    let Some(role) = found else { return Err(FieldErrors::on("role", "Choose a role from the list").into()) };
    match role.lacking(scope) {
        None => Ok(role),
        Some(missing) => Err(FieldErrors::denied(
            "role",
            format!(
                "{} includes more than you hold here ({}). Choose another, or ask somebody who holds it",
                role.label,
                missing.label()
            ),
            format!("give the role {}", role.label),
        )
        .into()),
    }
}

/// The organization's own roles, by name.
///
/// # Errors
/// Without [`Permission::ViewUsers`].
pub async fn list(db: &mut PgConnection, scope: &Scope) -> Result<Vec<CustomRole>> {
    scope.require(Permission::ViewUsers)?;
    store::list(db, scope.organization.id).await
}

/// One of the organization's own roles, to be changed.
///
/// # Errors
/// Without [`Permission::ManageRoles`]; [`Error::NotFound`] for another organization's.
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<CustomRole> {
    scope.require(Permission::ManageRoles)?;
    store::find(db, scope.organization.id, id).await
}

/// Makes a role.
///
/// # Errors
/// Without [`Permission::ManageRoles`]; [`Error::Invalid`] when it would include what the author does not hold, or the
/// name is taken.
pub async fn create(db: &mut PgConnection, scope: &Scope, new: &NewCustomRole) -> Result<()> {
    scope.require(Permission::ManageRoles)?;
    allow(scope, new)?;
    let id = store::insert(db, scope.organization.id, new, scope.now).await?;
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(&new.name),
        after: Some(new.as_json()),
        ..NewEvent::new(scope.organization.id, EventKind::CustomRoleCreated)
    };
    events::record(db, scope, event).await
}

/// Changes a role; whoever has it may do what it says now from the next request on. What it is made from stays.
///
/// # Errors
/// As [`create`]; [`Error::Denied`] for a role that includes more than the person holds: it is not theirs to change.
pub async fn change(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    version: i32,
    new: &NewCustomRole,
) -> Result<Saved> {
    let before = find(db, scope, id).await?;
    within_reach(scope, &before)?;
    let new = &NewCustomRole { base: before.held.role, ..new.clone() };
    allow(scope, new)?;
    if !store::update(db, scope.organization.id, id, version, new, scope.now).await? {
        return Ok(Saved::Stale(find(db, scope, id).await?));
    }
    let (was, is) = (before.as_json(), new.as_json());
    if was != is {
        let event = NewEvent {
            subject_id: Some(id),
            subject_name: Some(&new.name),
            before: Some(was),
            after: Some(is),
            ..NewEvent::new(scope.organization.id, EventKind::CustomRoleEdited)
        };
        events::record(db, scope, event).await?;
    }
    Ok(Saved::Yes)
}

/// Deletes a role that nobody has and nobody is invited with.
///
/// # Errors
/// [`Error::Refused`] while it is in use, naming by whom.
pub async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let role = find(db, scope, id).await?;
    within_reach(scope, &role)?;
    let users = users(db, scope, id).await?;
    if !users.is_empty() {
        return Err(in_use(&role, &users));
    }
    store::delete(db, scope.organization.id, id).await?;
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(&role.held.label),
        before: Some(role.as_json()),
        ..NewEvent::new(scope.organization.id, EventKind::CustomRoleDeleted)
    };
    events::record(db, scope, event).await
}

/// Who has the role or is invited with it: names or addresses, at most 20.
///
/// # Errors
/// The database's.
pub async fn users(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Vec<String>> {
    store::users(db, scope.organization.id, id).await
}

fn in_use(role: &CustomRole, users: &[String]) -> Error {
    Error::Refused(
        format!(
            "{} is in use by {}. Give them another role, or take their invitation back, then delete it",
            role.held.label,
            users.join(", ")
        )
        .into(),
    )
}

/// A role with more than one holds is somebody else's to change, or its people would gain or lose through one who
/// could not have given it.
fn within_reach(scope: &Scope, role: &CustomRole) -> Result<()> {
    match role.held.lacking(scope) {
        None => Ok(()),
        Some(missing) => {
            let (label, missing) = (&role.held.label, missing.label());
            let reason =
                format!("{label} includes more than you hold here ({missing}). Somebody who holds it can change it");
            Err(Error::Denied { what: format!("change the role {label}"), reason: reason.into() })
        }
    }
}

fn allow(scope: &Scope, new: &NewCustomRole) -> Result<(), FieldErrors> {
    if !Role::in_kind(scope.organization.kind).any(|role| role == new.base) {
        return Err(FieldErrors::on("base", "Choose a role from the list"));
    }
    if let Some(more) = new.permissions.iter().find(|one| !new.base.permissions().has(*one)) {
        let message =
            format!("{} does not include “{}”. Leave it out, or choose another", new.base.label(), more.label());
        return Err(FieldErrors::on("permissions", message));
    }
    match scope.lacks(new.permissions, new.base.reach_in(scope.organization.kind)) {
        None => Ok(()),
        Some(missing) => Err(FieldErrors::denied(
            "permissions",
            format!("You do not hold “{}” as far as this role reaches, so you cannot give it", missing.label()),
            format!("give the permission “{}” to a role", missing.label()),
        )),
    }
}

impl NewCustomRole {
    fn as_json(&self) -> serde_json::Value {
        let permissions: Vec<_> = self.permissions.iter().map(Permission::name).collect();
        serde_json::json!({ "name": self.name, "base": self.base.name(), "permissions": permissions })
    }
}

impl CustomRole {
    fn as_json(&self) -> serde_json::Value {
        let held = &self.held;
        NewCustomRole { name: held.label.clone(), base: held.role, permissions: held.permissions }.as_json()
    }
}
