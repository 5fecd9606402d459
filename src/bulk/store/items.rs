//! SQL of the organizations of a bulk change.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::{Item, Only, Run, State};
use crate::{error::Result, scope::Scope, types::OrgKey};

/// The organizations of a change, in this order, from place `first` on. `by_depth` puts what stands higher first, or last.
pub(in super::super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    (run_id, first, by_depth): (Uuid, i32, i32),
    ids: &[Uuid],
) -> Result<()> {
    let sight = scope.sight();
    sqlx::query!(
        "insert into bulk_items (run_id, partner_id, position, organization_id)
         select $1, $2, ($4 * cardinality(o.path) + case when $4 < 0 then 1000 else 0 end) * 1000000 + $3
                        + wanted.place::integer, o.id
         from unnest($5::uuid[]) with ordinality wanted (id, place) join organizations o on o.id = wanted.id
         where $2 = any (o.path) and o.id <> $2 and ($6::uuid[] is null or o.group_ids && $6)
         on conflict do nothing",
        run_id,
        scope.organization.id,
        first,
        by_depth,
        ids,
        sight.groups()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The same organizations as another change has with this outcome.
pub(in super::super) async fn copy(
    db: &mut PgConnection,
    scope: &Scope,
    (run_id, by_depth): (Uuid, i32),
    (of, outcome): (Uuid, &str),
) -> Result<()> {
    let ids = sqlx::query_scalar!(
        "select organization_id from bulk_items where partner_id = $1 and run_id = $2 and outcome = $3 order by position",
        scope.organization.id,
        of,
        outcome
    )
    .fetch_all(&mut *db)
    .await?;
    insert(db, scope, (run_id, 0, by_depth), &ids).await
}

/// Ids and keys of organizations beneath the scope's that the person sees, by their keys.
pub(in super::super) async fn by_keys(
    db: &mut PgConnection,
    scope: &Scope,
    keys: &[String],
) -> Result<Vec<(Uuid, OrgKey)>> {
    let sight = scope.sight();
    let rows = sqlx::query!(
        r#"select o.id, o.key as "key: OrgKey" from organizations o
           where $1 = any (o.path) and o.id <> $1 and o.key = any ($2) and ($3::uuid[] is null or o.group_ids && $3)
           order by o.sort_name, o.id"#,
        scope.organization.id,
        keys,
        sight.groups()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.key)).collect())
}

/// Writes how many organizations the change has.
pub(in super::super) async fn count(db: &mut PgConnection, partner_id: Uuid, run_id: Uuid) -> Result<i32> {
    let total = sqlx::query_scalar!(
        r#"update bulk_runs set total =
             (select count(*)::integer from bulk_items where partner_id = $1 and run_id = $2)
           where partner_id = $1 and id = $2 returning total"#,
        partner_id,
        run_id
    )
    .fetch_one(db)
    .await?;
    Ok(total)
}

/// Every organization of a change, in the order in which they are done.
pub(in super::super) async fn organizations(db: &mut PgConnection, run: &Run) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select organization_id from bulk_items where partner_id = $1 and run_id = $2 order by position",
        run.partner_id,
        run.id
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The next organizations that wait.
pub(in super::super) async fn waiting(db: &mut PgConnection, run: &Run, limit: i64) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select organization_id from bulk_items where partner_id = $1 and run_id = $2 and outcome is null
         order by position limit $3",
        run.partner_id,
        run.id,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// How many mails would go to the administrators of those that would change.
pub(in super::super) async fn mails(db: &mut PgConnection, run: &Run) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from bulk_items i
           join memberships m on m.organization_id = i.organization_id
           join users u on u.id = m.user_id
           where i.partner_id = $1 and i.run_id = $2 and i.verdict = 'change'
             and m.role in ('reseller_admin', 'org_admin') and m.custom_role_id is null and m.suspended_at is null
             and u.disabled_at is null"#,
        run.partner_id,
        run.id
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Lines of a change behind a place, in their order.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    run: &Run,
    only: Option<Only>,
    after: i32,
    limit: i64,
) -> Result<Vec<Item>> {
    let planned = run.state == State::Planned;
    let items = sqlx::query_as!(
        Item,
        r#"select i.position, i.verdict, i.outcome, i.reason, o.key as "key: OrgKey", o.name, o.status, o.trial_ends_at,
                  array(select u.email from memberships m join users u on u.id = m.user_id
                        where $7 and i.verdict = 'change' and m.organization_id = o.id
                          and m.role in ('reseller_admin', 'org_admin') and m.custom_role_id is null
                          and m.suspended_at is null and u.disabled_at is null
                        order by m.created_at, m.id limit 20) as "mails!"
           from bulk_items i join organizations o on o.id = i.organization_id
           where i.partner_id = $1 and i.run_id = $2 and i.position > $3
             and ($4::text is null or i.verdict = $4) and ($5::text is null or coalesce(i.outcome, 'waiting') = $5)
           order by i.position limit $6"#,
        run.partner_id,
        run.id,
        after,
        only.filter(|_| planned).map(Only::as_str),
        only.filter(|_| !planned).map(Only::outcome),
        limit,
        planned && run.parameters.tell
    )
    .fetch_all(db)
    .await?;
    Ok(items)
}
