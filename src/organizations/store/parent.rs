//! SQL about the organization above: of a new one, and of one it looks after.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::child::Child;
use crate::{
    error::{Error, Result},
    types::OrgKey,
};

/// Keeps the organization above as it is until the transaction ends: nothing comes to stand beneath an archived one, however
/// close together the two are done.
pub(in super::super) async fn hold(db: &mut PgConnection, id: Uuid) -> Result<()> {
    let status = sqlx::query_scalar!("select status from organizations where id = $1 for key share", id)
        .fetch_optional(db)
        .await?;
    match status.as_deref() {
        Some("archived") => Err(Error::Refused("The organization above is archived. Restore it first.".into())),
        Some(_) => Ok(()),
        None => Err(Error::NotFound),
    }
}

/// Directly beneath the parent, within the groups where some are named.
pub(in super::super) async fn child(
    db: &mut PgConnection,
    parent_id: Uuid,
    key: &OrgKey,
    groups: Option<&[Uuid]>,
) -> Result<Option<Child>> {
    let found = sqlx::query_as!(
        Child,
        r#"select id, name, status = 'archived' as "archived!", group_ids from organizations
           where parent_id = $1 and key = $2 and ($3::uuid[] is null or group_ids && $3)"#,
        parent_id,
        key.as_str(),
        groups
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}
