//! Pages of the tags: those of the partner, and those of one organization.

use std::collections::BTreeSet;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::OnOne;
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::Scope,
    tags,
    types::{OrgKey, TagName},
    web::{
        Access,
        child::Child,
        frame::{Frame, flash},
        joined::Joined,
        page,
        route::Route,
        see_other,
        tabs::{SettingsTabs, Tab},
        words::capped,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let manage = Access::Organization(Permission::ManageSettings);
    let put = Access::Organization(Permission::TagOrganizations);
    vec![
        Route::get("/o/{org_key}/settings/tags", manage, index),
        Route::post("/o/{org_key}/settings/tags", manage, create),
        Route::post("/o/{org_key}/settings/tags/{tag}", manage, rename),
        Route::get("/o/{org_key}/settings/tags/{tag}/deletion", manage, confirm_deletion),
        Route::post("/o/{org_key}/settings/tags/{tag}/deletion", manage, destroy),
        Route::get("/o/{org_key}/organizations/{child_key}/tags", put, edit),
        Route::post("/o/{org_key}/organizations/{child_key}/tags", put, update),
    ]
}

#[derive(Template)]
#[template(path = "tags/index.html")]
struct IndexPage<'a> {
    frame: Frame,
    tabs: SettingsTabs,
    rows: Vec<Row>,
    /// What was typed for a new tag.
    typed: &'a str,
    errors: FieldErrors,
    /// The tag whose new name was refused, with that name.
    renamed: Option<(Uuid, &'a str)>,
}

impl IndexPage<'_> {
    /// Whether the form that renames this tag was refused.
    fn is_open(&self, id: &Uuid) -> bool {
        self.renamed.is_some_and(|(refused, _)| refused == *id)
    }

    /// What stands in the form that renames it.
    fn name_of<'a>(&'a self, id: &Uuid, name: &'a str) -> &'a str {
        self.renamed.filter(|(refused, _)| refused == id).map_or(name, |(_, typed)| typed)
    }
}

struct Row {
    id: Uuid,
    name: String,
    /// "1,310 organizations".
    organizations: String,
}

/// The name of a tag, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NameForm {
    name: String,
}

impl NameForm {
    fn parse(&self) -> Result<TagName, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.required("name", &self.name, "Enter a name for the tag", TagName::parse).ok_or(errors)
    }
}

async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    (typed, renamed): (&str, Option<(Uuid, &str)>),
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let rows = app.read(scope, async |db| tags::list(db, scope).await).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let rows = rows.into_iter().map(|tag| Row {
        organizations: match tag.organizations {
            1 => "1 organization".to_owned(),
            more => format!("{} organizations", capped(more)),
        },
        id: tag.id,
        name: tag.name,
    });
    let frame = frame.at("Settings").crumb("Settings", None);
    let tabs = SettingsTabs::new(scope, Tab::Tags);
    page(status, IndexPage { frame, tabs, rows: rows.collect(), typed, errors, renamed })
}

async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    show(&app, &scope, frame, ("", None), FieldErrors::default()).await
}

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/settings/tags", scope.organization.key)
}

async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<NameForm>,
) -> Result<HttpResponse> {
    let made = app.write(&scope, async |db| tags::create(db, &scope, &form.parse()?).await).await;
    match made {
        Ok(_) => {
            flash(&session, "ok", "The tag is made. Put it on organizations from their list")?;
            see_other(list_path(&scope))
        }
        Err(Error::Invalid(errors)) => show(&app, &scope, frame, (&form.name, None), errors).await,
        Err(error) => Err(error),
    }
}

async fn rename(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: Path<(String, Uuid)>,
    Form(form): Form<NameForm>,
) -> Result<HttpResponse> {
    let id = path.1;
    let renamed = app
        .write(&scope, async |db| {
            // A tag that is not there is not there, whatever was typed.
            tags::find(db, &scope, id).await?;
            tags::rename(db, &scope, id, &form.parse()?).await
        })
        .await;
    match renamed {
        Ok(()) => {
            flash(&session, "ok", "The tag is renamed")?;
            see_other(list_path(&scope))
        }
        Err(Error::Invalid(errors)) => show(&app, &scope, frame, ("", Some((id, &form.name))), errors).await,
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "tags/deletion.html")]
struct DeletionPage {
    frame: Frame,
    list: String,
    id: Uuid,
    name: String,
    organizations: String,
}

