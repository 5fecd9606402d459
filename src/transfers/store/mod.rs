//! SQL of the transfers.

pub(super) mod carry;
pub(super) mod groups;
mod questions;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) use self::questions::{New, answer, expire, insert, list, lock};
use super::model::{Impact, Target};
use crate::{error::Result, types::OrgKey};

/// The organization that is to be transferred.
pub(super) struct Moving {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) parent_id: Uuid,
    pub(super) path: Vec<Uuid>,
    pub(super) pooled: bool,
    pub(super) domain: Option<String>,
    pub(super) customer_number: Option<String>,
    pub(super) group_ids: Vec<Uuid>,
    pub(super) tag_ids: Vec<Uuid>,
    pub(super) custom: Value,
}

/// A partner on one side.
pub(super) struct Side {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) path: Vec<Uuid>,
}

/// Locked until the transaction ends. The operator is never found.
pub(super) async fn moving(db: &mut PgConnection, id: Uuid) -> Result<Option<Moving>> {
    let found = sqlx::query_as!(
        Moving,
        r#"select id, key as "key: OrgKey", name, status, parent_id as "parent_id!", path,
                  license_pool_owner_id <> id as "pooled!", domain, customer_number, group_ids, tag_ids, custom
           from organizations where id = $1 and parent_id is not null for update"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// By its id or by its key.
pub(super) async fn side(db: &mut PgConnection, id: Option<Uuid>, key: Option<&OrgKey>) -> Result<Option<Side>> {
    let found = sqlx::query_as!(
        Side,
        r#"select id, key as "key: OrgKey", name, kind, status, path from organizations
           where id = $1 or key = $2 for key share"#,
        id,
        key.map(OrgKey::as_str)
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Partners at or beneath an organization, by name; at most 50.
pub(super) async fn partners(db: &mut PgConnection, within: Uuid) -> Result<Vec<Target>> {
    let rows = sqlx::query_as!(
        Target,
        r#"with recursive tree as (
             select id, key, name, kind, status, sort_name from organizations where id = $1
             union all
             select o.id, o.key, o.name, o.kind, o.status, o.sort_name from organizations o join tree t on o.parent_id = t.id
             where o.kind = 'partner' and o.status = 'active')
           select id as "id!", key as "key!: OrgKey", name as "name!" from tree
           where kind = 'partner' and status = 'active' order by sort_name, id limit 50"#,
        within
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// What an organization directly beneath the partner has that must be its own: field and name of that organization.
pub(super) async fn taken(db: &mut PgConnection, partner: Uuid, moving: &Moving) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select 'domain' as "field!", name as "name!" from organizations where parent_id = $1 and domain = $2
           union all
           select 'customer number', name from organizations where parent_id = $1 and customer_number = $3"#,
        partner,
        moving.domain,
        moving.customer_number
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.field, row.name)).collect())
}

/// People, groups and tags; settings and what stands in the way are for the caller to say. `losing` and `gaining` are the organizations
/// whose people lose and gain sight: those on one way down and not on the other.
pub(super) async fn impact(
    db: &mut PgConnection,
    moving: &Moving,
    losing: &[Uuid],
    gaining: &[Uuid],
) -> Result<Impact> {
    let row = sqlx::query!(
        r#"with recursive tree as (
             select id from organizations where parent_id = $1
             union all
             select o.id from organizations o join tree t on o.parent_id = t.id)
           select (select count(*) from (select 1 from tree limit 10001) t) as "beneath!",
                  array(select g.name from groups g where g.id = any ($2) order by g.sort_name) as "groups!",
                  array(select t.name from tags t where t.id = any ($3) order by t.sort_name) as "tags!",
                  array(select f.name from custom_fields f
                        where f.partner_id = $4 and f.archived_at is null and $5::jsonb ? f.id::text
                        order by f.position, f.id) as "fields!""#,
        moving.id,
        &moving.group_ids,
        &moving.tag_ids,
        moving.parent_id,
        moving.custom
    )
    .fetch_one(&mut *db)
    .await?;
    let (lose, lose_count) = people(&mut *db, losing, Some(&moving.group_ids)).await?;
    let (gain, gain_count) = people(&mut *db, gaining, None).await?;
    Ok(Impact {
        lose,
        lose_count,
        gain,
        gain_count,
        groups: row.groups,
        tags: row.tags,
        fields: row.fields,
        settings: Vec::new(),
        beneath: row.beneath,
        blocks: Vec::new(),
    })
}

/// Who sees an organization directly beneath the last of these by a role in one of them; of roles that are kept to groups
/// those with one of the groups, and none where it has no groups yet.
async fn people(db: &mut PgConnection, organizations: &[Uuid], groups: Option<&[Uuid]>) -> Result<(Vec<String>, i64)> {
    let names = sqlx::query_scalar!(
        r#"select distinct u.display_name
           from memberships m join users u on u.id = m.user_id
           where m.organization_id = any ($1) and m.suspended_at is null and u.disabled_at is null
             and (m.role in ('reseller_admin', 'support_admin', 'billing_admin', 'auditor')
                  or exists (select 1 from group_members gm where gm.membership_id = m.id and gm.group_id = any ($2)))
           order by 1 limit 10001"#,
        organizations,
        groups.unwrap_or_default()
    )
    .fetch_all(db)
    .await?;
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    Ok((names.into_iter().take(20).collect(), count))
}
