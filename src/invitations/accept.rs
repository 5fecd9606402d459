//! Accepting an invitation, by the person it was mailed to. Whoever holds the token has shown that the mailbox is theirs.

use anyhow::anyhow;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    address,
    model::{Newcomer, Offer},
    store::{self, Found},
};
use crate::{
    app::App,
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    memberships,
    scope::RowScope,
    sessions,
    types::{OpaqueToken, OrgKey, TimeZone},
    users::{self, Account, NewUser},
};

/// The invitation behind a link; `None` when it was used, taken back, replaced, has expired or never existed.
///
/// # Errors
/// The database's.
pub(crate) async fn open(app: &App, token: &OpaqueToken) -> Result<Option<Offer>> {
    let now = app.clock.now();
    app.read(RowScope::System("open an invitation"), async |db| {
        let Some(found) = store::find_by_token(db, &token.hash(), now).await? else { return Ok(None) };
        let (key, name) = store::find_organization(db, found.organization_id).await?;
        let account = users::find_by_email(db, &address(&found.email)?).await?;
        // A switched-off account can neither sign in nor choose a password.
        if account.as_ref().is_some_and(|account| account.disabled) {
            return Ok(None);
        }
        Ok(Some(offer(found, &key, name, account)?))
    })
    .await
}

fn offer(found: Found, key: &str, organization_name: String, account: Option<Account>) -> Result<Offer> {
    Ok(Offer {
        organization_id: found.organization_id,
        organization_key: OrgKey::parse(key).map_err(|error| anyhow!("stored key: {error}"))?,
        organization_name,
        email: found.email,
        name: found.name,
        role: found.role.label,
        invited_by: found.invited_by,
        time_zone: found.time_zone,
        expires_at: found.expires_at,
        account,
    })
}

/// Lets a person who is signed in accept. The token is used up with it.
///
/// # Errors
/// [`Error::NotFound`] when it was used meanwhile, or is for another address.
pub(crate) async fn accept(app: &App, token: &OpaqueToken, user_id: Uuid) -> Result<()> {
    let now = app.clock.now();
    app.write(RowScope::System("accept an invitation"), async |db| {
        let account = users::find(db, user_id).await?.ok_or(Error::NotFound)?;
        join(db, token, &account, now).await
    })
    .await
}

/// Gives a person their account, or their first password, and accepts; returns who may now be signed in.
///
/// # Errors
/// As [`accept`]; also when the address has got a password meanwhile: it is signed in with then.
pub(crate) async fn register(app: &App, token: &OpaqueToken, offer: &Offer, new: &Newcomer) -> Result<Uuid> {
    let hash = app.passwords.hash(&new.password).await?;
    let now = app.clock.now();
    let email = address(&offer.email)?;
    app.write(RowScope::System("join by an invitation"), async |db| {
        let account = match users::find_by_email(db, &email).await? {
            Some(account) if account.password_hash.is_none() && !account.disabled => {
                users::set_password(db, account.id, &hash, now).await?;
                account
            }
            Some(_) => return Err(Error::NotFound),
            None => {
                let user = NewUser {
                    id: Uuid::now_v7(),
                    email: email.clone(),
                    given_name: None,
                    family_name: None,
                    display_name: new.display_name.clone(),
                    password: Some(hash),
                    time_zone: TimeZone::parse(&offer.time_zone).unwrap_or_else(|_| TimeZone::utc()),
                };
                users::create(db, &user, now).await?;
                users::find(db, user.id).await?.ok_or(Error::NotFound)?
            }
        };
        join(db, token, &account, now).await?;
        sessions::note(db, &account, now).await?;
        Ok(account.id)
    })
    .await
}

async fn join(db: &mut PgConnection, token: &OpaqueToken, account: &Account, now: OffsetDateTime) -> Result<()> {
    let found = store::find_by_token(db, &token.hash(), now).await?.ok_or(Error::NotFound)?;
    let key = address(&account.email)?.key();
    if !store::claim(db, &token.hash(), &key, account.id, now).await? {
        return Err(Error::NotFound);
    }
    let role = &found.role;
    memberships::join(db, account.id, found.organization_id, role.role, role.custom_role_id, now).await?;
    let event = NewEvent {
        subject_id: Some(account.id),
        subject_name: Some(&account.display_name),
        after: Some(serde_json::json!({ "role": role.label, "invited_by": found.invited_by })),
        ..NewEvent::new(found.organization_id, EventKind::UserJoined)
    };
    events::record_as(db, Some(account.id), &account.display_name, now, None, event).await
}
