//! Leases jobs, does them several at a time, and hands back what it cannot finish.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    time::Duration as StdDuration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use time::Duration;
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, interval_at, timeout},
};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    kinds,
    model::{Job, wait_after},
    store,
};
use crate::{
    app::App,
    error::{Error, Result},
    scope::RowScope,
};

/// Jobs done at the same time by one process.
const PARALLEL: usize = 4;
/// How long a job belongs to a worker that gives no sign of life: whoever waits for a killed one goes on within ten seconds
/// (QUALITY 7).
const LEASE: Duration = Duration::seconds(8);
/// How often a worker gives that sign.
const RENEW: StdDuration = StdDuration::from_secs(2);
/// How long a job waits for a database that is away, or for room on a disk.
const OUTAGE: Duration = Duration::seconds(2);
/// How often a worker with nothing to do looks for work.
const POLL: StdDuration = StdDuration::from_secs(1);
/// How often the regular work is put into the queue.
const SCHEDULE: StdDuration = StdDuration::from_secs(60);
/// How long running jobs may take after the process was told to stop.
const GRACE: StdDuration = StdDuration::from_secs(8);
const PURPOSE: RowScope = RowScope::System("run the queue");

/// Works until told to stop: finishes what runs within eight seconds and gives the rest back to the queue.
///
/// What goes wrong is logged and tried again; a database that is away only makes the worker wait.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let mut running = FuturesUnordered::new();
    let mut held: BTreeMap<i64, Uuid> = BTreeMap::new();
    let mut poll = interval(POLL);
    let mut regular = interval(SCHEDULE);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|told| *told) => break,
            Some(id) = running.next() => { held.remove(&id); }
            _ = regular.tick() => schedule(&app).await,
            _ = poll.tick() => {}
        }
        for job in take(&app, PARALLEL - held.len()).await {
            held.insert(job.id, job.lease);
            running.push(do_one(&app, job));
        }
    }
    let drained = timeout(GRACE, async {
        while let Some(id) = running.next().await {
            held.remove(&id);
        }
    });
    if drained.await.is_err() {
        drop(running);
        hand_back(&app, held.into_values().collect()).await;
    }
}

/// Does everything that is due at this moment, also what it makes due, and returns how many jobs that were.
///
/// # Errors
/// The database's; a job that fails is none.
pub async fn run_due(app: &App) -> Result<usize> {
    let mut done = 0;
    loop {
        let jobs = claim(app, PARALLEL).await?;
        if jobs.is_empty() {
            return Ok(done);
        }
        done += jobs.len();
        jobs.into_iter().map(|job| do_one(app, job)).collect::<FuturesUnordered<_>>().count().await;
    }
}

async fn schedule(app: &App) {
    if let Err(error) = super::schedule(app).await {
        warn("schedule regular work", &error);
    }
}

async fn take(app: &App, free: usize) -> Vec<Job> {
    if free == 0 {
        return Vec::new();
    }
    claim(app, free).await.unwrap_or_else(|error| {
        warn("look for work", &error);
        Vec::new()
    })
}

/// Takes up to `limit` jobs that are due into the caller's hands for some seconds. Whoever does not finish or renew one in
/// time loses it to the next who asks.
///
/// # Errors
/// The database's.
pub async fn claim(app: &App, limit: usize) -> Result<Vec<Job>> {
    let now = app.clock.now();
    let limit = i64::try_from(limit).unwrap_or(1);
    app.write(PURPOSE, async |db| store::claim(db, limit, Uuid::now_v7(), now, now + LEASE).await).await
}

/// Does one job and records how it ended. Returns its id.
async fn do_one(app: &App, job: Job) -> i64 {
    let id = job.id;
    let span = tracing::info_span!("job", id, kind = job.kind, attempt = job.attempts);
    let done = async { settle(app, &job, attempt(app, &job).await).await };
    if let Err(error) = done.instrument(span).await {
        // The lease runs out, and the job is done again: every job may run twice (house rule 9).
        warn("record the end of a job", &error);
    }
    id
}

/// The job's own result, or `None` when somebody else has the job by now.
async fn attempt(app: &App, job: &Job) -> Option<Result<()>> {
    if job.attempts > job.max_attempts {
        return Some(Err(Error::Internal(anyhow::anyhow!("every attempt ended without an answer"))));
    }
    let mut sign = interval_at(Instant::now() + RENEW, RENEW);
    let work = kinds::run(app, job);
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return Some(outcome),
            _ = sign.tick() => {
                let until = app.clock.now() + LEASE;
                match app.write(PURPOSE, async |db| store::renew(db, job, until).await).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(error) => warn("renew a lease", &error),
                }
            }
        }
    }
}

/// Every statement here holds only while the lease does: a worker that was paused changes nothing (QUALITY 9).
async fn settle(app: &App, job: &Job, outcome: Option<Result<()>>) -> Result<()> {
    let now = app.clock.now();
    match outcome {
        None => tracing::warn!("the lease of a job ran out; another worker has it"),
        Some(Ok(())) => {
            app.write(PURPOSE, async |db| store::finish(db, job, now).await).await?;
            tracing::debug!("job done");
        }
        // It says nothing about the job that the database was away, or a disk full: the attempt does not count.
        Some(Err(error @ Error::Unavailable(_))) => {
            tracing::warn!(error = %words(&error), "the job waits: {}", error.outage());
            app.write(PURPOSE, async |db| store::wait(db, job, now + OUTAGE).await).await?;
        }
        Some(Err(error)) if job.attempts >= job.max_attempts => {
            let why = words(&error);
            tracing::error!(%why, "job failed for good");
            app.write(PURPOSE, async |db| match store::fail(db, job, &why, now).await? {
                true => kinds::give_up(db, job, now).await,
                false => Ok(()),
            })
            .await?;
        }
        Some(Err(error)) => {
            let why = words(&error);
            let wait = wait_after(job.attempts, RandomState::new().hash_one(job.id));
            tracing::warn!(%why, wait_s = wait.whole_seconds(), "job failed, will be tried again");
            app.write(PURPOSE, async |db| store::postpone(db, job, &why, now + wait).await).await?;
        }
    }
    Ok(())
}

async fn hand_back(app: &App, leases: Vec<Uuid>) {
    tracing::info!(jobs = leases.len(), "handing jobs back");
    let given = app.write(PURPOSE, async |db| store::hand_back(db, &leases).await).await;
    if let Err(error) = given {
        warn("hand jobs back", &error);
    }
}

fn warn(what: &str, error: &Error) {
    tracing::warn!(error = %words(error), "could not {what}");
}

/// The error with its causes, short enough for a table.
fn words(error: &Error) -> String {
    let all = match error {
        Error::Internal(cause) | Error::Unavailable(cause) => format!("{cause:#}"),
        other => other.to_string(),
    };
    all.chars().filter(|c| !c.is_control()).take(500).collect()
}
