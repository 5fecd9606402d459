//! What became of rows, for those who ask afterwards: the file of error rows (N2), and what an undo came to (N1).

use std::{fs::File, io, sync::Arc};

use sqlx::PgConnection;

use super::{
    PAGE,
    model::{Import, Line, Outcome, Undone, Verdict},
    read::FileKind,
    store::{results, rows},
    write::FailedRows,
};
use crate::{
    app::App,
    custom_fields,
    error::{Error, Result},
    roles::Permission,
    scope::Scope,
};

/// Rows that are read at once, and fewer where they are very long.
const STEP: usize = 1_000;

/// The rows that cannot be imported, or could not be, as a file like the one that was uploaded, and what kind it is: the
/// user's own columns, and before them the row and what is wrong with it.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::Refused`] where the rows are not kept any more; the disk's.
pub async fn error_rows(app: &App, scope: &Scope, import: &Import) -> Result<(FileKind, File)> {
    scope.require(Permission::ListOrganizations)?;
    import.require_rows()?;
    let only =
        if import.state.has_run() { (None, Some(Outcome::Failed), None) } else { (Some(Verdict::Error), None, None) };
    let mut file = FailedRows::new(&import.how, &import.headings).map_err(unwritten)?;
    let custom = Arc::new(app.read(scope, async |db| custom_fields::list(db, scope).await).await?);
    let mut after = 0;
    loop {
        let (lines, more) = app.read(scope, async |db| rows::page(db, import, only, after, STEP).await).await?;
        after = lines.last().map_or(after, |line| line.row);
        let custom = Arc::clone(&custom);
        let write = tokio::task::spawn_blocking(move || {
            lines.iter().try_for_each(|line| {
                let number = u32::try_from(line.row).unwrap_or_default();
                file.row(number, &line.cells, &line.why(&custom))
            })?;
            Ok::<_, io::Error>(file)
        });
        file = write.await?.map_err(unwritten)?;
        if !more {
            break;
        }
    }
    let kind = file.kind();
    let finish = tokio::task::spawn_blocking(move || file.finish());
    Ok((kind, finish.await?.map_err(unwritten)?))
}

fn unwritten(error: io::Error) -> Error {
    Error::disk(error, "a file of error rows could not be written")
}

/// Rows of which undoing came to one thing, behind a row, and whether there are more.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn lines_undone(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    undone: Undone,
    after: i32,
) -> Result<(Vec<Line>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    rows::page(db, import, (None, None, Some(undone)), after, PAGE).await
}

/// How many rows undoing came to what for.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn undone(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<Vec<(Undone, i64)>> {
    scope.require(Permission::ListOrganizations)?;
    results::count_undone(db, import).await
}
