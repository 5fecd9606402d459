//! The second factor: codes of an app (TOTP, RFC 6238) beside the password, ten recovery codes for the day the app is lost,
//! and the roles of an organization that need one. A person has one factor everywhere, as they have one password (D1).

mod check;
mod form;
mod model;
mod notice;
pub(crate) mod pages;
mod qr;
mod rules;
mod seal;
mod store;

use anyhow::{Context, anyhow};
use sqlx::PgConnection;
use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

pub use self::{
    check::{check, prove},
    form::{Attempt, ConfirmForm, ProofForm},
    model::{Check, Factor, Offer, RECOVERY_CODES, RecoveryCode},
    rules::{Rules, rules, save_rules},
};
use self::{model::grouped, seal::Seal};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    events::EventKind,
    mail::FactorChange,
    organizations,
    scope::{Actor, RowScope},
    sessions, setup,
    types::{EmailAddress, VerificationCode},
    users,
};

/// The length of a secret in bytes, as RFC 4226 section 4 recommends.
const SECRET: usize = 20;

/// The person's factor, if one counts.
///
/// # Errors
/// The database's.
pub async fn find(db: &mut PgConnection, user_id: Uuid) -> Result<Option<Factor>> {
    store::find(db, user_id).await
}

/// Makes a new secret for the person. It does not count until [`confirm`].
///
/// # Errors
/// [`Error::Refused`] when the person has a factor that counts.
pub async fn begin(app: &App, actor: &Actor) -> Result<()> {
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let kept = app
        .write(RowScope::System("seal a second factor"), async |db| {
            let sealed = seal(db, app).await?.close(actor.user_id, &secret)?;
            store::offer(db, actor.user_id, &sealed, app.clock.now()).await
        })
        .await?;
    if kept { Ok(()) } else { Err(Error::Refused("You have an authenticator app already. Remove it first.".into())) }
}

/// What [`begin`] made, to be shown to the person and nobody else; `None` when there is nothing to confirm.
///
/// # Errors
/// The database's; [`Error::Internal`] when the secret does not open.
pub async fn offer(app: &App, actor: &Actor) -> Result<Option<Offer>> {
    let read = app.read(RowScope::System("show a new second factor to its owner"), async |db| {
        let secret = open(db, app, actor.user_id, false).await?;
        let operator = organizations::operator(db).await?;
        Ok(secret.zip(operator.map(|operator| operator.name)))
    });
    let Some((secret, issuer)) = read.await? else { return Ok(None) };
    let text = grouped(&Secret::new(secret.clone().into()).to_base32(), " ");
    // A colon separates issuer and account in the address, so neither may have one.
    let plain = |name: &str| name.replace(':', " ");
    let totp = Builder::new().with_secret(Secret::new(secret.into())).with_account_name(plain(&actor.email));
    let totp = totp.with_issuer(Some(plain(&issuer))).build().map_err(|error| anyhow!("second factor: {error}"))?;
    let address = totp.to_url().map_err(|error| anyhow!("second factor: {error}"))?;
    Ok(Some(Offer { text, address }))
}

/// Makes the factor count with its first code, and gives the recovery codes: they are shown once and only kept as hashes.
/// The person's sessions elsewhere end, for they were opened without it; `keep` is this one.
///
/// # Errors
/// [`Error::Invalid`] on `code` when it is not right, [`Error::NotFound`] without [`begin`], [`Error::TooMany`].
pub async fn confirm(
    app: &App,
    actor: &Actor,
    keep: Uuid,
    code: &VerificationCode,
    client: &str,
) -> Result<Vec<RecoveryCode>> {
    let (codes, now) = (new_codes()?, app.clock.now());
    check::limited(app, actor.user_id, client, async || {
        app.write(RowScope::System("confirm a second factor"), async |db| {
            let secret = open(db, app, actor.user_id, false).await?.ok_or(Error::NotFound)?;
            let Some(step) = matching_step(&secret, code, now)? else { return Ok(None) };
            if !store::confirm(db, actor.user_id, step, now).await? {
                return Err(Error::NotFound);
            }
            keep_codes(db, actor.user_id, &codes).await?;
            sessions::end_others(db, actor.user_id, Some(keep)).await?;
            notice::tell(db, actor.user_id, EventKind::FactorAdded, FactorChange::Added, now).await?;
            Ok(Some(()))
        })
        .await
    })
    .await?
    .ok_or_else(|| {
        FieldErrors::on("code", "This code is not right. Enter the one your app shows now; is its clock right?").into()
    })
    .map(|()| codes)
}

