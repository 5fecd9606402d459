//! SQL of the sessions.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Device, Session};
use crate::error::Result;

/// A row that belongs to a cookie.
pub(super) struct Found {
    pub(super) id: Uuid,
    pub(super) user_id: Option<Uuid>,
    pub(super) state: Value,
    pub(super) created_at: OffsetDateTime,
    pub(super) seen_at: OffsetDateTime,
    pub(super) expires_at: OffsetDateTime,
    pub(super) stay_signed_in: bool,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
}

/// A row to be.
pub(super) struct NewSession {
    pub(super) id: Uuid,
    pub(super) key_hash: [u8; 32],
    pub(super) user_id: Option<Uuid>,
    pub(super) state: Value,
    pub(super) expires_at: OffsetDateTime,
    pub(super) device: Device,
}

pub(super) async fn find(db: &mut PgConnection, key_hash: &[u8]) -> Result<Option<Found>> {
    let found = sqlx::query_as!(
        Found,
        "select id, user_id, state, created_at, seen_at, expires_at, stay_signed_in, address, user_agent
         from sessions where key_hash = $1",
        key_hash
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(super) async fn touch(db: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("update sessions set seen_at = $2 where id = $1", id, now).execute(db).await?;
    Ok(())
}

pub(super) async fn insert(db: &mut PgConnection, new: &NewSession, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "insert into sessions (id, key_hash, user_id, state, created_at, seen_at, expires_at, stay_signed_in, address,
                               user_agent)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)",
        new.id,
        &new.key_hash,
        new.user_id,
        new.state,
        now,
        new.expires_at,
        new.device.stay_signed_in,
        new.device.address,
        new.device.user_agent
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(db: &mut PgConnection, key_hash: &[u8], state: &Value) -> Result<()> {
    sqlx::query!("update sessions set state = $2 where key_hash = $1", key_hash, state).execute(db).await?;
    Ok(())
}

pub(super) async fn delete_by_key(db: &mut PgConnection, key_hash: &[u8]) -> Result<()> {
    sqlx::query!("delete from sessions where key_hash = $1", key_hash).execute(db).await?;
    Ok(())
}

/// Newest use first.
pub(super) async fn list(db: &mut PgConnection, user_id: Uuid, now: OffsetDateTime) -> Result<Vec<Session>> {
    let sessions = sqlx::query_as!(
        Session,
        "select id, created_at, seen_at, expires_at, stay_signed_in, address, user_agent
         from sessions where user_id = $1 and expires_at > $2
         order by seen_at desc, id desc limit 200",
        user_id,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(sessions)
}

pub(super) async fn delete(db: &mut PgConnection, user_id: Uuid, id: Uuid) -> Result<bool> {
    let ended = sqlx::query!("delete from sessions where id = $1 and user_id = $2", id, user_id).execute(db).await?;
    Ok(ended.rows_affected() == 1)
}

pub(super) async fn delete_others(db: &mut PgConnection, user_id: Uuid, keep: Option<Uuid>) -> Result<u64> {
    let ended = sqlx::query!("delete from sessions where user_id = $1 and id is distinct from $2", user_id, keep)
        .execute(db)
        .await?;
    Ok(ended.rows_affected())
}
