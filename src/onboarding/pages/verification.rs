//! Step 3: the code, then the password.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form, Query},
};
use askama::Template;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    shell::{Shell, in_place, path},
    step::{DraftPath, From, Kept200},
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    onboarding::{self, Chosen, Draft, PasswordAsked, Sending, SentCode, Step, Tried},
    scope::Scope,
    web::{
        client::client_network,
        frame::{self, Frame},
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "onboarding/verification.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    /// Why nothing was sent or compared, where a limit is in the way.
    notice: Option<String>,
    email: String,
    person: String,
    sent: Option<SentView>,
    /// The code as it was typed.
    code: String,
    asked: Option<PasswordAsked>,
    /// Whether a password was given already; an empty field then keeps it.
    given: bool,
    /// Whether mails can be read on this computer (UX 20).
    has_mailbox: bool,
}

struct SentView {
    works: bool,
    /// "10:52 (10 minutes)".
    until: String,
    tries_left: i16,
    /// Epoch seconds from which another can be sent.
    again_at: i64,
    /// How long that is from now; none when it is possible.
    wait: Option<String>,
}

impl Page {
    fn asks_new(&self) -> bool {
        matches!(self.asked, Some(PasswordAsked::New))
    }

    fn asks_existing(&self) -> bool {
        matches!(self.asked, Some(PasswordAsked::Existing))
    }

    fn is_invited(&self) -> bool {
        matches!(self.asked, Some(PasswordAsked::Invited(_)))
    }
}

struct Said {
    status: StatusCode,
    errors: FieldErrors,
    notice: Option<String>,
    code: String,
}

impl Said {
    fn nothing() -> Self {
        Self { status: StatusCode::OK, errors: FieldErrors::default(), notice: None, code: String::new() }
    }

    fn wrong(errors: FieldErrors, code: &str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, code: code.to_owned(), ..Self::nothing() }
    }

    fn too_many(notice: String, code: &str) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self { status, notice: Some(notice), code: code.to_owned(), ..Self::nothing() }
    }
}

