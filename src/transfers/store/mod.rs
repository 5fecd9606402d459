//! SQL of the transfers.

pub(super) mod carry;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Impact, State, Target, Transfer};
use crate::{error::Result, scope::Scope, types::OrgKey};

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

pub(super) async fn side(db: &mut PgConnection, id: Uuid) -> Result<Option<Side>> {
    let found = sqlx::query_as!(
        Side,
        r#"select id, key as "key: OrgKey", name, kind, status, path from organizations where id = $1 for key share"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(super) async fn side_by_key(db: &mut PgConnection, key: &OrgKey) -> Result<Option<Side>> {
    let found = sqlx::query_as!(
        Side,
        r#"select id, key as "key: OrgKey", name, kind, status, path from organizations where key = $1 for key share"#,
        key.as_str()
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

/// People, groups and tags; what stands in the way is for the caller to say. `losing` and `gaining` are the organizations
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

pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    (moving, from, to): (&Moving, &Side, &Side),
    message: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into transfers (id, organization_id, organization_key, organization_name, from_id, from_key, from_name,
                                to_id, to_key, to_name, message, requested_at, requested_by, requested_by_name, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        id,
        moving.id,
        moving.key.as_str(),
        moving.name,
        from.id,
        from.key.as_str(),
        from.name,
        to.id,
        to.key.as_str(),
        to.name,
        message,
        scope.now,
        scope.actor.user_id,
        scope.actor.display_name,
        scope.now + super::model::ANSWER_WITHIN
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Questions nobody answered in time are over.
pub(super) async fn expire(db: &mut PgConnection, organization_id: Uuid, scope: &Scope) -> Result<()> {
    sqlx::query!(
        "update transfers set state = 'expired' where organization_id = $1 and state = 'waiting' and expires_at <= $2",
        organization_id,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those of the scope's organization, given and taken, the latest first.
pub(super) async fn list(db: &mut PgConnection, partner_id: Uuid) -> Result<Vec<Transfer>> {
    let found = sqlx::query_as!(
        Transfer,
        r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, from_id,
                  from_key as "from_key: OrgKey", from_name, to_id, to_key as "to_key: OrgKey", to_name, message,
                  requested_at, requested_by_name, expires_at, state as "state: State", answered_by_name,
                  reversible_until, reversed_by_name, former_groups, former_tags, former_custom
           from transfers where from_id = $1 or to_id = $1 order by id desc limit 100"#,
        partner_id
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// One of them, locked.
pub(super) async fn lock(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Transfer>> {
    let found = sqlx::query_as!(
        Transfer,
        r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, from_id,
                  from_key as "from_key: OrgKey", from_name, to_id, to_key as "to_key: OrgKey", to_name, message,
                  requested_at, requested_by_name, expires_at, state as "state: State", answered_by_name,
                  reversible_until, reversed_by_name, former_groups, former_tags, former_custom
           from transfers where (from_id = $1 or to_id = $1) and id = $2 for update"#,
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Ends the question one way or the other.
pub(super) async fn answer(db: &mut PgConnection, scope: &Scope, id: Uuid, state: &str) -> Result<()> {
    sqlx::query!(
        "update transfers set state = $2, answered_at = $3, answered_by_name = $4 where id = $1",
        id,
        state,
        scope.now,
        scope.actor.display_name
    )
    .execute(db)
    .await?;
    Ok(())
}
