//! One bulk change: what is asked first, then the dry run, then how far it is, then what became of it.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    RunPath, placed, run_path,
    view::{Head, Lines, Progress, facts, outcome},
    words,
};
use crate::{
    app::App,
    bulk::{self, Action, Asks, Only, ParametersForm, Run, State},
    error::{FieldErrors, Result},
    groups,
    scope::Scope,
    tags,
    web::{fields::SelectOption, frame::Frame, page},
};

/// The state of the page; all of it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ShowQuery {
    only: String,
    after: i32,
    /// What was said is to be changed.
    ask: Option<String>,
}

#[derive(Template)]
#[template(path = "bulk/ask.html")]
struct AskPage {
    frame: Frame,
    head: Head,
    asks: Asks,
    makes_tags: bool,
    form: ParametersForm,
    errors: FieldErrors,
    groups: Vec<SelectOption>,
    tags: Vec<SelectOption>,
}

#[derive(Template)]
#[template(path = "bulk/plan.html")]
struct PlanPage {
    frame: Frame,
    head: Head,
    lines: Lines,
    /// "Add 297 organizations to Nordics".
    button: String,
    changes: bool,
    in_background: bool,
    destructive: bool,
    /// What has to be typed first.
    confirm: Option<String>,
    typed: String,
    errors: FieldErrors,
    facts: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "bulk/show.html")]
struct ShowPage {
    frame: Frame,
    head: Head,
    progress: Progress,
    lines: Option<Lines>,
    running: bool,
    /// Whether what runs is the dry run.
    checking: bool,
    /// What became of it, in a sentence.
    outcome: String,
    stopped: Option<String>,
    retry: Option<String>,
    undo: Option<&'static str>,
    undone_by: Option<String>,
    undoes: Option<String>,
}

#[derive(Template)]
#[template(path = "bulk/progress.html")]
struct ProgressFragment {
    progress: Progress,
}

pub(super) async fn show(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: RunPath,
    Query(query): Query<ShowQuery>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.read(&scope, async |db| bulk::find(db, &scope, id).await).await?;
    if run.state != State::Planned {
        return result(&app, &scope, frame, run, &query).await;
    }
    if run.judged_at.is_none() || query.ask.is_some() {
        let form = ParametersForm::of(&run.parameters, &scope);
        return ask(&app, &scope, frame, &run, form, FieldErrors::default()).await;
    }
    plan(&app, &scope, frame, run, &query, String::new(), FieldErrors::default()).await
}

fn code(errors: &FieldErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// What has to be said first.
pub(super) async fn ask(
    app: &App,
    scope: &Scope,
    frame: Frame,
    run: &Run,
    form: ParametersForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    scope.require(run.action.permission())?;
    let asks = run.action.asks();
    let read = app.read(scope, async |db| {
        Ok(match asks {
            Asks::Group => (groups::choices(db, scope).await?, Vec::new()),
            Asks::Tag => (Vec::new(), tags::choices(db, scope).await?),
            _ => (Vec::new(), Vec::new()),
        })
    });
    let (groups, tags) = read.await?;
    let options = |rows: Vec<(uuid::Uuid, String)>, present: &str| {
        rows.into_iter().map(|(id, name)| SelectOption::new(id.to_string(), name, present)).collect()
    };
    let head = Head::new(run, scope);
    page(
        code(&errors),
        AskPage {
            frame: placed(frame, scope, &head.title),
            groups: options(groups, &form.group),
            tags: options(tags, &form.tag),
            makes_tags: run.action == Action::Tag,
            head,
            asks,
            form,
            errors,
        },
    )
}

/// The dry run: what would become of each (N5).
pub(super) async fn plan(
    app: &App,
    scope: &Scope,
    frame: Frame,
    run: Run,
    query: &ShowQuery,
    typed: String,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let read = app.read(scope, async |db| Ok((lines(db, scope, &run, query).await?, bulk::mails(db, &run).await?)));
    let (lines, mails) = read.await?;
    let head = Head::new(&run, scope);
    let confirm = (run.action == Action::Archive).then(|| words::confirmation(run.plan.change));
    page(
        code(&errors),
        PlanPage {
            frame: placed(frame, scope, &head.title),
            button: words::sentence(&run, run.plan.change),
            changes: run.plan.change > 0,
            in_background: run.total > bulk::AT_ONCE,
            destructive: matches!(run.action, Action::Archive | Action::Suspend),
            facts: facts(&run, mails),
            head,
            lines,
            confirm,
            typed,
            errors,
        },
    )
}

async fn lines(db: &mut PgConnection, scope: &Scope, run: &Run, query: &ShowQuery) -> Result<Lines> {
    let only = Only::parse(&query.only);
    let (items, more) = bulk::items(db, scope, run, only, query.after).await?;
    Ok(Lines::new(run, scope, (&items, more), (only, query.after)))
}

async fn result(app: &App, scope: &Scope, frame: Frame, run: Run, query: &ShowQuery) -> Result<HttpResponse> {
    let running = run.state.is_under_way();
    let read = app.read(scope, async |db| {
        let lines = if running { None } else { Some(lines(db, scope, &run, query).await?) };
        Ok((lines, bulk::undone_by(db, &run).await?))
    });
    let (lines, undone_by) = read.await?;
    let head = Head::new(&run, scope);
    let undoable = head.may && !running && run.result.change > 0 && undone_by.is_none();
    page(
        StatusCode::OK,
        ShowPage {
            frame: placed(frame, scope, &head.title),
            progress: Progress::new(&run, scope),
            outcome: outcome(&run),
            stopped: run.stopped.clone(),
            retry: (head.may && run.state.has_ended() && run.result.refuse > 0)
                .then(|| words::organizations(run.result.refuse)),
            undo: undoable.then(|| {
                if run.action.inverse().asks() == Asks::Archiving || run.action == Action::Resume {
                    "Undo…"
                } else {
                    "Undo"
                }
            }),
            undone_by: undone_by.map(|id| run_path(scope, id)),
            undoes: run.undoes.map(|id| run_path(scope, id)),
            checking: run.state == State::Checking,
            head,
            lines,
            running,
        },
    )
}

/// The part of the page that tells how far the change is; the page's script asks for it.
pub(super) async fn progress(app: Data<App>, scope: Scope, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.read(&scope, async |db| bulk::find(db, &scope, id).await).await?;
    page(StatusCode::OK, ProgressFragment { progress: Progress::new(&run, &scope) })
}
