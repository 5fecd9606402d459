//! SQL about the organization above a new one.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Error, Result};

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
