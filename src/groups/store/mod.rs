//! SQL of the groups. Every statement names the partner.

pub(super) mod members;
pub(super) mod people;
pub(super) mod requests;

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Group, NewGroup};
use crate::{error::Result, scope::Scope, types::FreeText};

pub(super) async fn list(
    db: &mut PgConnection,
    partner_id: Uuid,
    words: &str,
    archived: bool,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Group>> {
    let groups = sqlx::query_as!(
        Group,
        r#"select g.id, g.name, g.description, g.organizations::bigint as "organizations!",
                  (select count(*) from group_members m where m.group_id = g.id) as "people!", g.archived_at, g.version
           from groups g
           where g.partner_id = $1 and (g.archived_at is not null) = $3 and ($2 = '' or strpos(g.sort_name, $2) > 0)
             and ($4::uuid is null or (g.sort_name, g.id) > (select a.sort_name, a.id from groups a
                                                             where a.partner_id = $1 and a.id = $4))
           order by g.sort_name, g.id limit $5"#,
        partner_id,
        words,
        archived,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(groups)
}

pub(super) async fn find(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Group>> {
    let group = sqlx::query_as!(
        Group,
        r#"select g.id, g.name, g.description, g.organizations::bigint as "organizations!",
                  (select count(*) from group_members m where m.group_id = g.id) as "people!", g.archived_at, g.version
           from groups g where g.partner_id = $1 and g.id = $2"#,
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(group)
}

/// False when the partner has no such group.
pub(super) async fn lock(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select id from groups where partner_id = $1 and id = $2 for no key update",
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Ids and names of those that are not archived: all of the partner's, or those named.
pub(super) async fn names(
    db: &mut PgConnection,
    partner_id: Uuid,
    only: Option<&[Uuid]>,
    limit: i64,
) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select id, name from groups
         where partner_id = $1 and archived_at is null and ($2::uuid[] is null or id = any ($2))
         order by sort_name, id limit $3",
        partner_id,
        only,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(super) async fn insert(db: &mut PgConnection, scope: &Scope, id: Uuid, new: &NewGroup) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into groups (id, partner_id, name, description, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)",
        id,
        scope.organization.id,
        new.name.as_str(),
        new.description.as_ref().map(FreeText::as_str),
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(db: &mut PgConnection, scope: &Scope, id: Uuid, new: &NewGroup) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update groups set name = $3, description = $4, updated_at = $5, version = version + 1
         where partner_id = $1 and id = $2",
        scope.organization.id,
        id,
        new.name.as_str(),
        new.description.as_ref().map(FreeText::as_str),
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn set_archived(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    archived: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update groups set archived_at = case when $3 then $4::timestamptz end, updated_at = $4, version = version + 1
         where partner_id = $1 and id = $2",
        scope.organization.id,
        id,
        archived,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}
