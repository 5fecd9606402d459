//! Proving that the administrator's mailbox is theirs: a code that is mailed on request, then a password (S113-S117, D1).
//!
//! A code is six digits, each of the million as likely as any other. It is bound to the draft and to the address, works for
//! ten minutes and five tries, and a new one takes its place; at most four an hour are sent (QUALITY 29, T-22 to T-30).

mod access;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub(super) use self::access::account_of;
pub use self::access::{Chosen, PasswordAsked, choose_access, judge_password, password_asked};
use super::{
    model::{Draft, Proof},
    open, open_for_change,
    step::Step,
    store::{self, NewCode},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    limits::{self, Limit},
    mail::{self, Sender},
    scope::{RowScope, Scope},
    settings, setup,
    types::{EmailAddress, VerificationCode},
};

/// How long a code works.
pub const WORKS_FOR: Duration = Duration::minutes(10);
/// How long to wait before another code can be sent to the same address.
const WAIT: Duration = Duration::seconds(60);
/// How many guesses a code stands.
const TRIES: i16 = 5;

/// The code that was sent last to the present address.
#[derive(Debug, Clone)]
pub struct SentCode {
    /// When it was sent.
    pub sent_at: OffsetDateTime,
    /// Until when it works.
    pub until: OffsetDateTime,
    /// How many guesses are left.
    pub tries_left: i16,
    /// From when another can be sent.
    pub again_at: OffsetDateTime,
}

impl SentCode {
    /// Whether a guess would be evaluated.
    pub fn works(&self, now: OffsetDateTime) -> bool {
        self.tries_left > 0 && self.until > now
    }

    /// How long until another can be sent; none when it is possible.
    pub fn wait(&self, now: OffsetDateTime) -> Option<std::time::Duration> {
        std::time::Duration::try_from(self.again_at - now).ok().filter(|wait| !wait.is_zero())
    }
}

/// The code that was sent last to the draft's present address; `None` before the first, and after the address changed.
///
/// # Errors
/// The database's.
pub async fn sent_code(db: &mut PgConnection, draft: &Draft) -> Result<Option<SentCode>> {
    let Some(email) = draft.administrator_email() else { return Ok(None) };
    let row = store::find_code(db, draft.id).await?;
    Ok(row.filter(|row| row.email_key == email.key() && !row.used).map(|row| SentCode {
        sent_at: row.sent_at,
        until: row.expires_at,
        tries_left: row.tries_left,
        again_at: row.sent_at + WAIT,
    }))
}

/// What became of the wish for a code.
#[derive(Debug)]
pub enum Sending {
    /// It is on its way.
    Sent {
        /// Whether it took the place of one that still worked.
        replaced: bool,
    },
    /// The last one was sent less than a minute ago.
    TooEarly {
        /// How long to wait.
        wait: std::time::Duration,
    },
    /// There is nothing to prove now; this is where to go.
    Elsewhere(Step),
}

/// Sends a code to the administrator's address, by request only (S113). Nothing here depends on whether the address has
/// an account (QUALITY 31).
///
/// # Errors
/// [`crate::error::Error::TooMany`] after four codes within an hour; [`crate::error::Error::NotFound`].
pub async fn send_code(app: &App, scope: &Scope, id: Uuid) -> Result<Sending> {
    let (draft, last) = app
        .read(scope, async |db| {
            let draft = open(db, scope, id).await?;
            let last = sent_code(db, &draft).await?;
            Ok((draft, last))
        })
        .await?;
    let Some(email) = provable(&draft, scope) else {
        return Ok(Sending::Elsewhere(draft.first_open(&scope.organization)));
    };
    if let Some(wait) = last.and_then(|last| last.wait(scope.now)) {
        return Ok(Sending::TooEarly { wait });
    }
    let tries = [(Limit::CodeSendPerDraft, &*id.to_string()), (Limit::CodeSendPerAddress, &*email.key())];
    limits::take_all(app, &tries).await?;
    let code = VerificationCode::generate();
    let hash = keyed_hash(app, id, &email.key(), &code).await?;
    app.write(scope, async |db| store_and_mail(db, scope, id, &email, &code, &hash).await).await
}

/// The address, if the draft has come to the point where it is proved, and is not proved yet.
fn provable(draft: &Draft, scope: &Scope) -> Option<EmailAddress> {
    let reached = draft.first_open(&scope.organization) == Step::Verification;
    draft.administrator_email().filter(|_| reached && draft.proof().is_none())
}

