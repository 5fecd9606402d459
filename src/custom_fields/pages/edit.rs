//! A custom field is made and changed.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{list_path, placed};
use crate::{
    app::App,
    custom_fields::{self, CustomFieldForm, Saved},
    error::{Error, FieldErrors, Result},
    scope::Scope,
    types::FieldKind,
    web::{
        conflict::{Conflict, refuse_stale},
        fields::Card,
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
    form: CustomFieldForm,
}

#[derive(Template)]
#[template(path = "custom_fields/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    action: String,
    list: String,
    /// The field that is changed; none while one is made.
    present: Option<&'static str>,
    version: i32,
    form: &'a CustomFieldForm,
    kinds: Vec<Card>,
    errors: FieldErrors,
}

fn show(
    scope: &Scope,
    frame: Frame,
    present: Option<(Uuid, i32)>,
    form: &CustomFieldForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let list = list_path(scope);
    let kinds =
        FieldKind::ALL.iter().map(|kind| Card::new(kind.as_str(), kind.label(), kind.description(), &form.kind));
    let view = EditPage {
        frame: placed(frame, scope, if present.is_some() { "Change" } else { "New field" }),
        action: present.map_or_else(|| format!("{list}/new"), |(id, _)| format!("{list}/{id}")),
        list,
        present: present.and_then(|_| FieldKind::parse(&form.kind).ok()).map(|kind| kind.label()),
        version: present.map_or(0, |(_, version)| version),
        kinds: kinds.collect(),
        form,
        errors,
    };
    page(status, view)
}

pub(super) async fn new(scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let form = CustomFieldForm { kind: "text".into(), ..CustomFieldForm::default() };
    show(&scope, frame, None, &form, FieldErrors::default())
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<CustomFieldForm>,
) -> Result<HttpResponse> {
    let made = app.write(&scope, async |db| custom_fields::create(db, &scope, &form.parse()?).await).await;
    match made {
        Ok(_) => {
            flash(&session, "ok", "The field is made")?;
            see_other(list_path(&scope))
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, None, &form, errors),
        Err(error) => Err(error),
    }
}

pub(super) async fn edit(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let field = app.read(&scope, async |db| custom_fields::find(db, &scope, path.1).await).await?;
    let present = Some((field.id, field.version));
    show(&scope, frame, present, &CustomFieldForm::of(&field), FieldErrors::default())
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: Path<(String, Uuid)>,
    Form(posted): Form<EditForm>,
) -> Result<HttpResponse> {
    let id = path.1;
    // A field that is not there is not there, whatever was typed; its kind is fixed.
    let field = app.read(&scope, async |db| custom_fields::find(db, &scope, id).await).await?;
    let form = CustomFieldForm { kind: field.kind.as_str().to_owned(), ..posted.form };
    let saved =
        app.write(&scope, async |db| custom_fields::edit(db, &scope, id, posted.version, &form.parse()?).await).await;
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", "The field is saved")?;
            see_other(list_path(&scope))
        }
        Ok(Saved::Stale(now)) => {
            let path = format!("{}/{id}", list_path(&scope));
            let conflict = Conflict { what: "The field", path, version: now.version, labels: LABELS };
            let now = CustomFieldForm::of(&now);
            refuse_stale(&scope, placed(frame, &scope, "Change"), &conflict, &now, &form)
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, Some((id, posted.version)), &form, errors),
        Err(error) => Err(error),
    }
}

/// The fields as the page calls them.
const LABELS: &[(&str, &str)] = &[
    ("name", "Name"),
    ("choices", "Entries"),
    ("default_value", "Default"),
    ("hint", "Hint"),
    ("mandatory", "Mandatory"),
    ("customer_sees", "Shown to the organization"),
];
