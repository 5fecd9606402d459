//! SQL that carries an organization from one place in the tree to another.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{super::model::Transfer, Moving};
use crate::{error::Result, scope::Scope};

/// Takes the organization out of the groups and tags of its partner, out of requests for groups that name it, and the values
/// of the partner's own fields from it: all of them belong to the partner it leaves.
pub(in super::super) async fn take_out(db: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("delete from group_organizations where organization_id = $1", id).execute(&mut *db).await?;
    sqlx::query!("delete from organization_tags where organization_id = $1", id).execute(&mut *db).await?;
    sqlx::query!("update group_requests set organization_id = null where organization_id = $1", id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update organizations set custom = '{}' where id = $1 and custom <> '{}'", id)
        .execute(&mut *db)
        .await?;
    Ok(())
}

/// Gives the organization another place: its own parent, and the way down to it and to everything beneath it, in one
/// statement. `above` is the way down to the new parent.
pub(in super::super) async fn place(
    db: &mut PgConnection,
    moving: &Moving,
    above: &[Uuid],
    scope: &Scope,
) -> Result<u64, sqlx::Error> {
    let depth = i32::try_from(moving.path.len()).unwrap_or(i32::MAX);
    let done = sqlx::query!(
        "with recursive tree as (
           select id from organizations where id = $1
           union all
           select o.id from organizations o join tree t on o.parent_id = t.id)
         update organizations o
         set path = $2::uuid[] || o.path[$3:], updated_at = $4,
             parent_id = case when o.id = $1 then ($2::uuid[])[cardinality($2::uuid[])] else o.parent_id end
         where o.id in (select id from tree)",
        moving.id,
        above,
        depth,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(in super::super) async fn mark_done(db: &mut PgConnection, scope: &Scope, id: Uuid, moving: &Moving) -> Result<()> {
    sqlx::query!(
        "update transfers set state = 'done', answered_at = $2, answered_by_name = $3, reversible_until = $4,
           former_groups = $5, former_tags = $6, former_custom = $7
         where id = $1",
        id,
        scope.now,
        scope.actor.display_name,
        scope.now + super::super::model::REVERSIBLE_FOR,
        &moving.group_ids,
        &moving.tag_ids,
        moving.custom
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in super::super) async fn mark_reversed(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update transfers set state = 'reversed', reversed_at = $2, reversed_by_name = $3 where id = $1",
        id,
        scope.now,
        scope.actor.display_name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts the organization back into those of its former groups and tags that are still there, and its values back.
pub(in super::super) async fn put_back(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    transfer: &Transfer,
) -> Result<()> {
    sqlx::query!(
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, archived, added_at, added_by)
         select g.id, o.id, o.parent_id, o.sort_name, o.status = 'archived', $3, $4
         from organizations o join groups g on g.partner_id = o.parent_id
         where o.id = $1 and g.id = any ($2) and g.archived_at is null
         on conflict do nothing",
        id,
        &transfer.former_groups,
        scope.now,
        scope.actor.user_id
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into organization_tags (tag_id, organization_id, partner_id, sort_name, archived)
         select t.id, o.id, o.parent_id, o.sort_name, o.status = 'archived'
         from organizations o join tags t on t.partner_id = o.parent_id
         where o.id = $1 and t.id = any ($2)
         on conflict do nothing",
        id,
        &transfer.former_tags
    )
    .execute(&mut *db)
    .await?;
    // A transfer of before its values were kept left them where they are; the other partner's own stay there.
    sqlx::query!(
        "update organizations o set custom = coalesce((
           select jsonb_object_agg(v.key, v.value) from jsonb_each(o.custom || $2) v
           where exists (select 1 from custom_fields f where f.partner_id = o.parent_id and f.id::text = v.key)), '{}')
         where o.id = $1",
        id,
        transfer.former_custom
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// The people who answer for a partner: names and addresses of its Reseller Admins, at most 20.
pub(in super::super) async fn admins(db: &mut PgConnection, partner: Uuid) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select u.display_name, u.email from memberships m join users u on u.id = m.user_id
         where m.organization_id = $1 and m.role = 'reseller_admin' and m.custom_role_id is null
           and m.suspended_at is null and u.disabled_at is null
         order by m.created_at, m.id limit 20",
        partner
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.display_name, row.email)).collect())
}
