//! SQL of the files: parts of a megabyte, read one after another.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;

pub(in crate::imports) async fn insert(
    db: &mut PgConnection,
    (partner_id, import_id): (Uuid, Uuid),
    part: i32,
    bytes: &[u8],
) -> Result<()> {
    sqlx::query!(
        "insert into import_files (import_id, partner_id, part, bytes) values ($1, $2, $3, $4)",
        import_id,
        partner_id,
        part,
        bytes
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::imports) async fn part(
    db: &mut PgConnection,
    (partner_id, import_id): (Uuid, Uuid),
    part: i32,
) -> Result<Option<Vec<u8>>> {
    let bytes = sqlx::query_scalar!(
        "select bytes from import_files where partner_id = $1 and import_id = $2 and part = $3",
        partner_id,
        import_id,
        part
    )
    .fetch_optional(db)
    .await?;
    Ok(bytes)
}