pub(super) async fn show(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    address: DraftPath,
    from: Query<From>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    let open = draft.first_open(&scope.organization);
    let due = open >= Step::Verification && open != Step::Confirmation && draft.needs_verification();
    if !due {
        return see_other(path(&scope, id, open));
    }
    render(&app, &scope, frame, &draft, from.review(), Said::nothing()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VerificationForm {
    code: String,
    password: SecretString,
    from: String,
}

/// Takes the code, or, once the address is proved, the password.
pub(super) async fn save(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    address: DraftPath,
    request: HttpRequest,
    form: Form<VerificationForm>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    if draft.is_proved() {
        return take_password(&app, &scope, frame, id, &request, &form).await;
    }
    match onboarding::try_code(&app, &scope, id, &form.code).await {
        Ok(Tried::Right) => see_other(path(&scope, id, Step::Verification)),
        Ok(Tried::Elsewhere(step)) => see_other(path(&scope, id, step)),
        Ok(Tried::NothingSent) => {
            let words = "No code was sent to this address yet. Send one first.".to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&app, &scope, frame, id, Said { status, notice: Some(words), ..Said::nothing() }).await
        }
        Ok(Tried::Wrong(errors)) => again(&app, &scope, frame, id, Said::wrong(errors, &form.code)).await,
        Err(Error::TooMany { retry_after }) => {
            let words = format!(
                "Too many wrong codes were tried for this address today. The next is checked in {}.",
                in_words(retry_after.as_secs())
            );
            again(&app, &scope, frame, id, Said::too_many(words, &form.code)).await
        }
        Err(error) => Err(error),
    }
}

async fn take_password(
    app: &App,
    scope: &Scope,
    frame: Frame,
    id: Uuid,
    request: &HttpRequest,
    form: &VerificationForm,
) -> Result<HttpResponse> {
    let password = form.password.expose_secret();
    match onboarding::choose_access(app, scope, id, password, &client_network(request)).await {
        Ok(Chosen::Next(step) | Chosen::Elsewhere(step)) => {
            let to_review = form.from == Step::Review.slug();
            let next = if to_review { step } else { step.min(Step::Subscription) };
            see_other(path(scope, id, next))
        }
        Ok(Chosen::Wrong(errors)) => again(app, scope, frame, id, Said::wrong(errors, "")).await,
        Err(Error::TooMany { retry_after }) => {
            let words = format!(
                "Too many wrong passwords were tried. The next is checked in {}.",
                in_words(retry_after.as_secs())
            );
            again(app, scope, frame, id, Said::too_many(words, "")).await
        }
        Err(error) => Err(error),
    }
}

/// Sends a code: a button, never by itself (S113).
pub(super) async fn send(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    address: DraftPath,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    match onboarding::send_code(&app, &scope, id).await {
        Ok(Sending::Sent { replaced }) => {
            let words =
                if replaced { "A new code was sent. The one before no longer works." } else { "The code was sent." };
            frame::flash(&session, "ok", words)?;
            see_other(path(&scope, id, Step::Verification))
        }
        Ok(Sending::Elsewhere(step)) => see_other(path(&scope, id, step)),
        Ok(Sending::TooEarly) => {
            let words = "A code was sent less than a minute ago. Look in the spam folder too; a new one can be sent after \
                         60 seconds.";
            again(&app, &scope, frame, id, Said::too_many(words.to_owned(), "")).await
        }
        Err(Error::TooMany { retry_after }) => {
            let words = format!(
                "No more codes can be sent for now: up to 4 an hour. The next can be sent in {}.",
                in_words(retry_after.as_secs())
            );
            again(&app, &scope, frame, id, Said::too_many(words, "")).await
        }
        Err(error) => Err(error),
    }
}

/// Says how strong a password is when its field is left (UX 16). Nothing is kept.
pub(super) async fn strength(
    app: Data<App>,
    scope: Scope,
    address: DraftPath,
    form: Form<VerificationForm>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    let asked = onboarding::password_asked(&app, &draft).await?;
    let password = form.password.expose_secret();
    let saved = Shell::new(&scope, &draft, Step::Verification, false).saved;
    let mut answer = Kept200 { saved: Some(saved), ..Kept200::default() };
    if let (Some(PasswordAsked::New), false) = (asked, password.is_empty()) {
        match onboarding::judge_password(&draft, password) {
            Ok(strength) => answer.note = Some(format!("Strength: {strength}")),
            Err(message) => answer.error = Some(message),
        }
    }
    Ok(HttpResponse::Ok().json(answer))
}

async fn again(app: &App, scope: &Scope, frame: Frame, id: Uuid, said: Said) -> Result<HttpResponse> {
    let draft = app.read(scope, async |db| onboarding::open(db, scope, id).await).await?;
    render(app, scope, frame, &draft, false, said).await
}

async fn render(
    app: &App,
    scope: &Scope,
    frame: Frame,
    draft: &Draft,
    from_review: bool,
    said: Said,
) -> Result<HttpResponse> {
    let sent = app.read(scope, async |db| onboarding::sent_code(db, draft).await).await?;
    let sent = sent.map(|sent| view_of(&sent, scope));
    let asked = onboarding::password_asked(app, draft).await?;
    let wait = sent.as_ref().and_then(|sent| sent.wait.as_ref().map(|_| sent.again_at - scope.now.unix_timestamp()));
    let Said { status, errors, notice, code } = said;
    let mut response = page(
        status,
        Page {
            frame: in_place(frame, scope, "New"),
            shell: Shell::new(scope, draft, Step::Verification, from_review),
            email: draft.administrator_email().map(|email| email.to_string()).unwrap_or_default(),
            person: draft.administrator_name(),
            has_mailbox: app.settings.has_mailbox(),
            given: draft.has_access(),
            errors,
            notice,
            sent,
            code,
            asked,
        },
    )?;
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, wait.unwrap_or(60).max(1).into());
    }
    Ok(response)
}

fn view_of(sent: &SentCode, scope: &Scope) -> SentView {
    let minutes = (sent.until - scope.now).whole_seconds().div_euclid(60) + 1;
    let left = minutes.min(onboarding::WORKS_FOR.whole_minutes());
    let unit = if left == 1 { "minute" } else { "minutes" };
    let seconds = (sent.again_at - scope.now).whole_seconds();
    SentView {
        works: sent.works(scope.now),
        until: format!("{} ({left} {unit})", scope.actor.zone().time(sent.until)),
        tries_left: sent.tries_left,
        again_at: sent.again_at.unix_timestamp(),
        wait: (seconds > 0).then(|| format!("{}:{:02}", seconds / 60, seconds % 60)),
    }
}

/// "40 seconds", "12 minutes", "3 hours".
fn in_words(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=90 => (seconds.max(1), "second"),
        91..=5400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
