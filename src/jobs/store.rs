//! SQL of the queue.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::model::{Counts, Entry, Job, NewJob, State};
use crate::error::Result;

/// No conflict target is named: naming one would need the right to read the table, which a request does not have.
pub(super) async fn insert(db: &mut PgConnection, jobs: &[NewJob]) -> Result<()> {
    macro_rules! each {
        (|$job:ident| $value:expr) => {
            &jobs.iter().map(|$job| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into jobs (kind, payload, queue, unique_key, run_at, max_attempts, created_at)
         select kind, payload, queue, unique_key, run_at, max_attempts, run_at
         from unnest($1::text[], $2::jsonb[], $3::text[], $4::text[], $5::timestamptz[], $6::int[]) with ordinality
                as j (kind, payload, queue, unique_key, run_at, max_attempts, place)
         order by place
         on conflict do nothing",
        each!(|job| job.kind.as_str()) as _,
        each!(|job| &job.payload) as _,
        each!(|job| job.queue.as_deref()) as _,
        each!(|job| job.unique_key.as_deref()) as _,
        each!(|job| job.run_at) as _,
        each!(|job| job.max_attempts) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Leases up to `limit` jobs that are due: free ones, and those whose lease has run out. Of a queue only the first job
/// is eligible, and none while another of it is leased.
pub(super) async fn claim(
    db: &mut PgConnection,
    limit: i64,
    lease: Uuid,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<Job>> {
    let jobs = sqlx::query_as!(
        Job,
        r#"with due as (
             select j.id from jobs j
             where j.finished_at is null and j.failed_at is null and j.run_at <= $3
               and (j.leased_until is null or j.leased_until <= $3)
               and (j.queue is null or not exists (
                 select 1 from jobs o
                 where o.queue = j.queue and o.finished_at is null and o.failed_at is null
                   and (o.id < j.id or (o.id > j.id and o.leased_until > $3))))
             order by j.run_at, j.id
             limit $1
             for update of j skip locked)
           update jobs set lease = $2, leased_until = $4, attempts = jobs.attempts + 1
           from due where jobs.id = due.id
           returning jobs.id, jobs.kind, jobs.payload, jobs.attempts, jobs.max_attempts, jobs.lease as "lease!""#,
        limit,
        lease,
        now,
        until
    )
    .fetch_all(db)
    .await?;
    Ok(jobs)
}

/// Whether the lease still holds. The row is not locked: the answer is a snapshot.
pub(super) async fn is_leased(db: &mut PgConnection, job: &Job) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from jobs where id = $1 and lease = $2) as "found!""#,
        job.id,
        job.lease
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// Keeps the job for longer; false when somebody else has it by now.
pub(super) async fn renew(db: &mut PgConnection, job: &Job, until: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!("update jobs set leased_until = $3 where id = $1 and lease = $2", job.id, job.lease, until)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the job; false when somebody else has it by now, or it is finished.
pub(super) async fn finish(db: &mut PgConnection, job: &Job, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs set finished_at = $3, lease = null, leased_until = null, last_error = null
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the job back for another attempt; false when somebody else has it by now.
pub(super) async fn postpone(db: &mut PgConnection, job: &Job, why: &str, run_at: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs set run_at = $4, lease = null, leased_until = null, last_error = $3 where id = $1 and lease = $2",
        job.id,
        job.lease,
        why,
        run_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the job back for later as if this attempt had not been made; false when somebody else has it by now.
pub(super) async fn wait(db: &mut PgConnection, job: &Job, run_at: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs set run_at = $3, lease = null, leased_until = null, attempts = attempts - 1
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        run_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts the job aside; false when somebody else has it by now.
pub(super) async fn fail(db: &mut PgConnection, job: &Job, why: &str, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs set failed_at = $4, lease = null, leased_until = null, last_error = $3
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives jobs back as if they had not been taken.
pub(super) async fn hand_back(db: &mut PgConnection, leases: &[Uuid]) -> Result<u64> {
    let done = sqlx::query!(
        "update jobs set lease = null, leased_until = null, attempts = attempts - 1 where lease = any ($1)",
        leases
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Makes a failed job due again; false unless it has failed.
pub(super) async fn restart(db: &mut PgConnection, id: i64, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs set failed_at = null, attempts = 0, run_at = $2 where id = $1 and failed_at is not null",
        id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list(
    db: &mut PgConnection,
    state: Option<State>,
    before: Option<i64>,
    limit: i64,
    now: OffsetDateTime,
) -> Result<Vec<Entry>> {
    let entries = sqlx::query_as!(
        Entry,
        r#"select id, kind, attempts, max_attempts, last_error, run_at, state as "state!: State", ended_at
           from (select j.*, coalesce(j.finished_at, j.failed_at) as ended_at,
                        case when j.finished_at is not null then 'done'
                             when j.failed_at is not null then 'failed'
                             when j.leased_until > $4 then 'running'
                             when j.attempts > 0 then 'retrying'
                             else 'waiting' end as state
                 from jobs j) listed
           where ($1::text is null or state = $1) and ($2::bigint is null or id < $2)
           order by id desc limit $3"#,
        state.map(State::as_str),
        before,
        limit,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(entries)
}

pub(super) async fn counts(db: &mut PgConnection, now: OffsetDateTime) -> Result<Counts> {
    let rows = sqlx::query!(
        r#"select case when finished_at is not null then 'done'
                       when failed_at is not null then 'failed'
                       when leased_until > $1 then 'running'
                       when attempts > 0 then 'retrying'
                       else 'waiting' end as "state!: State", count(*) as "count!"
           from jobs group by 1"#,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(Counts(rows.into_iter().map(|row| (row.state, row.count)).collect()))
}

pub(super) async fn delete_finished_before(db: &mut PgConnection, before: OffsetDateTime) -> Result<u64> {
    let done = sqlx::query!("delete from jobs where finished_at < $1", before).execute(db).await?;
    Ok(done.rows_affected())
}

/// Rows of other features whose time is over. Used links stay a week longer, to be told from made-up ones; a bulk change
/// that was never begun stays a week, others as long as they can be undone.
pub(super) async fn delete_expired(db: &mut PgConnection, now: OffsetDateTime) -> Result<u64> {
    let links_before = now - Duration::days(7);
    let sessions = sqlx::query!("delete from sessions where expires_at < $1", now).execute(&mut *db).await?;
    let drafts = sqlx::query!("delete from drafts where expires_at < $1", now).execute(&mut *db).await?;
    let typed = sqlx::query!("delete from typed_rows where expires_at < $1", now).execute(&mut *db).await?;
    let limits = sqlx::query!("delete from limits where resets_at < $1", now).execute(&mut *db).await?;
    let links =
        sqlx::query!("delete from password_links where expires_at < $1", links_before).execute(&mut *db).await?;
    let runs = sqlx::query!(
        "delete from bulk_runs where created_at < $2 or (state = 'planned' and created_at < $1)",
        links_before,
        now - Duration::days(90)
    )
    .execute(db)
    .await?;
    Ok([sessions, drafts, typed, limits, links, runs].iter().map(sqlx::postgres::PgQueryResult::rows_affected).sum())
}
