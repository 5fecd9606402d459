//! The list of bulk changes, the newest first.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{list_path, run_path, words};
use crate::{
    app::App,
    bulk::{self, Run},
    error::Result,
    scope::Scope,
    web::{frame::Frame, page, when::When},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IndexQuery {
    before: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "bulk/index.html")]
struct IndexPage {
    frame: Frame,
    organizations: String,
    base: String,
    rows: Vec<Row>,
    first: bool,
    older: Option<String>,
}

struct Row {
    href: String,
    title: String,
    status: (&'static str, &'static str),
    changed: String,
    refused: String,
    by: String,
    when: When,
}

impl Row {
    fn new(run: &Run, scope: &Scope) -> Self {
        Self {
            href: run_path(scope, run.id),
            title: words::title(run),
            status: words::status(run),
            changed: words::number(run.result.change),
            refused: words::number(run.result.refuse),
            by: run.asked_name.clone(),
            when: When::relative(&scope.actor.zone(), run.created_at, scope.now),
        }
    }
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(query): Query<IndexQuery>,
) -> Result<HttpResponse> {
    let (runs, more) = app.read(&scope, async |db| bulk::list(db, &scope, query.before).await).await?;
    let base = list_path(&scope);
    let organizations = format!("/o/{}/organizations", scope.organization.key);
    let older = runs.last().filter(|_| more).map(|run| format!("{base}?before={}", run.id));
    page(
        StatusCode::OK,
        IndexPage {
            frame: frame
                .at("Organizations")
                .crumb("Organizations", Some(organizations.clone()))
                .crumb("Bulk changes", None),
            rows: runs.iter().map(|run| Row::new(run, &scope)).collect(),
            first: query.before.is_none(),
            organizations,
            base,
            older,
        },
    )
}
