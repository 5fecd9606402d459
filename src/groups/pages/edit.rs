//! A group is created, changed, archived and restored (S255-S258).

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{GroupPath, list_path, placed};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    groups::{self, GroupForm, Saved},
    roles::Permission,
    scope::Scope,
    web::{
        conflict::{Conflict, refuse_stale},
        frame::{Frame, flash},
        page, see_other,
    },
};

/// What a page posts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    version: i32,
    #[serde(flatten)]
    form: GroupForm,
}

#[derive(Template)]
#[template(path = "groups/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    heading: &'static str,
    button: &'static str,
    action: String,
    cancel: String,
    version: i32,
    form: &'a GroupForm,
    errors: FieldErrors,
}

fn status(errors: &FieldErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

fn show_new(scope: &Scope, frame: Frame, form: &GroupForm, errors: FieldErrors) -> Result<HttpResponse> {
    let list = list_path(scope);
    page(
        status(&errors),
        EditPage {
            frame: placed(frame, scope, "New group"),
            heading: "New group",
            button: "Create group",
            action: list.clone(),
            cancel: list,
            version: 0,
            form,
            errors,
        },
    )
}

pub(super) async fn new(scope: Scope, frame: Frame) -> Result<HttpResponse> {
    scope.require(Permission::ManageGroups)?;
    show_new(&scope, frame, &GroupForm::default(), FieldErrors::default())
}

/// **Create** (S258); what comes next is to put organizations into it.
pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<GroupForm>,
) -> Result<HttpResponse> {
    let saved = app.write(&scope, async |db| groups::create(db, &scope, &form.parse()?).await).await;
    match saved {
        Ok(id) => {
            flash(&session, "ok", "The group is created. Add organizations, then people")?;
            see_other(format!("{}/{id}/organizations", list_path(&scope)))
        }
        Err(Error::Invalid(errors)) => show_new(&scope, frame, &form, errors),
        Err(error) => Err(error),
    }
}

fn show_edit(
    scope: &Scope,
    frame: Frame,
    (id, version): (Uuid, i32),
    form: &GroupForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let action = format!("{}/{id}", list_path(scope));
    page(
        status(&errors),
        EditPage {
            frame: placed(frame, scope, "Edit"),
            heading: "Edit group",
            button: "Save group",
            cancel: format!("{action}/organizations"),
            action,
            version,
            form,
            errors,
        },
    )
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame, path: GroupPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let group = app.read(&scope, async |db| groups::find(db, &scope, id).await).await?;
    show_edit(&scope, frame, (id, group.version), &GroupForm::of(&group), FieldErrors::default())
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: GroupPath,
    Form(posted): Form<EditForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let saved = app
        .write(&scope, async |db| {
            // A group that is not there is not there, whatever was typed.
            groups::find(db, &scope, id).await?;
            groups::edit(db, &scope, id, posted.version, &posted.form.parse()?).await
        })
        .await;
    let path = format!("{}/{id}/organizations", list_path(&scope));
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The group is saved")?;
            see_other(path)
        }
        Ok(Saved::Stale(now)) => {
            let path = format!("{}/{id}", list_path(&scope));
            let conflict = Conflict { what: "The group", path, version: now.version, labels: LABELS };
            refuse_stale(&scope, placed(frame, &scope, "Edit"), &conflict, &GroupForm::of(&now), &posted.form)
        }
        Err(Error::Invalid(errors)) => show_edit(&scope, frame, (id, posted.version), &posted.form, errors),
        Err(error) => Err(error),
    }
}

pub(super) async fn archive(app: Data<App>, scope: Scope, session: Session, path: GroupPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let name = app.write(&scope, async |db| groups::set_archived(db, &scope, id, true).await).await?;
    flash(&session, "ok", format!("{name} is archived and gives nobody access. It can be restored"))?;
    see_other(format!("{}?view=archived", list_path(&scope)))
}

pub(super) async fn restore(app: Data<App>, scope: Scope, session: Session, path: GroupPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let name = app.write(&scope, async |db| groups::set_archived(db, &scope, id, false).await).await?;
    flash(&session, "ok", format!("{name} is restored"))?;
    see_other(format!("{}/{id}/organizations", list_path(&scope)))
}

/// The fields as the page calls them.
const LABELS: &[(&str, &str)] = &[("name", "Group name"), ("description", "Description")];
