//! The audit log: every event of an organization and of those directly beneath it, filtered, compared before with after,
//! taken away as CSV, and proved complete by its chain (SPEC section 3, QUALITY 51).

mod chain;
mod csv;
mod diff;
mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

use self::store::Wanted;
pub use self::{
    chain::{Break, Fault, Report, verify},
    csv::{HEADER, write as write_csv},
    diff::changes,
    form::FilterForm,
    model::{Change, Cursor, Filter, Line, Page},
};
use crate::{
    database::paging::{Cut, Direction},
    error::Result,
    events::{self, EventKind, NewEvent, ONLY_ABOVE},
    roles::Permission,
    scope::{Scope, Sight},
};

/// Lines a page.
pub const PAGE: usize = 50;
/// Lines read at once for an export; what is written out is never held as a whole.
pub const BATCH: usize = 500;

/// One page of the log of the scope's organization and of those directly beneath it, newest first.
///
/// # Errors
/// Without [`Permission::ViewAuditLog`].
pub async fn list(db: &mut PgConnection, scope: &Scope, filter: &Filter, cursor: Option<&Cursor>) -> Result<Page> {
    scope.require(Permission::ViewAuditLog)?;
    let (than, direction) = match cursor {
        Some(Cursor::Newer(than)) => (Some(*than), Direction::Backward),
        Some(Cursor::Older(than)) => (Some(*than), Direction::Forward),
        None => (None, Direction::Forward),
    };
    let lines = readable(scope, store::list(db, &wanted(scope, filter, than, direction, PAGE as i64 + 1)).await?);
    let Cut { rows, has_next, has_previous } = Cut::new(lines, PAGE, direction, cursor.is_none());
    Ok(Page { lines: rows, has_older: has_next, has_newer: has_previous })
}

/// The next lines of an export, newest first, behind the event `older_than`. The permission is asked again each time.
///
/// # Errors
/// As [`list`].
pub async fn batch(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    older_than: Option<Uuid>,
) -> Result<Vec<Line>> {
    scope.require(Permission::ViewAuditLog)?;
    Ok(readable(scope, store::list(db, &wanted(scope, filter, older_than, Direction::Forward, BATCH as i64)).await?))
}

/// Without what is for the organization above alone, where the person does not come from there.
fn readable(scope: &Scope, mut lines: Vec<Line>) -> Vec<Line> {
    let own = scope.organization.id;
    if scope.grants.iter().any(|grant| grant.through != own) {
        return lines;
    }
    for line in lines.iter_mut().filter(|line| line.organization_key == scope.organization.key) {
        for kept in [&mut line.before, &mut line.after].into_iter().flatten() {
            kept.as_object_mut().map(|members| members.remove(ONLY_ABOVE));
        }
    }
    lines
}

/// Writes down that the log is taken away, and by which filter.
///
/// # Errors
/// As [`list`].
pub async fn record_export(db: &mut PgConnection, scope: &Scope, filter: &Filter) -> Result<()> {
    scope.require(Permission::ViewAuditLog)?;
    let after = Some(filter.as_json()).filter(|filter| filter.as_object().is_some_and(|fields| !fields.is_empty()));
    let event =
        NewEvent { after, channel: Some("web"), ..NewEvent::new(scope.organization.id, EventKind::AuditLogExported) };
    events::record(db, scope, event).await
}

/// Whoever sees only the organizations of own groups reads no log of organizations beneath.
fn wanted<'a>(scope: &Scope, filter: &'a Filter, than: Option<Uuid>, direction: Direction, limit: i64) -> Wanted<'a> {
    let beneath = scope.sight() == Sight::Everything;
    let than = than.unwrap_or(Uuid::max());
    Wanted { organization_id: scope.organization.id, beneath, filter, than, direction, limit }
}
