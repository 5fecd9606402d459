//! Pages of the organizations: the list, and the details of one.

mod edit;
mod list;
mod quick;
mod record;
mod rows;

use actix_web::{HttpResponse, web::Data};

use crate::{
    app::App,
    error::Result,
    organizations,
    roles::Permission,
    scope::Scope,
    web::{Access, child::Child, route::Route, see_other},
};

pub(crate) fn routes() -> Vec<Route> {
    let list = Access::Organization(Permission::ListOrganizations);
    let edit = Access::Organization(Permission::EditOrganization);
    let create = Access::Organization(Permission::CreateOrganizations);
    vec![
        Route::get("/o/{org_key}/organizations", list, list::index),
        Route::get("/o/{org_key}/organizations/quick", create, quick::new),
        Route::post("/o/{org_key}/organizations/quick", create, quick::create),
        Route::get("/o/{org_key}/organizations/rows", create, rows::show),
        Route::post("/o/{org_key}/organizations/rows", create, rows::create),
        Route::post("/o/{org_key}/organizations/rows/typed", create, rows::keep),
        Route::post("/o/{org_key}/organizations/rows/typed/discard", create, rows::discard),
        Route::get("/o/{org_key}/organizations/{child_key}", list, show),
        Route::get("/o/{org_key}/settings", edit, edit::edit),
        Route::post("/o/{org_key}/settings", edit, edit::update),
    ]
}

/// An organization has one address; this one leads there.
async fn show(app: Data<App>, scope: Scope, Child(key): Child) -> Result<HttpResponse> {
    let organization = app.read(&scope, async |db| organizations::find(db, &scope, &key).await).await?;
    see_other(format!("/o/{}", organization.key))
}
