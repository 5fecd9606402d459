//! Whom to ask for more rights. They may stand above the organization, out of the transaction's sight: only their names and
//! addresses are read, and only as far up as the person's own memberships reach.

use super::store;
use crate::{
    app::App,
    error::Result,
    scope::{RowScope, Scope},
};

/// Names and addresses of those who administer the organization, or one above it that the person belongs to; at most five,
/// the nearest first.
///
/// # Errors
/// The database's.
pub async fn whom_to_ask(app: &App, scope: &Scope) -> Result<Vec<(String, String)>> {
    let path = &scope.organization.path;
    let place = |id| path.iter().position(|other| *other == id);
    let top = scope.grants.iter().filter_map(|grant| place(grant.through)).min().unwrap_or(path.len());
    let rows = RowScope::System("name whom to ask for more rights");
    app.read(rows, async |db| store::administrators(db, &path[top..]).await).await
}
