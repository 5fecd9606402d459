//! The list of organizations (S105, S206, S215, S333, UX 21-28).

mod bar;
mod columns;
mod filters;
mod table;

use std::{borrow::Cow, collections::HashMap};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use uuid::Uuid;

use self::{
    bar::{Chip, Tab},
    columns::ColumnChoice,
    filters::Choices,
    table::{Head, Row},
};
use crate::{
    app::App,
    bulk::{self, Action},
    custom_fields::{self, Values},
    error::Result,
    memberships,
    organizations::{self, Counted, Cursor, Filter, ListRow, Names, OwnField, Page},
    roles::Permission,
    saved_views::{self, Column, Tabs},
    scope::Scope,
    types::{OrgKey, grouped},
    web::{frame::Frame, page},
};

#[derive(Template)]
#[template(path = "organizations/index.html")]
struct IndexPage {
    frame: Frame,
    /// `/o/{org_key}`.
    base: String,
    q: String,
    /// The list as it stands in an address, without a place in it.
    query: String,
    /// The same in pairs without the search, for the form of the search.
    hidden: Vec<(Cow<'static, str>, String)>,
    tabs: Vec<Tab>,
    /// Where the present list is saved as a view, where it is none yet.
    save: Option<String>,
    choices: Choices,
    chips: Vec<Chip>,
    /// The list without search and filters.
    clear: String,
    narrows: bool,
    ending: bool,
    heads: Vec<Head>,
    columns: Vec<Column>,
    chooser: ColumnChoice,
    compact: bool,
    parents: bool,
    rows: Vec<Row>,
    /// "1,310 organizations"; on the first page only.
    count: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    /// Whether only a part was looked at, so that more may be found further on.
    partial: bool,
    first: bool,
    may_create: bool,
    /// Whether lines can be selected for what is done to many.
    bulk: bool,
    /// What the person may do with many.
    actions: Vec<Action>,
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

pub(super) async fn index(app: Data<App>, scope: Scope, frame: Frame, request: HttpRequest) -> Result<HttpResponse> {
    let asked = Asked::of(request.query_string());
    let kept = kept(&app, &scope).await?;
    let found = app.read(&scope, async |db| find(db, &scope, &asked).await).await?;
    page(StatusCode::OK, IndexPage::new(&scope, frame, asked, kept, found))
}

/// What the address asks for.
struct Asked {
    filter: Filter,
    cursor: Option<Cursor>,
    /// Only trials that end within seven days, the first first.
    ending: bool,
}

impl Asked {
    fn of(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        // A key that cannot be read leads to the first page.
        let key = |name: &str| {
            let raw = pairs.iter().find(|(given, _)| given == name).map(|(_, raw)| raw.as_str())?;
            OrgKey::parse(raw).ok()
        };
        Self {
            filter: Filter::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            cursor: key("after").map(Cursor::After).or_else(|| key("before").map(Cursor::Before)),
            ending: pairs.iter().any(|(name, value)| name == "view" && value == "ending"),
        }
    }
}

struct Found {
    page: Page,
    tabs: Tabs,
    names: Names,
    /// The partner's own fields that are shown, and their values.
    own: Vec<OwnField>,
    values: HashMap<Uuid, Values>,
}

async fn find(db: &mut sqlx::PgConnection, scope: &Scope, asked: &Asked) -> Result<Found> {
    let tabs = saved_views::tabs(db, scope).await?;
    let page = if asked.ending {
        let rows = organizations::ending(db, scope).await?;
        let count = i64::try_from(rows.len()).ok().map(Counted::All);
        Page { rows, has_next: false, has_previous: false, count, ended_at: None }
    } else {
        let filter = Filter { size: asked.filter.size.or(Some(tabs.settings.size)), ..asked.filter.clone() };
        organizations::list(db, scope, &filter, asked.cursor.as_ref()).await?
    };
    let names = organizations::names(db, scope, &asked.filter, &page.rows).await?;
    let own: Vec<OwnField> = names.own.iter().filter(|field| tabs.settings.own.contains(&field.id)).cloned().collect();
    let values = if own.is_empty() {
        HashMap::new()
    } else {
        let ids: Vec<Uuid> = page.rows.iter().map(|row| row.id).collect();
        custom_fields::of_many(db, scope, &ids).await?
    };
    Ok(Found { page, tabs, names, own, values })
}

async fn kept(app: &App, scope: &Scope) -> Result<Option<Kept>> {
    if !scope.is_kept_to_groups() {
        return Ok(None);
    }
    let in_a_group = scope.sight().groups().is_some_and(|groups| !groups.is_empty());
    let ask = if in_a_group { Vec::new() } else { memberships::whom_to_ask(app, scope).await? };
    Ok(Some(Kept { in_a_group, ask }))
}

impl IndexPage {
    fn new(scope: &Scope, frame: Frame, asked: Asked, kept: Option<Kept>, found: Found) -> Self {
        let Found { page, tabs, names, own, values } = found;
        let Asked { filter, cursor, ending } = asked;
        let base = format!("/o/{}", scope.organization.key);
        let place = |name: &str, row: Option<&ListRow>, end: Option<&OrgKey>| place(&base, &filter, name, row, end);
        let (before, after) = ends(page.ended_at.as_ref());
        let plain = Filter { sort: filter.sort, size: filter.size, beneath: filter.beneath, ..Filter::default() };
        let settings = tabs.settings.clone();
        let zone = scope.actor.zone();
        Self {
            frame: frame.at("Organizations").crumb("Organizations", None),
            previous: if page.has_previous { place("before", page.rows.first(), before) } else { None },
            next: if page.has_next { place("after", page.rows.last(), after) } else { None },
            partial: page.ended_at.is_some(),
            first: cursor.is_none(),
            count: page.count.filter(|count| *count != Counted::MoreThan(0)).map(counted),
            tabs: bar::tabs(&base, &tabs.views, &filter, ending),
            save: bar::save(&base, &tabs.views, &filter, ending),
            chips: bar::chips(&base, &filter, &names),
            choices: Choices::new(&filter, &names, kept.is_some()),
            clear: address(&base, &plain),
            narrows: filter.narrows(),
            query: filter.to_query(),
            hidden: filter.pairs().into_iter().filter(|(name, _)| name != "q").collect(),
            heads: table::heads(&base, &filter, &settings.columns, &own, ending),
            rows: page.rows.into_iter().map(|row| Row::new(row, scope, &zone, &names, (&own, &values))).collect(),
            chooser: ColumnChoice::new(&settings, &names.own, filter.size),
            columns: settings.columns,
            compact: settings.compact,
            parents: filter.beneath,
            may_create: scope.may(Permission::CreateOrganizations),
            bulk: !ending,
            actions: bulk::offered(scope),
            q: filter.q,
            ending,
            kept,
            base,
        }
    }

    /// Whether there is nothing to see because the person is in no group.
    fn is_without_group(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| !kept.in_a_group)
    }

    /// Whether there is nothing at all yet: nothing was looked for, and nothing is there.
    fn is_new(&self) -> bool {
        self.rows.is_empty() && !self.narrows && !self.ending && self.first && !self.partial
    }

    /// How many columns the table has, for a line that goes through all of them.
    fn in_words(&self) -> &'static str {
        if self.ending { "Organizations whose trial ends within 7 days, the first first" } else { "Organizations" }
    }
}

