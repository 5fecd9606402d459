//! Pages of the groups: the list, one group with its organizations and people, and the requests for more.

mod edit;
mod index;
mod members;
mod people;
mod requests;

use actix_web::web::Path;
use uuid::Uuid;

use super::Group;
use crate::{
    roles::Permission,
    scope::Scope,
    web::{Access, frame::Frame, route::Route},
};

const VIEWS: Access = Access::Organization(Permission::ViewGroups);
const MANAGES: Access = Access::Organization(Permission::ManageGroups);
const ASKS: Access = Access::Organization(Permission::AskForGroups);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}/groups", VIEWS, index::index),
        Route::post("/o/{org_key}/groups", MANAGES, edit::create),
        Route::get("/o/{org_key}/groups/new", MANAGES, edit::new),
        Route::get("/o/{org_key}/groups/{group}/edit", MANAGES, edit::edit),
        Route::post("/o/{org_key}/groups/{group}", MANAGES, edit::update),
        Route::post("/o/{org_key}/groups/{group}/archive", MANAGES, edit::archive),
        Route::post("/o/{org_key}/groups/{group}/restore", MANAGES, edit::restore),
        Route::get("/o/{org_key}/groups/{group}/organizations", VIEWS, members::index),
        Route::post("/o/{org_key}/groups/{group}/organizations", MANAGES, members::add),
        Route::post("/o/{org_key}/groups/{group}/organizations/matching", MANAGES, members::add_matching),
        Route::post("/o/{org_key}/groups/{group}/organizations/remove", MANAGES, members::remove),
        Route::get("/o/{org_key}/groups/{group}/people", VIEWS, people::index),
        Route::post("/o/{org_key}/groups/{group}/people", MANAGES, people::assign),
        Route::post("/o/{org_key}/groups/{group}/people/remove", MANAGES, people::take_off),
        Route::get("/o/{org_key}/group-requests", ASKS, requests::index),
        Route::post("/o/{org_key}/group-requests", ASKS, requests::create),
        Route::get("/o/{org_key}/group-requests/new", ASKS, requests::new),
        Route::post("/o/{org_key}/group-requests/{request}/answer", MANAGES, requests::answer),
    ]
}

/// The address of a group: organization and group.
type GroupPath = Path<(String, Uuid)>;

/// What stands above every page of one group.
struct Head {
    /// `/o/{org_key}/groups/{group}`.
    base: String,
    name: String,
    description: Option<String>,
    organizations: String,
    people: i64,
    archived: bool,
    may_manage: bool,
    /// "organizations" or "people": the tab one is on.
    tab: &'static str,
}

impl Head {
    fn new(scope: &Scope, group: &Group, tab: &'static str) -> Self {
        Self {
            base: format!("{}/{}", list_path(scope), group.id),
            name: group.name.clone(),
            description: group.description.clone(),
            organizations: crate::types::grouped(u64::try_from(group.organizations).unwrap_or_default()),
            people: group.people,
            archived: group.archived_at.is_some(),
            may_manage: scope.may(Permission::ManageGroups),
            tab,
        }
    }

    /// Whether the group can be changed by the reader now.
    fn is_open(&self) -> bool {
        self.may_manage && !self.archived
    }
}

fn list_path(scope: &Scope) -> String {
    format!("/o/{}/groups", scope.organization.key)
}

/// The frame of a page of one group.
fn placed(frame: Frame, scope: &Scope, last: &str) -> Frame {
    frame.at("Groups").crumb("Groups", Some(list_path(scope))).crumb(last, None)
}

/// "1 organization", "5,000 organizations".
fn organizations_counted(count: usize) -> String {
    match count {
        1 => "1 organization".to_owned(),
        more => format!("{} organizations", crate::types::grouped(more as u64)),
    }
}
