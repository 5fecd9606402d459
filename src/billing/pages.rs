//! The billing address of an organization: shown to be changed, and saved.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::{BillingAccount, BillingForm, Saved};
use crate::{
    app::App,
    billing,
    error::{Error, FieldErrors, Result},
    organizations,
    roles::Permission,
    scope::Scope,
    web::{
        Access,
        choices::{self, CountryRules},
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
    let access = Access::Organization(Permission::ManageBilling);
    vec![
        Route::get("/o/{org_key}/settings/billing", access, edit),
        Route::post("/o/{org_key}/settings/billing", access, update),
    ]
}

/// What the page posts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct EditForm {
    version: i32,
    /// `update` asks for the page again with what the country chosen needs.
    #[serde(rename = "do")]
    act: String,
    #[serde(flatten)]
    billing: BillingForm,
}

#[derive(Template)]
#[template(path = "settings/billing.html")]
struct EditPage<'a> {
    frame: Frame,
    tabs: SettingsTabs,
    form: &'a BillingForm,
    version: i32,
    errors: FieldErrors,
    countries: Vec<SelectOption>,
    states: Vec<SelectOption>,
    country: CountryRules,
}

/// A secondary has no address of its own; the page says whose is used.
#[derive(Template)]
#[template(path = "settings/billed_to.html")]
struct BilledToPage {
    frame: Frame,
    tabs: SettingsTabs,
    payer: String,
}

fn show(scope: &Scope, frame: Frame, form: &BillingForm, version: i32, errors: FieldErrors) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        EditPage {
            frame: placed(frame),
            tabs: SettingsTabs::new(scope, Tab::Billing),
            countries: choices::countries(&form.billing_country),
            states: choices::states(&form.billing_country, &form.billing_state),
            country: CountryRules::of(&form.billing_country),
            version,
            errors,
            form,
        },
    )
}

fn placed(frame: Frame) -> Frame {
    frame.at("Settings").crumb("Settings", None)
}

async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let account = app.read(&scope, async |db| billing::own_account(db, scope.organization.id).await).await?;
    match account {
        Some(account) => show(&scope, frame, &filled(&account, &scope), account.version, FieldErrors::default()),
        None => billed_to(&app, &scope, frame).await,
    }
}

/// The address on record, or an empty form in the organization's country.
fn filled(account: &BillingAccount, scope: &Scope) -> BillingForm {
    account.address.as_ref().map_or_else(
        || BillingForm { billing_country: scope.organization.country.clone(), ..BillingForm::default() },
        BillingForm::of,
    )
}

async fn billed_to(app: &App, scope: &Scope, frame: Frame) -> Result<HttpResponse> {
    let account = app.read(scope, async |db| organizations::show(db, scope).await).await?.billing_account_id;
    let payer = organizations::name_of_payer(app, account).await?;
    page(StatusCode::OK, BilledToPage { frame: placed(frame), tabs: SettingsTabs::new(scope, Tab::Billing), payer })
}

async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<EditForm>,
) -> Result<HttpResponse> {
    if form.act == "update" {
        return show(&scope, frame, &form.billing, form.version, FieldErrors::default());
    }
    let saved = app
        .write(&scope, async |db| {
            let new = form.billing.parse()?;
            billing::edit(db, &scope, form.version, &new).await
        })
        .await;
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The billing address is saved")?;
            see_other(format!("/o/{}/settings/billing", scope.organization.key))
        }
        Ok(Saved::Stale(now)) => {
            let conflict = Conflict {
                what: "The parts of the billing address",
                path: format!("/o/{}/settings/billing", scope.organization.key),
                version: now.version,
                labels: LABELS,
            };
            refuse_stale(&scope, placed(frame), &conflict, &filled(&now, &scope), &form.billing)
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, &form.billing, form.version, errors),
        Err(error) => Err(error),
    }
}

/// The fields as the page calls them.
const LABELS: &[(&str, &str)] = &[
    ("billing_given_name", "First name"),
    ("billing_family_name", "Last name"),
    ("line1", "Address line 1"),
    ("line2", "Address line 2"),
    ("city", "City"),
    ("billing_state", "State"),
    ("postal_code", "Postal code"),
    ("billing_country", "Country"),
];
