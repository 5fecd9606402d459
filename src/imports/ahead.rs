//! The next rows of an import, read while those before them are written: the portal and its database work side by side.

use super::{
    model::{Deed, Import, Problem},
    reader::Reader,
    run::STEP,
    store::rows::{self, Waiting},
};
use crate::{app::App, error::Result, organizations::Parsed, scope::Scope};

/// A row as its step needs it.
pub(super) enum Next {
    /// It is to be created, unless that cannot be.
    Create(i32, Result<Box<Parsed>, Vec<Problem>>),
    /// It is compared or left out.
    Other(Waiting),
}

impl Next {
    fn of(reader: &Reader, import: &Import, row: Waiting) -> Self {
        match import.choices.deed(row.verdict) {
            Deed::Create => {
                let read = reader.read(row.row, row.cells);
                Self::Create(read.row, reader.as_new(&read).map(Box::new))
            }
            Deed::Update | Deed::Nothing | Deed::LeaveOut => Self::Other(row),
        }
    }
}

/// The rows of a step.
pub(super) struct Batch {
    /// The row they stand behind.
    pub(super) after: i32,
    /// The last of them; the same as `after` where there are none.
    pub(super) last: i32,
    /// Whether more may stand behind them.
    more: bool,
    pub(super) rows: Vec<Next>,
    /// What they were read by.
    pub(super) reader: Reader,
}

impl Batch {
    /// The last row, where there may be more behind it.
    pub(super) fn behind(&self) -> Option<i32> {
        self.more.then_some(self.last)
    }
}

/// Reads the rows behind a row. What is said about the rows of an import that runs does not change, so that they may be read
/// early.
///
/// # Errors
/// The database's.
pub(super) async fn read(app: &App, scope: &Scope, import: &Import, after: i32) -> Result<Batch> {
    let ((waiting, more), reader) = app
        .read(scope, async |db| {
            // Said first, since rows that nobody reads to their end keep the connection busy.
            let reader = Reader::new(db, scope, &import.columns).await?;
            Ok((rows::behind(db, import, after, STEP).await?, reader))
        })
        .await?;
    let last = waiting.last().map_or(after, |row| row.row);
    let import = import.clone();
    let read = move || {
        let rows = waiting.into_iter().map(|row| Next::of(&reader, &import, row)).collect();
        Batch { after, last, more, rows, reader }
    };
    // On a thread of its own, since the statements of the step before wait for nobody.
    Ok(tokio::task::spawn_blocking(read).await.map_err(anyhow::Error::from)?)
}

/// The same; none where it is known that there are none.
///
/// # Errors
/// As [`read`].
pub(super) async fn read_behind(app: &App, scope: &Scope, import: &Import, last: Option<i32>) -> Result<Option<Batch>> {
    match last {
        Some(last) => read(app, scope, import, last).await.map(Some),
        None => Ok(None),
    }
}
