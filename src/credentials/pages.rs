//! Asking for a password link, and choosing a password through it.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;

use super::{
    Purpose, ask_for_link, choose,
    form::{ForgottenForm, NewPasswordForm},
    model::Link,
    open,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    types::OpaqueToken,
    users::Account,
    web::{Access, client::client_network, door, frame::Frame, page, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/password/forgotten", Access::Public, new),
        Route::post("/password/forgotten", Access::Public, create),
        Route::get("/password/{token}", Access::Public, edit),
        Route::post("/password/{token}", Access::Public, update),
    ]
}

#[derive(Template)]
#[template(path = "credentials/forgotten.html")]
struct ForgottenPage<'a> {
    frame: Frame,
    form: &'a ForgottenForm,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "credentials/sent.html")]
struct SentPage<'a> {
    frame: Frame,
    email: &'a str,
    works_for: &'static str,
    mailbox: bool,
}

#[derive(Template)]
#[template(path = "credentials/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    token: &'a str,
    person: &'a str,
    email: &'a str,
    first: bool,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "credentials/gone.html")]
struct GonePage {
    frame: Frame,
}

async fn new(frame: Frame) -> Result<HttpResponse> {
    page(StatusCode::OK, ForgottenPage { frame, form: &ForgottenForm::default(), errors: &FieldErrors::default() })
}

/// The answer is a page rather than a redirect, so that it can name the address without carrying it in a URL.
async fn create(
    app: Data<App>,
    frame: Frame,
    request: HttpRequest,
    Form(form): Form<ForgottenForm>,
) -> Result<HttpResponse> {
    let email = match form.parse() {
        Ok(email) => email,
        Err(errors) => {
            return page(StatusCode::UNPROCESSABLE_ENTITY, ForgottenPage { frame, form: &form, errors: &errors });
        }
    };
    ask_for_link(&app, &email, &client_network(&request)).await?;
    let works_for = Purpose::Reset.works_for();
    page(StatusCode::OK, SentPage { frame, email: email.as_str(), works_for, mailbox: app.settings.has_mailbox() })
}

async fn edit(app: Data<App>, frame: Frame, token: Path<String>) -> Result<HttpResponse> {
    match find(&app, &token).await? {
        Some((_, link, account)) => render(frame, StatusCode::OK, &token, &link, &account, &FieldErrors::default()),
        None => page(StatusCode::NOT_FOUND, GonePage { frame }),
    }
}

async fn update(
    app: Data<App>,
    frame: Frame,
    request: HttpRequest,
    session: Session,
    token: Path<String>,
    Form(form): Form<NewPasswordForm>,
) -> Result<HttpResponse> {
    let Some((opened, link, account)) = find(&app, &token).await? else {
        return page(StatusCode::NOT_FOUND, GonePage { frame });
    };
    let new = match form.parse(&[&account.display_name, &account.email]) {
        Ok(new) => new,
        Err(errors) => return render(frame, StatusCode::UNPROCESSABLE_ENTITY, &token, &link, &account, &errors),
    };
    match choose(&app, &opened, &account, &new).await {
        Ok(()) => {
            // Who has only the mailbox does not get past a second factor.
            door::enter(&app, &request, &session, account.id, false, "/").await
        }
        Err(Error::NotFound) => page(StatusCode::NOT_FOUND, GonePage { frame }),
        Err(error) => Err(error),
    }
}

async fn find(app: &App, token: &str) -> Result<Option<(OpaqueToken, Link, Account)>> {
    let Ok(token) = OpaqueToken::parse(token) else { return Ok(None) };
    Ok(open(app, &token).await?.map(|(link, account)| (token, link, account)))
}

fn render(
    frame: Frame,
    status: StatusCode,
    token: &str,
    link: &Link,
    account: &Account,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let first = link.purpose == Purpose::Instructions && account.password_hash.is_none();
    let (person, email) = (account.display_name.as_str(), account.email.as_str());
    page(status, EditPage { frame, token, person, email, first, errors })
}
