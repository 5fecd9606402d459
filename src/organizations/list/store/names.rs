//! SQL of the names a page of the list refers to.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::names::{Names, OwnField};
use crate::{
    error::Result,
    types::{FieldKind, OrgKey},
};

/// What the partner offers.
pub(in super::super) async fn offered(db: &mut PgConnection, partner_id: Uuid) -> Result<Names> {
    let rows = sqlx::query!(
        r#"(select true as "group!", id as "id!", name as "name!", null as "kind: FieldKind", null::text[] as choices
            from groups where partner_id = $1 and archived_at is null order by sort_name, id limit 200)
           union all
           (select false, id, name, null, null from tags where partner_id = $1 order by sort_name limit 200)
           union all
           (select false, id, name, kind, choices from custom_fields
            where partner_id = $1 and archived_at is null order by position, id limit 30)"#,
        partner_id
    )
    .fetch_all(db)
    .await?;
    let mut names = Names::default();
    for row in rows {
        if let Some(kind) = row.kind {
            let choices = row.choices.unwrap_or_default();
            names.own.push(OwnField { id: row.id, name: row.name, kind, choices });
            continue;
        }
        names.known.insert(row.id, row.name.clone());
        (if row.group { &mut names.groups } else { &mut names.tags }).push((row.id, row.name));
    }
    Ok(names)
}

/// Groups and tags besides, and organizations above.
pub(in super::super) async fn referred(
    db: &mut PgConnection,
    names: &mut Names,
    wanted: &[Uuid],
    parents: &[Uuid],
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select id as "id!", name as "name!", null as "key: OrgKey" from groups where id = any ($1) and archived_at is null
           union all
           select id, name, null from tags where id = any ($1)
           union all
           select id, name, key from organizations where id = any ($2)"#,
        wanted,
        parents
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        match row.key {
            Some(key) => drop(names.parents.insert(row.id, (key, row.name))),
            None => drop(names.known.insert(row.id, row.name)),
        }
    }
    Ok(())
}
