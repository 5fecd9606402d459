//! The values of one organization, changed by the people of its partner.

use std::collections::BTreeMap;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;

use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    scope::Scope,
    types::{FieldKind, OrgKey},
    web::{
        fields::SelectOption,
        frame::{Frame, flash},
        page, see_other,
    },
};

/// A field with its value, as a form shows it.
pub(crate) struct Control {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) choice: bool,
    pub(crate) inputmode: &'static str,
    pub(crate) options: Vec<SelectOption>,
}

impl Control {
    /// `typed` are values by control, `errors` those of the form.
    pub(crate) fn new(field: &CustomField, typed: &BTreeMap<String, String>, errors: &FieldErrors) -> Self {
        let name = field.control();
        let value = typed.get(&name).cloned().unwrap_or_default();
        let form = match field.kind {
            FieldKind::Date => "DD/MM/YYYY",
            FieldKind::Text | FieldKind::Number | FieldKind::Choice => "",
        };
        // A value that is no longer among the choices stays until another is chosen.
        let gone = Some(&value).filter(|value| !value.is_empty() && !field.choices.contains(value));
        let options = field.choices.iter().chain(gone).map(|one| SelectOption::new(one, one, &value));
        Self {
            label: field.name.clone(),
            hint: [field.hint.as_deref().unwrap_or_default(), form]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(". "),
            error: errors.get(&name).map(str::to_owned),
            optional: !field.mandatory,
            choice: field.kind == FieldKind::Choice,
            inputmode: if field.kind == FieldKind::Number { "decimal" } else { "" },
            options: options.collect(),
            name,
            value,
        }
    }
}

#[derive(Template)]
#[template(path = "custom_fields/values.html")]
struct ValuesPage {
    frame: Frame,
    action: String,
    back: String,
    settings: Option<String>,
    organization: String,
    controls: Vec<Control>,
    errors: FieldErrors,
}

type ChildPath = Path<(String, String)>;

fn child(path: &ChildPath) -> Result<OrgKey> {
    OrgKey::parse(&path.1).map_err(|_| Error::NotFound)
}

fn show(
    scope: &Scope,
    frame: Frame,
    (key, organization): (&OrgKey, String),
    (fields, typed): (&[CustomField], &BTreeMap<String, String>),
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let list = format!("/o/{}/organizations", scope.organization.key);
    let manages = scope.may(crate::roles::Permission::ManageSettings);
    let view = ValuesPage {
        frame: frame
            .at("Organizations")
            .crumb("Organizations", Some(list.clone()))
            .crumb(organization.clone(), Some(format!("/o/{key}")))
            .crumb("Own fields", None),
        action: format!("{list}/{key}/fields"),
        back: format!("/o/{key}"),
        settings: manages.then(|| super::list_path(scope)),
        controls: fields.iter().map(|field| Control::new(field, typed, &errors)).collect(),
        organization,
        errors,
    };
    page(status, view)
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame, path: ChildPath) -> Result<HttpResponse> {
    let key = child(&path)?;
    let (fields, (name, values)) = app
        .read(&scope, async |db| {
            Ok((custom_fields::list(db, &scope).await?, custom_fields::of_one(db, &scope, &key).await?))
        })
        .await?;
    let typed =
        fields.iter().filter_map(|field| values.get(field.id).map(|value| (field.control(), field.shown(value))));
    show(&scope, frame, (&key, name), (&fields, &typed.collect()), FieldErrors::default())
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: ChildPath,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<HttpResponse> {
    let key = child(&path)?;
    let (fields, (name, _)) = app
        .read(&scope, async |db| {
            Ok((custom_fields::list(db, &scope).await?, custom_fields::of_one(db, &scope, &key).await?))
        })
        .await?;
    let saved = app
        .write(&scope, async |db| custom_fields::set(db, &scope, &key, &custom_fields::parse(&fields, &typed)?).await)
        .await;
    match saved {
        Ok(organization) => {
            flash(&session, "ok", format!("The fields of {organization} are saved"))?;
            see_other(format!("/o/{key}"))
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, (&key, name), (&fields, &typed), errors),
        Err(error) => Err(error),
    }
}
