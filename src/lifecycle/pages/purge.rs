//! Purging an archived organization, by the operator.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::Deserialize;

use super::organizations;
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    lifecycle::{self, Purging},
    scope::Scope,
    types::OrgKey,
    web::{
        child::Child,
        frame::{Frame, flash},
        page, see_other,
        words::capped,
    },
};

/// What the page posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PurgeForm {
    confirm: String,
}

#[derive(Template)]
#[template(path = "lifecycle/purge.html")]
struct PurgePage<'a> {
    frame: Frame,
    action: String,
    back: String,
    name: String,
    confirm: &'a str,
    errors: FieldErrors,
    /// None where nothing stands beneath.
    beneath: Option<String>,
    people: String,
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame, Child(key): Child) -> Result<HttpResponse> {
    let purging = lifecycle::plan_purge(&app, &scope, &key).await?;
    show(&scope, frame, &key, &purging, "", FieldErrors::default())
}

fn show(
    scope: &Scope,
    frame: Frame,
    key: &OrgKey,
    purging: &Purging,
    confirm: &str,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        PurgePage {
            frame: frame.at("Organizations").crumb("Purge", None),
            action: format!("/o/{}/organizations/{key}/purge", scope.organization.key),
            back: format!("/o/{key}"),
            name: purging.name.clone(),
            beneath: (purging.beneath > 0).then(|| organizations(purging.beneath)),
            people: capped(purging.people),
            confirm,
            errors,
        },
    )
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Child(key): Child,
    Form(form): Form<PurgeForm>,
) -> Result<HttpResponse> {
    match lifecycle::purge(&app, &scope, &key, &form.confirm).await {
        Ok(name) => {
            flash(&session, "ok", format!("{name} is removed for good"))?;
            see_other(format!("/o/{}/organizations", scope.organization.key))
        }
        Err(Error::Invalid(errors)) => {
            let purging = lifecycle::plan_purge(&app, &scope, &key).await?;
            show(&scope, frame, &key, &purging, &form.confirm, errors)
        }
        Err(error) => Err(error),
    }
}
