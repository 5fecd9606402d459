//! Organizations: THE record. Every channel creates through [`create`] (SPEC section 2).

mod administrator;
mod child;
mod create;
mod details;
mod edit;
mod fields;
mod form;
mod groups;
mod list;
mod many;
mod matching;
mod model;
mod name_key;
mod operator;
pub(crate) mod pages;
mod payer;
mod store;
mod typed;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    administrator::sender,
    child::{Child, child},
    create::{Fate, create, create_many},
    details::Details,
    edit::{Edit, Edited, Saved, edit, edit_many},
    fields::{Entry, FIELDS, Field, FieldInfo},
    form::{DetailsForm, Note, OrganizationForm, Parsed, Rules},
    list::{
        COUNTED, Counted, Cursor, Figures, Filter, ListRow, Mark, Names, OwnField, OwnFilter, Page, PageSize, Sort,
        SortBy, Status, TRIALS, count, ending, figures, list, names, walk,
    },
    many::{Batch, BatchRow, Choice, Entered, MAX_ROWS, Made, Obstacles, cell, enter},
    matching::{Candidate, Match, MatchKey, Taken, Twin, matches, matching},
    model::{Channel, Created, NewAdministrator, NewOrganization, Organization},
    name_key::name_key,
    operator::{NewOperator, Operator, create_operator, operator},
    payer::name_of_payer,
    typed::{Typed, forget_typed, keep_typed, typed},
};
use crate::{
    custom_fields,
    error::{Error, Result},
    roles::Permission,
    scope::{Scope, Standing},
    settings,
    types::{AccountKind, OrgKey},
};

/// The account types an organization may have created beneath it (S405-S407). Beneath an enterprise stand its
/// sub-organizations, which draw from its licences.
pub fn kinds_under(parent: &Standing) -> &'static [AccountKind] {
    match parent.kind {
        AccountKind::Partner => &[AccountKind::Customer, AccountKind::Partner, AccountKind::Enterprise],
        AccountKind::Enterprise => &[AccountKind::Customer],
        AccountKind::Customer => &[],
    }
}

/// Whether what is created beneath this organization has neither subscription nor billing of its own, because it draws
/// from the enterprise's licences and is billed to its account (S407).
pub fn draws_from_pool(parent: &Standing) -> bool {
    parent.kind == AccountKind::Enterprise
}

/// What a channel demands of what is created beneath the scope's organization, and what holds where a record is silent.
///
/// # Errors
/// Where the person may neither list nor create organizations.
pub async fn rules(db: &mut PgConnection, scope: &Scope, channel: Channel) -> Result<Rules> {
    let settings = settings::in_force(db, scope).await?;
    let more: Vec<Field> = settings.required_fields.iter().filter_map(|name| Field::named(name)).collect();
    let rules = Rules::of(channel, &scope.organization, settings.currency).tightened(&more);
    Ok(Rules { custom: custom_fields::list(db, scope).await?, ..rules })
}

/// What an edit of the scope's own organization demands.
///
/// # Errors
/// The database's.
pub async fn rules_of_edit(db: &mut PgConnection, scope: &Scope) -> Result<Rules> {
    let currency = settings::above(db, scope).await?.currency;
    Ok(Rules::edit(&scope.organization, currency))
}

/// Whether the person may put a new organization into these groups: whoever is kept to their own chooses exactly one of
/// them, anybody else any number of the partner's, or none (S263-S264). [`create`] asks again.
///
/// # Errors
/// [`Error::Invalid`] on `groups`.
pub async fn check_groups(db: &mut PgConnection, scope: &Scope, groups: &[Uuid]) -> Result<()> {
    groups::check(db, scope, groups).await
}

/// What a command made, if it was carried out: after a lost answer, and for the confirmation page.
///
/// # Errors
/// The database's.
pub async fn find_created_by_command(
    db: &mut PgConnection,
    scope: &Scope,
    command_id: Uuid,
) -> Result<Option<Created>> {
    store::find_by_command(db, scope.organization.id, command_id).await
}

/// The scope's own organization.
///
/// # Errors
/// Without [`Permission::ViewOrganization`].
pub async fn show(db: &mut PgConnection, scope: &Scope) -> Result<Organization> {
    scope.require(Permission::ViewOrganization)?;
    store::find(db, scope.organization.id).await?.ok_or(Error::NotFound)
}

/// The organization with this key, at or beneath the scope's, where the person sees it.
///
/// # Errors
/// [`Error::NotFound`] for any other key.
pub async fn find(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<Organization> {
    scope.require(Permission::ViewOrganization)?;
    store::find_by_key(db, scope.organization.id, scope.sight().groups(), key).await?.ok_or(Error::NotFound)
}

/// Those of these organizations directly beneath the scope's that the person sees, in no order.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn find_many(
    db: &mut PgConnection,
    scope: &Scope,
    ids: &[Uuid],
    keys: &[OrgKey],
) -> Result<Vec<Organization>> {
    scope.require(Permission::ListOrganizations)?;
    let found = store::find_many(db, scope.organization.id, scope.sight().groups(), ids, keys).await?;
    Ok(found.into_iter().filter(|one| one.parent_id == Some(scope.organization.id)).collect())
}

/// Names and keys of those of these organizations the person sees, by name.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn named(db: &mut PgConnection, scope: &Scope, keys: &[OrgKey]) -> Result<Vec<(String, OrgKey)>> {
    scope.require(Permission::ListOrganizations)?;
    store::many::named(db, scope.organization.id, scope.sight().groups(), keys).await
}
