//! The search at the top of every page of an organization: organizations, users and groups the person may see there, and
//! what can be done. It asks the features' own lists, so it shows nothing they would not.

pub(crate) mod pages;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    groups, members,
    organizations::{self, Filter},
    roles::Permission,
    scope::Scope,
    types::{DomainName, OrgKey},
};

/// Hits of each kind.
const HITS: usize = 6;
/// How much of what was typed is looked at.
const LONGEST: usize = 100;

/// An organization that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// What tells it from others of the name.
    pub domain: Option<DomainName>,
}

/// What was found, each kind by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Organizations beneath, those of sub-partners too.
    pub organizations: Vec<Organization>,
    /// Id, name and address of the users of the organization.
    pub users: Vec<(Uuid, String, String)>,
    /// Id and name of the partner's groups.
    pub groups: Vec<(Uuid, String)>,
}

/// What was typed, as it is looked for.
pub fn words(raw: &str) -> String {
    raw.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// Looks for words among everything the person may see in the scope's organization; nothing is found by no words.
///
/// # Errors
/// The database's.
pub async fn search(db: &mut PgConnection, scope: &Scope, words: &str) -> Result<Found> {
    let mut found = Found::default();
    if words.is_empty() {
        return Ok(found);
    }
    if scope.may(Permission::ListOrganizations) {
        let filter = Filter { q: words.to_owned(), beneath: true, ..Filter::default() };
        let walked = organizations::walk(db, scope, &filter, None, HITS).await?;
        found.organizations = walked.into_iter().map(organization).collect();
    }
    if scope.may(Permission::ViewUsers) {
        let filter = members::Filter { text: words.to_lowercase(), ..members::Filter::default() };
        let page = members::list(db, scope, &filter, None).await?;
        found.users = page.lines.into_iter().filter_map(user).take(HITS).collect();
    }
    if scope.may(Permission::ViewGroups) {
        let page = groups::list(db, scope, words, false, None).await?;
        found.groups = page.groups.into_iter().take(HITS).map(|group| (group.id, group.name)).collect();
    }
    Ok(found)
}

fn organization(row: organizations::ListRow) -> Organization {
    Organization { key: row.key, name: row.name, domain: row.domain }
}

/// Whoever is only invited has no page.
fn user(line: members::Line) -> Option<(Uuid, String, String)> {
    Some((line.user_id?, line.name, line.email))
}
