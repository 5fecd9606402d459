//! "Want more than one?" (S264-S265): who may assign one group asks, whoever manages the groups answers.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    members,
    model::{NewRequest, Request},
    store::requests as store,
};
use crate::{
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    mail::{self, GroupRequestAnswered, Sender},
    roles::Permission,
    scope::Scope,
    settings,
    types::FreeText,
};

/// Requests on one page, those that wait first.
const SHOWN: i64 = 100;

/// The requests of the partner for whoever answers them; for anybody else their own.
///
/// # Errors
/// Without [`Permission::AskForGroups`].
pub async fn requests(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Request>> {
    scope.require(Permission::AskForGroups)?;
    let only = (!scope.may(Permission::ManageGroups)).then_some(scope.actor.user_id);
    store::list(db, scope.organization.id, only, SHOWN).await
}

/// Asks for more groups: for an organization the person sees, or in general.
///
/// # Errors
/// Without [`Permission::AskForGroups`]; [`Error::Invalid`] on an organization or a group that is not the person's to
/// name.
pub async fn ask(db: &mut PgConnection, scope: &Scope, new: &NewRequest) -> Result<Uuid> {
    scope.require(Permission::AskForGroups)?;
    let sight = scope.sight();
    let partner_id = scope.organization.id;
    let organization_id = match &new.organization {
        None => None,
        Some(key) => {
            let found = store::find_organization(db, partner_id, key, sight.groups()).await?;
            let unknown = || FieldErrors::on("organization", "You see no organization with this Org Key");
            Some(found.ok_or_else(unknown)?)
        }
    };
    if sight.groups().is_some_and(|own| new.groups.iter().any(|group| !own.contains(group))) {
        return Err(FieldErrors::on("groups", "Choose among your own groups, and name others in words").into());
    }
    let id = Uuid::now_v7();
    store::insert(db, scope, id, organization_id, new).await?;
    let event = NewEvent {
        subject_id: Some(id),
        after: Some(json!({ "message": new.message })),
        ..NewEvent::new(partner_id, EventKind::GroupRequestCreated)
    };
    events::record(db, scope, event).await?;
    Ok(id)
}

/// Answers a request once. Granting one that names an organization and groups puts the one into the others at once. The
/// person who asked gets a mail. Returns their name.
///
/// # Errors
/// Without [`Permission::ManageGroups`]; [`Error::NotFound`]; [`Error::Refused`] when it was answered already.
pub async fn answer(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    granted: bool,
    reply: Option<&FreeText>,
) -> Result<String> {
    scope.require(Permission::ManageGroups)?;
    let asked = store::lock(db, scope.organization.id, id).await?.ok_or(Error::NotFound)?;
    if asked.answered {
        return Err(Error::Refused("The request was answered already.".into()));
    }
    if let (true, Some(organization_id)) = (granted, asked.organization_id) {
        for group in &asked.group_ids {
            members::add(db, scope, *group, &[organization_id]).await?;
        }
    }
    store::answer(db, scope, id, granted, reply).await?;
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(&asked.user_name),
        after: Some(json!({ "granted": granted, "reply": reply })),
        ..NewEvent::new(scope.organization.id, EventKind::GroupRequestAnswered)
    };
    events::record(db, scope, event).await?;
    let message = GroupRequestAnswered {
        sender: sender(db, scope).await?,
        recipient_name: asked.user_name.clone(),
        organization_name: scope.organization.name.clone(),
        path: format!("/o/{}/group-requests", scope.organization.key),
        actor_name: scope.actor.display_name.clone(),
        granted,
        asked: asked.message,
        reply: reply.map(ToString::to_string).unwrap_or_default(),
    };
    let organization = Some(scope.organization.id);
    mail::enqueue(db, organization, &asked.email, Some(&asked.user_name), message, scope.now).await?;
    Ok(asked.user_name)
}

async fn sender(db: &mut PgConnection, scope: &Scope) -> Result<Sender> {
    let support = settings::in_force(db, scope).await?.support;
    Ok(Sender {
        name: scope.organization.name.clone(),
        support_email: support.email.map(|email| email.to_string()),
        support_phone: support.phone.map(|phone| phone.display()),
        support_url: support.url,
    })
}
