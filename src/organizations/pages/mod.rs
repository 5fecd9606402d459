//! Pages of the organizations: the list, and the details of one.

mod edit;
mod list;
mod record;

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use crate::{
    app::App,
    error::{Error, Result},
    organizations,
    roles::Permission,
    scope::Scope,
    types::OrgKey,
    web::{Access, route::Route, see_other},
};

pub(crate) fn routes() -> Vec<Route> {
    let list = Access::Organization(Permission::ListOrganizations);
    let edit = Access::Organization(Permission::EditOrganization);
    vec![
        Route::get("/o/{org_key}/organizations", list, list::index),
        Route::get("/o/{org_key}/organizations/{child_key}", list, show),
        Route::get("/o/{org_key}/settings", edit, edit::edit),
        Route::post("/o/{org_key}/settings", edit, edit::update),
    ]
}

/// An organization has one address; this one leads there.
async fn show(app: Data<App>, scope: Scope, path: Path<(String, String)>) -> Result<HttpResponse> {
    let key = OrgKey::parse(&path.1).map_err(|_| Error::NotFound)?;
    let organization = app.read(&scope, async |db| organizations::find(db, &scope, &key).await).await?;
    see_other(format!("/o/{}", organization.key))
}
