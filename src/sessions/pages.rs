//! Signing in and out.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::HeaderName},
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{CurrentSession, current, form::SignInForm, own_path, sign_in};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    setup,
    web::{Access, access::Visitor, client::client_network, door, frame::Frame, page, route::Route, see_other},
};

/// The one answer to an address and a password that do not belong together, whatever the reason (QUALITY 31).
const REFUSED: &str = "Email address and password do not match. Check both; the password is case-sensitive.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Access::Public, new),
        Route::post("/sign-in", Access::Public, create),
        Route::post("/sign-out", Access::Public, destroy),
        Route::post("/profile/session/extend", Access::SignedIn, extend),
    ]
}

#[derive(Template)]
#[template(path = "sessions/new.html")]
struct NewPage<'a> {
    frame: Frame,
    operator: Option<String>,
    form: &'a SignInForm,
    errors: &'a FieldErrors,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

async fn new(app: Data<App>, frame: Frame, visitor: Option<Visitor>, next: Query<Next>) -> Result<HttpResponse> {
    if visitor.is_some() {
        return see_other(own_path(&next.next));
    }
    let form = SignInForm { next: own_path(&next.next).to_owned(), ..SignInForm::default() };
    render(&app, frame, StatusCode::OK, &form, &FieldErrors::default()).await
}

async fn create(
    app: Data<App>,
    frame: Frame,
    request: HttpRequest,
    session: Session,
    Form(form): Form<SignInForm>,
) -> Result<HttpResponse> {
    let signed_in = match form.parse() {
        Ok(attempt) => sign_in(&app, &attempt, &client_network(&request)).await?,
        Err(errors) => return render(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, &form, &errors).await,
    };
    let Some(account) = signed_in else {
        let errors = FieldErrors::on("password", REFUSED);
        return render(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, &form, &errors).await;
    };
    door::enter(&app, &request, &session, account.id, form.stays(), &form.next).await
}

/// Also for a visitor whose session has ended already: the result is the same.
async fn destroy(session: Session) -> Result<HttpResponse> {
    session.purge();
    see_other("/sign-in")
}

/// "Stay signed in" in the warning before a session ends (UX 47). That the request was made is what extends it; the
/// answer says until when.
async fn extend(session: Session) -> Result<HttpResponse> {
    let CurrentSession { ends, .. } = current(&session).ok_or(Error::SignInRequired)?;
    Ok(HttpResponse::NoContent().insert_header((HeaderName::from_static("session-ends"), ends.to_string())).finish())
}

async fn render(
    app: &App,
    frame: Frame,
    status: StatusCode,
    form: &SignInForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let operator = setup::operator(app).await?.map(|operator| operator.name);
    page(status, NewPage { frame, operator, form, errors })
}
