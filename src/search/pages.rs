//! The page of the search, and the part of it that is shown while somebody types.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use super::Found;
use crate::{
    app::App,
    error::Result,
    roles::Permission,
    scope::Scope,
    search,
    web::{
        Access,
        frame::{Frame, initials, tile},
        page,
        route::Route,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let enter = Access::Organization(Permission::Enter);
    vec![
        Route::get("/o/{org_key}/search", enter, index),
        Route::get("/o/{org_key}/search/suggestions", enter, suggestions),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SearchQuery {
    find: String,
}

#[derive(Template)]
#[template(path = "search/index.html")]
struct IndexPage {
    frame: Frame,
    action: String,
    find: String,
    hits: Hits,
}

#[derive(Template)]
#[template(path = "search/_hits.html")]
struct Suggestions {
    hits: Hits,
}

/// What was found, under headings.
struct Hits {
    /// Heading and lines; only those with lines.
    sections: Vec<(&'static str, Vec<Hit>)>,
    /// Where all organizations that match are listed.
    all: Option<String>,
}

/// One line: a square for an organization, a circle for a person, a plain icon for anything else (DESIGN section 1).
struct Hit {
    href: String,
    name: String,
    more: String,
    tile: Option<(String, &'static str)>,
    face: Option<String>,
    icon: &'static str,
}

async fn find(app: &App, scope: &Scope, raw: &str) -> Result<(String, Hits)> {
    let words = search::words(raw);
    let found = app.read(scope, async |db| search::search(db, scope, &words).await).await?;
    let hits = Hits::new(found, &words, scope);
    Ok((words, hits))
}

async fn index(app: Data<App>, scope: Scope, frame: Frame, Query(query): Query<SearchQuery>) -> Result<HttpResponse> {
    let (find, hits) = find(&app, &scope, &query.find).await?;
    let action = format!("/o/{}/search", scope.organization.key);
    page(StatusCode::OK, IndexPage { frame: frame.crumb("Search", None), action, find, hits })
}

async fn suggestions(app: Data<App>, scope: Scope, Query(query): Query<SearchQuery>) -> Result<HttpResponse> {
    let (_, hits) = find(&app, &scope, &query.find).await?;
    page(StatusCode::OK, Suggestions { hits })
}

impl Hits {
    fn new(found: Found, words: &str, scope: &Scope) -> Self {
        let base = format!("/o/{}", scope.organization.key);
        let organizations = found.organizations.into_iter().map(|one| Hit {
            href: format!("/o/{}", one.key),
            more: one.domain.map(|domain| domain.to_string()).unwrap_or_default(),
            tile: Some((initials(&one.name), tile(one.key.as_str()))),
            ..Hit::plain(one.name, "")
        });
        let users = found.users.into_iter().map(|(id, name, email)| Hit {
            href: format!("{base}/users/{id}"),
            face: Some(initials(&name)),
            more: email,
            ..Hit::plain(name, "")
        });
        let groups = found
            .groups
            .into_iter()
            .map(|(id, name)| Hit { href: format!("{base}/groups/{id}/organizations"), ..Hit::plain(name, "folders") });
        let organizations: Vec<Hit> = organizations.collect();
        let query = serde_urlencoded::to_string([("q", words), ("beneath", "1")]).unwrap_or_default();
        let all = (!organizations.is_empty()).then(|| format!("{base}/organizations?{query}"));
        let sections = [
            ("Organizations", organizations),
            ("Users", users.collect()),
            ("Groups", groups.collect()),
            ("Actions", actions(scope, words)),
        ];
        Self { sections: sections.into_iter().filter(|(_, lines)| !lines.is_empty()).collect(), all }
    }
}

impl Hit {
    fn plain(name: String, icon: &'static str) -> Self {
        Self { href: String::new(), name, more: String::new(), tile: None, face: None, icon }
    }
}

/// What can be done, with the right it takes and where, beneath the organization.
const ACTIONS: &[(&str, &str, Permission, &str)] = &[
    ("New Organization", "plus", Permission::CreateOrganizations, "/organizations/quick"),
    ("Create New Organization step by step", "plus", Permission::CreateOrganizations, "/organizations/new"),
    ("Create Multiple Organizations", "plus", Permission::CreateOrganizations, "/organizations/rows"),
    ("List of organizations", "building-community", Permission::ListOrganizations, "/organizations"),
    ("Suspended organizations", "building-community", Permission::ListOrganizations, "/organizations?status=suspended"),
    ("Archived organizations", "archive", Permission::ListOrganizations, "/organizations?status=archived"),
    ("New group", "folders", Permission::ManageGroups, "/groups/new"),
    ("Groups", "folders", Permission::ViewGroups, "/groups"),
    ("Invite users", "users", Permission::ManageUsers, "/users/new"),
    ("Users", "users", Permission::ViewUsers, "/users"),
    ("Roles", "users", Permission::ViewUsers, "/roles"),
    ("Audit log", "history", Permission::ViewAuditLog, "/audit"),
    ("Details of the organization", "settings", Permission::EditOrganization, "/settings"),
    ("Billing address", "settings", Permission::ManageBilling, "/settings/billing"),
    ("Prices and trials", "settings", Permission::ManagePrices, "/settings/prices"),
    ("Tags", "settings", Permission::ManageSettings, "/settings/tags"),
    ("Own fields and mandatory fields", "settings", Permission::ManageSettings, "/settings/fields"),
    ("Sign-in rules", "key", Permission::ManageRoles, "/settings/sign-in"),
    ("Who sees what, and why", "help-circle", Permission::ViewUsers, "/why"),
];

/// Without words everything the person may do here; else what has each of them in its name.
fn actions(scope: &Scope, words: &str) -> Vec<Hit> {
    let words = words.to_lowercase();
    let asked = |name: &str| words.split_whitespace().all(|word| name.to_lowercase().contains(word));
    let base = format!("/o/{}", scope.organization.key);
    ACTIONS
        .iter()
        .filter(|(name, _, permission, _)| scope.may(*permission) && asked(name))
        .map(|(name, icon, _, path)| Hit { href: format!("{base}{path}"), ..Hit::plain((*name).to_owned(), icon) })
        .collect()
}
