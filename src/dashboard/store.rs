//! SQL of the dashboard.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Administrator, Beneath, Labels};
use crate::{
    error::Result,
    types::{AccountKind, OrgKey},
};

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

/// The groups and tags a partner has an organization in, by name; none where it is not directly beneath.
pub(super) async fn labels(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Labels>> {
    let labels = sqlx::query_as!(
        Labels,
        r#"select array(select g.name from groups g
                        where g.partner_id = $1 and g.id = any (o.group_ids) and g.archived_at is null
                        order by g.sort_name) as "groups!",
                  array(select t.name from tags t where t.partner_id = $1 and t.id = any (o.tag_ids)
                        order by t.sort_name) as "tags!"
           from organizations o where o.parent_id = $1 and o.id = $2"#,
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(labels)
}

/// The first organizations directly beneath, by name.
pub(super) async fn beneath(db: &mut PgConnection, parent_id: Uuid, limit: i64) -> Result<Vec<Beneath>> {
    let rows = sqlx::query_as!(
        Beneath,
        r#"select key as "key: OrgKey", name, kind as "kind: AccountKind" from organizations
           where parent_id = $1 and status <> 'archived' order by sort_name, id limit $2"#,
        parent_id,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}
