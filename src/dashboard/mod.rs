//! The first page of an organization: its dashboard (S138-S140), and for whoever has organizations beneath, their home.

mod checklist;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    checklist::{Action, Item, checklist},
    model::{Administrator, Beneath, Labels, Overview},
};
use crate::{
    billing, custom_fields,
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    organizations,
    roles::Permission,
    scope::Scope,
    settings, subscriptions, users,
};

/// How many events are read for the feed, which shows about half of them.
const EVENTS: i64 = 16;
/// How many organizations beneath the hierarchy names; one more shows that there are further ones.
pub(crate) const BENEATH: usize = 8;

/// Everything the page of the scope's organization shows.
///
/// # Errors
/// Without [`Permission::ViewOrganization`].
pub async fn overview(db: &mut PgConnection, scope: &Scope) -> Result<Overview> {
    let organization = organizations::show(db, scope).await?;
    let id = organization.id;
    let figures =
        if scope.may(Permission::ListOrganizations) { Some(organizations::figures(db, scope).await?) } else { None };
    let sees_all = scope.may(Permission::ListOrganizations) && scope.sight().groups().is_none();
    let beneath = if sees_all { store::beneath(db, id, BENEATH as i64 + 1).await? } else { Vec::new() };
    Ok(Overview {
        figures,
        beneath,
        custom: custom_fields::own(db, scope).await?,
        billing: billing::own_account(db, id).await?,
        administrators: store::administrators(db, id).await?,
        people: store::people(db, id).await?,
        subscriptions: subscriptions::list(db, id).await?,
        created_by: events::latest(db, id, EventKind::OrganizationCreated).await?.map(|event| event.actor_name),
        events: events::recent(db, scope, EVENTS).await?,
        support: settings::above(db, scope).await?.support,
        prices: settings::in_force(db, scope).await?,
        organization,
    })
}

/// What the partner of this scope keeps about an organization directly beneath it: its groups and tags.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for any other organization.
pub async fn labels(db: &mut PgConnection, partner: &Scope, organization_id: Uuid) -> Result<Labels> {
    partner.require(Permission::ListOrganizations)?;
    store::labels(db, partner.organization.id, organization_id).await?.ok_or(Error::NotFound)
}

/// Sends the instructions to choose a password once more to every administrator of the scope's organization who has
/// none yet (S415). Returns to whom.
///
/// # Errors
/// Without [`Permission::ManageUsers`]; [`Error::Invalid`] when every administrator has a password already.
pub async fn send_password_instructions(db: &mut PgConnection, scope: &Scope) -> Result<Vec<String>> {
    scope.require(Permission::ManageUsers)?;
    let id = scope.organization.id;
    let waiting: Vec<Administrator> =
        store::administrators(db, id).await?.into_iter().filter(|person| !person.has_password).collect();
    if waiting.is_empty() {
        return Err(Error::Invalid(FieldErrors::on("", "Every administrator has a password already")));
    }
    for person in &waiting {
        users::enqueue_password_instructions(db, person.user_id, id, &scope.actor.display_name, scope.now).await?;
        let event = NewEvent {
            subject_id: Some(person.user_id),
            subject_name: Some(&person.name),
            ..NewEvent::new(id, EventKind::PasswordInstructionsSent)
        };
        events::record(db, scope, event).await?;
    }
    Ok(waiting.into_iter().map(|person| person.email).collect())
}
