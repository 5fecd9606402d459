//! The second page of signing in. Whoever is here has given the password and is nobody yet.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;

use super::super::{Check, ProofForm, check};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    sessions::{self, Pending},
    web::{client::client_network, door, frame::Frame, page, see_other},
};

#[derive(Template)]
#[template(path = "factors/sign_in.html")]
struct CodePage {
    frame: Frame,
    /// There is nothing to carry; the session knows who it is.
    fields: Vec<(String, String)>,
    errors: FieldErrors,
}

pub(super) async fn new(app: Data<App>, frame: Frame, session: Session) -> Result<HttpResponse> {
    match waiting(&app, &session) {
        Some(_) => render(frame, StatusCode::OK, FieldErrors::default()),
        None => see_other("/sign-in"),
    }
}

pub(super) async fn create(
    app: Data<App>,
    frame: Frame,
    request: HttpRequest,
    session: Session,
    Form(form): Form<ProofForm>,
) -> Result<HttpResponse> {
    let Some(pending) = waiting(&app, &session) else { return see_other("/sign-in") };
    match prove(&app, &pending, &request, &form).await {
        Ok(()) => door::open(&app, &request, &session, pending.user_id, pending.stay_signed_in, &pending.next).await,
        Err(Error::Invalid(errors)) => render(frame, StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(error) => Err(error),
    }
}

async fn prove(app: &App, pending: &Pending, request: &HttpRequest, form: &ProofForm) -> Result<()> {
    let attempt = form.attempt()?;
    let client = client_network(request);
    let right = check(app, Check { user_id: pending.user_id, attempt: &attempt, client: &client }).await?;
    if right { Ok(()) } else { Err(attempt.refusal().into()) }
}

/// Who owes a code, unless the password was given too long ago.
fn waiting(app: &App, session: &Session) -> Option<Pending> {
    sessions::pending(session).filter(|pending| !pending.has_expired(app.clock.now()))
}

fn render(frame: Frame, status: StatusCode, errors: FieldErrors) -> Result<HttpResponse> {
    page(status, CodePage { frame, fields: Vec::new(), errors })
}
