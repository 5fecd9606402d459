//! SQL of the lifecycle. Set-based: a change of thousands of organizations is a few statements.

pub(super) mod follow;
pub(super) mod one;
pub(super) mod purge;

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Archiving, Suspension, Transition};
use crate::{
    error::Result,
    scope::Scope,
    types::{FreeText, OrgKey},
};

/// What has to be known of an organization to decide what becomes of it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) path: Vec<Uuid>,
    pub(super) purge_on: Option<time::Date>,
    /// Of the organization directly above, where that one is in sight.
    pub(super) parent_status: Option<String>,
    /// Whether something directly beneath is neither archived nor among those asked for.
    pub(super) occupied: bool,
    /// Whether an organization beside it, in use, has its name.
    pub(super) namesake: bool,
    /// Whether it is billed to the account of an archived organization that is not among those asked for.
    pub(super) unpaid: bool,
}

/// Those of the organizations that stand at or beneath the scope's in the person's sight, locked until the transaction
/// ends, in one order: nobody adds anything beneath them meanwhile.
pub(super) async fn lock(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select id from organizations where id = any ($1) and $2 = any (path) order by id for update",
        ids,
        scope.organization.id
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

pub(super) async fn targets(
    db: &mut PgConnection,
    scope: &Scope,
    transition: Transition,
    ids: &[Uuid],
) -> Result<Vec<Target>> {
    let sight = scope.sight();
    let targets = sqlx::query_as!(
        Target,
        r#"select o.id, o.key as "key: OrgKey", o.name, o.status, o.path, o.purge_on, p.status as "parent_status?",
                  case when $4 = 'archive' then exists (
                    select 1 from organizations c
                    where c.parent_id = o.id and c.status <> 'archived' and c.id <> all ($2)) else false end as "occupied!",
                  case when $4 = 'restore' then exists (
                    select 1 from organizations s
                    where s.parent_id = o.parent_id and s.sort_name = o.sort_name and s.status <> 'archived'
                      and s.id <> o.id
                    union all
                    select 1 from organizations s
                    where s.parent_id = o.parent_id and s.name_key = o.name_key and s.status <> 'archived'
                      and s.id <> o.id) else false end as "namesake!",
                  case when $4 = 'restore' then exists (
                    select 1 from billing_accounts b join organizations w on w.id = b.organization_id
                    where b.id = o.billing_account_id and w.status = 'archived' and w.id <> all ($2))
                    else false end as "unpaid!"
           from organizations o left join organizations p on p.id = o.parent_id
           where o.id = any ($2) and $1 = any (o.path)
             and ($3::uuid[] is null or o.id = $1 or o.group_ids && $3)"#,
        scope.organization.id,
        ids,
        sight.groups(),
        transition.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(targets)
}

/// These and everything beneath them.
pub(super) async fn with_beneath(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let all = sqlx::query_scalar!(
        r#"with recursive tree as (
             select id from organizations where id = any ($1)
             union
             select o.id from organizations o join tree t on o.parent_id = t.id)
           select id as "id!" from tree"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(all)
}

pub(super) async fn suspend(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], new: &Suspension) -> Result<()> {
    sqlx::query!(
        "with changed as (
           update organizations set status = 'suspended', updated_at = $2 where id = any ($1) returning id)
         insert into lifecycles (organization_id, suspended_at, suspended_by, reason, note)
         select id, $2, $3, $4, $5 from changed
         on conflict (organization_id) do update
         set suspended_at = excluded.suspended_at, suspended_by = excluded.suspended_by, reason = excluded.reason,
             note = excluded.note",
        ids,
        scope.now,
        scope.actor.display_name,
        new.reason.as_str(),
        new.note.as_ref().map(FreeText::as_str)
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn resume(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<()> {
    sqlx::query!("update organizations set status = 'active', updated_at = $2 where id = any ($1)", ids, scope.now)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn archive(
    db: &mut PgConnection,
    scope: &Scope,
    ids: &[Uuid],
    new: &Archiving,
    batch_id: Uuid,
) -> Result<()> {
    sqlx::query!(
        "with before as (select id, status from organizations where id = any ($1)),
         changed as (
           update organizations set status = 'archived', purge_on = $4, updated_at = $2 where id = any ($1)
           returning id)
         insert into lifecycles (organization_id, archived_at, archived_by, archive_reason, status_before, batch_id)
         select changed.id, $2, $3, $5, before.status, $6 from changed join before using (id)
         on conflict (organization_id) do update
         set archived_at = excluded.archived_at, archived_by = excluded.archived_by,
             archive_reason = excluded.archive_reason, status_before = excluded.status_before,
             batch_id = excluded.batch_id",
        ids,
        scope.now,
        scope.actor.display_name,
        new.purge_on,
        new.reason.as_ref().map(FreeText::as_str),
        batch_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Each becomes what it was before it was archived. Returns what that is.
pub(super) async fn restore(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "update organizations o
         set status = coalesce((select l.status_before from lifecycles l where l.organization_id = o.id), 'active'),
             purge_on = null, updated_at = $2
         where id = any ($1) returning id, status",
        ids,
        scope.now
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.status)).collect())
}
