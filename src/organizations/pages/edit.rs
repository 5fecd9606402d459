//! The details of an organization: shown to be changed, and saved.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    organizations::{self, DetailsForm, Organization, Saved},
    scope::Scope,
    web::{
        choices::{self, CountryRules},
        conflict::{Conflict, refuse_stale},
        fields::SelectOption,
        frame::{Frame, flash},
        page, see_other,
        tabs::{SettingsTabs, Tab},
    },
};

/// What the page posts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    version: i32,
    /// `update` asks for the page again with the states of the country chosen.
    #[serde(rename = "do")]
    act: String,
    #[serde(flatten)]
    details: DetailsForm,
}

#[derive(Template)]
#[template(path = "organizations/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    tabs: SettingsTabs,
    form: &'a DetailsForm,
    version: i32,
    errors: FieldErrors,
    countries: Vec<SelectOption>,
    states: Vec<SelectOption>,
    country: CountryRules,
    sizes: Vec<SelectOption>,
}

fn show(scope: &Scope, frame: Frame, form: &DetailsForm, version: i32, errors: FieldErrors) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        EditPage {
            frame: frame.at("Settings").crumb("Settings", None),
            tabs: SettingsTabs::new(scope, Tab::Details),
            countries: choices::countries(&form.country),
            sizes: choices::sizes(&form.size),
            states: choices::states(&form.country, &form.state),
            country: CountryRules::of(&form.country),
            version,
            errors,
            form,
        },
    )
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let organization = app.read(&scope, async |db| organizations::show(db, &scope).await).await?;
    show(&scope, frame, &DetailsForm::of(&organization), organization.version, FieldErrors::default())
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<EditForm>,
) -> Result<HttpResponse> {
    // The account type is fixed; the page does not ask for it.
    let form = EditForm { details: DetailsForm { kind: String::new(), ..form.details }, ..form };
    if form.act == "update" {
        return show(&scope, frame, &form.details, form.version, FieldErrors::default());
    }
    let saved = app
        .write(&scope, async |db| {
            let new = form.details.parse(&[scope.organization.kind])?;
            organizations::edit(db, &scope, form.version, &new).await
        })
        .await;
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The details are saved")?;
            see_other(format!("/o/{}/settings", scope.organization.key))
        }
        Ok(Saved::Stale(now)) => stale(&scope, frame, &now, &form.details),
        Err(Error::Invalid(errors)) => show(&scope, frame, &form.details, form.version, errors),
        Err(error) => Err(error),
    }
}

fn stale(scope: &Scope, frame: Frame, now: &Organization, mine: &DetailsForm) -> Result<HttpResponse> {
    let conflict = Conflict {
        what: "The details",
        path: format!("/o/{}/settings", scope.organization.key),
        version: now.version,
        labels: LABELS,
    };
    refuse_stale(scope, frame.at("Settings").crumb("Settings", None), &conflict, &DetailsForm::of(now), mine)
}

/// The fields as the page calls them.
const LABELS: &[(&str, &str)] = &[
    ("company", "Company name"),
    ("given_name", "First name"),
    ("family_name", "Last name"),
    ("phone", "Phone number"),
    ("size", "Company size"),
    ("country", "Country"),
    ("state", "State"),
    ("domain", "Primary domain"),
    ("registration_number", "Registration number"),
    ("customer_number", "Customer number"),
    ("notification_email", "Notification email"),
];
