//! SQL of the dashboard.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::Administrator;
use crate::error::Result;

/// At most 20, the first first.
pub(super) async fn administrators(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Administrator>> {
    let people = sqlx::query_as!(
        Administrator,
        r#"select u.id as user_id, u.display_name as name, u.email, u.password_hash is not null as "has_password!",
                  u.last_signed_in_at is not null as "has_signed_in!"
           from memberships m join users u on u.id = m.user_id
           where m.organization_id = $1 and m.role in ('reseller_admin', 'org_admin') and m.custom_role_id is null
             and m.suspended_at is null and u.disabled_at is null
           order by m.created_at, m.id limit 20"#,
        organization_id
    )
    .fetch_all(db)
    .await?;
    Ok(people)
}

/// How many people belong to an organization or are invited; counting stops at 100.
pub(super) async fn people(db: &mut PgConnection, organization_id: Uuid) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from
             (select 1 from organization_people where organization_id = $1 limit 100) counted"#,
        organization_id
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}
