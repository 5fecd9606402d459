//! Background work: a queue in the same database, written in the transaction that makes the work necessary.
//!
//! A worker leases what is due, renews the lease while it works and finishes only what it still holds, so that a killed
//! or paused process neither loses a job nor does one twice (QUALITY 9). Jobs of one queue run one after another. The
//! rules are in [`worker`]; what the kinds do is in [`kinds`].

mod kinds;
mod model;
pub(crate) mod pages;
mod regular;
mod store;
mod worker;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime, Time};

pub use self::{
    kinds::JobKind,
    model::{Counts, Entry, Job, NewJob, State},
    worker::{claim, run_due, work},
};
use crate::{
    app::App,
    error::{Error, OnViolation, Result},
    roles::Permission,
    scope::{RowScope, Scope},
};

/// How long finished jobs stay on the operator's page.
const KEPT_FOR: Duration = Duration::days(7);
/// When the day's backup is due, in UTC.
const BACKUP_AT: Time = time::macros::time!(03:00);

/// Puts work into the queue, in the caller's transaction. A job whose `unique_key` is waiting already is not added
/// again.
///
/// # Errors
/// The database's.
pub async fn enqueue(db: &mut PgConnection, job: NewJob) -> Result<()> {
    enqueue_all(db, &[job]).await
}

/// Puts many jobs into the queue in one statement; those of one queue keep the order given.
///
/// # Errors
/// The database's.
pub async fn enqueue_all(db: &mut PgConnection, jobs: &[NewJob]) -> Result<()> {
    if jobs.is_empty() { Ok(()) } else { store::insert(db, jobs).await }
}

/// Makes sure that the regular work is in the queue. Called by every worker now and then; all agree on the next hour
/// and the next night, and the unique key keeps one of each.
///
/// # Errors
/// The database's.
pub async fn schedule(app: &App) -> Result<()> {
    let now = app.clock.now();
    let next_hour = now.replace_time(Time::MIDNIGHT) + Duration::hours(i64::from(now.hour()) + 1);
    let today = now.replace_time(BACKUP_AT);
    let next_night = if today > now { today } else { today + Duration::DAY };
    app.write(RowScope::System("schedule regular work"), async |db| {
        enqueue(db, NewJob::new(JobKind::PurgeExpired, serde_json::json!({}), next_hour).unique("purge_expired"))
            .await?;
        let purge = NewJob::new(JobKind::PurgeOrganizations, serde_json::json!({}), next_night);
        enqueue(db, purge.unique("purge_organizations")).await?;
        if app.settings.database_url.is_none() {
            enqueue(db, NewJob::new(JobKind::Backup, serde_json::json!({}), next_night).unique("backup")).await?;
        }
        Ok(())
    })
    .await
}

/// Whether the job still belongs to whoever carries this lease; asked before something that cannot be taken back.
///
/// # Errors
/// The database's.
pub async fn is_leased(db: &mut PgConnection, job: &Job) -> Result<bool> {
    store::is_leased(db, job).await
}

/// Does work that consists of changes to the database alone, and finishes the job in the same transaction: either both
/// happened or neither, even when the process is paused or killed in between (QUALITY 9).
///
/// # Errors
/// Those of `work`; the job is tried again.
pub async fn atomically(app: &App, job: &Job, work: impl AsyncFnOnce(&mut PgConnection) -> Result<()>) -> Result<()> {
    let now = app.clock.now();
    app.write(RowScope::System("do a job"), async |db| {
        // First, so that the row is locked and nobody can take the job over meanwhile.
        if store::finish(db, job, now).await? { work(db).await } else { Ok(()) }
    })
    .await
}

/// The jobs before `before` (an id), newest first, one more than `limit` where there are more.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the operator.
pub async fn list(
    app: &App,
    scope: &Scope,
    state: Option<State>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>> {
    scope.require(Permission::OperateInstallation)?;
    let rows = RowScope::System("show the operator the jobs");
    app.read(rows, async |db| store::list(db, state, before, limit + 1, scope.now).await).await
}

/// How many jobs are in which state; for the filter of the page and the metrics.
///
/// # Errors
/// The database's.
pub async fn counts(app: &App) -> Result<Counts> {
    let now = app.clock.now();
    app.read(RowScope::System("count jobs"), async |db| store::counts(db, now).await).await
}

/// Gives a job that has failed for good another round of attempts.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the operator, [`Error::NotFound`] unless it has failed, [`Error::Refused`] when
/// the same regular work waits already.
pub async fn retry(app: &App, scope: &Scope, id: i64) -> Result<()> {
    scope.require(Permission::OperateInstallation)?;
    let rows = RowScope::System("retry a job for the operator");
    let found = app
        .write(rows, async |db| store::restart(db, id, scope.now).await)
        .await
        .on_violation_of("jobs_unique_key_key", || {
            Error::Refused("The same work is waiting in the queue already. It needs no second entry".into())
        })?;
    if found { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets jobs that were finished long ago. Failed ones stay until somebody has looked at them.
///
/// # Errors
/// The database's.
pub async fn purge(db: &mut PgConnection, now: OffsetDateTime) -> Result<u64> {
    store::delete_finished_before(db, now - KEPT_FOR).await
}
