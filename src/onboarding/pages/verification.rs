//! Step 3: the code, then the password.

use std::time::Duration;

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
        error_pages::in_words,
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
    /// What a password must not be made of, for the script.
    known: String,
    sent: Option<SentView>,
    /// The code as it was typed.
    code: String,
    asked: Option<PasswordAsked>,
    /// Whether a password was given already; an empty field then keeps it.
    given: bool,
    /// Whether mails can be read on this computer (UX 20).
    has_mailbox: bool,
}

/// The code that was sent last.
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

/// What a page of this step says besides the draft.
struct Said {
    status: StatusCode,
    errors: FieldErrors,
    notice: Option<String>,
    code: String,
    /// For the header of an answer that says "too many".
    retry_after: Option<Duration>,
}

impl Said {
    fn nothing() -> Self {
        let (errors, code) = (FieldErrors::default(), String::new());
        Self { status: StatusCode::OK, errors, notice: None, code, retry_after: None }
    }

    fn wrong(errors: FieldErrors, code: &str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, code: code.to_owned(), ..Self::nothing() }
    }

    fn notice(status: StatusCode, words: impl Into<String>, code: &str) -> Self {
        Self { status, notice: Some(words.into()), code: code.to_owned(), ..Self::nothing() }
    }

    fn too_many(words: &str, retry_after: Duration, code: &str) -> Self {
        let words = format!("{words} {}.", in_words(retry_after));
        Self { retry_after: Some(retry_after), ..Self::notice(StatusCode::TOO_MANY_REQUESTS, words, code) }
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
            let words = "No code was sent to this address yet. Send one first.";
            let said = Said::notice(StatusCode::UNPROCESSABLE_ENTITY, words, &form.code);
            again(&app, &scope, frame, id, said).await
        }
        Ok(Tried::Wrong(errors)) => again(&app, &scope, frame, id, Said::wrong(errors, &form.code)).await,
        Err(Error::TooMany { retry_after }) => {
            let words = "Too many wrong codes were tried for this address today. The next is checked in";
            again(&app, &scope, frame, id, Said::too_many(words, retry_after, &form.code)).await
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
            let words = "Too many wrong passwords were tried. The next is checked in";
            again(app, scope, frame, id, Said::too_many(words, retry_after, "")).await
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
        Ok(Sending::TooEarly { wait }) => {
            let words = "A code was sent less than a minute ago; look in the spam folder too. A new one can be sent in";
            again(&app, &scope, frame, id, Said::too_many(words, wait, "")).await
        }
        Err(Error::TooMany { retry_after }) => {
            let words = "No more codes can be sent for now: up to 4 an hour. The next can be sent in";
            again(&app, &scope, frame, id, Said::too_many(words, retry_after, "")).await
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
    let Said { status, errors, notice, code, retry_after } = said;
    let mut response = page(
        status,
        Page {
            frame: in_place(frame, scope, "New"),
            shell: Shell::new(scope, draft, Step::Verification, from_review),
            email: draft.administrator_email().map(|email| email.to_string()).unwrap_or_default(),
            person: draft.administrator_name(),
            known: draft.known_words().join(" "),
            has_mailbox: app.settings.has_mailbox(),
            given: draft.has_access(),
            errors,
            notice,
            sent,
            code,
            asked,
        },
    )?;
    if let Some(wait) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
    }
    Ok(response)
}

fn view_of(sent: &SentCode, scope: &Scope) -> SentView {
    let minutes = (sent.until - scope.now).whole_seconds().div_euclid(60) + 1;
    let left = minutes.min(onboarding::WORKS_FOR.whole_minutes());
    let unit = if left == 1 { "minute" } else { "minutes" };
    let wait = sent.wait(scope.now).map(|wait| wait.as_secs());
    SentView {
        works: sent.works(scope.now),
        until: format!("{} ({left} {unit})", scope.actor.zone().time(sent.until)),
        tries_left: sent.tries_left,
        again_at: sent.again_at.unix_timestamp(),
        wait: wait.map(|seconds| format!("{}:{:02}", seconds / 60, seconds % 60)),
    }
}
