//! SQL of how long files and rows are kept, and how many of them wait.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{error::Result, imports::model::Import, scope::Scope};

/// Somebody did something about an import, so that it is kept for a while from now on.
pub(in crate::imports) async fn touch(db: &mut PgConnection, import: &Import, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update imports set changed_at = $3 where partner_id = $1 and id = $2",
        import.partner_id,
        import.id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many imports of the partner have changed nothing yet, as far as the person sees them, and the file of the one that
/// was left alone the longest. Nobody else of the partner begins one until the transaction ends.
pub(in crate::imports) async fn open(db: &mut PgConnection, scope: &Scope) -> Result<(i64, Option<String>)> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1::text, 1))", scope.organization.id.to_string())
        .execute(&mut *db)
        .await?;
    let row = sqlx::query!(
        r#"select count(*) as "count!", (array_agg(file_name order by changed_at, id))[1] as oldest from imports
           where partner_id = $1 and state in ('uploaded', 'checking', 'unreadable', 'checked')"#,
        scope.organization.id
    )
    .fetch_one(db)
    .await?;
    Ok((row.count, row.oldest))
}

/// An import that begins with the rows of another, which are checked next.
pub(in crate::imports) async fn follow(db: &mut PgConnection, scope: &Scope, import: &Import, id: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into imports (id, partner_id, asked_by, asked_name, door, file_name, file_bytes, file_hash, how, headings,
                              columns, choices, follows, state, has_rows, created_at, changed_at)
         select $3, partner_id, $4, $5, door, file_name, file_bytes, sha256(convert_to($3::uuid::text, 'UTF8')), how,
                headings, columns, choices, id, 'checking', true, $6, $6
         from imports where partner_id = $1 and id = $2",
        import.partner_id,
        import.id,
        id,
        scope.actor.user_id,
        scope.actor.display_name,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the files of what is through, and imports that have changed nothing and were last touched before `then`. While
/// rows are checked, nothing is forgotten. Returns how many imports.
pub(in crate::imports) async fn purge_open(db: &mut PgConnection, then: OffsetDateTime) -> Result<u64> {
    sqlx::query!(
        "delete from import_files f using imports i
         where i.id = f.import_id and i.state in ('done', 'cancelled', 'stopped', 'undone')"
    )
    .execute(&mut *db)
    .await?;
    let done = sqlx::query!(
        "delete from imports where state in ('uploaded', 'unreadable', 'checked') and changed_at < $1",
        then
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets the rows of imports that ended before `then`, and what became of each; the numbers stay. Returns how many imports.
pub(in crate::imports) async fn purge_rows(db: &mut PgConnection, then: OffsetDateTime) -> Result<u64> {
    let old = sqlx::query_scalar!(
        "update imports set has_rows = false
         where has_rows and ended_at < $1 and state in ('done', 'cancelled', 'stopped', 'undone')
         returning id",
        then
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!("delete from import_results where import_id = any ($1)", &old).execute(&mut *db).await?;
    sqlx::query!("delete from import_rows where import_id = any ($1)", &old).execute(db).await?;
    Ok(old.len() as u64)
}
