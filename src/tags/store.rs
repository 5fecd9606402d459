//! SQL of the tags. Every statement names the partner.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::Tag;
use crate::{error::Result, scope::Scope, types::TagName};

/// All of the partner, or the one with this id, with how many organizations each has, counted no further than one above the
/// limit.
pub(super) async fn list(
    db: &mut PgConnection,
    partner_id: Uuid,
    only: Option<Uuid>,
    counted: i64,
) -> Result<Vec<Tag>> {
    let tags = sqlx::query_as!(
        Tag,
        r#"select t.id, t.name, (select count(*) from (
                select 1 from organization_tags o where o.tag_id = t.id and not o.archived limit $2) c)
                  as "organizations!"
           from tags t where t.partner_id = $1 and ($3::uuid is null or t.id = $3) order by t.sort_name, t.id"#,
        partner_id,
        counted + 1,
        only
    )
    .fetch_all(db)
    .await?;
    Ok(tags)
}

pub(super) async fn names(db: &mut PgConnection, partner_id: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, name from tags where partner_id = $1 order by sort_name, id", partner_id)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The name of a tag, locked until the transaction ends.
pub(super) async fn lock(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<String>> {
    let name = sqlx::query_scalar!(
        "select name from tags where partner_id = $1 and id = $2 for no key update",
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(name)
}

/// The ids of the tags with these names, whatever their case, the names in the order in which they were asked for; those
/// that are not there are made, and named in the second list.
pub(super) async fn find_or_insert(
    db: &mut PgConnection,
    scope: &Scope,
    names: &[TagName],
) -> Result<(Vec<Uuid>, Vec<(Uuid, String)>)> {
    let texts: Vec<String> = names.iter().map(ToString::to_string).collect();
    let ids: Vec<Uuid> = names.iter().map(|_| Uuid::now_v7()).collect();
    let made = sqlx::query!(
        "insert into tags (id, partner_id, name, created_at)
         select new.id, $1, new.name, $4 from unnest($2::uuid[], $3::text[]) new (id, name)
         on conflict do nothing returning id, name",
        scope.organization.id,
        &ids,
        &texts,
        scope.now
    )
    .fetch_all(&mut *db)
    .await?;
    let found = sqlx::query_scalar!(
        "select id from tags where partner_id = $1 and sort_name = any (select lower(unnest($2::text[]))) order by id",
        scope.organization.id,
        &texts
    )
    .fetch_all(db)
    .await?;
    Ok((found, made.into_iter().map(|row| (row.id, row.name)).collect()))
}

pub(super) async fn rename(db: &mut PgConnection, partner_id: Uuid, id: Uuid, name: &TagName) -> sqlx::Result<()> {
    sqlx::query!("update tags set name = $3 where partner_id = $1 and id = $2", partner_id, id, name.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Takes the tag off every organization, then deletes it. Returns how many organizations had it.
pub(super) async fn delete(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<u64> {
    let off = sqlx::query!("delete from organization_tags where partner_id = $1 and tag_id = $2", partner_id, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from tags where partner_id = $1 and id = $2", partner_id, id).execute(db).await?;
    Ok(off.rows_affected())
}

/// Returns the organizations that did not have the tag before.
pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    tag_id: Uuid,
    ids: &[Uuid],
    groups: Option<&[Uuid]>,
) -> Result<Vec<Uuid>> {
    let added = sqlx::query_scalar!(
        "insert into organization_tags (tag_id, organization_id, partner_id, sort_name, archived, added_at)
         select $2, o.id, o.parent_id, o.sort_name, o.status = 'archived', $5
         from organizations o
         where o.parent_id = $1 and o.id = any ($3) and ($4::uuid[] is null or o.group_ids && $4)
         on conflict do nothing returning organization_id",
        scope.organization.id,
        tag_id,
        ids,
        groups,
        scope.now
    )
    .fetch_all(db)
    .await?;
    Ok(added)
}

/// Returns the organizations that had the tag.
pub(super) async fn remove(
    db: &mut PgConnection,
    partner_id: Uuid,
    tag_id: Uuid,
    ids: &[Uuid],
    groups: Option<&[Uuid]>,
) -> Result<Vec<Uuid>> {
    let removed = sqlx::query_scalar!(
        "delete from organization_tags t using organizations o
         where t.partner_id = $1 and t.tag_id = $2 and t.organization_id = any ($3) and o.id = t.organization_id
           and ($4::uuid[] is null or o.group_ids && $4)
         returning t.organization_id",
        partner_id,
        tag_id,
        ids,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(removed)
}

/// Names of the partner's tags an organization has.
pub(super) async fn of_one(db: &mut PgConnection, partner_id: Uuid, organization_id: Uuid) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        r#"select t.name from organizations o join tags t on t.partner_id = $1 and t.id = any (o.tag_ids)
           where o.id = $2 order by t.sort_name"#,
        partner_id,
        organization_id
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// Leaves the organization with exactly these tags.
pub(super) async fn set(db: &mut PgConnection, scope: &Scope, organization_id: Uuid, tag_ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from organization_tags where partner_id = $1 and organization_id = $2 and tag_id <> all ($3)",
        scope.organization.id,
        organization_id,
        tag_ids
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into organization_tags (tag_id, organization_id, partner_id, sort_name, archived, added_at)
         select t.id, o.id, o.parent_id, o.sort_name, o.status = 'archived', $4
         from organizations o join tags t on t.partner_id = o.parent_id
         where o.parent_id = $1 and o.id = $2 and t.id = any ($3)
         on conflict do nothing",
        scope.organization.id,
        organization_id,
        tag_ids,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}
