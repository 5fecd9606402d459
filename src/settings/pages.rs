//! Prices and the support contact of a partner: shown to be changed, and saved.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::{PricesForm, Saved, SupportForm};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::Scope,
    settings, subscriptions,
    web::{
        Access, choices,
        conflict::{Conflict, refuse_stale},
        fields::SelectOption,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
        tabs::{SettingsTabs, Tab},
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let prices = Access::Organization(Permission::ManagePrices);
    let support = Access::Organization(Permission::ManageSettings);
    vec![
        Route::get("/o/{org_key}/settings/prices", prices, edit_prices),
        Route::post("/o/{org_key}/settings/prices", prices, update_prices),
        Route::get("/o/{org_key}/settings/support", support, edit_support),
        Route::post("/o/{org_key}/settings/support", support, update_support),
    ]
}

/// What a page posts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Versioned<F: Default> {
    version: i32,
    #[serde(flatten)]
    form: F,
}

#[derive(Template)]
#[template(path = "settings/prices.html")]
struct PricesPage<'a> {
    frame: Frame,
    tabs: SettingsTabs,
    form: &'a PricesForm,
    version: i32,
    errors: FieldErrors,
    currencies: Vec<SelectOption>,
    /// Whether subscriptions are priced in the currency, so that it stays.
    fixed: bool,
}

#[derive(Template)]
#[template(path = "settings/support.html")]
struct SupportPage<'a> {
    frame: Frame,
    tabs: SettingsTabs,
    form: &'a SupportForm,
    version: i32,
    errors: FieldErrors,
}

fn placed(frame: Frame) -> Frame {
    frame.at("Settings").crumb("Settings", None)
}

fn status(errors: &FieldErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn show_prices(
    app: &App,
    scope: &Scope,
    frame: Frame,
    (form, version): (&PricesForm, i32),
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let fixed = app.read(scope, async |db| subscriptions::any_priced(db).await).await?;
    let (frame, tabs) = (placed(frame), SettingsTabs::new(scope, Tab::Prices));
    let currencies = choices::currencies(&form.currency);
    page(status(&errors), PricesPage { frame, tabs, form, version, errors, currencies, fixed })
}

async fn edit_prices(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let now = app.read(&scope, async |db| settings::in_force(db, &scope).await).await?;
    let form = PricesForm::of(&now);
    show_prices(&app, &scope, frame, (&form, settings::version_of(&now, &scope)), FieldErrors::default()).await
}

async fn update_prices(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(posted): Form<Versioned<PricesForm>>,
) -> Result<HttpResponse> {
    let saved = app
        .write(&scope, async |db| {
            let new = posted.form.parse()?;
            settings::save_prices(db, &scope, posted.version, &new).await
        })
        .await;
    let path = format!("/o/{}/settings/prices", scope.organization.key);
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The prices are saved. Subscriptions that exist keep theirs")?;
            see_other(path)
        }
        Ok(Saved::Stale(now)) => {
            let version = settings::version_of(&now, &scope);
            let conflict = Conflict { what: "The prices", path, version, labels: PRICE_LABELS };
            refuse_stale(&scope, placed(frame), &conflict, &PricesForm::of(&now), &posted.form)
        }
        Err(Error::Invalid(errors)) => show_prices(&app, &scope, frame, (&posted.form, posted.version), errors).await,
        Err(error) => Err(error),
    }
}

fn show_support(
    scope: &Scope,
    frame: Frame,
    (form, version): (&SupportForm, i32),
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let (frame, tabs) = (placed(frame), SettingsTabs::new(scope, Tab::Support));
    page(status(&errors), SupportPage { frame, tabs, form, version, errors })
}

async fn edit_support(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let now = app.read(&scope, async |db| settings::in_force(db, &scope).await).await?;
    let form = SupportForm::of(&now);
    show_support(&scope, frame, (&form, settings::version_of(&now, &scope)), FieldErrors::default())
}

async fn update_support(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(posted): Form<Versioned<SupportForm>>,
) -> Result<HttpResponse> {
    let saved = app
        .write(&scope, async |db| {
            let new = posted.form.parse()?;
            settings::save_support(db, &scope, posted.version, &new).await
        })
        .await;
    let path = format!("/o/{}/settings/support", scope.organization.key);
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The support contact is saved")?;
            see_other(path)
        }
        Ok(Saved::Stale(now)) => {
            let version = settings::version_of(&now, &scope);
            let conflict = Conflict { what: "The support contacts", path, version, labels: SUPPORT_LABELS };
            refuse_stale(&scope, placed(frame), &conflict, &SupportForm::of(&now), &posted.form)
        }
        Err(Error::Invalid(errors)) => show_support(&scope, frame, (&posted.form, posted.version), errors),
        Err(error) => Err(error),
    }
}

/// The fields as the pages call them.
const PRICE_LABELS: &[(&str, &str)] = &[
    ("currency", "Currency"),
    ("monthly_price", "Price, month-to-month"),
    ("yearly_price", "Price, yearly"),
    ("trial_days", "Days of a trial"),
];
const SUPPORT_LABELS: &[(&str, &str)] =
    &[("support_email", "Email address"), ("support_phone", "Phone number"), ("support_url", "Help page")];
