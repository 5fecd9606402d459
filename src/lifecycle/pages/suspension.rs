//! Suspending an organization, and letting it work again (T-12).

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::Deserialize;

use super::{back, only, people};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    lifecycle::{self, Consequences, Record, SuspensionForm},
    scope::Scope,
    types::AccountKind,
    web::{frame::Frame, page, when::When, words::capped},
};

#[derive(Template)]
#[template(path = "lifecycle/suspension.html")]
struct SuspensionPage<'a> {
    frame: Frame,
    base: String,
    name: String,
    form: &'a SuspensionForm,
    errors: FieldErrors,
    people: String,
    /// Whether its people lose what is beneath it, too.
    has_beneath: bool,
    /// How many organizations stand beneath; empty where none does.
    beneath: String,
}

#[derive(Template)]
#[template(path = "lifecycle/resumption.html")]
struct ResumptionPage {
    frame: Frame,
    base: String,
    name: String,
    record: Record,
    since: Option<When>,
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let (found, record) =
        app.read(lifecycle::rows(&scope), async |db| lifecycle::consequences(db, &scope).await).await?;
    let archived = scope.organization.is_archived();
    match &scope.organization.halt {
        Some(_) if archived => Err(Error::Refused("The organization is archived. Restore it first.".into())),
        Some(_) => page(
            StatusCode::OK,
            ResumptionPage {
                frame: frame.crumb("Resume", None),
                base: format!("/o/{}", scope.organization.key),
                name: scope.organization.name.clone(),
                since: record.suspended_at.map(|at| When::day(&scope.actor.zone(), at)),
                record,
            },
        ),
        None => show(&scope, frame, &SuspensionForm::new(), &found, FieldErrors::default()),
    }
}

fn show(
    scope: &Scope,
    frame: Frame,
    form: &SuspensionForm,
    found: &Consequences,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        SuspensionPage {
            frame: frame.crumb("Suspend", None),
            base: format!("/o/{}", scope.organization.key),
            name: scope.organization.name.clone(),
            people: people(found),
            has_beneath: scope.organization.kind != AccountKind::Customer,
            beneath: if found.beneath_count > 0 { capped(found.beneath_count) } else { String::new() },
            form,
            errors,
        },
    )
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<SuspensionForm>,
) -> Result<HttpResponse> {
    let id = scope.organization.id;
    // Whether it may be is asked before what was typed is read.
    let (found, _) = app.read(lifecycle::rows(&scope), async |db| lifecycle::consequences(db, &scope).await).await?;
    let suspended = match form.parse() {
        Ok(new) => {
            app.write(lifecycle::rows(&scope), async |db| only(&lifecycle::suspend(db, &scope, &[id], &new).await?))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    match suspended {
        Ok(done) => {
            let name = &scope.organization.name;
            let words = if done { format!("{name} is suspended") } else { format!("{name} was suspended already") };
            back(&scope, &session, done, words)
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, &form, &found, errors),
        Err(error) => Err(error),
    }
}

/// What the page of a suspended organization posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResumptionForm {
    tell: String,
}

pub(super) async fn destroy(
    app: Data<App>,
    scope: Scope,
    session: Session,
    Form(form): Form<ResumptionForm>,
) -> Result<HttpResponse> {
    let (id, tell) = (scope.organization.id, !form.tell.is_empty());
    let done =
        app.write(lifecycle::rows(&scope), async |db| only(&lifecycle::resume(db, &scope, &[id], tell).await?)).await?;
    let name = &scope.organization.name;
    let words = if done { format!("{name} works again") } else { format!("{name} was not suspended") };
    back(&scope, &session, done, words)
}
