//! How long is kept what concerns an import, and how many files may wait: no partner fills the server, and what is known of
//! organizations does not stay for ever beside them.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{
    model::{Import, Outcome, State},
    store::keeping as store,
};
use crate::{
    error::{Error, Result},
    scope::{Scope, Sight},
};

/// A file nobody begins is kept so long after somebody last did something about it.
const OPEN_FOR: Duration = Duration::days(7);
/// The rows of an import that is through are kept so long, with what became of each.
const ROWS_FOR: Duration = Duration::days(90);
/// So many files may wait at a partner. Whoever is kept to groups sees no files but their own, and may have so many of these:
/// files they do not see are none they could forget.
const OPEN: i64 = 20;

impl Import {
    /// Until when it is kept, where nobody does anything about it; nothing once it was begun.
    pub fn kept_until(&self) -> Option<OffsetDateTime> {
        let open = matches!(self.state, State::Uploaded | State::Checked | State::Unreadable);
        open.then(|| self.changed_at + OPEN_FOR)
    }

    /// Until when its rows are kept; nothing where it is not through, or they are gone.
    pub fn rows_kept_until(&self) -> Option<OffsetDateTime> {
        self.ended_at.filter(|_| self.has_rows).map(|at| at + ROWS_FOR)
    }

    /// Rows nobody came to, because it was ended before.
    pub fn unreached(&self) -> i64 {
        i64::from(self.total) - Outcome::ALL.into_iter().map(|outcome| self.outcomes.of(outcome)).sum::<i64>()
    }

    /// Rows that failed or were not reached: what can be run again.
    pub fn left_over(&self) -> i64 {
        self.outcomes.of(Outcome::Failed) + self.unreached()
    }

    /// Refuses what needs the rows.
    ///
    /// # Errors
    /// [`Error::Refused`] where they are not kept any more.
    pub(super) fn require_rows(&self) -> Result<()> {
        if self.has_rows {
            return Ok(());
        }
        let days = ROWS_FOR.whole_days();
        Err(Error::Refused(format!("The rows of an import are kept for {days} days. Only its numbers are left").into()))
    }
}

/// Refuses one file more than may wait, once it is there. Needs the transaction it came in with.
///
/// # Errors
/// [`Error::Refused`], with the file that can be forgotten first.
pub(super) async fn require_room(db: &mut PgConnection, scope: &Scope) -> Result<()> {
    let (open, oldest) = store::open(db, scope).await?;
    let Some(oldest) = oldest.filter(|_| open > OPEN) else { return Ok(()) };
    let whose = if scope.sight() == Sight::Everything { "files wait here" } else { "of your files wait here" };
    let why = format!("{OPEN} {whose} already. Import or forget one of them first; {oldest} waits the longest");
    Err(Error::Refused(why.into()))
}

/// Forgets files nobody began in a week, the parts of files that were imported, and rows of 90 days ago. Needs a transaction
/// of the system. Returns how many files were forgotten.
///
/// # Errors
/// The database's.
pub async fn purge(db: &mut PgConnection, now: OffsetDateTime) -> Result<u64> {
    store::purge_rows(db, now - ROWS_FOR).await?;
    store::purge_open(db, now - OPEN_FOR).await
}
