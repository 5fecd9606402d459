//! One bulk change: what is asked first, then the dry run, then how far it is, then what became of it.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{RunPath, list_path, placed, run_path, words};
use crate::{
    app::App,
    bulk::{self, Action, Asks, Item, Only, ParametersForm, Run, State},
    error::{FieldErrors, Result},
    groups,
    organizations::Filter,
    scope::Scope,
    tags,
    web::{
        fields::SelectOption,
        frame::{Frame, initials, tile},
        page,
        words::status,
    },
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

/// What stands above every page of one change.
struct Head {
    base: String,
    list: String,
    /// The list it was asked for on.
    origin: String,
    title: String,
    by: String,
    left_out: Vec<String>,
    may: bool,
}

impl Head {
    fn new(run: &Run, scope: &Scope) -> Self {
        let organizations = format!("/o/{}/organizations", scope.organization.key);
        let query = run.filter.as_deref().map(|query| Filter::parse(query).to_query()).unwrap_or_default();
        Self {
            base: run_path(scope, run.id),
            list: list_path(scope),
            origin: if query.is_empty() { organizations } else { format!("{organizations}?{query}") },
            title: words::title(run),
            by: run.asked_name.clone(),
            left_out: run.left_out.clone(),
            may: scope.may(run.action.permission()),
        }
    }
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

/// How far a change is.
struct Progress {
    running: bool,
    done: i32,
    total: i32,
    done_words: String,
    status: (&'static str, &'static str),
    elapsed: String,
    counts: [(&'static str, String); 3],
}

/// The organizations of a change with what becomes of each.
struct Lines {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    first: bool,
    begin: String,
    next: Option<String>,
}

struct Tab {
    label: &'static str,
    count: String,
    href: String,
    current: bool,
}

struct Row {
    href: String,
    name: String,
    initials: String,
    tile: &'static str,
    status: (&'static str, String),
    verdict: (&'static str, &'static str),
    reason: String,
    mails: Vec<String>,
}

impl Row {
    fn new(item: &Item, scope: &Scope, planned: bool) -> Self {
        let word = if planned { item.verdict.as_deref() } else { item.outcome.as_deref() };
        let [changed, stays, refused] = words::verdicts(planned);
        Self {
            href: format!("/o/{}", item.key),
            initials: initials(&item.name),
            tile: tile(item.key.as_str()),
            status: status(&item.status, item.trial_ends_at, scope.now, &scope.actor.zone()),
            verdict: match word {
                Some("change" | "changed") => ("ok", changed),
                Some("stay" | "stayed") => ("off", stays),
                Some(_) => ("bad", refused),
                None => ("off", "Not reached"),
            },
            reason: item.reason.clone().unwrap_or_default(),
            mails: item.mails.clone(),
            name: item.name.clone(),
        }
    }
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

/// What was said, and what follows beside the organizations themselves.
fn facts(run: &Run, mails: i64) -> Vec<(&'static str, String)> {
    let with = &run.parameters;
    let mut facts = Vec::new();
    match run.action.asks() {
        Asks::Group => facts.push(("Group", with.name.clone().unwrap_or_default())),
        Asks::Tag => facts.push(("Tag", with.name.clone().unwrap_or_default())),
        Asks::Suspension | Asks::Archiving => {
            facts.extend(with.reason.clone().map(|reason| ("Reason", reason)));
        }
        Asks::Telling => {}
    }
    if run.action == Action::Archive {
        facts.extend(with.purge_on.map(|day| ("Removed for good on", crate::types::date_in_words(day))));
        let beneath = if with.with_beneath { "Archived with them" } else { "Not included" };
        facts.push(("What stands beneath", beneath.to_owned()));
    }
    let mails = match mails {
        0 => "None".to_owned(),
        1 => "1, to an administrator".to_owned(),
        more => format!("{}, to administrators", crate::types::grouped(u64::try_from(more).unwrap_or_default())),
    };
    facts.push(("Mails", mails));
    facts
}

async fn lines(db: &mut PgConnection, scope: &Scope, run: &Run, query: &ShowQuery) -> Result<Lines> {
    let only = Only::parse(&query.only);
    let (items, more) = bulk::items(db, scope, run, only, query.after).await?;
    let planned = run.state == State::Planned;
    let base = run_path(scope, run.id);
    let begin = only.map_or_else(|| base.clone(), |only| format!("{base}?only={}", only.as_str()));
    let next = items.last().filter(|_| more).map(|last| {
        let only = only.map(|only| format!("only={}&", only.as_str())).unwrap_or_default();
        format!("{base}?{only}after={}", last.position)
    });
    Ok(Lines {
        tabs: tabs(run, only, &base),
        rows: items.iter().map(|item| Row::new(item, scope, planned)).collect(),
        first: query.after == 0,
        begin,
        next,
    })
}

fn tabs(run: &Run, only: Option<Only>, base: &str) -> Vec<Tab> {
    let planned = run.state == State::Planned;
    let counts = if planned { run.plan } else { run.result };
    let [changed, stays, refused] = words::verdicts(planned);
    let tab = |label, count, kind: Option<Only>| Tab {
        label,
        count: words::number(count),
        href: kind.map_or_else(|| base.to_owned(), |kind| format!("{base}?only={}", kind.as_str())),
        current: only == kind,
    };
    let mut tabs = vec![
        tab("All", run.total, None),
        tab(changed, counts.change, Some(Only::Change)),
        tab(stays, counts.stay, Some(Only::Stay)),
        tab(refused, counts.refuse, Some(Only::Refuse)),
    ];
    if !planned && run.total > counts.total() {
        tabs.push(tab("Not reached", run.total - counts.total(), Some(Only::Waiting)));
    }
    tabs
}

async fn result(app: &App, scope: &Scope, frame: Frame, run: Run, query: &ShowQuery) -> Result<HttpResponse> {
    let running = run.state == State::Running;
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
            head,
            lines,
            running,
        },
    )
}

/// "297 organizations changed, 3 were so already".
fn outcome(run: &Run) -> String {
    let counts = run.result;
    let mut words = vec![format!("{} changed", words::organizations(counts.change))];
    if counts.stay > 0 {
        words.push(format!("{} already so", words::number(counts.stay)));
    }
    if counts.refuse > 0 {
        words.push(format!("{} refused", words::number(counts.refuse)));
    }
    let left = run.total - counts.total();
    if left > 0 && run.state.has_ended() {
        words.push(format!("{} not reached", words::number(left)));
    }
    words.join(", ")
}

impl Progress {
    fn new(run: &Run, scope: &Scope) -> Self {
        let [changed, stays, refused] = words::verdicts(false);
        let done = run.result.total();
        let until = run.ended_at.unwrap_or(scope.now);
        let seconds = run.started_at.map_or(0, |at| (until - at).whole_seconds());
        Self {
            running: run.state == State::Running,
            total: run.total,
            done_words: format!("{} of {}", words::number(done), words::organizations(run.total)),
            status: words::status(run),
            elapsed: words::elapsed(seconds),
            counts: [
                (changed, words::number(run.result.change)),
                (stays, words::number(run.result.stay)),
                (refused, words::number(run.result.refuse)),
            ],
            done,
        }
    }
}

/// The part of the page that tells how far the change is; the page's script asks for it.
pub(super) async fn progress(app: Data<App>, scope: Scope, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.read(&scope, async |db| bulk::find(db, &scope, id).await).await?;
    page(StatusCode::OK, ProgressFragment { progress: Progress::new(&run, &scope) })
}
