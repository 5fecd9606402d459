//! The list of the custom fields, and which of the fields of the house a partner demands (D2).

use std::collections::BTreeMap;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use uuid::Uuid;

use super::list_path;
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::Result,
    organizations::{FIELDS, Field},
    scope::Scope,
    settings,
    web::{
        frame::{Frame, flash},
        page, see_other,
        tabs::{SettingsTabs, Tab},
    },
};

#[derive(Template)]
#[template(path = "custom_fields/index.html")]
struct IndexPage {
    frame: Frame,
    tabs: SettingsTabs,
    list: String,
    fields: Vec<CustomField>,
    archived: Vec<CustomField>,
    /// Name, label and state of every box of the fields of the house.
    boxes: Vec<(&'static str, &'static str, bool)>,
}

pub(super) async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let (fields, required) = app
        .read(&scope, async |db| {
            Ok((custom_fields::all(db, &scope).await?, settings::in_force(db, &scope).await?.required_fields))
        })
        .await?;
    let (fields, archived) = fields.into_iter().partition(|field| field.archived_at.is_none());
    let choosable = FIELDS.iter().filter(|info| info.field != Field::Name);
    let view = IndexPage {
        frame: frame.at("Settings").crumb("Settings", None),
        tabs: SettingsTabs::new(&scope, Tab::Fields),
        list: list_path(&scope),
        boxes: choosable.map(|info| (info.name, info.label, required.iter().any(|name| name == info.name))).collect(),
        fields,
        archived,
    };
    page(StatusCode::OK, view)
}

/// What is ticked is demanded by the quick form, the rows and files from now on, beyond what each demands anyway.
pub(super) async fn require(
    app: Data<App>,
    scope: Scope,
    session: Session,
    Form(ticked): Form<BTreeMap<String, String>>,
) -> Result<HttpResponse> {
    let names: Vec<&str> = FIELDS.iter().map(|info| info.name).filter(|name| ticked.contains_key(*name)).collect();
    app.write(&scope, async |db| settings::save_required_fields(db, &scope, &names).await).await?;
    flash(&session, "ok", "Saved. New organizations have to have these fields")?;
    see_other(list_path(&scope))
}

pub(super) async fn up(app: Data<App>, scope: Scope, path: Path<(String, Uuid)>) -> Result<HttpResponse> {
    app.write(&scope, async |db| custom_fields::move_up(db, &scope, path.1).await).await?;
    see_other(list_path(&scope))
}

pub(super) async fn archive(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let name = app.write(&scope, async |db| custom_fields::set_archived(db, &scope, path.1, true).await).await?;
    flash(&session, "ok", format!("{name} is archived. Its values stay, and it can be restored"))?;
    see_other(list_path(&scope))
}

pub(super) async fn restore(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let name = app.write(&scope, async |db| custom_fields::set_archived(db, &scope, path.1, false).await).await?;
    flash(&session, "ok", format!("{name} is restored"))?;
    see_other(list_path(&scope))
}
