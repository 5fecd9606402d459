//! SQL of batches.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, organizations::Created, types::OrgKey};

/// Which of these commands were carried out beneath the organization.
pub(in crate::organizations) async fn commands_done(
    db: &mut PgConnection,
    parent_id: Uuid,
    commands: &[Uuid],
) -> Result<Vec<Uuid>> {
    let done = sqlx::query_scalar!(
        "select command_id from organizations where command_id = any ($2) and parent_id = $1",
        parent_id,
        commands
    )
    .fetch_all(db)
    .await?;
    Ok(done)
}

pub(in crate::organizations) async fn named(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: Option<&[Uuid]>,
    keys: &[OrgKey],
) -> Result<Vec<(String, OrgKey)>> {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"select name, key as "key: OrgKey" from organizations
           where key = any ($2) and parent_id = $1 and ($3::uuid[] is null or group_ids && $3) order by sort_name, id"#,
        parent_id,
        &keys,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.key)).collect())
}

/// What these commands made beneath the organization.
pub(in crate::organizations) async fn made_by(
    db: &mut PgConnection,
    parent_id: Uuid,
    commands: &[Uuid],
) -> Result<Vec<(Uuid, Created)>> {
    let rows = sqlx::query!(
        r#"select command_id, id, key as "key: OrgKey", name from organizations
           where command_id = any ($2) and parent_id = $1"#,
        parent_id,
        commands
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.command_id, Created { id: row.id, key: row.key, name: row.name, already: true }))
        .collect())
}
