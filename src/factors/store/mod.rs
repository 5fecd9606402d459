//! SQL of the second factor.

pub(super) mod rules;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::Factor;
use crate::error::Result;

/// A stored secret, sealed.
pub(super) struct Sealed {
    pub(super) secret: Vec<u8>,
    pub(super) confirmed: bool,
}

pub(super) async fn find(db: &mut PgConnection, user_id: Uuid) -> Result<Option<Factor>> {
    let found = sqlx::query_as!(
        Factor,
        r#"select confirmed_at as "confirmed_at!",
                  (select count(*) from recovery_codes r where r.user_id = f.user_id and r.used_at is null)
                    as "codes_left!"
           from factors f where user_id = $1 and confirmed_at is not null"#,
        user_id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(super) async fn find_sealed(db: &mut PgConnection, user_id: Uuid) -> Result<Option<Sealed>> {
    let found = sqlx::query_as!(
        Sealed,
        r#"select secret, confirmed_at is not null as "confirmed!" from factors where user_id = $1"#,
        user_id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Keeps a secret that does not count yet, in place of an earlier one; `false` when one counts already.
pub(super) async fn offer(db: &mut PgConnection, user_id: Uuid, secret: &[u8], now: OffsetDateTime) -> Result<bool> {
    let kept = sqlx::query!(
        "insert into factors (user_id, secret, created_at) values ($1, $2, $3)
         on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0
           where factors.confirmed_at is null",
        user_id,
        secret,
        now
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Makes the factor count; `false` when it does already.
pub(super) async fn confirm(db: &mut PgConnection, user_id: Uuid, step: i64, now: OffsetDateTime) -> Result<bool> {
    let confirmed = sqlx::query!(
        "update factors set confirmed_at = $2, last_step = $3 where user_id = $1 and confirmed_at is null",
        user_id,
        now,
        step
    )
    .execute(db)
    .await?;
    Ok(confirmed.rows_affected() == 1)
}

/// Uses a step up. Of two requests with the same code at once, the second waits for the first here and finds it used.
pub(super) async fn use_step(db: &mut PgConnection, user_id: Uuid, step: i64) -> Result<bool> {
    let used = sqlx::query!(
        "update factors set last_step = $2 where user_id = $1 and confirmed_at is not null and last_step < $2",
        user_id,
        step
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

pub(super) async fn update_secret(db: &mut PgConnection, user_id: Uuid, secret: &[u8]) -> Result<()> {
    sqlx::query!("update factors set secret = $2 where user_id = $1", user_id, secret).execute(db).await?;
    Ok(())
}

/// `false` when there was none.
pub(super) async fn delete(db: &mut PgConnection, user_id: Uuid) -> Result<bool> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user_id).execute(&mut *db).await?;
    let removed = sqlx::query!("delete from factors where user_id = $1", user_id).execute(db).await?;
    Ok(removed.rows_affected() == 1)
}

/// These and no others work from now on.
pub(super) async fn replace_recovery_codes(db: &mut PgConnection, user_id: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user_id).execute(&mut *db).await?;
    sqlx::query!("insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])", user_id, hashes)
        .execute(db)
        .await?;
    Ok(())
}

/// Uses a recovery code up; of two at once only one finds it unused.
pub(super) async fn use_recovery_code(
    db: &mut PgConnection,
    user_id: Uuid,
    hash: &[u8],
    now: OffsetDateTime,
) -> Result<bool> {
    let used = sqlx::query!(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
        user_id,
        hash,
        now
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}
