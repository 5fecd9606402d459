//! Saved views of the list of organizations, and how a person wants that list to look in an organization (UX 28): columns,
//! density, lines a page.

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::{SettingsForm, ViewForm},
    model::{Column, ListSettings, NewView, Tabs, View},
};
use crate::{
    error::{Error, FieldErrors, OnViolation, Result},
    roles::Permission,
    scope::Scope,
};

/// Views a person keeps in one organization.
pub const MOST: i64 = 20;

/// What stands above and around the list: the person's views in their order, then those others share, and the settings.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn tabs(db: &mut PgConnection, scope: &Scope) -> Result<Tabs> {
    scope.require(Permission::ListOrganizations)?;
    store::tabs(db, scope.organization.id, scope.actor.user_id).await
}

/// Keeps a view, behind those the person has.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::Invalid`] on `name` where the person has one of this name, or
/// [`MOST`] of them.
pub async fn create(db: &mut PgConnection, scope: &Scope, new: &NewView) -> Result<Uuid> {
    scope.require(Permission::ListOrganizations)?;
    let id = Uuid::now_v7();
    let kept = store::insert(db, scope, id, new, MOST).await.on_violation_of("saved_views_name_key", taken)?;
    if kept {
        Ok(id)
    } else {
        Err(FieldErrors::on("name", format!("You have {MOST} views. Delete one to save another")).into())
    }
}

/// Names a view anew and shares it or keeps it to oneself. Only its maker may.
///
/// # Errors
/// As [`create`]; [`Error::NotFound`] for a view of somebody else.
pub async fn edit(db: &mut PgConnection, scope: &Scope, id: Uuid, changes: &NewView) -> Result<()> {
    scope.require(Permission::ListOrganizations)?;
    let done = store::update(db, scope, id, changes).await.on_violation_of("saved_views_name_key", taken)?;
    if done { Ok(()) } else { Err(Error::NotFound) }
}

/// Puts a view one place further to the front, or to the back. At the end it stays where it is.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for a view of somebody else.
pub async fn shift(db: &mut PgConnection, scope: &Scope, id: Uuid, to_front: bool) -> Result<()> {
    let own = tabs(db, scope).await?.views.into_iter().filter(|view| view.own);
    let mut ids: Vec<Uuid> = own.map(|view| view.id).collect();
    let at = ids.iter().position(|one| *one == id).ok_or(Error::NotFound)?;
    let to = if to_front { at.saturating_sub(1) } else { (at + 1).min(ids.len() - 1) };
    ids.swap(at, to);
    store::reorder(db, scope, &ids).await
}

/// Deletes a view: one's own, or, for whoever manages the settings of the partner, any that is shared.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for any other view.
pub async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<String> {
    scope.require(Permission::ListOrganizations)?;
    store::delete(db, scope, id, scope.may(Permission::ManageSettings)).await?.ok_or(Error::NotFound)
}

/// Remembers how the person wants the list to look in this organization.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn remember(db: &mut PgConnection, scope: &Scope, settings: &ListSettings) -> Result<()> {
    scope.require(Permission::ListOrganizations)?;
    store::save_settings(db, scope, settings).await
}

fn taken() -> Error {
    FieldErrors::on("name", "You have a view of this name. Choose another name").into()
}
