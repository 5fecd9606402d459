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
    types::{Country, Currency, TimeZone},
    web::{
        Access, access::request_id_of, client::device, fields::SelectOption, frame::Frame, page, route::Route,
        see_other,
    },
};

/// Offered first, because most resellers of Microsoft's cloud sell in one of them; the others follow by code.
const COMMON: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "SEK"];

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
    let countries = Country::all();
    page(
        status,
        NewPage {
            frame,
            token,
            checks: checks::run(app),
            countries: countries.iter().map(|it| SelectOption::new(it.alpha2(), it.name(), &form.country)).collect(),
            currencies: currencies(&form.currency),
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

/// Every currency in use, the common ones first; metals, funds and testing codes have no country and are left out.
fn currencies(present: &str) -> Vec<SelectOption> {
    use iso_currency::IntoEnumIterator;
    let option = |currency: Currency| {
        SelectOption::new(currency.code(), format!("{} – {}", currency.code(), currency.name()), present)
    };
    let common = COMMON.iter().filter_map(|code| Currency::from_code(code));
    let others = Currency::iter().filter(|it| !COMMON.contains(&it.code()) && !it.used_by().is_empty());
    common.chain(others).map(option).collect()
}