/// New recovery codes; the old ones work no longer.
///
/// # Errors
/// [`Error::NotFound`] without a factor.
pub async fn renew_recovery_codes(app: &App, actor: &Actor) -> Result<Vec<RecoveryCode>> {
    let (codes, now) = (new_codes()?, app.clock.now());
    app.write(RowScope::System("make recovery codes"), async |db| {
        store::find(db, actor.user_id).await?.ok_or(Error::NotFound)?;
        keep_codes(db, actor.user_id, &codes).await?;
        notice::tell(db, actor.user_id, EventKind::RecoveryCodesMade, FactorChange::NewCodes, now).await
    })
    .await?;
    Ok(codes)
}

/// Removes the factor and its recovery codes; sessions elsewhere end.
///
/// # Errors
/// [`Error::NotFound`] without a factor.
pub async fn remove(app: &App, actor: &Actor, keep: Uuid) -> Result<()> {
    app.write(RowScope::System("remove a second factor"), async |db| {
        store::find(db, actor.user_id).await?.ok_or(Error::NotFound)?;
        take_away(db, actor.user_id, Some(keep), app.clock.now()).await
    })
    .await
}

/// Takes the factor away from somebody who has lost both app and recovery codes: from the command line, by whoever runs
/// the installation and has made sure who asks. Gives the words for the terminal.
///
/// # Errors
/// When no account has the address.
pub async fn rescue(app: &App, email: &str) -> anyhow::Result<&'static str> {
    let (email, now) = (EmailAddress::parse(email)?, app.clock.now());
    let removed = app.write(RowScope::System("remove a second factor from the command line"), async |db| {
        let account = users::find_by_email(db, &email).await?.ok_or(Error::NotFound)?;
        let had_one = store::find(db, account.id).await?.is_some();
        take_away(db, account.id, None, now).await?;
        Ok(had_one)
    });
    match removed.await {
        Ok(true) => Ok("The second factor is removed. The person has a mail about it and is signed out everywhere."),
        Ok(false) => Ok("The person has no second factor."),
        Err(Error::NotFound) => anyhow::bail!("no account has the address {email}"),
        Err(error) => Err(error.into()),
    }
}

async fn take_away(db: &mut PgConnection, user_id: Uuid, keep: Option<Uuid>, now: OffsetDateTime) -> Result<()> {
    if store::delete(db, user_id).await? {
        sessions::end_others(db, user_id, keep).await?;
        notice::tell(db, user_id, EventKind::FactorRemoved, FactorChange::Removed, now).await?;
    }
    Ok(())
}

fn new_codes() -> anyhow::Result<Vec<RecoveryCode>> {
    (0..RECOVERY_CODES).map(|_| RecoveryCode::generate()).collect()
}

async fn keep_codes(db: &mut PgConnection, user_id: Uuid, codes: &[RecoveryCode]) -> Result<()> {
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code.hash(user_id).to_vec()).collect();
    store::replace_recovery_codes(db, user_id, &hashes).await
}

async fn seal(db: &mut PgConnection, app: &App) -> Result<Seal> {
    Ok(Seal::new(&setup::cookie_secret(db).await?, app.settings.secret.as_ref())?)
}

/// The person's secret, of a factor that counts or of one that does not yet. One that is sealed with a weaker key than
/// there is now is sealed again.
async fn open(db: &mut PgConnection, app: &App, user_id: Uuid, confirmed: bool) -> Result<Option<Vec<u8>>> {
    let Some(stored) = store::find_sealed(db, user_id).await?.filter(|stored| stored.confirmed == confirmed) else {
        return Ok(None);
    };
    let seal = seal(db, app).await?;
    let secret = seal.open(user_id, &stored.secret)?;
    if seal.could_be_better(&stored.secret) {
        store::update_secret(db, user_id, &seal.close(user_id, &secret)?).await?;
    }
    Ok(Some(secret))
}

/// The step of which this is the code: the present one, the last or the next, since clocks differ (RFC 6238 section 5.2).
fn matching_step(secret: &[u8], code: &VerificationCode, now: OffsetDateTime) -> Result<Option<i64>> {
    let totp: Totp = Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_skew(1)
        .with_account_name("nobody")
        .build()
        .map_err(|error| anyhow!("second factor: {error}"))?;
    let seconds = u64::try_from(now.unix_timestamp()).context("before 1970")?;
    Ok(totp.check(code.as_str(), seconds).and_then(|step| i64::try_from(step).ok()))
}
