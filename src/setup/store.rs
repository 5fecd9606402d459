//! SQL of the installation's one row.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::error::Result;

/// The secret, stored on first use. Two instances that start at once get the same.
pub(super) async fn secret(db: &mut PgConnection, new: &[u8]) -> Result<Vec<u8>> {
    sqlx::query!("insert into installation (secret) values ($1) on conflict (only_row) do nothing", new)
        .execute(&mut *db)
        .await?;
    Ok(sqlx::query_scalar!("select secret from installation").fetch_one(db).await?)
}

/// Keeps the hash of a new link; `false` once the installation is set up.
pub(super) async fn update_token(db: &mut PgConnection, token_hash: &[u8]) -> Result<bool> {
    let kept = sqlx::query!("update installation set setup_token_hash = $1 where set_up_at is null", token_hash)
        .execute(db)
        .await?;
    Ok(kept.rows_affected() == 1)
}

pub(super) async fn is_open(db: &mut PgConnection, token_hash: &[u8]) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select 1 from installation where setup_token_hash = $1 and set_up_at is null) as "open!""#,
        token_hash
    )
    .fetch_one(db)
    .await?;
    Ok(open)
}

/// Uses the link up. Of two at once the second waits for the first here, and then finds nothing.
pub(super) async fn claim(db: &mut PgConnection, token_hash: &[u8], now: OffsetDateTime) -> Result<bool> {
    let claimed = sqlx::query!(
        "update installation set set_up_at = $2, setup_token_hash = null
         where setup_token_hash = $1 and set_up_at is null",
        token_hash,
        now
    )
    .execute(db)
    .await?;
    Ok(claimed.rows_affected() == 1)
}
