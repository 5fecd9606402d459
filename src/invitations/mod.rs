//! Invitations into an organization, by mail: one person or a pasted list. The token is made when the mail is sent and
//! stands nowhere else, so whoever invites never holds it (T-19); it works once, for seven days, and only for whoever has
//! the address.

mod accept;
mod form;
mod model;
pub(crate) mod pages;
mod store;

use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use self::{
    accept::{accept, open, register},
    form::NewcomerForm,
};
pub use self::{
    form::{BulkForm, InviteForm},
    model::{Invitee, LIFETIME, Newcomer, Offer, Pending, SendWish, WORKS_FOR},
};
use crate::{
    app::App,
    credentials,
    custom_roles::{self, HeldRole},
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    jobs::{self, JobKind, NewJob},
    limits::{self, Limit},
    mail::{self, Invitation},
    roles::Permission,
    scope::Scope,
    types::{EmailAddress, OpaqueToken},
};

/// Invites people with one role: all of them, or nobody when one of them cannot be. Each comes with the field its
/// message belongs to.
///
/// # Errors
/// Without [`Permission::ManageUsers`]; [`Error::Invalid`] on `role`, and on the field of everybody who belongs to the
/// organization or is invited already; [`Error::TooMany`] when an address was sent too many.
pub async fn invite(app: &App, scope: &Scope, role: &str, people: &[(String, Invitee)]) -> Result<()> {
    scope.require(Permission::ManageUsers)?;
    let keys = sorted_keys(people);
    take_tries(app, &keys, people).await?;
    let invited = app.write(scope, async |db| write_all(db, scope, role, people).await).await;
    if invited.is_err() {
        limits::give_back(app, &tries(&keys)).await?;
    }
    invited
}

async fn write_all(db: &mut PgConnection, scope: &Scope, role: &str, people: &[(String, Invitee)]) -> Result<()> {
    let role = custom_roles::choose(db, scope, role).await?;
    refuse_members(db, scope, people).await?;
    let mut errors = FieldErrors::default();
    for (field, invitee) in people {
        match store::insert(db, scope, &role, invitee).await? {
            Some(id) => begin(db, scope, &role, invitee, id).await?,
            None => {
                let message = "is invited already. The list of users can send the invitation again";
                errors.add(field.clone(), format!("{} {message}", invitee.email));
            }
        }
    }
    Ok(errors.into_result()?)
}

async fn refuse_members(db: &mut PgConnection, scope: &Scope, people: &[(String, Invitee)]) -> Result<()> {
    let keys: Vec<String> = people.iter().map(|(_, invitee)| invitee.email.key()).collect();
    let members: HashMap<_, _> = store::members(db, scope.organization.id, &keys).await?.into_iter().collect();
    let mut errors = FieldErrors::default();
    for ((field, invitee), key) in people.iter().zip(&keys) {
        if let Some(name) = members.get(key) {
            let place = &scope.organization.name;
            errors.add(field.clone(), format!("{} belongs to {place} already, as {name}", invitee.email));
        }
    }
    Ok(errors.into_result()?)
}

/// In one order, so that two lists never wait for each other.
fn sorted_keys(people: &[(String, Invitee)]) -> Vec<String> {
    let mut keys: Vec<_> = people.iter().map(|(_, invitee)| invitee.email.key()).collect();
    keys.sort_unstable();
    keys
}

fn tries(keys: &[String]) -> Vec<(Limit, &str)> {
    keys.iter().map(|key| (Limit::InvitationPerAddress, key.as_str())).collect()
}

/// A mailbox is not to be flooded by way of us. What was typed is kept, so the refusal is a message of the form.
async fn take_tries(app: &App, keys: &[String], people: &[(String, Invitee)]) -> Result<()> {
    let field = if let [(field, _)] = people { field.clone() } else { "people".to_owned() };
    match limits::take_all(app, &tries(keys)).await {
        Err(Error::TooMany { .. }) => {
            let mut errors = FieldErrors::default();
            errors.add(field, "This address was sent as many invitations as it may get in a day. Try again tomorrow");
            Err(errors.into())
        }
        taken => taken,
    }
}

