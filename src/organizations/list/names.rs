//! The names of what a page of the list refers to: groups, tags, the organizations above.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{filter::Filter, model::ListRow, store};
use crate::{
    error::Result,
    roles::Permission,
    scope::Scope,
    types::{FieldKind, OrgKey},
};

/// A field of the partner's own, as a list shows it and filters by it.
#[derive(Debug, Clone)]
pub struct OwnField {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What can be entered.
    pub kind: FieldKind,
    /// What can be chosen, where something is.
    pub choices: Vec<String>,
}

/// Names by id. Archived groups have none: they give nobody access and are not shown.
#[derive(Debug, Default)]
pub struct Names {
    /// Groups the partner offers, by name, at most 200.
    pub groups: Vec<(Uuid, String)>,
    /// Tags the partner offers, by name, at most 200.
    pub tags: Vec<(Uuid, String)>,
    /// The partner's own fields in use, in the order of its forms.
    pub own: Vec<OwnField>,
    /// Every group and tag the partner offers, or the page or the filter refers to.
    pub known: HashMap<Uuid, String>,
    /// Key and name of the organizations above those of the page.
    pub parents: HashMap<Uuid, (OrgKey, String)>,
}

/// The names for a page of a list.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn names(db: &mut PgConnection, scope: &Scope, filter: &Filter, rows: &[ListRow]) -> Result<Names> {
    scope.require(Permission::ListOrganizations)?;
    let here = scope.organization.id;
    let mut wanted: Vec<Uuid> = rows.iter().flat_map(|row| row.group_ids.iter().chain(&row.tag_ids)).copied().collect();
    wanted.extend(filter.groups.iter().chain(&filter.tags));
    wanted.sort_unstable();
    wanted.dedup();
    let mut parents: Vec<Uuid> = rows.iter().map(|row| row.parent_id).filter(|id| *id != here).collect();
    parents.sort_unstable();
    parents.dedup();
    let mut names = store::names::offered(db, here).await?;
    // Mostly the partner offers all that is referred to, and nothing above is another's: then nothing else is asked for.
    wanted.retain(|id| !names.known.contains_key(id));
    if !wanted.is_empty() || !parents.is_empty() {
        store::names::referred(db, &mut names, &wanted, &parents).await?;
    }
    let own = (scope.organization.key.clone(), scope.organization.name.clone());
    names.parents.insert(here, own);
    Ok(names)
}
