//! SQL of what headings were said to mean.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, imports::columns::Meaning};

pub(in crate::imports) async fn find(
    db: &mut PgConnection,
    partner_id: Uuid,
    headings: &[String],
) -> Result<HashMap<String, Meaning>> {
    let rows = sqlx::query!(
        "select heading, meaning from import_headings where partner_id = $1 and heading = any ($2)",
        partner_id,
        headings
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.heading, Meaning::parse(&row.meaning))).collect())
}

pub(in crate::imports) async fn save(
    db: &mut PgConnection,
    partner_id: Uuid,
    headings: &[String],
    meanings: &[String],
) -> Result<()> {
    sqlx::query!(
        "insert into import_headings (partner_id, heading, meaning)
         select distinct on (heading) $1::uuid, heading, meaning from unnest($2::text[], $3::text[]) h (heading, meaning)
         where heading <> ''
         on conflict (partner_id, heading) do update set meaning = excluded.meaning",
        partner_id,
        headings,
        meanings
    )
    .execute(db)
    .await?;
    Ok(())
}
