//! SQL of typed rows. Every statement names person and organization.

use anyhow::Context;
use sqlx::PgConnection;

use super::super::typed::{KEPT_FOR, Typed};
use crate::{error::Result, scope::Scope};

pub(in super::super) async fn find(db: &mut PgConnection, scope: &Scope) -> Result<Option<Typed>> {
    let row = sqlx::query!(
        "select cells, updated_at from typed_rows where user_id = $1 and parent_id = $2 and expires_at > $3",
        scope.actor.user_id,
        scope.organization.id,
        scope.now
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Typed { cells: serde_json::from_value(row.cells).context("stored rows")?, at: row.updated_at }))
}

pub(in super::super) async fn save(db: &mut PgConnection, scope: &Scope, cells: &[(String, String)]) -> Result<()> {
    sqlx::query!(
        "insert into typed_rows (user_id, parent_id, cells, updated_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, parent_id) do update
           set cells = excluded.cells, updated_at = excluded.updated_at, expires_at = excluded.expires_at",
        scope.actor.user_id,
        scope.organization.id,
        serde_json::to_value(cells).context("rows to JSON")?,
        scope.now,
        scope.now + KEPT_FOR
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in super::super) async fn delete(db: &mut PgConnection, scope: &Scope) -> Result<()> {
    sqlx::query!(
        "delete from typed_rows where user_id = $1 and parent_id = $2",
        scope.actor.user_id,
        scope.organization.id
    )
    .execute(db)
    .await?;
    Ok(())
}
