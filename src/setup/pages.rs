//! The set-up page.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;

use super::{
    checks::{self, Check},
    create,
    form::SetupForm,
    require_open,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    sessions,
    types::TimeZone,
    web::{
        Access, access::request_id_of, choices, client::device, fields::SelectOption, frame::Frame, page, route::Route,
        see_other,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/setup/{token}", Access::Public, new),
        Route::post("/setup/{token}", Access::Public, create_installation),
    ]
}

#[derive(Template)]
#[template(path = "setup/new.html")]
struct NewPage<'a> {
    frame: Frame,
    token: &'a str,
    checks: Vec<Check>,
    countries: Vec<SelectOption>,
    currencies: Vec<SelectOption>,
    zones: Vec<SelectOption>,
    form: &'a SetupForm,
    errors: &'a FieldErrors,
}

async fn new(app: Data<App>, frame: Frame, token: Path<String>) -> Result<HttpResponse> {
    require_open(&app, &token).await?;
    render(&app, frame, StatusCode::OK, &token, &SetupForm::default(), &FieldErrors::default())
}

async fn create_installation(
    app: Data<App>,
    frame: Frame,
    request: HttpRequest,
    session: Session,
    token: Path<String>,
    Form(form): Form<SetupForm>,
) -> Result<HttpResponse> {
    let opened = require_open(&app, &token).await?;
    let made = match form.parse() {
        Ok(new) => create(&app, &opened, new, request_id_of(&request)).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok((user_id, key)) => {
            sessions::start(&session, user_id, device(&request, false))?;
            see_other(format!("/o/{}", key.as_str()))
        }
        Err(Error::Invalid(errors)) => render(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, &token, &form, &errors),
        Err(error) => Err(error),
    }
}

fn render(
    app: &App,
    mut frame: Frame,
    status: StatusCode,
    token: &str,
    form: &SetupForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    // The page stands outside the frame even for somebody whose browser still has a session.
    frame.person = None;
    page(
        status,
        NewPage {
            frame,
            token,
            checks: checks::run(app),
            countries: choices::countries(&form.country),
            currencies: choices::currencies(&form.currency),
            zones: zones(app, &form.zone),
            form,
            errors,
        },
    )
}

fn zones(app: &App, present: &str) -> Vec<SelectOption> {
    let choices = TimeZone::all(app.clock.now());
    choices.into_iter().map(|zone| SelectOption::new(zone.name, zone.label, present)).collect()
}
