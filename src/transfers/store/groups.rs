//! SQL of the way from one group to another.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, scope::Scope};

/// A group of the partner that is not archived, by its id or by its name in whatever case.
pub(in super::super) async fn find(
    db: &mut PgConnection,
    partner_id: Uuid,
    id: Option<Uuid>,
    name: Option<&str>,
) -> Result<Option<(Uuid, String)>> {
    let row = sqlx::query!(
        "select id, name from groups
         where partner_id = $1 and archived_at is null and (id = $2 or lower(name) = lower($3)) for key share",
        partner_id,
        id,
        name
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}

/// The organization's groups that are not archived, by name.
pub(in super::super) async fn of(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select id, name from groups where id = any ($1) and archived_at is null order by sort_name, id",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Names of the people of a group who are in none of the others: at most 20, and how many they are.
pub(in super::super) async fn people(
    db: &mut PgConnection,
    group: Uuid,
    others: &[Uuid],
) -> Result<(Vec<String>, i64)> {
    let names = sqlx::query_scalar!(
        "select distinct u.display_name
         from group_members gm join memberships m on m.id = gm.membership_id join users u on u.id = m.user_id
         where gm.group_id = $1 and m.suspended_at is null and u.disabled_at is null
           and not exists (select 1 from group_members o
                           where o.membership_id = gm.membership_id and o.group_id = any ($2))
         order by 1 limit 10001",
        group,
        others
    )
    .fetch_all(db)
    .await?;
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    Ok((names.into_iter().take(20).collect(), count))
}

/// Whoever answers for a group: names and addresses of its people with one of these roles, at most 20.
pub(in super::super) async fn answering(
    db: &mut PgConnection,
    group: Uuid,
    roles: &[String],
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select u.display_name, u.email
         from group_members gm join memberships m on m.id = gm.membership_id join users u on u.id = m.user_id
         where gm.group_id = $1 and m.role = any ($2) and m.custom_role_id is null
           and m.suspended_at is null and u.disabled_at is null
         order by m.created_at, m.id limit 20",
        group,
        roles
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.display_name, row.email)).collect())
}

/// Takes the organization out of one group and puts it into the other.
pub(in super::super) async fn put(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    (from, to): (Uuid, Uuid),
) -> Result<()> {
    sqlx::query!("delete from group_organizations where group_id = $1 and organization_id = $2", from, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, archived, added_at, added_by)
         select $2, o.id, o.parent_id, o.sort_name, o.status = 'archived', $3, $4
         from organizations o where o.id = $1
         on conflict do nothing",
        id,
        to,
        scope.now,
        scope.actor.user_id
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Ends a question between groups as done; both are still to be had for the way back.
pub(in super::super) async fn mark_done(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update transfers set state = 'done', answered_at = $2, answered_by_name = $3, reversible_until = $4
         where id = $1",
        id,
        scope.now,
        scope.actor.display_name,
        scope.now + super::super::model::REVERSIBLE_FOR
    )
    .execute(db)
    .await?;
    Ok(())
}
