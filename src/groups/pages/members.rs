//! The organizations of a group (S261): the list, and three ways to put some in.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{GroupPath, Head, list_path, organizations_counted, placed};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    groups::{self, FilterForm, Members, Organization, Person, Place},
    scope::Scope,
    types::AccountKind,
    web::{
        choices,
        fields::SelectOption,
        frame::{Frame, flash, initials, tile},
        joined::Joined,
        page, see_other,
        when::When,
        words::status,
    },
};

/// The state of the page; all of it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MembersQuery {
    q: String,
    /// What is looked for to be added.
    add: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "groups/members.html")]
struct MembersPage {
    frame: Frame,
    head: Head,
    q: String,
    rows: Vec<Row>,
    first: bool,
    previous: Option<String>,
    next: Option<String>,
    add: String,
    matches: Vec<Row>,
    inside: Vec<String>,
    filter: FilterForm,
    errors: FieldErrors,
    kinds: Vec<SelectOption>,
    countries: Vec<SelectOption>,
    people: Vec<Person>,
}

struct Row {
    id: Uuid,
    href: String,
    name: String,
    initials: String,
    tile: &'static str,
    country: &'static str,
    status: (&'static str, String),
    added: Option<When>,
}

impl Row {
    fn new(one: &Organization, scope: &Scope) -> Self {
        let zone = scope.actor.zone();
        Self {
            id: one.id,
            href: format!("/o/{}", one.key),
            initials: initials(&one.name),
            tile: tile(one.key.as_str()),
            country: one.country.name(),
            status: status(&one.status, one.trial_ends_at, scope.now, &zone),
            added: one.added_at.map(|at| When::day(&zone, at)),
            name: one.name.clone(),
        }
    }
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: GroupPath,
    Query(query): Query<MembersQuery>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    show(&app, &scope, frame, id, query, FilterForm::default(), FieldErrors::default()).await
}

async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    id: Uuid,
    query: MembersQuery,
    filter: FilterForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let place = query.after.map(Place::After).or(query.before.map(Place::Before));
    let read = app.read(scope, async |db| {
        let group = groups::find(db, scope, id).await?;
        let members = groups::members(db, scope, id, &query.q, place).await?;
        let (matches, inside) = groups::candidates(db, scope, id, &query.add).await?;
        Ok((group, members, matches, inside, groups::people(db, scope, id).await?))
    });
    let (group, members, matches, inside, people) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let head = Head::new(scope, &group, "organizations");
    let (previous, next) = links(&head.base, &query, &members);
    page(
        status,
        MembersPage {
            frame: placed(frame, scope, &group.name),
            rows: members.rows.iter().map(|one| Row::new(one, scope)).collect(),
            first: place.is_none(),
            previous,
            next,
            matches: matches.iter().map(|one| Row::new(one, scope)).collect(),
            inside,
            kinds: kinds(&filter.kind),
            countries: choices::countries(&filter.country),
            q: query.q.trim().to_owned(),
            add: query.add.trim().to_owned(),
            head,
            filter,
            errors,
            people,
        },
    )
}

fn links(base: &str, query: &MembersQuery, members: &Members) -> (Option<String>, Option<String>) {
    let link = |name: &str, row: Option<&Organization>| {
        let id = row?.id.to_string();
        let pairs = [("q", query.q.trim()), (name, &id)].into_iter().filter(|(_, value)| !value.is_empty());
        let state = serde_urlencoded::to_string(pairs.collect::<Vec<_>>()).ok()?;
        Some(format!("{base}/organizations?{state}"))
    };
    let previous = if members.has_previous { link("before", members.rows.first()) } else { None };
    let next = if members.has_next { link("after", members.rows.last()) } else { None };
    (previous, next)
}

fn kinds(present: &str) -> Vec<SelectOption> {
    AccountKind::ALL.iter().map(|kind| SelectOption::new(kind.as_str(), kind.label(), present)).collect()
}

/// What was ticked, or the one line whose own button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ticked {
    organization: String,
    only: String,
}

impl Ticked {
    fn ids(&self) -> Vec<Uuid> {
        let raw = if self.only.is_empty() { &self.organization } else { &self.only };
        raw.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).collect()
    }
}

fn back(scope: &Scope, id: Uuid) -> Result<HttpResponse> {
    see_other(format!("{}/{id}/organizations", list_path(scope)))
}

/// Adds what was ticked among the matches of a search.
pub(super) async fn add(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: GroupPath,
    Joined(ticked): Joined<Ticked>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let added = app.write(&scope, async |db| groups::add(db, &scope, id, &ticked.ids()).await).await?;
    tell(&session, &added)?;
    back(&scope, id)
}

/// Adds all that match a filter, however many they are.
pub(super) async fn add_matching(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: GroupPath,
    Form(form): Form<FilterForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let added = app
        .write(&scope, async |db| {
            groups::find(db, &scope, id).await?;
            groups::add_matching(db, &scope, id, &form.parse()?).await
        })
        .await;
    match added {
        Ok(added) => {
            tell(&session, &added)?;
            back(&scope, id)
        }
        Err(Error::Invalid(errors)) => show(&app, &scope, frame, id, MembersQuery::default(), form, errors).await,
        Err(error) => Err(error),
    }
}

fn tell(session: &Session, added: &groups::Added) -> Result<()> {
    match added.count {
        0 => flash(session, "info", format!("Nothing was added: {} has all of them already", added.group)),
        count => flash(session, "ok", format!("{} added to {}", organizations_counted(count), added.group)),
    }
}

/// Takes one organization out, or all that were ticked.
pub(super) async fn remove(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: GroupPath,
    Joined(ticked): Joined<Ticked>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let removed = app.write(&scope, async |db| groups::remove(db, &scope, id, &ticked.ids()).await).await?;
    match removed.as_slice() {
        [] => flash(&session, "info", "Nothing was removed: tick the organizations first")?,
        [(_, one)] => flash(&session, "ok", format!("{one} is no longer in the group"))?,
        more => flash(&session, "ok", format!("{} removed from the group", organizations_counted(more.len())))?,
    }
    back(&scope, id)
}
