//! People. A person is one user everywhere: one address, one password; memberships say where they belong
//! (SPEC section 2, D1).

mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::model::{Account, NewUser, Profile, ProfileChanges, Theme};
use crate::{
    app::App,
    error::Result,
    events::{self, EventKind, NewEvent},
    jobs::{self, JobKind, NewJob},
    limits::{self, Limit},
    memberships,
    passwords::PasswordHash,
    scope::RowScope,
    types::{EmailAddress, EnteredPassword},
};

/// Adds a person.
///
/// # Errors
/// [`crate::error::Error::Invalid`] on `email` when the address has an account, in whatever spelling.
pub async fn create(db: &mut PgConnection, new: &NewUser, now: OffsetDateTime) -> Result<()> {
    store::insert(db, new, now).await
}

/// The account of an address, in whatever spelling. Needs a transaction of the system: people are global.
///
/// # Errors
/// The database's.
pub async fn find_by_email(db: &mut PgConnection, email: &EmailAddress) -> Result<Option<Account>> {
    store::find_by_key(db, &email.key()).await
}

/// The account with this id.
///
/// # Errors
/// The database's.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    store::find(db, id).await
}

/// The account, when the password is its own. Every page that asks for a password comes here, so there is one limit and
/// no second oracle (T-31). `client` is what the client is counted by (`web::client::client_network`).
///
/// `None` is the one answer to an unknown address, a wrong password, an account without a password and a disabled one;
/// all four take the same time (QUALITY 31).
///
/// # Errors
/// [`crate::error::Error::TooMany`] when too many wrong passwords were tried for the account or by the client.
pub async fn check_password(
    app: &App,
    email: &EmailAddress,
    attempt: &EnteredPassword,
    client: &str,
) -> Result<Option<Account>> {
    let key = email.key();
    let both = format!("{key} {client}");
    let tries = [
        (Limit::SignInPerAccount, key.as_str()),
        (Limit::SignInPerAccountAndClient, both.as_str()),
        (Limit::SignInPerClient, client),
    ];
    limits::take_all(app, &tries).await?;
    let account = app.read(RowScope::System("find the account"), async |db| find_by_email(db, email).await).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let right = app.passwords.verify(attempt.secret().clone(), hash).await?;
    let account = account.filter(|account| right && !account.disabled);
    if account.is_some() {
        limits::give_back(app, &tries).await?;
    }
    Ok(account)
}

/// Stores a new password. Whoever calls this also ends the person's other sessions (T-34).
///
/// # Errors
/// The database's.
pub async fn set_password(db: &mut PgConnection, id: Uuid, password: &PasswordHash, now: OffsetDateTime) -> Result<()> {
    store::update_password(db, id, password, now).await
}

/// The person owns the account: guesses of others no longer count against it. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn lift_sign_in_limit(db: &mut PgConnection, email: &str) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|error| anyhow::anyhow!("stored address: {error}"))?;
    limits::forget(db, Limit::SignInPerAccount, &email.key()).await
}

/// Notes that the person has signed in; says whether it was the first time.
///
/// # Errors
/// The database's.
pub async fn note_sign_in(db: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> Result<bool> {
    store::update_last_sign_in(db, id, now).await
}

/// Writes down what a person did for themselves, in the organization they belong to first. Needs a transaction of the
/// system. People without an organization leave no trace: nobody administers them.
///
/// # Errors
/// The database's.
pub async fn record(db: &mut PgConnection, id: Uuid, name: &str, kind: EventKind, now: OffsetDateTime) -> Result<()> {
    match memberships::all(db, id).await?.first() {
        Some(first) => {
            events::record_as(db, Some(id), name, now, None, NewEvent::new(first.organization_id, kind)).await
        }
        None => Ok(()),
    }
}

/// Lets the person choose a password through a link in a mail (S415), in the caller's transaction. The link is made by
/// the job that mails it, so that nobody but the person ever holds it (T-19). `actor` is who made them an administrator.
///
/// # Errors
/// The database's.
pub async fn enqueue_password_instructions(
    db: &mut PgConnection,
    user_id: Uuid,
    organization_id: Uuid,
    actor: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let payload = serde_json::json!({ "user_id": user_id, "organization_id": organization_id, "actor": actor });
    jobs::enqueue(db, NewJob::new(JobKind::SendPasswordInstructions, payload, now)).await
}

/// The person's own facts.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when the account is gone.
pub async fn profile(db: &mut PgConnection, id: Uuid) -> Result<Profile> {
    store::find_profile(db, id).await
}

/// Changes the person's own facts.
///
/// # Errors
/// The database's.
pub async fn change_profile(db: &mut PgConnection, id: Uuid, changes: &ProfileChanges) -> Result<()> {
    store::update_profile(db, id, changes).await
}

/// Sets the theme, or leaves it to the system.
///
/// # Errors
/// The database's.
pub async fn set_theme(db: &mut PgConnection, id: Uuid, theme: Option<Theme>) -> Result<()> {
    store::update_theme(db, id, theme).await
}
