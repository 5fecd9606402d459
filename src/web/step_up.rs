//! Before roles, memberships, factors or passwords are changed, the person has proved themselves within the last ten
//! minutes: by a code where they have a second factor, else by the password. Routes say so (`Route::fresh`).
//!
//! A page that is asked for too late leads to `/confirm` and back. What is posted too late is not lost: the page that asks
//! for the proof carries its fields and posts them on together with the proof. Passwords and codes are never carried; the
//! form asks for them again.

use actix_session::{Session, SessionExt};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    dev::{Payload, ServiceRequest},
    http::{Method, StatusCode, header},
    web::{Bytes, Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{
    access::Visitor,
    client::client_network,
    error_pages,
    frame::Frame,
    page,
    route::{Access, Proof, Route},
    see_other,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    factors::{self, ProofForm},
    scope::Actor,
    sessions::{self, own_path},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/confirm", Access::SignedIn, edit), Route::post("/confirm", Access::SignedIn, update)]
}

type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "factors/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    /// Where the proof is posted to: to `/confirm`, or to what was asked for.
    action: String,
    /// What is posted on.
    fields: Fields,
    email: String,
    has_factor: bool,
    errors: FieldErrors,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

/// Lets a request to a fresh route through (`None`), or answers it with the way to a proof. A request that brings the proof
/// along goes on without it, in a session with a new id (T-35).
pub(super) async fn hold_up(proof: Proof, request: &mut ServiceRequest) -> Result<Option<HttpResponse>> {
    if proof == Proof::None {
        return Ok(None);
    }
    let session = request.get_session();
    let app = request.app_data::<Data<App>>().cloned().ok_or(Error::SignInRequired)?;
    let here = sessions::current(&session).ok_or(Error::SignInRequired)?;
    if here.is_fresh(app.clock.now()) || proof == Proof::FreshCode && !has_factor(&app, request.request()).await? {
        return Ok(None);
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    if request.method() != Method::POST {
        let next = serde_urlencoded::to_string([("next", own_path(&path))]).unwrap_or_default();
        return see_other(format!("/confirm?{next}")).map(Some);
    }
    let body = request.extract::<Bytes>().await.map_err(|error| Error::Malformed(error.to_string().into()))?;
    let posted: Fields = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let (proof, rest): (Fields, Fields) =
        posted.into_iter().partition(|(name, _)| ProofForm::FIELDS.contains(&name.as_str()));
    let asked = Asked { action: path, fields: rest };
    if proof.is_empty() {
        return ask(&app, request.request(), asked, FieldErrors::default(), StatusCode::FORBIDDEN).await.map(Some);
    }
    match prove(&app, request.request(), &session, &read(&proof)?).await {
        Ok(()) => {
            let body = serde_urlencoded::to_string(&asked.fields).map_err(anyhow::Error::from)?;
            request.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
            request.set_payload(Payload::from(Bytes::from(body)));
            Ok(None)
        }
        Err(error) => again(&app, request.request(), asked, error).await.map(Some),
    }
}

/// What waits for the proof.
struct Asked {
    action: String,
    fields: Fields,
}

fn read(proof: &Fields) -> Result<ProofForm> {
    let text = serde_urlencoded::to_string(proof).map_err(anyhow::Error::from)?;
    Ok(serde_urlencoded::from_str(&text).map_err(anyhow::Error::from)?)
}

async fn edit(app: Data<App>, request: HttpRequest, session: Session, next: Query<Next>) -> Result<HttpResponse> {
    if sessions::current(&session).is_some_and(|here| here.is_fresh(app.clock.now())) {
        return see_other(own_path(&next.next));
    }
    ask(&app, &request, after(&next.next), FieldErrors::default(), StatusCode::OK).await
}

async fn update(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let next = fields.iter().find(|(name, _)| name == "next").map(|(_, value)| value.clone()).unwrap_or_default();
    let proof = fields.into_iter().filter(|(name, _)| ProofForm::FIELDS.contains(&name.as_str())).collect();
    match prove(&app, &request, &session, &read(&proof)?).await {
        Ok(()) => see_other(own_path(&next)),
        Err(error) => again(&app, &request, after(&next), error).await,
    }
}

/// Only a page is waited for.
fn after(next: &str) -> Asked {
    Asked { action: "/confirm".to_owned(), fields: vec![("next".to_owned(), own_path(next).to_owned())] }
}

async fn prove(app: &App, request: &HttpRequest, session: &Session, proof: &ProofForm) -> Result<()> {
    let actor = actor(request)?;
    let here = sessions::current(session).ok_or(Error::SignInRequired)?;
    factors::prove(app, &actor, proof, &client_network(request)).await?;
    sessions::start(session, actor.user_id, here.device)
}

fn actor(request: &HttpRequest) -> Result<Actor> {
    request.extensions().get::<Visitor>().map(|visitor| visitor.actor.clone()).ok_or(Error::SignInRequired)
}

/// The page once more, also where no more tries are taken: what was posted is still on it.
async fn again(app: &App, request: &HttpRequest, asked: Asked, error: Error) -> Result<HttpResponse> {
    match error {
        Error::Invalid(errors) => ask(app, request, asked, errors, StatusCode::UNPROCESSABLE_ENTITY).await,
        Error::TooMany { retry_after } => {
            let words = format!("Too many tries. Try again in {}", error_pages::in_words(retry_after));
            let errors = FieldErrors::on("", words);
            let mut response = ask(app, request, asked, errors, StatusCode::TOO_MANY_REQUESTS).await?;
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().max(1).into());
            Ok(response)
        }
        other => Err(other),
    }
}

async fn ask(
    app: &App,
    request: &HttpRequest,
    asked: Asked,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse> {
    let actor = actor(request)?;
    let has_factor = has_factor(app, request).await?;
    let Asked { action, mut fields } = asked;
    fields.retain(|(name, _)| !is_secret(name));
    let frame = Frame::of(request).crumb("Confirm", None);
    page(status, ConfirmPage { frame, action, fields, email: actor.email, has_factor, errors })
}

async fn has_factor(app: &App, request: &HttpRequest) -> Result<bool> {
    let actor = actor(request)?;
    Ok(app.read(&actor, async |db| factors::find(db, actor.user_id).await).await?.is_some())
}

/// Fields that are never written into a page.
fn is_secret(name: &str) -> bool {
    name == "current" || ["password", "code", "secret"].iter().any(|word| name.contains(word))
}