/// The address of a list.
fn address(base: &str, filter: &Filter) -> String {
    let query = filter.to_query();
    if query.is_empty() { format!("{base}/organizations") } else { format!("{base}/organizations?{query}") }
}

/// The address of the page beside a line, or beside the one a page ended at.
fn place(base: &str, filter: &Filter, name: &str, row: Option<&ListRow>, end: Option<&OrgKey>) -> Option<String> {
    let key = end.or(row.map(|row| &row.key))?;
    let address = address(base, filter);
    Some(format!("{address}{}{name}={key}", if address.contains('?') { '&' } else { '?' }))
}

/// How far a page came that looked at too many: backward, or forward.
fn ends(ended_at: Option<&Cursor>) -> (Option<&OrgKey>, Option<&OrgKey>) {
    match ended_at {
        Some(Cursor::Before(key)) => (Some(key), None),
        Some(Cursor::After(key)) => (None, Some(key)),
        None => (None, None),
    }
}

/// "1,310", "10,000+".
fn number(count: Counted) -> String {
    let (count, more) = match count {
        Counted::All(count) => (count, ""),
        Counted::MoreThan(count) => (count, "+"),
    };
    format!("{}{more}", grouped(u64::try_from(count).unwrap_or_default()))
}

fn counted(count: Counted) -> String {
    if count == Counted::All(1) { "1 organization".to_owned() } else { format!("{} organizations", number(count)) }
}
