//! The list of groups (S259-S260).

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::list_path;
use crate::{
    app::App,
    error::Result,
    groups::{self, Group},
    roles::Permission,
    scope::Scope,
    types::grouped,
    web::{frame::Frame, page},
};

/// The state of the list; all of it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    view: String,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "groups/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    requests: String,
    /// Requests that wait for an answer.
    waiting: usize,
    q: String,
    archived: bool,
    first: bool,
    rows: Vec<Row>,
    next: Option<String>,
    may_manage: bool,
}

struct Row {
    id: Uuid,
    name: String,
    description: Option<String>,
    organizations: String,
    people: i64,
}

impl From<Group> for Row {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.name,
            description: group.description,
            organizations: grouped(u64::try_from(group.organizations).unwrap_or_default()),
            people: group.people,
        }
    }
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<HttpResponse> {
    let archived = query.view == "archived";
    let may_manage = scope.may(Permission::ManageGroups);
    let read = app.read(&scope, async |db| {
        let found = groups::list(db, &scope, &query.q, archived, query.after).await?;
        let asked = if may_manage { groups::requests(db, &scope).await? } else { Vec::new() };
        Ok((found, asked.iter().filter(|request| request.answer.is_none()).count()))
    });
    let (found, waiting) = read.await?;
    let base = list_path(&scope);
    let next = found.groups.last().filter(|_| found.has_next).and_then(|last| {
        let (view, after) = (if archived { "archived" } else { "" }, last.id.to_string());
        let pairs = [("q", query.q.trim()), ("view", view), ("after", &after)];
        let state = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
        Some(format!("{base}?{}", serde_urlencoded::to_string(state).ok()?))
    });
    page(
        StatusCode::OK,
        IndexPage {
            frame: frame.at("Groups").crumb("Groups", None),
            requests: format!("/o/{}/group-requests", scope.organization.key),
            waiting,
            q: query.q.trim().to_owned(),
            archived,
            first: query.after.is_none(),
            rows: found.groups.into_iter().map(Row::from).collect(),
            next,
            may_manage,
            base,
        },
    )
}
