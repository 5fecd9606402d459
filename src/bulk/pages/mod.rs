//! Pages of the bulk changes: what is asked first, the dry run, the progress, the result, and the list of them.

mod index;
mod show;
mod start;
mod view;
mod words;

use actix_web::web::Path;
use uuid::Uuid;

use crate::{
    roles::Permission,
    scope::Scope,
    web::{Access, frame::Frame, route::Route},
};

const LISTS: Access = Access::Organization(Permission::ListOrganizations);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}/bulk", LISTS, index::index),
        Route::post("/o/{org_key}/bulk", LISTS, start::create),
        Route::get("/o/{org_key}/bulk/{run}", LISTS, show::show),
        Route::get("/o/{org_key}/bulk/{run}/progress", LISTS, show::progress),
        Route::post("/o/{org_key}/bulk/{run}/parameters", LISTS, start::parameters),
        Route::post("/o/{org_key}/bulk/{run}/check", LISTS, start::check),
        Route::post("/o/{org_key}/bulk/{run}/start", LISTS, start::start),
        Route::post("/o/{org_key}/bulk/{run}/cancel", LISTS, start::cancel),
        Route::post("/o/{org_key}/bulk/{run}/retry", LISTS, start::retry),
        Route::post("/o/{org_key}/bulk/{run}/undo", LISTS, start::undo),
    ]
}

/// The address of a change: organization and change.
type RunPath = Path<(String, Uuid)>;

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/bulk", scope.organization.key)
}

fn run_path(scope: &Scope, id: Uuid) -> String {
    format!("{}/{id}", list_path(scope))
}

/// The frame of a page of one change.
fn placed(frame: Frame, scope: &Scope, last: &str) -> Frame {
    frame
        .at("Organizations")
        .crumb("Organizations", Some(format!("/o/{}/organizations", scope.organization.key)))
        .crumb("Bulk changes", Some(list_path(scope)))
        .crumb(last, None)
}