async fn store_and_mail(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    email: &EmailAddress,
    code: &VerificationCode,
    hash: &[u8],
) -> Result<Sending> {
    let draft = open_for_change(db, scope, id).await?;
    if provable(&draft, scope).as_ref() != Some(email) {
        return Ok(Sending::Elsewhere(draft.first_open(&scope.organization)));
    }
    let last = sent_code(db, &draft).await?;
    if let Some(wait) = last.as_ref().and_then(|last| last.wait(scope.now)) {
        return Ok(Sending::TooEarly { wait });
    }
    let until = scope.now + WORKS_FOR;
    let new =
        NewCode { draft_id: id, email_key: &email.key(), hash, sent_at: scope.now, expires_at: until, tries: TRIES };
    store::put_code(db, new).await?;
    let message = mail::VerificationCode {
        sender: sender(db, scope).await?,
        code: code.as_str().to_owned(),
        works_until: scope.actor.zone().format(until),
        recipient_name: draft.administrator_name(),
        organization_name: draft.name().to_owned(),
        actor_name: scope.actor.display_name.clone(),
    };
    let name = draft.administrator_name();
    mail::enqueue(db, Some(scope.organization.id), email, Some(&name), message, scope.now).await?;
    Ok(Sending::Sent { replaced: last.is_some_and(|last| last.works(scope.now)) })
}

/// Mails go out in the name of the organization that creates, with its support contact (S141).
async fn sender(db: &mut PgConnection, scope: &Scope) -> Result<Sender> {
    let support = settings::in_force(db, scope).await?.support;
    Ok(Sender {
        name: scope.organization.name.clone(),
        support_email: support.email.map(|email| email.to_string()),
        support_phone: support.phone.map(|phone| phone.display()),
        support_url: support.url,
    })
}

/// What is stored of a code: worthless without the installation's secret, and for any other draft or address.
async fn keyed_hash(app: &App, draft_id: Uuid, email_key: &str, code: &VerificationCode) -> Result<[u8; 32]> {
    let rows = RowScope::System("key of the hashes of codes");
    let secret = app.read(rows, async |db| setup::cookie_secret(db).await).await?;
    let hash = Sha256::new()
        .chain_update(b"verification code\0")
        .chain_update(secret)
        .chain_update(draft_id.as_bytes())
        .chain_update(Sha256::digest(email_key))
        .chain_update(code.as_str());
    Ok(hash.finalize().into())
}

/// What became of a guess.
#[derive(Debug)]
pub enum Tried {
    /// The address is proved.
    Right,
    /// Not acceptable, with the message for the field.
    Wrong(FieldErrors),
    /// No code was sent to the present address.
    NothingSent,
    /// There is nothing to prove now; this is where to go.
    Elsewhere(Step),
}

/// Checks a code. A try is used up before the comparison, in one statement, so that any number of guesses at the same
/// moment get no more comparisons than there are tries; a text without six digits costs none.
///
/// # Errors
/// [`crate::error::Error::TooMany`] after 100 wrong guesses for one address within a day; [`crate::error::Error::NotFound`].
pub async fn try_code(app: &App, scope: &Scope, id: Uuid, raw: &str) -> Result<Tried> {
    let draft = app.read(scope, async |db| open(db, scope, id).await).await?;
    let Some(email) = provable(&draft, scope) else {
        return Ok(Tried::Elsewhere(draft.first_open(&scope.organization)));
    };
    let mut errors = FieldErrors::default();
    let code = errors.required("code", raw, "Enter the six digits from the mail", VerificationCode::parse);
    let Some(code) = code else { return Ok(Tried::Wrong(errors)) };
    let key = email.key();
    limits::take(app, Limit::CodeTriesPerAddressDay, &key).await?;
    let guess = keyed_hash(app, id, &key, &code).await?;
    let tried = app.write(scope, async |db| compare(db, scope, id, &key, &guess).await).await?;
    if matches!(tried, Tried::Right) {
        limits::give_back(app, &[(Limit::CodeTriesPerAddressDay, &key)]).await?;
    }
    Ok(tried)
}

/// Commits in any case: a wrong guess stays used up.
async fn compare(db: &mut PgConnection, scope: &Scope, id: Uuid, email_key: &str, guess: &[u8]) -> Result<Tried> {
    let mut draft = open_for_change(db, scope, id).await?;
    if provable(&draft, scope).is_none_or(|email| email.key() != email_key) {
        return Ok(Tried::Elsewhere(draft.first_open(&scope.organization)));
    }
    let Some((hash, left)) = store::take_try(db, id, email_key, scope.now).await? else {
        return Ok(match sent_code(db, &draft).await? {
            None => Tried::NothingSent,
            Some(code) => Tried::Wrong(FieldErrors::on("code", why_dead(&code, scope.now))),
        });
    };
    if !bool::from(hash.ct_eq(guess)) {
        return Ok(Tried::Wrong(FieldErrors::on("code", wrong_words(left))));
    }
    store::mark_used(db, id, scope.now).await?;
    draft.prove(Proof { email_key: email_key.to_owned(), access: None });
    store::save(db, scope, &draft, Step::Verification).await?;
    Ok(Tried::Right)
}

fn why_dead(code: &SentCode, now: OffsetDateTime) -> &'static str {
    if code.until <= now {
        "This code has expired. Send a new one"
    } else {
        "This code no longer works, because it was tried 5 times. Send a new one"
    }
}

fn wrong_words(left: i16) -> String {
    match left {
        0 => "This code is not right, and no try is left. Send a new code".to_owned(),
        1 => "This code is not right. 1 try is left, then you need a new code.".to_owned(),
        left => format!("This code is not right. {left} tries are left, then you need a new code."),
    }
}
