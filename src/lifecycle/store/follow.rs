//! SQL of what follows a change, in the background.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::Told;
use crate::error::Result;

/// The administrators of those of the organizations that still are in this state: a change that was taken back meanwhile is
/// not told. At most 20 of each.
pub(in super::super) async fn administrators(
    db: &mut PgConnection,
    organizations: &[Uuid],
    status: &str,
) -> Result<Vec<Told>> {
    let told = sqlx::query_as!(
        Told,
        r#"select o.id as organization_id, o.name as organization_name,
                  case o.status when 'archived' then l.archive_reason else l.reason end as "reason?", o.purge_on,
                  a.display_name as name, a.email
           from organizations o left join lifecycles l on l.organization_id = o.id
           cross join lateral (
             select u.display_name, u.email
             from memberships m join users u on u.id = m.user_id
             where m.organization_id = o.id and m.role in ('reseller_admin', 'org_admin') and m.custom_role_id is null
               and m.suspended_at is null and u.disabled_at is null
             order by m.created_at, m.id limit 20) a
           where o.id = any ($1) and o.status = $2
           order by o.id"#,
        organizations,
        status
    )
    .fetch_all(db)
    .await?;
    Ok(told)
}
