//! Choosing a password: through a mailed link, for whoever has none or has forgotten it, and from the profile. Whatever
//! the way, every other session of the person ends and no other link works any more (T-34).

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use self::form::NewPasswordForm;
pub use self::model::{Instructions, Link, LinkWish, Purpose};
use crate::{
    app::App,
    error::{Error, Result},
    events::EventKind,
    jobs::{self, JobKind, NewJob},
    limits::{self, Limit},
    mail::{self, PasswordChanged, PasswordInstructions, PasswordReset, Sender},
    memberships, organizations,
    passwords::PasswordHash,
    scope::{Actor, RowScope},
    sessions,
    types::{EmailAddress, NewPassword, OpaqueToken, TimeZone},
    users::{self, Account},
};

/// Notes the wish for a link. Whether the address has an account is found out by a job, so that neither the answer nor
/// the time it takes tells (T-32). `client` is what the client is counted by.
///
/// # Errors
/// [`Error::TooMany`] when too many links were asked for, known address or not.
pub async fn ask_for_link(app: &App, email: &EmailAddress, client: &str) -> Result<()> {
    let key = email.key();
    limits::take_all(app, &[(Limit::PasswordLinkPerAccount, &key), (Limit::PasswordLinkPerClient, client)]).await?;
    let wish = LinkWish { email: email.to_string(), client: client.to_owned() };
    let payload = serde_json::to_value(wish).map_err(anyhow::Error::from)?;
    let job = NewJob::new(JobKind::SendPasswordLink, payload, app.clock.now());
    app.write(RowScope::System("ask for a password link"), async |db| jobs::enqueue(db, job).await).await
}

/// Mails a link to the address of the account, if there is one; the job's part of [`ask_for_link`]. The mail goes to the
/// address the account was made with, not to what was typed (T-24).
///
/// # Errors
/// The database's.
pub async fn send_link(db: &mut PgConnection, wish: &LinkWish, now: OffsetDateTime) -> Result<()> {
    let Ok(typed) = EmailAddress::parse(&wish.email) else { return Ok(()) };
    let account = users::find_by_email(db, &typed).await?;
    let Some(account) = account.filter(|account| !account.disabled) else { return Ok(()) };
    let zone = time_zone(db, account.id).await?;
    let message = PasswordReset {
        sender: sender_for(db, account.id).await?,
        path: path(&make_link(db, account.id, Purpose::Reset, now).await?),
        works_for: Purpose::Reset.works_for().to_owned(),
        requested_from: format!("{}, {}", wish.client, zone.format(now)),
    };
    mail::enqueue(db, None, &address(&account)?, Some(&account.display_name), message, now).await?;
    Ok(())
}

/// Mails the link of S415; the job's part of [`users::enqueue_password_instructions`].
///
/// # Errors
/// The database's.
pub async fn send_instructions(db: &mut PgConnection, wish: &Instructions, now: OffsetDateTime) -> Result<()> {
    let account = users::find(db, wish.user_id).await?.filter(|account| !account.disabled);
    let organization = sender_of(db, wish.organization_id).await?;
    let (Some(account), Some((organization_name, sender))) = (account, organization) else { return Ok(()) };
    let message = PasswordInstructions {
        sender,
        path: path(&make_link(db, account.id, Purpose::Instructions, now).await?),
        works_for: Purpose::Instructions.works_for().to_owned(),
        recipient_name: account.display_name.clone(),
        organization_name,
        actor_name: wish.actor.clone(),
    };
    mail::enqueue(db, Some(wish.organization_id), &address(&account)?, Some(&account.display_name), message, now)
        .await?;
    Ok(())
}

/// The name of an organization, and in whose name mails about it are sent: the partner that serves it, else its own.
/// Needs a transaction of the system: the partner stands above.
///
/// # Errors
/// The database's.
pub async fn sender_of(db: &mut PgConnection, organization_id: Uuid) -> Result<Option<(String, Sender)>> {
    let Some(name) = store::find_organization_name(db, organization_id).await? else { return Ok(None) };
    let sender = store::find_sender(db, organization_id).await?;
    Ok(Some((name.clone(), sender.unwrap_or_else(|| Sender::named(name)))))
}

