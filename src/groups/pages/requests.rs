//! Requests for more groups (S265): asked by whoever may assign one, answered by whoever manages them.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    groups::{self, Request, RequestForm},
    roles::Permission,
    scope::Scope,
    types::FreeText,
    web::{
        fields::SelectOption,
        frame::{Frame, flash, initials},
        joined::Joined,
        page, see_other,
        when::When,
    },
};

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/group-requests", scope.organization.key)
}

fn placed(frame: Frame, scope: &Scope, last: Option<&str>) -> Frame {
    let frame = frame.at(if scope.may(Permission::ViewGroups) { "Groups" } else { "Organizations" });
    match last {
        None => frame.crumb("Requests for groups", None),
        Some(last) => frame.crumb("Requests for groups", Some(list_path(scope))).crumb(last, None),
    }
}

#[derive(Template)]
#[template(path = "groups/requests.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    rows: Vec<Row>,
    answers: bool,
    errors: FieldErrors,
}

struct Row {
    id: Uuid,
    name: String,
    initials: String,
    is_me: bool,
    when: When,
    /// Address and name.
    organization: Option<(String, String)>,
    groups: String,
    message: String,
    answer: Option<AnswerWords>,
}

struct AnswerWords {
    tone: &'static str,
    word: &'static str,
    by: String,
    when: When,
    reply: String,
}

impl Row {
    fn new(request: Request, scope: &Scope) -> Self {
        let zone = scope.actor.zone();
        let when = |at| When::relative(&zone, at, scope.now);
        Self {
            id: request.id,
            is_me: request.user_id == scope.actor.user_id,
            initials: initials(&request.user_name),
            name: request.user_name,
            when: when(request.created_at),
            organization: request.organization.map(|(key, name)| (format!("/o/{key}"), name)),
            groups: request.groups.join(", "),
            message: request.message,
            answer: request.answer.map(|answer| AnswerWords {
                tone: if answer.granted { "ok" } else { "bad" },
                word: if answer.granted { "Granted" } else { "Declined" },
                by: answer.by,
                when: when(answer.at),
                reply: answer.reply,
            }),
        }
    }
}

async fn show_all(app: &App, scope: &Scope, frame: Frame, errors: FieldErrors) -> Result<HttpResponse> {
    let requests = app.read(scope, async |db| groups::requests(db, scope).await).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        IndexPage {
            frame: placed(frame, scope, None),
            base: list_path(scope),
            rows: requests.into_iter().map(|request| Row::new(request, scope)).collect(),
            answers: scope.may(Permission::ManageGroups),
            errors,
        },
    )
}

pub(super) async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    show_all(&app, &scope, frame, FieldErrors::default()).await
}

#[derive(Template)]
#[template(path = "groups/ask.html")]
struct AskPage {
    frame: Frame,
    base: String,
    form: RequestForm,
    own: Vec<SelectOption>,
    errors: FieldErrors,
}

/// What the form begins with: the organization one came from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    organization: String,
}

async fn show_form(
    app: &App,
    scope: &Scope,
    frame: Frame,
    form: RequestForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let own = app.read(scope, async |db| groups::own(db, scope).await).await?;
    let option = |(id, label): (Uuid, String)| {
        let value = id.to_string();
        SelectOption { selected: form.groups.split_whitespace().any(|chosen| chosen == value), value, label }
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        AskPage {
            frame: placed(frame, scope, Some("Ask")),
            base: list_path(scope),
            own: own.into_iter().map(option).collect(),
            form,
            errors,
        },
    )
}

pub(super) async fn new(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(about): Query<About>,
) -> Result<HttpResponse> {
    let form = RequestForm { organization: about.organization, ..RequestForm::default() };
    show_form(&app, &scope, frame, form, FieldErrors::default()).await
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Joined(form): Joined<RequestForm>,
) -> Result<HttpResponse> {
    let asked = app.write(&scope, async |db| groups::ask(db, &scope, &form.parse()?).await).await;
    match asked {
        Ok(_) => {
            flash(&session, "ok", "Your request is on the list. You get a mail when it is answered")?;
            see_other(list_path(&scope))
        }
        Err(Error::Invalid(errors)) => show_form(&app, &scope, frame, form, errors).await,
        Err(error) => Err(error),
    }
}

/// What a Reseller Admin says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnswerForm {
    answer: String,
    reply: String,
}

pub(super) async fn answer(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: Path<(String, Uuid)>,
    Form(form): Form<AnswerForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let reply = match FreeText::parse(&form.reply) {
        Ok(reply) => (!reply.as_str().is_empty()).then_some(reply),
        Err(error) => return show_all(&app, &scope, frame, FieldErrors::on("reply", error.to_string())).await,
    };
    let granted = form.answer == "grant";
    let name = app.write(&scope, async |db| groups::answer(db, &scope, id, granted, reply.as_ref()).await).await?;
    let word = if granted { "granted" } else { "declined" };
    flash(&session, "ok", format!("The request is {word}. {name} gets a mail"))?;
    see_other(list_path(&scope))
}
