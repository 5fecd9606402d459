//! The list of users (UX 21-23, 26, 27).

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::base_of;
use crate::{
    app::App,
    custom_roles,
    error::Result,
    members::{self, Cursor, Filter, Line, State},
    roles::Permission,
    scope::Scope,
    types::TimeZone,
    web::{
        fields::SelectOption,
        frame::{Frame, initials},
        page,
        when::When,
        words::capped,
    },
};

/// The state of the list; all of it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    role: String,
    state: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "members/index.html")]
struct IndexPage {
    frame: Frame,
    name: String,
    base: String,
    q: String,
    roles: Vec<SelectOption>,
    states: Vec<SelectOption>,
    rows: Vec<Row>,
    /// "12 users"; on the first page only.
    count: Option<String>,
    filtered: bool,
    previous: Option<String>,
    next: Option<String>,
    may_manage: bool,
}

struct Row {
    id: Uuid,
    name: String,
    initials: String,
    email: String,
    /// Where the person's page is; none while they are only invited.
    href: Option<String>,
    role: String,
    status: (&'static str, &'static str),
    last: Option<When>,
    /// Until when an invitation works, and whether that is over.
    invited: Option<(When, bool)>,
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<HttpResponse> {
    let cursor = cursor(&query);
    let filter = filter(&query);
    let (found, roles) = app
        .read(&scope, async |db| {
            let roles = custom_roles::all(db, &scope).await?;
            Ok((members::list(db, &scope, &filter, cursor).await?, roles))
        })
        .await?;
    let base = base_of(&scope);
    let zone = scope.actor.zone();
    let state = filter.state.map_or("", State::name);
    let link = |name: &str, line: Option<&Line>| {
        let id = line?.id.to_string();
        let pairs = [("q", query.q.trim()), ("role", &filter.role), ("state", state), (name, &id)];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Some(format!("{base}/users?{}", serde_urlencoded::to_string(pairs).ok()?))
    };
    let list = IndexPage {
        frame: frame.at("Users").crumb("Users", None),
        name: scope.organization.name.clone(),
        previous: if found.has_previous { link("before", found.lines.first()) } else { None },
        next: if found.has_next { link("after", found.lines.last()) } else { None },
        count: found.count.map(counted),
        filtered: !filter.text.is_empty() || !filter.role.is_empty() || filter.state.is_some(),
        rows: found.lines.into_iter().map(|line| Row::new(line, &base, &scope, &zone)).collect(),
        may_manage: scope.may(Permission::ManageUsers),
        q: query.q.trim().to_owned(),
        roles: roles.into_iter().map(|role| SelectOption::new(role.value(), role.label, &filter.role)).collect(),
        states: State::ALL.map(|one| SelectOption::new(one.name(), one.label(), state)).into(),
        base,
    };
    page(StatusCode::OK, list)
}

/// A place or a state that cannot be read is as if it were not there.
fn cursor(query: &ListQuery) -> Option<Cursor> {
    let id = |raw: &str| Uuid::parse_str(raw).ok();
    id(&query.after).map(Cursor::After).or_else(|| id(&query.before).map(Cursor::Before))
}

fn filter(query: &ListQuery) -> Filter {
    // Postgres refuses NUL in a text; no name holds any control character.
    let plain = |raw: &str| raw.trim().chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    let state = State::parse(&query.state).ok();
    Filter { text: plain(&query.q).to_lowercase(), role: plain(&query.role), state }
}

fn counted(count: i64) -> String {
    if count == 1 { "1 user".to_owned() } else { format!("{} users", capped(count)) }
}

/// Tone and word of a state.
pub(super) fn status(state: State) -> (&'static str, &'static str) {
    match state {
        State::Active => ("ok", "Active"),
        State::Invited => ("info half", "Invited"),
        State::Suspended => ("warn off", "Suspended"),
    }
}

impl Row {
    fn new(line: Line, base: &str, scope: &Scope, zone: &TimeZone) -> Self {
        Self {
            id: line.id,
            initials: initials(&line.name),
            href: line.user_id.map(|id| format!("{base}/users/{id}")),
            role: line.role,
            status: status(line.state),
            last: line.last_signed_in_at.map(|at| When::relative(zone, at, scope.now)),
            invited: line.expires_at.map(|at| (When::day(zone, at), at <= scope.now)),
            name: line.name,
            email: line.email,
        }
    }
}
