//! The list of organizations (S105, UX 21-23, 26, 27).

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::App,
    error::Result,
    memberships,
    organizations::{self, Counted, Cursor, Filter, ListRow, Page},
    roles::Permission,
    scope::Scope,
    types::{OrgKey, TimeZone, grouped},
    web::{
        frame::{Frame, initials, tile},
        page,
        when::When,
        words::status,
    },
};

/// The state of the list; all of it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    after: String,
    before: String,
    view: String,
}

#[derive(Template)]
#[template(path = "organizations/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    q: String,
    ending: bool,
    rows: Vec<Row>,
    /// "1,310 organizations"; on the first page only.
    count: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    first: bool,
    may_create: bool,
    /// What the list is kept to, for whoever sees their own groups only.
    kept: Option<Kept>,
}

/// Said where the list shows nothing or not everything (S262).
struct Kept {
    /// Whether the person is in a group at all.
    in_a_group: bool,
    /// Names and addresses of those who decide about groups.
    ask: Vec<(String, String)>,
}

struct Row {
    name: String,
    href: String,
    initials: String,
    tile: &'static str,
    kind: &'static str,
    country: &'static str,
    domain: Option<String>,
    status: (&'static str, String),
    licenses: String,
    created: When,
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<HttpResponse> {
    let ending = query.view == "ending";
    let cursor = cursor(&query);
    let kept = kept(&app, &scope).await?;
    let found = app
        .read(&scope, async |db| {
            if ending {
                let rows = organizations::ending(db, &scope).await?;
                let count = i64::try_from(rows.len()).ok().map(Counted::All);
                return Ok(Page { rows, has_next: false, has_previous: false, count });
            }
            let filter = Filter::of([("q", query.q.as_str())]);
            organizations::list(db, &scope, &filter, cursor.as_ref()).await
        })
        .await?;
    let base = format!("/o/{}", scope.organization.key);
    let zone = scope.actor.zone();
    let link = |name: &str, row: Option<&ListRow>| {
        let key = row.map(|row| row.key.as_str())?;
        let pairs = [("q", query.q.trim()), (name, key)].into_iter().filter(|(_, value)| !value.is_empty());
        let state = serde_urlencoded::to_string(pairs.collect::<Vec<_>>()).ok()?;
        Some(format!("{base}/organizations?{state}"))
    };
    let list = IndexPage {
        frame: frame.at("Organizations").crumb("Organizations", None),
        previous: if found.has_previous { link("before", found.rows.first()) } else { None },
        next: if found.has_next { link("after", found.rows.last()) } else { None },
        first: cursor.is_none(),
        count: found.count.map(organizations_counted),
        rows: found.rows.iter().map(|row| Row::new(row, &scope, &zone)).collect(),
        may_create: scope.may(Permission::CreateOrganizations),
        q: query.q.trim().to_owned(),
        ending,
        kept,
        base,
    };
    page(StatusCode::OK, list)
}

impl IndexPage {
    /// Whether there is nothing to see because the person is in no group.
    fn is_without_group(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| !kept.in_a_group)
    }
}

async fn kept(app: &App, scope: &Scope) -> Result<Option<Kept>> {
    if !scope.is_kept_to_groups() {
        return Ok(None);
    }
    let in_a_group = scope.sight().groups().is_some_and(|groups| !groups.is_empty());
    let ask = if in_a_group { Vec::new() } else { memberships::whom_to_ask(app, scope).await? };
    Ok(Some(Kept { in_a_group, ask }))
}

/// A key that cannot be read leads to the first page.
fn cursor(query: &ListQuery) -> Option<Cursor> {
    let key = |raw: &str| OrgKey::parse(raw).ok();
    key(&query.after).map(Cursor::After).or_else(|| key(&query.before).map(Cursor::Before))
}

fn organizations_counted(count: Counted) -> String {
    match count {
        Counted::All(1) => "1 organization".to_owned(),
        Counted::All(count) => format!("{} organizations", grouped(u64::try_from(count).unwrap_or_default())),
        Counted::MoreThan(count) => {
            format!("{}+ organizations", grouped(u64::try_from(count).unwrap_or_default()))
        }
    }
}

impl Row {
    fn new(row: &ListRow, scope: &Scope, zone: &TimeZone) -> Self {
        Self {
            href: format!("/o/{}", row.key),
            initials: initials(&row.name),
            tile: tile(row.key.as_str()),
            kind: row.kind.label(),
            country: row.country.name(),
            domain: row.domain.as_ref().map(ToString::to_string),
            status: status(&row.status, row.trial_ends_at, scope.now, zone),
            licenses: grouped(u64::try_from(row.licenses).unwrap_or_default()),
            created: When::day(zone, row.created_at),
            name: row.name.clone(),
        }
    }
}
