//! The table of all routes: the app is built from it, and so is the routes x roles matrix of the tests (QUALITY 23).

use std::collections::BTreeMap;

use actix_web::{Resource, web};

use super::route::{Access, Proof, Route};

/// One line of the table, for the tests that walk it.
#[derive(Debug, Clone)]
pub struct RouteRow {
    /// `GET` or `POST`.
    pub method: String,
    /// The pattern of the address.
    pub path: &'static str,
    /// Who may take it.
    pub access: Access,
    /// Whether it takes a proof of the last ten minutes of everybody.
    pub fresh: bool,
}

fn all() -> Vec<Route> {
    [
        super::assets::routes(),
        super::choices::routes(),
        crate::health::routes(),
        crate::audit::pages::routes(),
        crate::jobs::pages::routes(),
        crate::mailbox::pages::routes(),
        crate::lifecycle::pages::routes(),
        crate::onboarding::pages::routes(),
        crate::credentials::pages::routes(),
        crate::help::pages::routes(),
        crate::probe::pages::routes(),
        crate::profile::pages::routes(),
        crate::dashboard::pages::routes(),
        crate::factors::pages::routes(),
        super::step_up::routes(),
        crate::organizations::pages::routes(),
        crate::billing::pages::routes(),
        crate::bulk::pages::routes(),
        crate::exports::pages::routes(),
        crate::imports::pages::routes(),
        crate::custom_roles::pages::routes(),
        crate::invitations::pages::routes(),
        crate::members::pages::routes(),
        crate::settings::pages::routes(),
        crate::saved_views::pages::routes(),
        crate::search::pages::routes(),
        crate::sessions::pages::routes(),
        crate::support_visits::pages::routes(),
        crate::setup::pages::routes(),
        crate::tags::pages::routes(),
        crate::custom_fields::pages::routes(),
        crate::groups::pages::routes(),
        crate::users::pages::routes(),
        crate::transfers::pages::routes(),
        crate::why::pages::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every route of the product.
pub fn table() -> Vec<RouteRow> {
    all()
        .into_iter()
        .map(|route| RouteRow {
            method: route.method.to_string(),
            path: route.path,
            access: route.access,
            fresh: route.proof == Proof::Fresh,
        })
        .collect()
}

/// Adds every route to the app; a known address asked with another method answers 405.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    let mut resources: BTreeMap<&'static str, Resource> = BTreeMap::new();
    for route in all() {
        let resource = resources.remove(route.path).unwrap_or_else(|| web::resource(route.path));
        resources.insert(route.path, resource.route(route.guarded()));
    }
    // Fixed words come before parameters in byte order only by accident, so the longest fixed prefix goes first.
    let mut paths: Vec<_> = resources.into_iter().collect();
    paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.find('{').unwrap_or(usize::MAX)));
    for (_, resource) in paths {
        config.service(resource);
    }
}
