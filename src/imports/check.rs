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
use crate::{app::App, database::statistics, error::Result, jobs::JobKind, scope::Scope};

/// Rows judged and written at once, or so many bytes of them, whichever comes first: four such steps are in memory together,
/// each some three times.
const STEP: usize = 1_000;
const STEP_BYTES: usize = 2 << 20;
/// Steps that may wait for the database.
const AHEAD: usize = 2;
/// Steps of a request at most: a small workbook may hold very many rows.
const STEPS_AT_ONCE: usize = 5;
/// The example of a template is looked for among the first rows.
const EXAMPLE_AMONG: u32 = 10;

/// Judges the rows of a small file in the request itself, where its columns are known. Where these turn out to be many, the
/// rest is a worker's.
///
/// # Errors
/// As [`check`].
pub(super) async fn at_once(app: &App, scope: &Scope, id: Uuid) -> Result<()> {
    let found = app.read(scope, async |db| store::find(db, scope, id).await).await?;
    let Some(import) = found.filter(|import| import.state == State::Checking) else { return Ok(()) };
    let through = match import.has_rows {
        true => some_again(app, scope, id).await?,
        false => go_on(app, scope, id, Some(STEPS_AT_ONCE)).await?,
    };
    if through { Ok(()) } else { app.write(scope, async |db| leave(db, scope, id, false).await).await }
}

/// Judges the first of the rows that stand in the database. Says whether nothing is left to do here.
async fn some_again(app: &App, scope: &Scope, id: Uuid) -> Result<bool> {
    // The last step only finds that there are no more rows.
    for _ in 0..=STEPS_AT_ONCE {
        if !app.write(scope, async |db| again::step(db, scope, id).await).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the rows of the file and judges them. Where every row stands in the database already, these are judged and the
/// file is not read again, so that nothing that was corrected is lost.
///
/// # Errors
/// The database's and the disk's: then the check goes on behind the last row that was written down when the job does.
pub(super) async fn check(app: &App, scope: &Scope, import: Import) -> Result<()> {
    match import.has_rows {
        true => again::every(app, scope, import.id).await,
        false => go_on(app, scope, import.id, None).await.map(drop),
    }
}

/// Reads and judges the rows that no try before has reached, in so many steps at most. Says whether nothing is left to do
/// here: false where there are more rows.
async fn go_on(app: &App, scope: &Scope, id: Uuid, most: Option<usize>) -> Result<bool> {
    let Some((mut import, reader, template)) = begin(app, scope, id).await? else { return Ok(true) };
    let Some(file) = file::fetch(app, scope, &import, None).await? else {
        return unreadable(app, scope, &import, "The file is gone. Upload it again").await;
    };
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    // It was taken in by a process that may allow more than this one, such as the command.
    let allowed = app.settings.import_limits();
    let limits = Limits { bytes: allowed.bytes.max(import.bytes.unsigned_abs()), ..allowed };
    let how = import.how.clone();
    let reading = reader.clone();
    let (headings, reached) = (import.headings.clone(), import.reached);
    let thread = tokio::task::spawn_blocking(move || {
        let is_example = |row: &Row| write::is_example(&template, &headings, &row.cells);
        send(&file, (&how, &limits), (&is_example, reached), &reading, &sender)
    });
    let mut steps = 0;
    while let Some(chunk) = receiver.recv().await {
        if most == Some(steps) {
            return Ok(false);
        }
        steps += 1;
        if !step(app, scope, &mut import, &reader, chunk).await? {
            return app.write(scope, async |db| leave(db, scope, id, true).await).await.map(|()| true);
        }
    }
    match thread.await.map_err(anyhow::Error::from)? {
        Ok(total) => {
            // From here on, rows are looked for in what has become a large table.
            app.write(scope, statistics::refresh).await?;
            app.write(scope, async |db| finish(db, scope, &import, (total, app.clock.now())).await).await?;
        }
        Err(unread) => return unreadable(app, scope, &import, &file::words(unread)?).await,
    }
    Ok(true)
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
    let mut chunk = Vec::new();
    let (mut last, mut bytes, mut seen, mut passed) = (None, 0, 0, 0);
    let mut each = |row: Row| {
        seen += 1;
        let is_passed = seen <= EXAMPLE_AMONG && is_example(&row);
        passed += u32::from(is_passed);
        // A row number that a database cannot hold is beyond every limit.
        let number = i32::try_from(row.number).unwrap_or(i32::MAX);
        if is_passed || number <= reached {
            return ControlFlow::Continue(());
        }
        bytes += row.cells.iter().map(String::len).sum::<usize>();
        chunk.push(reader.prepare(number, row.cells));
        if chunk.len() < STEP && bytes < STEP_BYTES {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        match sender.blocking_send(std::mem::take(&mut chunk)) {
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

/// Leaves the check to a worker, unless it was ended: at once, or where somebody else is at it, later, in case that they are
/// killed.
async fn leave(db: &mut PgConnection, scope: &Scope, id: Uuid, is_taken: bool) -> Result<()> {
    match store::find(db, scope, id).await? {
        Some(import) if import.state == State::Checking => {
            enqueue(db, scope, JobKind::CheckImport, &import, is_taken).await
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

/// Ends the check of a file that cannot be read to its end, so that nothing is left to do.
async fn unreadable(app: &App, scope: &Scope, import: &Import, why: &str) -> Result<bool> {
    app.write(scope, async |db| {
        if is_ours(db, scope, import).await? {
            state::end(db, import.id, (State::Unreadable, Some(why)), scope.now).await?;
        }
        Ok(true)
    })
    .await
}
