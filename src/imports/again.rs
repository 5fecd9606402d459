//! Rows that are judged anew: those of a file of which something else is said now, those that another import left over, and
//! those somebody has corrected (N2). The file is not read again, so that what was corrected stays.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    check,
    judge::judge,
    model::{Import, State},
    reader::Reader,
    store::{self, rows, state, twice},
};
use crate::{app::App, error::Result, scope::Scope};

/// Rows judged and written at once.
const STEP: usize = 1_000;

/// Judges every row that stands in the database, a step at a time; whoever comes after a killed one goes on behind its last
/// step.
///
/// # Errors
/// The database's.
pub(super) async fn every(app: &App, scope: &Scope, id: Uuid) -> Result<()> {
    while app.write(scope, async |db| step(db, scope, id).await).await? {}
    Ok(())
}

/// The next rows, in the caller's transaction. Returns whether there may be more.
///
/// # Errors
/// The database's.
pub(super) async fn step(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<bool> {
    let found = store::lock(db, scope, id).await?;
    let Some(import) = found.filter(|import| import.state == State::Checking && import.has_rows) else {
        return Ok(false);
    };
    let (waiting, _) = rows::behind(db, &import, import.reached, STEP).await?;
    let Some(last) = waiting.last().map(|row| row.row) else {
        check::settle(db, &import, scope.now).await?;
        return Ok(false);
    };
    let reader = Reader::new(db, scope, &import.columns).await?;
    let count = waiting.len() as i32;
    let read = waiting.into_iter().map(|row| reader.prepare(row.row, row.cells)).collect();
    let judged = judge(db, scope, &reader, read).await?;
    rows::save(db, &import, &judged).await?;
    state::advance(db, &import, (last, count), None, scope.now).await
}

/// Judges corrected rows, and says anew of the rows that have something in common with them whether they stand twice; the
/// others are left alone, however many there are. The import is locked by the caller.
///
/// # Errors
/// The database's.
pub(super) async fn some(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    corrected: Vec<(i32, Vec<String>)>,
) -> Result<()> {
    if corrected.is_empty() {
        return Ok(());
    }
    let reader = Reader::new(db, scope, &import.columns).await?;
    let read = corrected.into_iter().map(|(row, cells)| reader.prepare(row, cells)).collect();
    let judged = judge(db, scope, &reader, read).await?;
    let near = twice::near(db, import, &judged).await?;
    let before = rows::count_of(db, import, &near).await?;
    rows::save(db, import, &judged).await?;
    twice::mark(db, import, &near).await?;
    let after = rows::count_of(db, import, &near).await?;
    let found = import.found.changed(&before, &after);
    state::checked(db, import, &found, import.total, scope.now).await?;
    Ok(())
}
