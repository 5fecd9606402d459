//! The details of an organization: shown to be changed, and saved.

use std::sync::LazyLock;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::record::{FieldView, RecordView, Section};
use crate::{
    app::App,
    custom_fields,
    error::{Error, FieldErrors, Result},
    organizations::{self, FIELDS, Organization, OrganizationForm, Rules, Saved},
    roles::Permission,
    scope::Scope,
    types::{CompanySize, Country},
    web::{
        access::scope_above,
        conflict::{Conflict, refuse_stale_in_words},
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
    record: OrganizationForm,
}

#[derive(Template)]
#[template(path = "organizations/edit.html")]
struct EditPage {
    frame: Frame,
    tabs: SettingsTabs,
    first: Vec<Vec<FieldView>>,
    more: Vec<Section>,
    version: i32,
    errors: FieldErrors,
    /// Where the partner above keeps its own fields, for whoever comes from there and may change them.
    own_fields: Option<String>,
}

/// What is shown besides the form itself.
struct View<'a> {
    scope: &'a Scope,
    frame: Frame,
    rules: Rules,
    version: i32,
    own_fields: Option<String>,
}

impl View<'_> {
    fn show(self, form: &OrganizationForm, errors: FieldErrors) -> Result<HttpResponse> {
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let record = RecordView::new(form, &errors, &self.rules);
        let (first, mut more) = (record.first(), record.more());
        more.insert(1, record.wizard_fields());
        let tabs = SettingsTabs::new(self.scope, Tab::Details);
        let frame = self.frame.at("Settings").crumb("Settings", None);
        page(status, EditPage { frame, tabs, first, more, version: self.version, errors, own_fields: self.own_fields })
    }
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let (organization, rules) = app
        .read(&scope, async |db| {
            Ok((organizations::show(db, &scope).await?, organizations::rules_of_edit(db, &scope).await?))
        })
        .await?;
    let view = View {
        scope: &scope,
        frame,
        rules,
        version: organization.version,
        own_fields: own_fields(&app, &scope).await?,
    };
    view.show(&OrganizationForm::of(&organization.details), FieldErrors::default())
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<EditForm>,
) -> Result<HttpResponse> {
    // The account type is fixed; the page does not ask for it.
    let record = OrganizationForm { kind: String::new(), ..form.record };
    let rules = app.read(&scope, async |db| organizations::rules_of_edit(db, &scope).await).await?;
    let view = View { scope: &scope, frame, rules, version: form.version, own_fields: own_fields(&app, &scope).await? };
    if form.act == "update" {
        return view.show(&record, FieldErrors::default());
    }
    let parsed = match record.parse(&view.rules) {
        Ok(parsed) => parsed,
        Err(errors) => return view.show(&record, errors),
    };
    let saved =
        app.write(&scope, async |db| organizations::edit(db, &scope, form.version, &parsed.details).await).await;
    match saved {
        Ok(Saved::Yes) => {
            let notes: String = parsed.notes.iter().map(|note| format!(". {}", note.words)).collect();
            flash(&session, "ok", format!("The details are saved{notes}"))?;
            see_other(format!("/o/{}/settings", scope.organization.key))
        }
        Ok(Saved::Stale(now)) => stale(&scope, view.frame, &now, &record),
        Err(Error::Invalid(errors)) => view.show(&record, errors),
        Err(error) => Err(error),
    }
}

/// The values are the partner's, not the organization's: they have a page of their own there.
async fn own_fields(app: &App, scope: &Scope) -> Result<Option<String>> {
    let Some(above) = scope_above(app, scope).await? else { return Ok(None) };
    if !above.may(Permission::TagOrganizations) || scope.organization.is_archived() {
        return Ok(None);
    }
    let fields = app.read(&above, async |db| custom_fields::list(db, &above).await).await?;
    let path = format!("/o/{}/organizations/{}/fields", above.organization.key, scope.organization.key);
    Ok((!fields.is_empty()).then_some(path))
}

fn stale(scope: &Scope, frame: Frame, now: &Organization, mine: &OrganizationForm) -> Result<HttpResponse> {
    let conflict = Conflict {
        what: "The details",
        path: format!("/o/{}/settings", scope.organization.key),
        version: now.version,
        labels: &LABELS,
    };
    let saved = OrganizationForm { kind: String::new(), ..OrganizationForm::of(&now.details) };
    refuse_stale_in_words(scope, frame.at("Settings").crumb("Settings", None), &conflict, &saved, mine, words)
}

/// The fields as the page calls them.
static LABELS: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| FIELDS.iter().map(|info| (info.name, info.label)).chain(MORE).collect());

/// The fields that only this page and the wizard ask.
const MORE: [(&str, &str); 3] =
    [("contact_given_name", "First name"), ("contact_family_name", "Last name"), ("company_size", "Company size")];

/// A code as a person reads it.
fn words(field: &str, value: &str) -> Option<String> {
    match field {
        "country" => Country::parse(value).ok().map(|country| country.name().to_owned()),
        "company_size" => CompanySize::parse(value).ok().map(CompanySize::label),
        "approval_required" => {
            Some(if crate::types::parse_yes_no(value).unwrap_or(false) { "On" } else { "Off" }.into())
        }
        _ => None,
    }
}
