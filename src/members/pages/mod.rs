//! The users of an organization: the list, and one person with what can be changed.

mod index;
mod show;

use crate::{
    roles::Permission,
    scope::Scope,
    web::{Access, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    let view = Access::Organization(Permission::ViewUsers);
    let manage = Access::Organization(Permission::ManageUsers);
    vec![
        Route::get("/o/{org_key}/users", view, index::index),
        Route::get("/o/{org_key}/users/{id}", view, show::show),
        Route::post("/o/{org_key}/users/{id}/role", manage, show::update_role).fresh(),
        Route::post("/o/{org_key}/users/{id}/suspension", manage, show::suspend).fresh(),
        Route::post("/o/{org_key}/users/{id}/suspension/end", manage, show::resume).fresh(),
        Route::post("/o/{org_key}/users/{id}/sessions/end", manage, show::sign_out),
        Route::get("/o/{org_key}/users/{id}/removal", manage, show::confirm_removal).fresh(),
        Route::post("/o/{org_key}/users/{id}/removal", manage, show::remove).fresh(),
    ]
}

/// The address of the organization.
fn base_of(scope: &Scope) -> String {
    format!("/o/{}", scope.organization.key)
}
