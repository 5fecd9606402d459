//! SQL of the limits.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::error::Result;

/// Counts one try in one statement, so that parallel tries queue up behind the row: starts the window, or begins a new
/// one when the last has ended, or adds to it while there is room. `false` when there is none; then nothing changes.
pub(super) async fn take(
    db: &mut PgConnection,
    key: &[u8],
    most: i32,
    now: OffsetDateTime,
    window_ends: OffsetDateTime,
) -> Result<bool> {
    let counted = sqlx::query!(
        "insert into limits as l (key, used, resets_at) values ($1, 1, $4)
         on conflict (key) do update
           set used = case when l.resets_at <= $3 then 1 else l.used + 1 end,
               resets_at = case when l.resets_at <= $3 then excluded.resets_at else l.resets_at end
           where l.resets_at <= $3 or l.used < $2",
        key,
        most,
        now,
        window_ends
    )
    .execute(db)
    .await?;
    Ok(counted.rows_affected() == 1)
}

pub(super) async fn find_end(db: &mut PgConnection, key: &[u8]) -> Result<Option<OffsetDateTime>> {
    Ok(sqlx::query_scalar!("select resets_at from limits where key = $1", key).fetch_optional(db).await?)
}

pub(super) async fn give_back(db: &mut PgConnection, key: &[u8], now: OffsetDateTime) -> Result<()> {
    sqlx::query!("update limits set used = used - 1 where key = $1 and used > 0 and resets_at > $2", key, now)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn delete(db: &mut PgConnection, key: &[u8]) -> Result<()> {
    sqlx::query!("delete from limits where key = $1", key).execute(db).await?;
    Ok(())
}
