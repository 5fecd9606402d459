//! SQL that moves an import on.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    error::Result,
    imports::{
        columns::Columns,
        model::{Choices, Found, Import, Outcomes, State},
        read::How,
    },
    scope::Scope,
};

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(value).map_err(anyhow::Error::from)?)
}

/// Says how the file is read and what its columns are; every row waits to be judged. Rows that were read stay, unless the
/// file is read otherwise now.
pub(in crate::imports) async fn set_reading(
    db: &mut PgConnection,
    import: &Import,
    (how, headings, columns): (&How, &[String], &Columns),
    state: State,
) -> Result<()> {
    sqlx::query!(
        "update imports set how = $3, headings = $4, columns = $5, state = $6, found = '{}', total = 0, done = 0,
                            reached = 0, stopped = null, checked_at = null, has_rows = has_rows and how = $3
         where partner_id = $1 and id = $2",
        import.partner_id,
        import.id,
        json(how)?,
        headings,
        json(columns)?,
        state.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every row is to be judged anew.
pub(in crate::imports) async fn begin_check(db: &mut PgConnection, import: &Import) -> Result<()> {
    sqlx::query!(
        "update imports set state = 'checking' where partner_id = $1 and id = $2 and state = 'uploaded'",
        import.partner_id,
        import.id
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::imports) async fn set_choices(db: &mut PgConnection, import: &Import, choices: &Choices) -> Result<()> {
    sqlx::query!(
        "update imports set choices = $3 where partner_id = $1 and id = $2 and state = 'checked'",
        import.partner_id,
        import.id,
        json(choices)?
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves on to a row, past so many of them. False where somebody else has moved it, or ended the import: then what was done
/// is taken back.
pub(in crate::imports) async fn advance(
    db: &mut PgConnection,
    import: &Import,
    (reached, rows): (i32, i32),
    outcomes: Option<&Outcomes>,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set reached = $4, done = done + $5, outcomes = coalesce($6, outcomes), changed_at = $8
         where partner_id = $1 and id = $2 and reached = $3 and state = $7",
        import.partner_id,
        import.id,
        import.reached,
        reached,
        rows,
        outcomes.map(json).transpose()?,
        import.state.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Shows how far an import is that is written as a whole. False where somebody ended it.
pub(in crate::imports) async fn show_progress(db: &mut PgConnection, import: &Import, done: i32) -> Result<bool> {
    let row = sqlx::query!(
        "update imports set done = $3 where partner_id = $1 and id = $2 and state = 'running'",
        import.partner_id,
        import.id,
        done
    )
    .execute(db)
    .await?;
    Ok(row.rows_affected() == 1)
}

/// Ends an import that was written as a whole, with everything about it. False where somebody ended it before.
pub(in crate::imports) async fn complete(db: &mut PgConnection, import: &Import, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = 'done', done = $3, reached = $4, outcomes = $5, ended_at = $6
         where partner_id = $1 and id = $2 and state = 'running'",
        import.partner_id,
        import.id,
        import.done,
        import.reached,
        json(&import.outcomes)?,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets nobody else work on this import until the transaction ends, without keeping anybody from reading or ending it.
pub(in crate::imports) async fn hold(db: &mut PgConnection, import_id: Uuid) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1::text, 0))", import_id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Every row has its verdict.
pub(in crate::imports) async fn checked(
    db: &mut PgConnection,
    import: &Import,
    found: &Found,
    total: i32,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = 'checked', found = $3, total = $4, checked_at = $5, has_rows = true
         where partner_id = $1 and id = $2 and state in ('checking', 'checked')",
        import.partner_id,
        import.id,
        json(found)?,
        total,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Begins an import; false where that was done before.
pub(in crate::imports) async fn start(db: &mut PgConnection, import: &Import, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = 'running', done = 0, reached = 0, outcomes = '{}', started_at = $3
         where partner_id = $1 and id = $2 and state = 'checked'",
        import.partner_id,
        import.id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Begins to take an import back, or goes on with what was taken back in part; false where it has not run, or that was
/// begun before.
pub(in crate::imports) async fn undo(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<bool> {
    let done = sqlx::query!(
        "update imports i
         set state = 'undoing', before_undo = i.state, reached = 0, undone_by = $3, undone_by_id = $4, undone_at = $5,
             done = (select count(*)::int from import_results r
                     where r.partner_id = $1 and r.import_id = $2 and r.undone is not null)
         where i.partner_id = $1 and i.id = $2 and i.state in ('done', 'cancelled', 'stopped')",
        import.partner_id,
        import.id,
        scope.actor.display_name,
        scope.actor.user_id,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the taking back of an import: what is taken back stays so, and it can be begun again. False where it is through.
pub(in crate::imports) async fn end_undo(db: &mut PgConnection, import: &Import) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = coalesce(before_undo, 'cancelled')
         where partner_id = $1 and id = $2 and state = 'undoing'",
        import.partner_id,
        import.id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends what a job could not do in all its attempts; a file that could not be checked is one that cannot be read. Needs a
/// transaction of the system.
pub(in crate::imports) async fn give_up(
    db: &mut PgConnection,
    id: Uuid,
    why: &str,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = case state when 'checking' then 'unreadable' else 'stopped' end, stopped = $2,
                            ended_at = $3
         where id = $1 and state in ('checking', 'running', 'undoing')",
        id,
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends what is under way. The system may do so, too.
pub(in crate::imports) async fn end(
    db: &mut PgConnection,
    id: Uuid,
    (state, why): (State, Option<&str>),
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = $2, stopped = $3, ended_at = $4
         where id = $1 and state in ('checking', 'running', 'undoing')",
        id,
        state.as_str(),
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets an import that has changed nothing, with its file and rows.
pub(in crate::imports) async fn delete(db: &mut PgConnection, import: &Import) -> Result<bool> {
    let done = sqlx::query!(
        "delete from imports where partner_id = $1 and id = $2
           and state in ('uploaded', 'checking', 'unreadable', 'checked')",
        import.partner_id,
        import.id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