/// Makes a link; only its hash is stored. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn make_link(
    db: &mut PgConnection,
    user_id: Uuid,
    purpose: Purpose,
    now: OffsetDateTime,
) -> Result<OpaqueToken> {
    let token = OpaqueToken::generate();
    store::insert(db, &token.hash(), user_id, purpose, now).await?;
    Ok(token)
}

/// Where a link leads.
pub fn path(token: &OpaqueToken) -> String {
    format!("/password/{}", token.as_str())
}

/// Whose password the link sets; `None` when it was used, has expired or never existed.
///
/// # Errors
/// The database's.
pub(crate) async fn open(app: &App, token: &OpaqueToken) -> Result<Option<(Link, Account)>> {
    let now = app.clock.now();
    app.read(RowScope::System("open a password link"), async |db| {
        let Some(link) = store::find(db, &token.hash(), now).await? else { return Ok(None) };
        Ok(users::find(db, link.user_id).await?.map(|account| (link, account)))
    })
    .await
}

/// Sets the password through the link, which is used up, and ends every session of the person. The person has shown
/// that the mailbox is theirs, so guesses of others no longer keep them out.
///
/// # Errors
/// [`Error::NotFound`] when the link was used meanwhile.
pub(crate) async fn choose(app: &App, token: &OpaqueToken, account: &Account, new: &NewPassword) -> Result<()> {
    let hash = app.passwords.hash(new).await?;
    let now = app.clock.now();
    app.write(RowScope::System("choose a password through a link"), async |db| {
        if !store::claim(db, &token.hash(), now).await? {
            return Err(Error::NotFound);
        }
        set(db, account, &hash, None, now).await?;
        users::lift_sign_in_limit(db, &account.email).await
    })
    .await
}

/// Changes the password of somebody who knows the present one; their other sessions end.
///
/// # Errors
/// The database's.
pub(crate) async fn change(app: &App, actor: &Actor, keep: Uuid, new: &NewPassword) -> Result<()> {
    let hash = app.passwords.hash(new).await?;
    let now = app.clock.now();
    app.write(RowScope::System("change a password"), async |db| {
        let account = users::find(db, actor.user_id).await?.ok_or(Error::NotFound)?;
        set(db, &account, &hash, Some(keep), now).await
    })
    .await
}

/// What every way has in common. The person hears of a change, in case it was somebody else; a first password is none.
async fn set(
    db: &mut PgConnection,
    account: &Account,
    hash: &PasswordHash,
    keep: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<()> {
    users::set_password(db, account.id, hash, now).await?;
    sessions::end_others(db, account.id, keep).await?;
    store::use_all(db, account.id, now).await?;
    users::record(db, account.id, &account.display_name, EventKind::PasswordSet, now).await?;
    if account.password_hash.is_none() {
        return Ok(());
    }
    let at = time_zone(db, account.id).await?.format(now);
    let message = PasswordChanged { sender: sender_for(db, account.id).await?, at };
    mail::enqueue(db, None, &address(account)?, Some(&account.display_name), message, now).await?;
    Ok(())
}

/// In whose name a mail about an organization is sent: the partner that serves it, where one has said how to be asked.
pub(crate) async fn sender_of(db: &mut PgConnection, organization_id: Uuid) -> Result<Option<Sender>> {
    store::find_sender(db, organization_id).await
}

/// In whose name a mail to the person is sent: the partner that serves the organization they belong to first, else the
/// operator.
pub(crate) async fn sender_for(db: &mut PgConnection, user_id: Uuid) -> Result<Sender> {
    if let Some(first) = memberships::all(db, user_id).await?.first()
        && let Some(sender) = store::find_sender(db, first.organization_id).await?
    {
        return Ok(sender);
    }
    let operator = organizations::operator(db).await?;
    Ok(operator.map_or_else(|| Sender::named("Tenantry"), |operator| Sender::named(operator.name)))
}

/// Where the person reads times.
pub(crate) async fn time_zone(db: &mut PgConnection, user_id: Uuid) -> Result<TimeZone> {
    let profile = users::profile(db, user_id).await?;
    Ok(TimeZone::parse(&profile.time_zone).unwrap_or_else(|_| TimeZone::utc()))
}

fn address(account: &Account) -> Result<EmailAddress> {
    EmailAddress::parse(&account.email).map_err(|error| Error::Internal(anyhow::anyhow!("stored address: {error}")))
}
