//! The second half of the step: how the administrator of a proved address will sign in (S115-S117, D1).

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{
        model::{Draft, Proof, ProvedAccess},
        open, open_for_change,
        step::Step,
        store,
    },
    scope::{RowScope, Scope},
    types::{EmailAddress, EnteredPassword, NewPassword},
    users::{self, Account},
};

/// Which password the second half of the step asks for. Looked up only once the address is proved (QUALITY 31).
#[derive(Debug, Clone)]
pub enum PasswordAsked {
    /// A new one.
    New,
    /// That of the account the address already has (D1).
    Existing,
    /// None: the account was told how to choose one, and has not yet.
    Invited(Uuid),
    /// None: the account is switched off.
    Disabled,
}

/// Which password is asked for, for a draft whose address is proved; `None` for any other.
///
/// # Errors
/// The database's.
pub async fn password_asked(app: &App, draft: &Draft) -> Result<Option<PasswordAsked>> {
    let Some(email) = draft.administrator_email().filter(|_| draft.proof().is_some()) else { return Ok(None) };
    Ok(Some(match account_of(app, &email).await? {
        None => PasswordAsked::New,
        Some(account) if account.disabled => PasswordAsked::Disabled,
        Some(account) if account.password_hash.is_none() => PasswordAsked::Invited(account.id),
        Some(_) => PasswordAsked::Existing,
    }))
}

/// People are global, so their account is looked up across organizations (SPEC section 2).
pub(in crate::onboarding) async fn account_of(app: &App, email: &EmailAddress) -> Result<Option<Account>> {
    let rows = RowScope::System("whether an address has an account");
    app.read(rows, async |db| users::find_by_email(db, email).await).await
}

/// What became of a password.
#[derive(Debug)]
pub enum Chosen {
    /// The step is done; go there.
    Next(Step),
    /// Not acceptable, with the message for the field.
    Wrong(FieldErrors),
    /// There is no password to choose now; this is where to go.
    Elsewhere(Step),
}

/// Takes the password of the administrator whose address is proved: a new one, or that of the account the address has
/// (S115, S116, D1). Only its hash is kept, or that it was given.
///
/// # Errors
/// [`crate::error::Error::TooMany`] after too many wrong passwords; [`crate::error::Error::NotFound`].
pub async fn choose_access(app: &App, scope: &Scope, id: Uuid, raw: &str, client: &str) -> Result<Chosen> {
    let draft = app.read(scope, async |db| open(db, scope, id).await).await?;
    let open = draft.first_open(&scope.organization);
    let elsewhere = Chosen::Elsewhere(open);
    // Passing through again: what was given once is not asked for a second time (WCAG 3.3.7).
    if raw.is_empty() && draft.proved_access().is_some() {
        return Ok(Chosen::Next(open));
    }
    let Some(email) = draft.administrator_email() else { return Ok(elsewhere) };
    let access = match password_asked(app, &draft).await? {
        None => return Ok(elsewhere),
        Some(PasswordAsked::New) => new_password(app, &draft, raw).await?,
        Some(PasswordAsked::Existing) => present_password(app, &email, raw, client).await?,
        Some(PasswordAsked::Invited(user_id)) => Ok(ProvedAccess::Account(user_id)),
        Some(PasswordAsked::Disabled) => Err(FieldErrors::on("", "This account is switched off. Use another address")),
    };
    let access = match access {
        Ok(access) => access,
        Err(errors) => return Ok(Chosen::Wrong(errors)),
    };
    app.write(scope, async |db| keep_access(db, scope, id, &email.key(), access).await).await
}

/// How strong a new password for the draft's administrator is, in a word.
///
/// # Errors
/// Why it is not accepted, in the user's words.
pub fn judge_password(draft: &Draft, raw: &str) -> Result<&'static str, String> {
    let known = draft.known_words();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match NewPassword::parse_for(raw, &known) {
        Ok(password) => Ok(password.strength().label()),
        Err(refusal) => Err(refusal.to_string()),
    }
}

async fn new_password(app: &App, draft: &Draft, raw: &str) -> Result<Result<ProvedAccess, FieldErrors>> {
    let known = draft.known_words();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut errors = FieldErrors::default();
    let password = errors.required("password", raw, "Choose a password", |raw| NewPassword::parse_for(raw, &known));
    let Some(password) = password else { return Ok(Err(errors)) };
    let hash = app.passwords.hash(&password).await?;
    let strength = password.strength().label().to_owned();
    Ok(Ok(ProvedAccess::Password { hash: hash.as_str().to_owned(), strength }))
}

async fn present_password(
    app: &App,
    email: &EmailAddress,
    raw: &str,
    client: &str,
) -> Result<Result<ProvedAccess, FieldErrors>> {
    let mut errors = FieldErrors::default();
    let Some(attempt) = errors.take("password", EnteredPassword::parse(raw)) else { return Ok(Err(errors)) };
    Ok(match users::check_password(app, email, &attempt, client).await? {
        Some(account) => Ok(ProvedAccess::Account(account.id)),
        None => {
            Err(FieldErrors::on("password", "This is not the password of the account. Passwords are case-sensitive"))
        }
    })
}

async fn keep_access(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    email_key: &str,
    access: ProvedAccess,
) -> Result<Chosen> {
    let parent = &scope.organization;
    let mut draft = open_for_change(db, scope, id).await?;
    if draft.organization_id.is_some() || draft.proof().is_none_or(|proof| proof.email_key != email_key) {
        return Ok(Chosen::Elsewhere(draft.first_open(parent)));
    }
    draft.prove(Proof { email_key: email_key.to_owned(), access: Some(access) });
    let next = draft.first_open(parent);
    store::save(db, scope, &draft, next).await?;
    Ok(Chosen::Next(next))
}
