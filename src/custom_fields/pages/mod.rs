//! Pages of the custom fields: those of the partner, and their values of one organization.

mod edit;
mod index;
mod values;

use crate::{
    roles::Permission,
    scope::Scope,
    web::{Access, frame::Frame, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    let manage = Access::Organization(Permission::ManageSettings);
    let put = Access::Organization(Permission::TagOrganizations);
    vec![
        Route::get("/o/{org_key}/settings/fields", manage, index::index),
        Route::post("/o/{org_key}/settings/fields/required", manage, index::require),
        Route::get("/o/{org_key}/settings/fields/new", manage, edit::new),
        Route::post("/o/{org_key}/settings/fields/new", manage, edit::create),
        Route::get("/o/{org_key}/settings/fields/{field}", manage, edit::edit),
        Route::post("/o/{org_key}/settings/fields/{field}", manage, edit::update),
        Route::post("/o/{org_key}/settings/fields/{field}/up", manage, index::up),
        Route::post("/o/{org_key}/settings/fields/{field}/archive", manage, index::archive),
        Route::post("/o/{org_key}/settings/fields/{field}/restore", manage, index::restore),
        Route::get("/o/{org_key}/organizations/{child_key}/fields", put, values::edit),
        Route::post("/o/{org_key}/organizations/{child_key}/fields", put, values::update),
    ]
}

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/settings/fields", scope.organization.key)
}

fn placed(frame: Frame, scope: &Scope, last: &str) -> Frame {
    frame.at("Settings").crumb("Fields", Some(list_path(scope))).crumb(last, None)
}
