//! The check of a file: it is read as a stream on a thread of its own, while the rows before are compared with what exists
//! and written down. Nothing is imported.

use std::{fs::File, ops::ControlFlow};

use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    again, enqueue, file,
    judge::judge,
    model::{Import, State},
    read::{self, Limits, Row, Unreadable},
    reader::{Prepared, Reader},
    store::{self, rows, state, twice},
    template::template_columns,
    write::{self, Column},
};
use crate::{app::App, error::Result, jobs::JobKind, scope::Scope};

/// Rows judged and written at once.
const STEP: usize = 1_000;
/// Steps that may wait for the database.
const AHEAD: usize = 2;
/// The example of a template is looked for among the first rows.
const EXAMPLE_AMONG: u32 = 10;

/// Judges the rows of a small file in the request itself, where its columns are known.
///
/// # Errors
/// As [`check`].
pub(super) async fn at_once(app: &App, scope: &Scope, id: Uuid) -> Result<()> {
    match app.read(scope, async |db| store::find(db, scope, id).await).await? {
        Some(import) if import.state == State::Checking => check(app, scope, import).await,
        _ => Ok(()),
    }
}

/// Reads the rows of the file and judges them. Where every row stands in the database already, these are judged and the
/// file is not read again, so that nothing that was corrected is lost.
///
/// # Errors
/// The database's and the disk's: then the check goes on behind the last row that was written down when the job does.
pub(super) async fn check(app: &App, scope: &Scope, import: Import) -> Result<()> {
    if import.has_rows {
        return again::every(app, scope, import.id).await;
    }
    let Some((mut import, reader, template)) = begin(app, scope, import.id).await? else { return Ok(()) };
    let Some(file) = file::fetch(app, scope, &import, None).await? else {
        return unreadable(app, scope, &import, "The file is gone. Upload it again").await;
    };
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let (how, limits) = (import.how.clone(), app.settings.import_limits());
    let reading = reader.clone();
    let (headings, reached) = (import.headings.clone(), import.reached);
    let thread = tokio::task::spawn_blocking(move || {
        let is_example = |row: &Row| write::is_example(&template, &headings, &row.cells);
        send(&file, (&how, &limits), (&is_example, reached), &reading, &sender)
    });
    while let Some(chunk) = receiver.recv().await {
        if !step(app, scope, &mut import, &reader, chunk).await? {
            return app.write(scope, async |db| look_again(db, scope, import.id).await).await;
        }
    }
    match thread.await.map_err(anyhow::Error::from)? {
        Ok(total) => app.write(scope, async |db| finish(db, scope, &import, (total, app.clock.now())).await).await,
        Err(unread) => unreadable(app, scope, &import, &file::words(unread)?).await,
    }
}

/// Forgets the rows of an earlier reading; those of an earlier try at this one stay, and it goes on behind them. Nothing
/// where it is not to be checked any more.
async fn begin(app: &App, scope: &Scope, id: Uuid) -> Result<Option<(Import, Reader, Vec<Column>)>> {
    app.write(scope, async |db| {
        let found = store::lock(db, scope, id).await?;
        let Some(import) = found.filter(|import| import.state == State::Checking) else { return Ok(None) };
        if import.reached == 0 {
            rows::delete(db, &import).await?;
        }
        let reader = Reader::new(db, scope, &import.columns).await?;
        let template = template_columns(db, scope).await?;
        Ok(Some((import, reader, template)))
    })
    .await
}

/// Reads the file in steps, without the example of a template and the rows that were reached before; ends early when nobody
/// listens any more.
fn send(
    file: &File,
    (how, limits): (&read::How, &Limits),
    (is_example, reached): (&dyn Fn(&Row) -> bool, i32),
    reader: &Reader,
    sender: &mpsc::Sender<Vec<Prepared>>,
) -> Result<u32, Unreadable> {
    let mut chunk = Vec::with_capacity(STEP);
    let (mut last, mut seen, mut passed) = (None, 0, 0);
    let mut each = |row: Row| {
        seen += 1;
        if seen <= EXAMPLE_AMONG && is_example(&row) {
            passed += 1;
            return ControlFlow::Continue(());
        }
        // A row number that a database cannot hold is beyond every limit.
        let number = i32::try_from(row.number).unwrap_or(i32::MAX);
        if number <= reached {
            return ControlFlow::Continue(());
        }
        chunk.push(reader.prepare(number, row.cells));
        if chunk.len() < STEP {
            return ControlFlow::Continue(());
        }
        match sender.blocking_send(std::mem::replace(&mut chunk, Vec::with_capacity(STEP))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(unheard) => {
                last = Some(unheard);
                ControlFlow::Break(())
            }
        }
    };
    let total = read::rows(file, how, limits, &mut each)?;
    if last.is_none() && !chunk.is_empty() {
        // Nobody listens only when the check was ended.
        drop(sender.blocking_send(chunk));
    }
    Ok(total - passed)
}

/// Judges rows and writes them down. False where the check was ended or taken over.
async fn step(app: &App, scope: &Scope, import: &mut Import, reader: &Reader, chunk: Vec<Prepared>) -> Result<bool> {
    let (count, last) = (chunk.len() as i32, chunk.last().map_or(import.reached, |row| row.read.row));
    let ours = app
        .write(scope, async |db| {
            let moved = (last, count);
            if !is_ours(db, scope, import).await? || !state::advance(db, import, moved, None, app.clock.now()).await? {
                return Ok(false);
            }
            let judged = judge(db, scope, reader, chunk).await?;
            rows::save(db, import, &judged).await?;
            Ok(true)
        })
        .await?;
    import.reached = last;
    import.done += count;
    Ok(ours)
}

/// Whether the check is still this worker's; then it stays so until the transaction ends. One that was paused, and whose
/// place another has taken, ends nothing (QUALITY 9).
async fn is_ours(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<bool> {
    let now = store::lock(db, scope, import.id).await?;
    let place = |import: &Import| (import.state, import.has_rows, import.reached);
    Ok(now.is_some_and(|now| place(&now) == place(import)))
}

/// Somebody else is at the check, or has ended it. Should they be killed, somebody goes on.
async fn look_again(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    match store::find(db, scope, id).await? {
        Some(import) if import.state == State::Checking => {
            enqueue(db, scope, JobKind::CheckImport, &import, true).await
        }
        _ => Ok(()),
    }
}

async fn finish(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    (total, now): (u32, OffsetDateTime),
) -> Result<()> {
    if !is_ours(db, scope, import).await? {
        return Ok(());
    }
    if total == 0 {
        let why = (
            State::Unreadable,
            Some("There are no rows beneath the headings. Fill some in, then upload the file again"),
        );
        state::end(db, import.id, why, now).await?;
        return Ok(());
    }
    settle(db, import, now).await
}

/// Looks for rows that say the same, and counts the verdicts.
pub(super) async fn settle(db: &mut PgConnection, import: &Import, now: OffsetDateTime) -> Result<()> {
    twice::mark_all(db, import).await?;
    let found = rows::count(db, import).await?;
    let total = super::model::Verdict::ALL.into_iter().map(|verdict| found.of(verdict)).sum::<i64>();
    state::checked(db, import, &found, i32::try_from(total).unwrap_or(i32::MAX), now).await?;
    Ok(())
}

async fn unreadable(app: &App, scope: &Scope, import: &Import, why: &str) -> Result<()> {
    app.write(scope, async |db| {
        if is_ours(db, scope, import).await? {
            state::end(db, import.id, (State::Unreadable, Some(why)), scope.now).await?;
        }
        Ok(())
    })
    .await
}
