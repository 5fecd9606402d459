//! Pages of the imports: the upload and the history, what the columns are, the check, the progress, the result, the undo.

mod act;
mod bar;
mod check;
mod choices;
mod columns;
mod files;
mod grid;
mod index;
mod progress;
mod reading;
mod result;
mod show;
mod undo;
mod upload;
mod words;

use actix_web::web::Path;
use uuid::Uuid;

use super::Import;
use crate::{
    roles::Permission,
    scope::Scope,
    web::{Access, frame::Frame, route::Route, when::When},
};

const READS: Access = Access::Organization(Permission::ListOrganizations);
const CREATES: Access = Access::Organization(Permission::CreateOrganizations);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}/imports", READS, index::index),
        Route::post("/o/{org_key}/imports", CREATES, index::create),
        Route::get("/o/{org_key}/imports/template.{kind}", READS, files::template),
        Route::get("/o/{org_key}/imports/{id}", READS, show::show),
        Route::get("/o/{org_key}/imports/{id}/progress", READS, progress::fragment),
        Route::get("/o/{org_key}/imports/{id}/stream", READS, progress::stream),
        Route::get("/o/{org_key}/imports/{id}/errors", READS, files::errors),
        Route::post("/o/{org_key}/imports/{id}/columns", CREATES, columns::update),
        Route::post("/o/{org_key}/imports/{id}/rows", CREATES, act::rows),
        Route::post("/o/{org_key}/imports/{id}/choices", CREATES, act::choices),
        Route::post("/o/{org_key}/imports/{id}/start", CREATES, act::start),
        Route::post("/o/{org_key}/imports/{id}/cancel", CREATES, act::cancel),
        Route::post("/o/{org_key}/imports/{id}/discard", CREATES, act::discard),
        Route::post("/o/{org_key}/imports/{id}/retry", CREATES, act::retry),
        Route::get("/o/{org_key}/imports/{id}/undo", CREATES, undo::new),
        Route::post("/o/{org_key}/imports/{id}/undo", CREATES, undo::create),
    ]
}

/// The address of an import: organization and import.
type ImportPath = Path<(String, Uuid)>;

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/imports", scope.organization.key)
}

fn import_path(scope: &Scope, id: Uuid) -> String {
    format!("{}/{id}", list_path(scope))
}

/// What stands above every page of one import.
struct Head {
    base: String,
    list: String,
    file: String,
    by: String,
    /// Whether the person may do something about it.
    may: bool,
    /// Whether it has no file, but the rows an earlier import left over.
    left_over: bool,
    /// Until when it is kept, where nobody begins it.
    kept: Option<When>,
}

impl Head {
    fn new(import: &Import, scope: &Scope) -> Self {
        Self {
            base: import_path(scope, import.id),
            list: list_path(scope),
            file: import.file_name.clone(),
            by: import.asked_name.clone(),
            may: scope.may(Permission::CreateOrganizations) && import.is_open_to(scope),
            left_over: import.follows.is_some(),
            kept: import.kept_until().map(|at| When::exact(&scope.actor.zone(), at)),
        }
    }
}

/// Where somebody asks for a group who is kept to their own and has none, and so can import nothing (S263).
fn ask_for_group(scope: &Scope) -> Option<String> {
    let has_none = scope.is_kept_to_groups() && scope.sight().groups().is_some_and(<[_]>::is_empty);
    has_none.then(|| format!("/o/{}/group-requests/new", scope.organization.key))
}

/// The frame of the list.
fn at_list(frame: Frame, scope: &Scope) -> Frame {
    frame.at("Organizations").crumb("Organizations", Some(format!("/o/{}/organizations", scope.organization.key)))
}

/// The frame of a page of one import.
fn placed(frame: Frame, scope: &Scope, import: &Import) -> Frame {
    at_list(frame, scope).crumb("Imports", Some(list_path(scope))).crumb(import.file_name.clone(), None)
}
