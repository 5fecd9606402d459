//! SQL of the mails an import would send.

use sqlx::PgConnection;

use crate::{error::Result, imports::model::Import};

/// How many rows with one of the verdicts name an address in one of two columns; no more than `most` are counted.
pub(in crate::imports) async fn count(
    db: &mut PgConnection,
    import: &Import,
    verdicts: &[&str],
    (first, second): (Option<i32>, Option<i32>),
    most: i64,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select 1 from import_rows
             where partner_id = $1 and import_id = $2 and verdict = any ($3)
               and (btrim(cells ->> $4::int) <> '' or btrim(cells ->> $5::int) <> '')
             limit $6) addressed"#,
        import.partner_id,
        import.id,
        verdicts as _,
        first,
        second,
        most
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}
