//! The first administrator of a new organization, and the mails that tell about it.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Created, NewAdministrator, NewOrganization},
    store::NewRow,
};
use crate::{
    error::Result,
    mail::{self, Message, OrganizationCreated, Sender, Welcome},
    memberships::{self, NewMembership},
    roles::Role,
    scope::Scope,
    settings,
    types::{AccountKind, EmailAddress},
    users,
};

/// Gives the organization its administrator, where one was named, and tells the people concerned.
pub(super) async fn add(db: &mut PgConnection, scope: &Scope, created: &Created, new: &NewOrganization) -> Result<()> {
    let sender = sender(db, scope).await?;
    match &new.administrator {
        NewAdministrator::Later { .. } => {}
        NewAdministrator::Existing { user_id, email, name } => {
            join(db, scope, created.id, *user_id, new.details.kind).await?;
            welcome(db, scope, created, &sender, email, name).await?;
        }
        NewAdministrator::New { user, send_instructions } => {
            users::create(db, user, scope.now).await?;
            join(db, scope, created.id, user.id, new.details.kind).await?;
            if *send_instructions {
                users::enqueue_password_instructions(db, user.id, created.id, &scope.actor.display_name, scope.now)
                    .await?;
            } else if user.password.is_some() {
                welcome(db, scope, created, &sender, &user.email, user.display_name.as_str()).await?;
            }
        }
    }
    notify(db, scope, created, &sender, new).await
}

/// Everything in the one organization; a partner's administrator also in everything beneath it (SPEC section 3).
async fn join(
    db: &mut PgConnection,
    scope: &Scope,
    organization_id: Uuid,
    user_id: Uuid,
    kind: AccountKind,
) -> Result<()> {
    let role = if kind == AccountKind::Partner { Role::ResellerAdmin } else { Role::OrgAdmin };
    memberships::add(db, &NewMembership { user_id, organization_id, role }, scope.now).await
}

async fn welcome(
    db: &mut PgConnection,
    scope: &Scope,
    created: &Created,
    sender: &Sender,
    to: &EmailAddress,
    name: &str,
) -> Result<()> {
    let message = Welcome {
        sender: sender.clone(),
        recipient_name: name.to_owned(),
        organization_name: created.name.clone(),
        org_key: created.key.to_string(),
        actor_name: scope.actor.display_name.clone(),
    };
    mail::enqueue(db, Some(created.id), to, Some(name), message, scope.now).await?;
    Ok(())
}

/// The organization's own address hears of it, unless it is the administrator's, who hears already (D8).
async fn notify(
    db: &mut PgConnection,
    scope: &Scope,
    created: &Created,
    sender: &Sender,
    new: &NewOrganization,
) -> Result<()> {
    let Some(to) = &new.details.notification_email else { return Ok(()) };
    let hears = match &new.administrator {
        NewAdministrator::Later { .. } => None,
        NewAdministrator::Existing { email, .. } => Some(email),
        NewAdministrator::New { user, .. } => Some(&user.email),
    };
    if hears.is_some_and(|email| email.key() == to.key()) {
        return Ok(());
    }
    let message = OrganizationCreated {
        sender: sender.clone(),
        organization_name: created.name.clone(),
        org_key: created.key.to_string(),
        actor_name: scope.actor.display_name.clone(),
    };
    mail::enqueue(db, Some(created.id), to, None, message, scope.now).await?;
    Ok(())
}

/// Tells the addresses of many new organizations, none of which has an administrator yet.
pub(super) async fn notify_many(
    db: &mut PgConnection,
    scope: &Scope,
    rows: &[NewRow<'_>],
    written: &HashSet<Uuid>,
) -> Result<()> {
    let sender = sender(db, scope).await?;
    let mail = |row: &'_ NewRow<'_>| {
        let message = OrganizationCreated {
            sender: sender.clone(),
            organization_name: row.details.name.to_string(),
            org_key: row.key.to_string(),
            actor_name: scope.actor.display_name.clone(),
        };
        (row.id, Message::from(message))
    };
    let told = rows.iter().filter(|row| written.contains(&row.id));
    let mails = told.filter_map(|row| {
        let (id, message) = mail(row);
        row.details.notification_email.as_ref().map(|to| (id, to, message))
    });
    mail::enqueue_all(db, mails.collect(), scope.now).await
}

/// Mails go out in the name of the organization that creates, with its support contact.
///
/// # Errors
/// The database's.
pub async fn sender(db: &mut PgConnection, scope: &Scope) -> Result<Sender> {
    let support = settings::in_force(db, scope).await?.support;
    Ok(Sender {
        name: scope.organization.name.clone(),
        support_email: support.email.map(|email| email.to_string()),
        support_phone: support.phone.map(|phone| phone.display()),
        support_url: support.url,
    })
}
