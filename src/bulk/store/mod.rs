//! SQL of the bulk changes. Every statement names the organization the change was asked for in.

pub(super) mod checks;
pub(super) mod facts;
pub(super) mod items;
pub(super) mod verdicts;

use anyhow::Context;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Action, Asker, Counts, Parameters, Run, State};
use crate::{
    error::{Error, Result},
    scope::{Scope, Sight},
    types::OrgKey,
};

struct RunRow {
    id: Uuid,
    partner_id: Uuid,
    asked_by: Uuid,
    asked_name: String,
    action: String,
    parameters: serde_json::Value,
    filter: Option<String>,
    left_out: Vec<String>,
    undoes: Option<Uuid>,
    state: String,
    stopped: Option<String>,
    total: i32,
    would_change: i32,
    would_stay: i32,
    would_refuse: i32,
    judged_at: Option<OffsetDateTime>,
    changed: i32,
    stayed: i32,
    refused: i32,
    created_at: OffsetDateTime,
    started_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
}

impl TryFrom<RunRow> for Run {
    type Error = Error;

    fn try_from(row: RunRow) -> Result<Self> {
        Ok(Self {
            action: Action::parse(&row.action).context("stored action")?,
            state: State::parse(&row.state).context("stored state")?,
            parameters: serde_json::from_value(row.parameters).context("stored parameters")?,
            plan: Counts { change: row.would_change, stay: row.would_stay, refuse: row.would_refuse },
            result: Counts { change: row.changed, stay: row.stayed, refuse: row.refused },
            id: row.id,
            partner_id: row.partner_id,
            asked_by: row.asked_by,
            asked_name: row.asked_name,
            filter: row.filter,
            left_out: row.left_out,
            undoes: row.undoes,
            stopped: row.stopped,
            total: row.total,
            judged_at: row.judged_at,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
        })
    }
}

/// The columns of a run and what follows.
macro_rules! runs {
    ($db:expr, $($text:literal)+, $($argument:expr),*) => {
        sqlx::query_as!(
            RunRow,
            "select id, partner_id, asked_by, asked_name, action, parameters, filter, left_out, undoes, state, stopped,
                    total, would_change, would_stay, would_refuse, judged_at, changed, stayed, refused, created_at,
                    started_at, ended_at from bulk_runs " $(+ $text)+,
            $($argument),*
        )
        .fetch_all($db)
        .await?
        .into_iter()
        .map(Run::try_from)
        .collect::<Result<Vec<Run>>>()
    };
}

/// Whose changes a person sees: everybody's of the partner, or their own.
fn only_own(scope: &Scope) -> Option<Uuid> {
    (scope.sight() != Sight::Everything).then_some(scope.actor.user_id)
}

pub(super) async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Run>> {
    let found = runs!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3)",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The same, locked until the transaction ends: one step of a change at a time.
pub(super) async fn lock(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Run>> {
    let found = runs!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3) for no key update",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The newest first, behind `before`.
pub(super) async fn list(db: &mut PgConnection, scope: &Scope, before: Option<Uuid>, limit: i64) -> Result<Vec<Run>> {
    runs!(
        db,
        "where partner_id = $1 and id < $2 and ($3::uuid is null or asked_by = $3) order by id desc limit $4",
        scope.organization.id,
        before.unwrap_or(Uuid::max()),
        only_own(scope),
        limit
    )
}

/// The newest change that takes this one back and was begun.
pub(super) async fn undone_by(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Uuid>> {
    let found = sqlx::query_scalar!(
        "select id from bulk_runs where partner_id = $1 and undoes = $2 and state <> 'planned' order by id desc limit 1",
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// A change to be.
pub(super) struct NewRun<'a> {
    pub(super) action: Action,
    pub(super) parameters: &'a Parameters,
    pub(super) filter: Option<&'a str>,
    pub(super) left_out: &'a [String],
    pub(super) undoes: Option<Uuid>,
}

pub(super) async fn insert(db: &mut PgConnection, scope: &Scope, new: NewRun<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let parameters = serde_json::to_value(new.parameters).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "insert into bulk_runs (id, partner_id, asked_by, asked_name, action, parameters, filter, left_out, undoes, state,
                                created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'planned', $10)",
        id,
        scope.organization.id,
        scope.actor.user_id,
        scope.actor.display_name,
        new.action.as_str(),
        parameters,
        new.filter,
        new.left_out,
        new.undoes,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(id)
}

pub(super) async fn set_parameters(db: &mut PgConnection, run: &Run, parameters: &Parameters) -> Result<()> {
    let parameters = serde_json::to_value(parameters).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "update bulk_runs set parameters = $3 where partner_id = $1 and id = $2 and state = 'planned'",
        run.partner_id,
        run.id,
        parameters
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Begins a change; false where it was begun before.
pub(super) async fn start(db: &mut PgConnection, run: &Run, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update bulk_runs set state = 'running', started_at = $3
         where partner_id = $1 and id = $2 and state = 'planned'",
        run.partner_id,
        run.id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a change that is under way.
pub(super) async fn end(
    db: &mut PgConnection,
    run: &Run,
    state: State,
    why: Option<&str>,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update bulk_runs set state = $3, stopped = $4, ended_at = $5
         where partner_id = $1 and id = $2 and state in ('running', 'checking')",
        run.partner_id,
        run.id,
        state.as_str(),
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose change it is. Needs a transaction of the system.
pub(super) async fn asker(db: &mut PgConnection, run_id: Uuid) -> Result<Option<Asker>> {
    let row = sqlx::query_as!(
        Asker,
        r#"select r.asked_by as user_id, r.asked_name as name, o.key as "organization: OrgKey",
                  r.state = 'checking' as "checking!"
           from bulk_runs r join organizations o on o.id = r.partner_id
           where r.id = $1 and r.state in ('running', 'checking')"#,
        run_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Stops a change whose asker may not go on with it. Needs a transaction of the system.
pub(super) async fn stop(db: &mut PgConnection, run_id: Uuid, why: &str, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update bulk_runs set state = 'stopped', stopped = $2, ended_at = $3 where id = $1 and state in ('running', 'checking')",
        run_id,
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