async fn begin(db: &mut PgConnection, scope: &Scope, role: &HeldRole, invitee: &Invitee, id: Uuid) -> Result<()> {
    let event = NewEvent {
        subject_id: Some(id),
        subject_name: Some(invitee.email.as_str()),
        after: Some(serde_json::json!({ "role": role.label })),
        ..NewEvent::new(scope.organization.id, EventKind::UserInvited)
    };
    events::record(db, scope, event).await?;
    enqueue(db, scope, SendWish { invitation_id: id, sending: 1 }).await
}

async fn enqueue(db: &mut PgConnection, scope: &Scope, wish: SendWish) -> Result<()> {
    let payload = serde_json::to_value(wish).map_err(anyhow::Error::from)?;
    jobs::enqueue(db, NewJob::new(JobKind::SendInvitation, payload, scope.now)).await
}

/// Sends an open invitation again: a new link for another seven days; the old one is dead at once.
///
/// # Errors
/// Without [`Permission::ManageUsers`]; [`Error::NotFound`] once it is over; [`Error::Refused`] when its role is more than
/// the person could give; [`Error::TooMany`].
pub async fn resend(app: &App, scope: &Scope, id: Uuid) -> Result<Pending> {
    let pending = app.read(scope, async |db| manage(db, scope, id).await).await?;
    limits::take(app, Limit::InvitationPerAddress, &address(&pending.email)?.key()).await?;
    app.write(scope, async |db| {
        let pending = manage(db, scope, id).await?;
        let sending = store::begin_sending(db, id, scope.now + LIFETIME).await?;
        enqueue(db, scope, SendWish { invitation_id: id, sending }).await?;
        events::record(db, scope, about(scope, &pending, EventKind::UserInvitedAgain)).await?;
        Ok(pending)
    })
    .await
}

/// Takes an open invitation back: its link is dead at once.
///
/// # Errors
/// As [`resend`].
pub async fn revoke(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Pending> {
    let pending = manage(db, scope, id).await?;
    store::revoke(db, id, scope.now).await?;
    events::record(db, scope, about(scope, &pending, EventKind::InvitationRevoked)).await?;
    Ok(pending)
}

async fn manage(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Pending> {
    scope.require(Permission::ManageUsers)?;
    let (pending, role) = store::find_pending(db, scope.organization.id, id).await?;
    match role.lacking(scope) {
        None => Ok(pending),
        Some(missing) => {
            let (email, missing) = (&pending.email, missing.label());
            let with = format!("{email} is invited with more than you hold here ({missing})");
            let reason = format!("{with}. Somebody who holds as much can change that").into();
            Err(Error::Denied { what: format!("change the invitation of {email}"), reason })
        }
    }
}

fn about<'a>(scope: &Scope, pending: &'a Pending, kind: EventKind) -> NewEvent<'a> {
    NewEvent {
        subject_id: Some(pending.id),
        subject_name: Some(&pending.email),
        ..NewEvent::new(scope.organization.id, kind)
    }
}

/// Makes the link and mails it; the job's part of [`invite`] and [`resend`].
///
/// # Errors
/// The database's.
pub async fn send(db: &mut PgConnection, wish: &SendWish, now: OffsetDateTime) -> Result<()> {
    let token = OpaqueToken::generate();
    if !store::set_token(db, wish.invitation_id, wish.sending, &token.hash(), now + LIFETIME).await? {
        return Ok(());
    }
    let Some(found) = store::find_by_token(db, &token.hash(), now).await? else { return Ok(()) };
    let Some((organization_name, sender)) = credentials::sender_of(db, found.organization_id).await? else {
        return Ok(());
    };
    let message = Invitation {
        sender,
        path: format!("/invitations/{}", token.as_str()),
        works_for: WORKS_FOR.to_owned(),
        recipient_name: found.name.clone(),
        organization_name,
        role: found.role.label,
        actor_name: found.invited_by,
    };
    let (to, name) = (address(&found.email)?, found.name.as_deref());
    mail::enqueue(db, Some(found.organization_id), &to, name, message, now).await?;
    Ok(())
}

fn address(stored: &str) -> Result<EmailAddress> {
    EmailAddress::parse(stored).map_err(|error| Error::Internal(anyhow::anyhow!("stored address: {error}")))
}