async fn confirm_deletion(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let tag = app.read(&scope, async |db| tags::find(db, &scope, path.1).await).await?;
    let list = list_path(&scope);
    let frame = frame.at("Settings").crumb("Tags", Some(list.clone())).crumb("Delete", None);
    let organizations = match tag.organizations {
        0 => "No organization has it.".to_owned(),
        1 => "It is taken off 1 organization.".to_owned(),
        more => format!("It is taken off {} organizations.", capped(more)),
    };
    page(StatusCode::OK, DeletionPage { frame, list, id: tag.id, name: tag.name, organizations })
}

async fn destroy(app: Data<App>, scope: Scope, session: Session, path: Path<(String, Uuid)>) -> Result<HttpResponse> {
    let name = app.write(&scope, async |db| tags::delete(db, &scope, path.1).await).await?;
    flash(&session, "ok", format!("The tag {name} is deleted"))?;
    see_other(list_path(&scope))
}

#[derive(Template)]
#[template(path = "tags/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    action: String,
    /// The organization's own page.
    back: String,
    organization: String,
    /// Id, name and state of every box.
    boxes: Vec<(Uuid, String, bool)>,
    new: &'a str,
    errors: FieldErrors,
}

/// What was ticked, and names of further tags.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TagsForm {
    tags: String,
    new: String,
}

impl TagsForm {
    fn ids(&self) -> Vec<Uuid> {
        self.tags.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).collect()
    }
}

fn show_one(
    scope: &Scope,
    frame: Frame,
    (key, present): (&OrgKey, OnOne),
    ticked: impl Fn(&Uuid, &str) -> bool,
    (new, errors): (&str, FieldErrors),
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let list = format!("/o/{}/organizations", scope.organization.key);
    let boxes = present.known.into_iter().map(|(id, name)| (id, ticked(&id, &name), name));
    let view = EditPage {
        frame: frame
            .at("Organizations")
            .crumb("Organizations", Some(list.clone()))
            .crumb(present.organization.clone(), Some(format!("/o/{key}")))
            .crumb("Tags", None),
        action: format!("{list}/{key}/tags"),
        back: format!("/o/{key}"),
        organization: present.organization,
        boxes: boxes.map(|(id, ticked, name)| (id, name, ticked)).collect(),
        new,
        errors,
    };
    page(status, view)
}

async fn edit(app: Data<App>, scope: Scope, frame: Frame, Child(key): Child) -> Result<HttpResponse> {
    let present = app.read(&scope, async |db| tags::of_one(db, &scope, &key).await).await?;
    let has: BTreeSet<String> = present.names.iter().cloned().collect();
    show_one(&scope, frame, (&key, present), |_, name| has.contains(name), ("", FieldErrors::default()))
}

async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Child(key): Child,
    Joined(form): Joined<TagsForm>,
) -> Result<HttpResponse> {
    let ids = form.ids();
    let present = app.read(&scope, async |db| tags::of_one(db, &scope, &key).await).await?;
    let saved = app
        .write(&scope, async |db| {
            let new = tags::parse_names(&form.new).map_err(|message| FieldErrors::on("new", message))?;
            tags::set(db, &scope, &key, &ids, &new).await
        })
        .await;
    match saved {
        Ok(organization) => {
            flash(&session, "ok", format!("The tags of {organization} are saved"))?;
            see_other(format!("/o/{key}"))
        }
        Err(Error::Invalid(errors)) => {
            show_one(&scope, frame, (&key, present), |id, _| ids.contains(id), (&form.new, errors))
        }
        Err(error) => Err(error),
    }
}
