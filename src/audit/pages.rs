//! The page of the audit log and its export: HTTP in, HTML or CSV out.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data, Form, Query},
};
use askama::Template;
use futures_util::{Stream, stream::try_unfold};
use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use super::{Change, Cursor, Filter, FilterForm, Line, Page};
use crate::{
    app::App,
    audit,
    error::{Error, FieldErrors, Result},
    events::EventKind,
    roles::Permission,
    scope::Scope,
    types::{TimeZone, date_in_words},
    web::{
        Access,
        fields::SelectOption,
        frame::{Frame, initials},
        page,
        route::Route,
        when::When,
    },
};

const READERS: Access = Access::Organization(Permission::ViewAuditLog);

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/o/{org_key}/audit", READERS, index), Route::post("/o/{org_key}/audit/export", READERS, export)]
}

/// Where in the log one is; the rest of the address is the filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    older: Option<Uuid>,
    newer: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "audit/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    organization: String,
    zone: String,
    form: FilterForm,
    errors: FieldErrors,
    kinds: Vec<SelectOption>,
    days: Vec<Day>,
    first: bool,
    newer: Option<String>,
    older: Option<String>,
}

/// The lines of a day.
struct Day {
    date: Date,
    heading: String,
    lines: Vec<Entry>,
}

/// A line as the template reads it.
struct Entry {
    when: When,
    initials: Option<String>,
    actor: String,
    words: String,
    subject: Option<String>,
    about_organization: bool,
    organization: String,
    href: String,
    changes: Vec<Change>,
    channel: &'static str,
    request: Option<(String, String)>,
}

async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(form): Query<FilterForm>,
    Query(place): Query<Place>,
) -> Result<HttpResponse> {
    let zone = scope.actor.zone();
    let cursor = place.older.map(Cursor::Older).or(place.newer.map(Cursor::Newer));
    let (found, errors) = match form.parse(&zone) {
        Ok(filter) => {
            let read = app.read(&scope, async |db| audit::list(db, &scope, &filter, cursor.as_ref()).await);
            (read.await?, FieldErrors::default())
        }
        Err(errors) => (Page { lines: Vec::new(), has_older: false, has_newer: false }, errors),
    };
    let base = format!("/o/{}/audit", scope.organization.key);
    let link = |name: &str, line: Option<&Line>| address(&base, &form, name, line?.id);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let kinds = EventKind::all().map(|kind| SelectOption::new(kind.as_str(), kind.label(), &form.kind)).collect();
    let list = IndexPage {
        frame: frame.at("Audit log").crumb("Audit log", None),
        organization: scope.organization.name.clone(),
        zone: zone.to_string(),
        newer: if found.has_newer { link("newer", found.lines.first()) } else { None },
        older: if found.has_older { link("older", found.lines.last()) } else { None },
        days: days(&found.lines, &scope, &zone),
        first: cursor.is_none(),
        kinds,
        base,
        form,
        errors,
    };
    page(status, list)
}

/// The page of the filter that begins beside an event.
fn address(base: &str, form: &FilterForm, name: &str, id: Uuid) -> Option<String> {
    let id = id.to_string();
    let fields = form.fields().into_iter().chain([(name, id.as_str())]);
    let set: Vec<_> = fields.filter(|(_, value)| !value.trim().is_empty()).collect();
    serde_urlencoded::to_string(set).ok().map(|query| format!("{base}?{query}"))
}

fn days(lines: &[Line], scope: &Scope, zone: &TimeZone) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        let date = zone.day(line.at);
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, heading: heading(date, zone.day(scope.now)), lines: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.lines.push(Entry::new(line, zone));
        }
    }
    days
}

/// "Today, 21 Nov 2026".
fn heading(date: Date, today: Date) -> String {
    let words = date_in_words(date);
    match (today - date).whole_days() {
        0 => format!("Today, {words}"),
        1 => format!("Yesterday, {words}"),
        _ => words,
    }
}

impl Entry {
    fn new(line: &Line, zone: &TimeZone) -> Self {
        let kind = EventKind::from_name(&line.kind);
        let request = |id: Uuid| {
            let id = id.to_string();
            (id.get(id.len() - 8..).unwrap_or_default().to_owned(), id)
        };
        Self {
            when: When { words: zone.exact_time(line.at), ..When::exact(zone, line.at) },
            initials: line.actor_user_id.map(|_| initials(&line.actor_name)),
            actor: line.actor_name.clone(),
            words: kind.map_or_else(|| line.kind.clone(), |kind| kind.sentence().to_owned()),
            subject: line.subject_name.clone(),
            about_organization: kind.is_none_or(EventKind::is_about_organization),
            organization: line.organization_name.clone(),
            href: format!("/o/{}", line.organization_key),
            changes: audit::changes(line.before.as_ref(), line.after.as_ref(), zone),
            channel: channel(line.channel.as_deref()),
            request: line.request_id.map(request),
        }
    }
}

/// How something was done, in a word.
fn channel(stored: Option<&str>) -> &'static str {
    match stored {
        Some("wizard") => "Wizard",
        Some("import") => "Import",
        Some("api") => "API",
        Some("command") => "Command line",
        Some("demo") => "Sample data",
        _ => "Web",
    }
}

/// The whole log that the filter leaves, written as it is read. That it was taken away is an event of its own, and is in
/// the database before the first line is sent.
async fn export(app: Data<App>, scope: Scope, Form(form): Form<FilterForm>) -> Result<HttpResponse> {
    let filter = form.parse(&scope.actor.zone()).map_err(Error::Invalid)?;
    app.write(&scope, async |db| audit::record_export(db, &scope, &filter).await).await?;
    let name = format!("attachment; filename=\"audit-log-{}.csv\"", scope.organization.key);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(lines(app, scope, filter)))
}

/// Where an export stands.
enum Next {
    First,
    Behind(Uuid),
    Nothing,
}

/// A short transaction a batch: a slow reader holds no connection.
fn lines(app: Data<App>, scope: Scope, filter: Filter) -> impl Stream<Item = Result<Bytes>> {
    try_unfold((app, scope, filter, Next::First), async |(app, scope, filter, next)| {
        let (mut text, behind) = match next {
            Next::First => (audit::HEADER.to_owned(), None),
            Next::Behind(id) => (String::new(), Some(id)),
            Next::Nothing => return Ok(None),
        };
        let found = app.read(&scope, async |db| audit::batch(db, &scope, &filter, behind).await).await?;
        found.iter().for_each(|line| audit::write_csv(&mut text, line));
        let next = match found.last() {
            Some(last) if found.len() == audit::BATCH => Next::Behind(last.id),
            _ => Next::Nothing,
        };
        Ok(Some((Bytes::from(text), (app, scope, filter, next))))
    })
}
