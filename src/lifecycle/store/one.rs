//! SQL about one organization: what a change of it means, and what stands in the way of restoring it.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::{
    model::{Consequences, Record},
    restore::Restoring,
};
use crate::{
    error::Result,
    organizations::name_key,
    scope::Scope,
    types::{CompanyName, OrgKey},
};

pub(in super::super) async fn record(db: &mut PgConnection, id: Uuid) -> Result<Option<Record>> {
    let record = sqlx::query_as!(
        Record,
        "select suspended_at, suspended_by, reason, note, archived_at, archived_by, archive_reason
         from lifecycles where organization_id = $1",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(record)
}

/// Counting stops above 10,000; ten names are read.
pub(in super::super) async fn consequences(db: &mut PgConnection, id: Uuid) -> Result<Option<Consequences>> {
    let found = sqlx::query_as!(
        Consequences,
        r#"with recursive beneath as (
             select id, name from organizations where parent_id = $1 and status <> 'archived'
             union all
             select o.id, o.name from organizations o join beneath b on o.parent_id = b.id where o.status <> 'archived')
           select (select count(*) from (select 1 from memberships where organization_id = o.id limit 10001) m) as "people!",
                  array(select name from beneath limit 10) as "beneath!",
                  (select count(*) from (select 1 from beneath limit 10001) b) as "beneath_count!",
                  array(select g.name from group_organizations go join groups g on g.id = go.group_id
                        where go.organization_id = o.id order by g.sort_name) as "groups!",
                  o.domain, o.customer_number,
                  (select count(*) from organizations s join billing_accounts b on b.id = s.billing_account_id
                   where b.organization_id = o.id and not o.id = any (s.path)) as "billed_to_it!"
           from organizations o where o.id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(in super::super) async fn restoring(db: &mut PgConnection, id: Uuid) -> Result<Option<Restoring>> {
    let row = sqlx::query!(
        r#"select o.name, p.key as "parent_key?: OrgKey", p.name as "parent_name?", p.status as "parent_status?",
                  s.key as "namesake_key?: OrgKey", s.name as "namesake?",
                  w.key as "payer_key?: OrgKey", w.name as "payer?",
                  array(select g.name from group_organizations go join groups g on g.id = go.group_id
                        where go.organization_id = o.id and g.archived_at is not null
                        order by g.sort_name) as "archived_groups!",
                  (select count(*) from lifecycles l join organizations t on t.id = l.organization_id
                   where l.batch_id = own.batch_id and t.id <> o.id and t.status = 'archived'
                     and o.id = any (t.path)) as "together!"
           from organizations o left join organizations p on p.id = o.parent_id
           left join lifecycles own on own.organization_id = o.id
           left join lateral (
             select s.id, s.key, s.name from organizations s
             where s.parent_id = o.parent_id and s.sort_name = o.sort_name and s.status <> 'archived' and s.id <> o.id
             union
             select s.id, s.key, s.name from organizations s
             where s.parent_id = o.parent_id and s.name_key = o.name_key and s.status <> 'archived' and s.id <> o.id
             order by 1 limit 1) s on true
           left join billing_accounts b on b.id = o.billing_account_id
           left join organizations w on w.id = b.organization_id and w.status = 'archived' and w.id <> o.id
           where o.id = $1"#,
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let parent = row.parent_key.zip(row.parent_name).zip(row.parent_status);
    Ok(Some(Restoring {
        name: row.name,
        parent: parent.map(|((key, name), status)| (key, name, status)),
        namesake: row.namesake_key.zip(row.namesake),
        archived_groups: row.archived_groups,
        groups: groups(db, id).await?,
        archived_payer: row.payer_key.zip(row.payer),
        together: row.together,
    }))
}

/// The groups in use of the organization above that it is not in, by name; at most 200.
async fn groups(db: &mut PgConnection, id: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select g.id, g.name from organizations o join groups g on g.partner_id = o.parent_id
         where o.id = $1 and g.archived_at is null and not g.id = any (o.group_ids)
         order by g.sort_name, g.id limit 200",
        id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// What was archived in the same act and stands beneath.
pub(in super::super) async fn archived_together(db: &mut PgConnection, id: Uuid) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select t.id from lifecycles own join lifecycles l on l.batch_id = own.batch_id
         join organizations t on t.id = l.organization_id
         where own.organization_id = $1 and t.id <> $1 and t.status = 'archived' and $1 = any (t.path)
         order by cardinality(t.path), t.id",
        id
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Whether an organization in use beside it has the name.
pub(in super::super) async fn name_is_taken(db: &mut PgConnection, id: Uuid, name: &CompanyName) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        r#"select exists (
             select 1 from organizations o join organizations s on s.parent_id = o.parent_id
             where o.id = $1 and s.id <> $1 and s.status <> 'archived'
               and (s.sort_name = lower($2) or s.name_key = $3)) as "taken!""#,
        id,
        name.as_str(),
        name_key(name.as_str())
    )
    .fetch_one(db)
    .await?;
    Ok(taken)
}

pub(in super::super) async fn rename(db: &mut PgConnection, id: Uuid, name: &CompanyName) -> Result<()> {
    sqlx::query!(
        "update organizations set name = $2, name_key = $3, version = version + 1 where id = $1",
        id,
        name.as_str(),
        name_key(name.as_str())
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in super::super) async fn join_groups(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    groups: &[Uuid],
) -> Result<()> {
    sqlx::query!(
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at, added_by)
         select g.id, o.id, o.parent_id, o.sort_name, $3, $4
         from organizations o join groups g on g.partner_id = o.parent_id
         where o.id = $1 and g.id = any ($2) and g.archived_at is null
         on conflict do nothing",
        id,
        groups,
        scope.now,
        scope.actor.user_id
    )
    .execute(db)
    .await?;
    Ok(())
}
