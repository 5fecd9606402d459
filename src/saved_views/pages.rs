//! Pages of the saved views: save one, name it anew, share, reorder, delete; and the settings of the list.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{SettingsForm, View, ViewForm};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    saved_views,
    scope::Scope,
    web::{
        Access,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
    },
};

const LISTS: Access = Access::Organization(Permission::ListOrganizations);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}/views", LISTS, index),
        Route::post("/o/{org_key}/views", LISTS, create),
        Route::post("/o/{org_key}/views/{id}", LISTS, update),
        Route::post("/o/{org_key}/views/{id}/position", LISTS, shift),
        Route::post("/o/{org_key}/views/{id}/delete", LISTS, destroy),
        Route::post("/o/{org_key}/list-settings", LISTS, remember),
    ]
}

#[derive(Template)]
#[template(path = "saved_views/index.html")]
struct IndexPage {
    frame: Frame,
    /// `/o/{org_key}`.
    base: String,
    views: Vec<View>,
    /// What is being saved now, where the page was opened for that.
    new: Option<ViewForm>,
    errors: FieldErrors,
    /// The view a message is about, and what was typed.
    changed: Option<(Uuid, ViewForm)>,
    deletes_shared: bool,
}

impl IndexPage {
    async fn of(app: &App, scope: &Scope, frame: Frame) -> Result<Self> {
        let views = app.read(scope, async |db| saved_views::tabs(db, scope).await).await?.views;
        let base = format!("/o/{}", scope.organization.key);
        Ok(Self {
            frame: frame
                .at("Organizations")
                .crumb("Organizations", Some(format!("{base}/organizations")))
                .crumb("Saved views", None),
            base,
            views,
            new: None,
            errors: FieldErrors::default(),
            changed: None,
            deletes_shared: scope.may(Permission::ManageSettings),
        })
    }

    /// What stands in the name field of a view.
    fn name<'a>(&'a self, view: &'a View) -> &'a str {
        self.changed.as_ref().filter(|(id, _)| *id == view.id).map_or(&view.name, |(_, form)| &form.name)
    }

    fn error(&self, view: &View) -> Option<&str> {
        self.changed.as_ref().filter(|(id, _)| *id == view.id).and_then(|_| self.errors.get("name"))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IndexQuery {
    /// The list that is to be saved, where there is one.
    save: Option<String>,
}

async fn index(app: Data<App>, scope: Scope, frame: Frame, Query(query): Query<IndexQuery>) -> Result<HttpResponse> {
    let new = query.save.map(|query| ViewForm { query, ..ViewForm::default() });
    page(StatusCode::OK, IndexPage { new, ..IndexPage::of(&app, &scope, frame).await? })
}

async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<ViewForm>,
) -> Result<HttpResponse> {
    let saved = app.write(&scope, async |db| saved_views::create(db, &scope, &form.parse()?).await).await;
    match saved {
        Ok(_) => {
            flash(&session, "ok", "The view is saved")?;
            see_other(format!("/o/{}/organizations?{}", scope.organization.key, form.filter().to_query()))
        }
        Err(Error::Invalid(errors)) => {
            let shown = IndexPage::of(&app, &scope, frame).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, IndexPage { new: Some(form), errors, ..shown })
        }
        Err(error) => Err(error),
    }
}

async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: Path<(String, Uuid)>,
    Form(form): Form<ViewForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let saved = app
        .write(&scope, async |db| {
            // A view that is not there is not there, whatever was typed.
            let views = saved_views::tabs(db, &scope).await?.views;
            if !views.iter().any(|view| view.own && view.id == id) {
                return Err(Error::NotFound);
            }
            saved_views::edit(db, &scope, id, &form.parse()?).await
        })
        .await;
    match saved {
        Ok(()) => {
            flash(&session, "ok", "The view is saved")?;
            back(&scope)
        }
        Err(Error::Invalid(errors)) => {
            let shown = IndexPage::of(&app, &scope, frame).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, IndexPage { changed: Some((id, form)), errors, ..shown })
        }
        Err(error) => Err(error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ShiftForm {
    to: String,
}

async fn shift(
    app: Data<App>,
    scope: Scope,
    path: Path<(String, Uuid)>,
    Form(form): Form<ShiftForm>,
) -> Result<HttpResponse> {
    app.write(&scope, async |db| saved_views::shift(db, &scope, path.1, form.to == "front").await).await?;
    back(&scope)
}

async fn destroy(app: Data<App>, scope: Scope, session: Session, path: Path<(String, Uuid)>) -> Result<HttpResponse> {
    let name = app.write(&scope, async |db| saved_views::delete(db, &scope, path.1).await).await?;
    flash(&session, "ok", format!("The view {name} is deleted"))?;
    back(&scope)
}

async fn remember(app: Data<App>, scope: Scope, Form(pairs): Form<Vec<(String, String)>>) -> Result<HttpResponse> {
    let form = SettingsForm(pairs);
    app.write(&scope, async |db| saved_views::remember(db, &scope, &form.parse()).await).await?;
    see_other(format!("/o/{}/organizations?{}", scope.organization.key, form.back()))
}

fn back(scope: &Scope) -> Result<HttpResponse> {
    see_other(format!("/o/{}/views", scope.organization.key))
}
