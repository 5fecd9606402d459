//! The front door: where a person goes first, and all organizations they belong to.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use crate::{
    app::App,
    error::Result,
    memberships::{self, Membership},
    scope::RowScope,
    types::AccountKind,
    web::{
        Access,
        access::Visitor,
        frame::{Frame, initials, tile},
        page,
        route::Route,
        see_other,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/", Access::Public, front), Route::get("/organizations", Access::SignedIn, organizations)]
}

/// To the person's organization, rather one that is not suspended; to the list where there is none.
async fn front(visitor: Option<Visitor>) -> Result<HttpResponse> {
    let first = |visitor: &Visitor| {
        let all = &visitor.memberships;
        all.iter().find(|one| !one.suspended).or(all.first()).map(|one| one.key.clone())
    };
    match visitor.as_ref().map(first) {
        Some(Some(first)) => see_other(format!("/o/{first}")),
        Some(None) => see_other("/organizations"),
        None => see_other("/sign-in"),
    }
}

#[derive(Template)]
#[template(path = "users/organizations.html")]
struct OrganizationsPage {
    frame: Frame,
    email: String,
    organizations: Vec<Row>,
}

struct Row {
    key: String,
    name: String,
    initials: String,
    tile: &'static str,
    kind: AccountKind,
    role: String,
    suspended: bool,
}

async fn organizations(app: Data<App>, frame: Frame, visitor: Visitor) -> Result<HttpResponse> {
    let user_id = visitor.actor.user_id;
    // The names of organizations are visible from inside them only; these are the person's own.
    let rows = RowScope::System("list the person's organizations");
    let memberships = app.read(rows, async |db| memberships::all(db, user_id).await).await?;
    let organizations = memberships.into_iter().map(row).collect();
    let frame = frame.at("Your organizations").crumb("Your organizations", None);
    page(StatusCode::OK, OrganizationsPage { frame, email: visitor.actor.email, organizations })
}

fn row(membership: Membership) -> Row {
    let key = membership.key.as_str().to_owned();
    Row {
        initials: initials(&membership.name),
        tile: tile(&key),
        name: membership.name,
        kind: membership.kind,
        role: membership.role,
        suspended: membership.suspended,
        key,
    }
}
