//! The operator's page of the isolation probe.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use super::Report;
use crate::{
    app::App,
    error::Result,
    probe,
    roles::Permission,
    scope::Scope,
    web::{Access, frame::Frame, page, route::Route, when::When},
};

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/o/{org_key}/probe", Access::Organization(Permission::OperateInstallation), show)]
}

#[derive(Template)]
#[template(path = "probe/show.html")]
struct ShowPage {
    frame: Frame,
    found: Option<(When, Report)>,
    foreign: String,
    random: String,
}

async fn show(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let latest = app.read(&scope, async |db| probe::latest(db, &scope).await).await?;
    let found = latest.map(|latest| (When::relative(&scope.actor.zone(), latest.at, scope.now), latest.report));
    let micros =
        |pick: fn(&Report) -> u64| found.as_ref().map(|(_, report)| milliseconds(pick(report))).unwrap_or_default();
    let (foreign, random) = (micros(|report| report.foreign_micros), micros(|report| report.random_micros));
    page(StatusCode::OK, ShowPage { frame: frame.at("Jobs").crumb("Isolation probe", None), found, foreign, random })
}

/// "1.3 ms".
fn milliseconds(micros: u64) -> String {
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}
