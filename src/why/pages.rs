//! The page that says why (N4).

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{Explanation, Right};
use crate::{
    app::App,
    error::{Error, Result},
    roles::{Permission, ROLES},
    scope::Scope,
    web::{Access, frame::Frame, page, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/o/{org_key}/why", Access::Organization(Permission::Enter), show)]
}

/// Whom it is about; the reader where nobody is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct About {
    person: String,
}

#[derive(Template)]
#[template(path = "why/show.html")]
struct ShowPage {
    frame: Frame,
    base: String,
    organization: String,
    why: Explanation,
    rights: Vec<Line>,
}

/// One permission as a line.
struct Line {
    label: &'static str,
    /// The role it comes from.
    from: Option<String>,
    /// The roles that include it, where the person does not have it.
    part_of: String,
}

impl From<Right> for Line {
    fn from(right: Right) -> Self {
        let roles = ROLES.iter().filter(|row| row.permissions.has(right.permission)).map(|row| row.label);
        Self { label: right.permission.label(), from: right.from, part_of: roles.collect::<Vec<_>>().join(", ") }
    }
}

async fn show(app: Data<App>, scope: Scope, frame: Frame, Query(about): Query<About>) -> Result<HttpResponse> {
    let person = match about.person.trim() {
        "" => None,
        // Nobody has such an id: the answer is that of an unknown person.
        id => Some(Uuid::parse_str(id).map_err(|_| Error::NotFound)?),
    };
    let mut why = super::explain(&app, &scope, person).await?;
    let rights = std::mem::take(&mut why.rights).into_iter().map(Line::from).collect();
    page(
        StatusCode::OK,
        ShowPage {
            frame: frame.crumb("Why?", None),
            base: format!("/o/{}", scope.organization.key),
            organization: scope.organization.name.clone(),
            why,
            rights,
        },
    )
}
