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
    types::OrgKey,
    web::{
        frame::{Frame, flash},
        own_fields::Control,
        page, see_other,
    },
};

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
        controls: Control::all(fields, typed, &errors),
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
