//! Rows that were typed into the grid and are not created yet: kept for the person who typed them, so that leaving the page and
//! coming back loses nothing (S233).

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::store::typed as store;
use crate::{error::Result, roles::Permission, scope::Scope};

/// How long typed rows are kept after the last change, as unfinished drafts of the wizard are.
pub(super) const KEPT_FOR: Duration = Duration::days(30);

/// What the page of the grid sent: names of cells and what stood in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Names and values, those with something in them.
    pub cells: Vec<(String, String)>,
    /// When they were kept.
    pub at: OffsetDateTime,
}

/// The rows the person typed beneath the scope's organization.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`].
pub async fn typed(db: &mut PgConnection, scope: &Scope) -> Result<Option<Typed>> {
    scope.require(Permission::CreateOrganizations)?;
    store::find(db, scope).await
}

/// Keeps what stands in the grid now instead of what was kept before; where nothing is typed, nothing is kept.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`].
pub async fn keep_typed(db: &mut PgConnection, scope: &Scope, cells: &[(String, String)]) -> Result<()> {
    scope.require(Permission::CreateOrganizations)?;
    let is_cell = |name: &str| name.starts_with('r') && name.contains('-');
    let kept: Vec<(String, String)> = cells
        .iter()
        .filter(|(name, value)| (is_cell(name) || ["command", "groups"].contains(&name.as_str())) && !value.is_empty())
        // The database keeps no NUL in a text.
        .map(|(name, value)| (name.replace('\0', ""), value.replace('\0', "\u{fffd}")))
        .collect();
    if kept.iter().any(|(name, value)| is_cell(name) && !value.trim().is_empty()) {
        store::save(db, scope, &kept).await
    } else {
        store::delete(db, scope).await
    }
}

/// Forgets them: they are created, or not wanted any more.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`].
pub async fn forget_typed(db: &mut PgConnection, scope: &Scope) -> Result<()> {
    scope.require(Permission::CreateOrganizations)?;
    store::delete(db, scope).await
}
