//! SQL of the groups a new organization is put into.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, scope::Scope};

/// Those of the groups that are the partner's and not archived, locked against a change. Always in the same order, so
/// that two transactions never wait for each other.
pub(in crate::organizations) async fn lock_open_groups(
    db: &mut PgConnection,
    partner_id: Uuid,
    groups: &[Uuid],
) -> Result<Vec<Uuid>> {
    let open = sqlx::query_scalar!(
        "select id from groups where partner_id = $1 and id = any ($2) and archived_at is null
         order by id for no key update",
        partner_id,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(open)
}

/// Ids and names of the groups.
pub(in crate::organizations) async fn insert_into_groups(
    db: &mut PgConnection,
    scope: &Scope,
    organizations: &[Uuid],
    groups: &[Uuid],
) -> Result<Vec<(Uuid, String)>> {
    sqlx::query!(
        r#"insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at, added_by)
           select g.id, o.id, g.partner_id, o.sort_name, $4, $5
           from groups g join organizations o on o.parent_id = g.partner_id
           where g.partner_id = $1 and g.id = any ($2) and o.id = any ($3)
           order by g.id
           on conflict do nothing"#,
        scope.organization.id,
        groups,
        organizations,
        scope.now,
        scope.actor.user_id
    )
    .execute(&mut *db)
    .await?;
    let names =
        sqlx::query!("select id, name from groups where id = any ($1) order by id", groups).fetch_all(db).await?;
    Ok(names.into_iter().map(|row| (row.id, row.name)).collect())
}
