//! SQL of the names a page of the list refers to.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::names::{Names, OwnField};
use crate::{
    error::Result,
    types::{FieldKind, OrgKey},
};

/// In one look: what the partner offers, and what is referred to besides.
pub(in super::super) async fn find(
    db: &mut PgConnection,
    partner_id: Uuid,
    wanted: &[Uuid],
    parents: &[Uuid],
) -> Result<Names> {
    let rows = sqlx::query!(
        r#"(select 'group' as "what!", id as "id!", name as "name!", null as "key: OrgKey", true as "offered!",
                   null as "kind: FieldKind", null::text[] as choices from groups
            where partner_id = $1 and archived_at is null order by sort_name, id limit 200)
           union all
           (select 'tag', id, name, null, true, null, null from tags where partner_id = $1 order by sort_name limit 200)
           union all
           (select 'own', id, name, null, true, kind, choices from custom_fields
            where partner_id = $1 and archived_at is null order by position, id limit 30)
           union all
           select 'group', id, name, null, false, null, null from groups where id = any ($2) and archived_at is null
           union all
           select 'tag', id, name, null, false, null, null from tags where id = any ($2)
           union all
           select 'parent', id, name, key, false, null, null from organizations where id = any ($3)"#,
        partner_id,
        wanted,
        parents
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
        match (row.what.as_str(), row.key) {
            ("parent", Some(key)) => drop(names.parents.insert(row.id, (key, row.name))),
            ("group", _) if row.offered => names.groups.push((row.id, row.name)),
            ("tag", _) if row.offered => names.tags.push((row.id, row.name)),
            _ => drop(names.known.insert(row.id, row.name)),
        }
    }
    Ok(names)
}
