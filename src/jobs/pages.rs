//! The operator's page of background work: what waits, what failed and why, and the mails a server refused.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{Counts, Entry, JobKind, State};
use crate::{
    app::App,
    error::Result,
    mail::{self, Refused},
    roles::Permission,
    scope::Scope,
    types::TimeZone,
    web::{
        Access,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
    },
};

const ROWS: usize = 50;
const OPERATOR: Access = Access::Organization(Permission::OperateInstallation);

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/o/{org_key}/jobs", OPERATOR, index), Route::post("/o/{org_key}/jobs/{id}/retry", OPERATOR, retry)]
}

#[derive(Deserialize)]
struct Filter {
    state: Option<String>,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "jobs/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    probe: String,
    tabs: Vec<Tab>,
    state: Option<State>,
    rows: Vec<Row>,
    is_first: bool,
    newest: String,
    older: Option<String>,
    refused: Vec<RefusedRow>,
}

struct Tab {
    label: &'static str,
    href: String,
    count: String,
    current: bool,
}

struct Row {
    id: i64,
    label: &'static str,
    status: &'static str,
    state: State,
    attempts: String,
    last_error: Option<String>,
    when: String,
    can_retry: bool,
}

struct RefusedRow {
    label: &'static str,
    to: String,
    why: String,
    at: String,
}

async fn index(app: Data<App>, scope: Scope, frame: Frame, filter: Query<Filter>) -> Result<HttpResponse> {
    let state = filter.state.as_deref().and_then(|raw| State::parse(raw).ok());
    let mut entries = super::list(&app, &scope, state, filter.before, ROWS as i64).await?;
    let has_more = entries.len() > ROWS;
    entries.truncate(ROWS);
    let counts = super::counts(&app).await?;
    let refused = mail::refused(&app, &scope).await?;
    let zone = TimeZone::parse(&scope.actor.time_zone).unwrap_or_else(|_| TimeZone::utc());
    let base = format!("/o/{}/jobs", scope.organization.key.as_str());
    let last = entries.last().filter(|_| has_more).map(|entry| entry.id);
    page(
        StatusCode::OK,
        IndexPage {
            frame: frame.at("Jobs").crumb("Jobs", None),
            tabs: tabs(&base, state, &counts),
            state,
            probe: format!("/o/{}/probe", scope.organization.key),
            rows: entries.into_iter().map(|entry| row(entry, &zone)).collect(),
            is_first: filter.before.is_none(),
            newest: address(&base, state, None),
            older: last.map(|id| address(&base, state, Some(id))),
            refused: refused.into_iter().map(|mail| refused_row(mail, &zone)).collect(),
            base,
        },
    )
}

async fn retry(app: Data<App>, scope: Scope, path: Path<(String, i64)>, session: Session) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    super::retry(&app, &scope, id).await?;
    flash(&session, "ok", format!("Job {id} is in the queue again."))?;
    see_other(format!("/o/{}/jobs", scope.organization.key.as_str()))
}

fn tabs(base: &str, state: Option<State>, counts: &Counts) -> Vec<Tab> {
    let all =
        Tab { label: "All", href: address(base, None, None), count: shown(counts.total()), current: state.is_none() };
    let each = State::ALL.into_iter().map(|of| Tab {
        label: of.label(),
        href: address(base, Some(of), None),
        count: shown(counts.of(of)),
        current: state == Some(of),
    });
    std::iter::once(all).chain(each).collect()
}

/// Counts stop at "10,000+" (DESIGN.md section 5).
fn shown(count: i64) -> String {
    match count {
        10_000.. => "10,000+".to_owned(),
        1_000.. => format!("{},{:03}", count / 1_000, count % 1_000),
        _ => count.to_string(),
    }
}

fn address(base: &str, state: Option<State>, before: Option<i64>) -> String {
    let state = state.map(|state| format!("state={}", state.as_str()));
    let before = before.map(|id| format!("before={id}"));
    let query: Vec<String> = state.into_iter().chain(before).collect();
    if query.is_empty() { base.to_owned() } else { format!("{base}?{}", query.join("&")) }
}

fn row(entry: Entry, zone: &TimeZone) -> Row {
    let status = match entry.state {
        State::Waiting => "info",
        State::Running => "info half",
        State::Retrying => "warn",
        State::Failed => "bad",
        State::Done => "ok",
    };
    let planned = zone.format(entry.run_at);
    let ended = entry.ended_at.map(|at| zone.format(at)).unwrap_or_default();
    let when = match entry.state {
        State::Waiting | State::Running => planned,
        State::Retrying => format!("Next try {planned}"),
        State::Failed | State::Done => ended,
    };
    Row {
        id: entry.id,
        label: JobKind::from_name(&entry.kind).map_or("Work of another version", JobKind::label),
        status,
        state: entry.state,
        attempts: format!("{} of {}", entry.attempts, entry.max_attempts),
        last_error: entry.last_error,
        when,
        can_retry: entry.state == State::Failed,
    }
}

fn refused_row(mail: Refused, zone: &TimeZone) -> RefusedRow {
    RefusedRow {
        label: mail::label(&mail.kind),
        to: mail.to_address,
        why: mail.last_error,
        at: zone.format(mail.refused_at),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn counts_are_exact_up_to_ten_thousand() {
        assert_eq!(shown(7), "7");
        assert_eq!(shown(1_042), "1,042");
        assert_eq!(shown(9_999), "9,999");
        assert_eq!(shown(123_456), "10,000+");
    }
}
