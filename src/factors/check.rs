//! Checking what was typed to prove oneself. All doors come here, so there is one limit and no second oracle (T-31).

use uuid::Uuid;

use super::{Attempt, Check, ProofForm, matching_step, notice, open, store};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    events::EventKind,
    limits::{self, Limit},
    mail::FactorChange,
    scope::{Actor, RowScope},
    types::EmailAddress,
    users,
};

/// Whether the code is right, and uses it up: a code of the app counts once, and so does a recovery code. `false` is also
/// the answer for somebody without a factor.
///
/// # Errors
/// [`crate::error::Error::TooMany`] when too many wrong codes were tried for the person, from here or from anywhere.
pub async fn check(app: &App, check: Check<'_>) -> Result<bool> {
    let right = limited(app, check.user_id, check.client, async || match check.attempt {
        Attempt::Code(_) => use_code(app, check).await,
        Attempt::Recovery(_) => use_recovery_code(app, check).await,
    });
    Ok(right.await?.is_some())
}

/// Whether the person has proved themselves: by a code when they have a factor, else by the password. The message stands
/// on the field that was asked for.
///
/// # Errors
/// [`crate::error::Error::Invalid`] when the proof is not right, [`crate::error::Error::TooMany`].
pub async fn prove(app: &App, actor: &Actor, form: &ProofForm, client: &str) -> Result<()> {
    let has_factor = app.read(actor, async |db| store::find(db, actor.user_id).await).await?.is_some();
    if has_factor {
        let attempt = form.attempt()?;
        let right = check(app, Check { user_id: actor.user_id, attempt: &attempt, client }).await?;
        return if right { Ok(()) } else { Err(attempt.refusal().into()) };
    }
    let password = form.password()?;
    let email = EmailAddress::parse(&actor.email).map_err(|error| anyhow::anyhow!("stored address: {error}"))?;
    match users::check_password(app, &email, &password, client).await? {
        Some(_) => Ok(()),
        None => {
            Err(FieldErrors::on("proof_password", "This is not your password. Passwords are case-sensitive").into())
        }
    }
}

impl Attempt {
    /// The message for a code that is not right.
    pub(crate) fn refusal(&self) -> FieldErrors {
        match self {
            Self::Code(_) => FieldErrors::on(
                "proof_code",
                "This code is not right, or was used already. Wait until your app shows the next one",
            ),
            Self::Recovery(_) => {
                FieldErrors::on("proof_recovery", "This recovery code is not right, or was used already")
            }
        }
    }
}

/// Takes a try, does the work, and gives the try back when it turns out to be right (QUALITY 29).
pub(super) async fn limited<T>(
    app: &App,
    user_id: Uuid,
    client: &str,
    work: impl AsyncFnOnce() -> Result<Option<T>>,
) -> Result<Option<T>> {
    let person = user_id.to_string();
    let both = format!("{person} {client}");
    let tries = [(Limit::FactorPerPerson, person.as_str()), (Limit::FactorPerPersonAndClient, both.as_str())];
    limits::take_all(app, &tries).await?;
    let done = work().await?;
    if done.is_some() {
        limits::give_back(app, &tries).await?;
    }
    Ok(done)
}

async fn use_code(app: &App, check: Check<'_>) -> Result<Option<()>> {
    let Attempt::Code(code) = check.attempt else { return Ok(None) };
    app.write(RowScope::System("check a code"), async |db| {
        let Some(secret) = open(db, app, check.user_id, true).await? else { return Ok(None) };
        let Some(step) = matching_step(&secret, code, app.clock.now())? else { return Ok(None) };
        Ok(store::use_step(db, check.user_id, step).await?.then_some(()))
    })
    .await
}

async fn use_recovery_code(app: &App, check: Check<'_>) -> Result<Option<()>> {
    let (Attempt::Recovery(code), now) = (check.attempt, app.clock.now()) else { return Ok(None) };
    app.write(RowScope::System("use a recovery code"), async |db| {
        let user_id = check.user_id;
        if !store::use_recovery_code(db, user_id, &code.hash(user_id), now).await? {
            return Ok(None);
        }
        let left = store::find(db, user_id).await?.map_or(0, |factor| factor.codes_left);
        notice::tell(db, user_id, EventKind::RecoveryCodeUsed, FactorChange::CodeUsed { left }, now).await?;
        Ok(Some(()))
    })
    .await
}
