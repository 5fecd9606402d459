//! SQL of the bulk changes. Every statement names the organization the change was asked for in.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Action, Asker, Counts, Item, Judged, Only, Parameters, Run, State, Verdict};
use crate::{
    error::{Error, Result},
    scope::{Scope, Sight},
    types::OrgKey,
};

struct RunRow {
    id: Uuid,
    partner_id: Uuid,
    asked_by: Uuid,
    asked_name: String,
    action: String,
    parameters: serde_json::Value,
    filter: Option<String>,
    left_out: Vec<String>,
    undoes: Option<Uuid>,
    state: String,
    stopped: Option<String>,
    total: i32,
    would_change: i32,
    would_stay: i32,
    would_refuse: i32,
    judged_at: Option<OffsetDateTime>,
    changed: i32,
    stayed: i32,
    refused: i32,
    created_at: OffsetDateTime,
    started_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
}

impl TryFrom<RunRow> for Run {
    type Error = Error;

    fn try_from(row: RunRow) -> Result<Self> {
        Ok(Self {
            action: Action::parse(&row.action).context("stored action")?,
            state: State::parse(&row.state).context("stored state")?,
            parameters: serde_json::from_value(row.parameters).context("stored parameters")?,
            plan: Counts { change: row.would_change, stay: row.would_stay, refuse: row.would_refuse },
            result: Counts { change: row.changed, stay: row.stayed, refuse: row.refused },
            id: row.id,
            partner_id: row.partner_id,
            asked_by: row.asked_by,
            asked_name: row.asked_name,
            filter: row.filter,
            left_out: row.left_out,
            undoes: row.undoes,
            stopped: row.stopped,
            total: row.total,
            judged_at: row.judged_at,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
        })
    }
}

/// The columns of a run and what follows.
macro_rules! runs {
    ($db:expr, $($text:literal)+, $($argument:expr),*) => {
        sqlx::query_as!(
            RunRow,
            "select id, partner_id, asked_by, asked_name, action, parameters, filter, left_out, undoes, state, stopped,
                    total, would_change, would_stay, would_refuse, judged_at, changed, stayed, refused, created_at,
                    started_at, ended_at from bulk_runs " $(+ $text)+,
            $($argument),*
        )
        .fetch_all($db)
        .await?
        .into_iter()
        .map(Run::try_from)
        .collect::<Result<Vec<Run>>>()
    };
}

/// Whose changes a person sees: everybody's of the partner, or their own.
fn only_own(scope: &Scope) -> Option<Uuid> {
    (scope.sight() != Sight::Everything).then_some(scope.actor.user_id)
}

pub(super) async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Run>> {
    let found = runs!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3)",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The same, locked until the transaction ends: one step of a change at a time.
pub(super) async fn lock(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Run>> {
    let found = runs!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3) for no key update",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The newest first, behind `before`.
pub(super) async fn list(db: &mut PgConnection, scope: &Scope, before: Option<Uuid>, limit: i64) -> Result<Vec<Run>> {
    runs!(
        db,
        "where partner_id = $1 and id < $2 and ($3::uuid is null or asked_by = $3) order by id desc limit $4",
        scope.organization.id,
        before.unwrap_or(Uuid::max()),
        only_own(scope),
        limit
    )
}

/// The newest change that takes this one back and was begun.
pub(super) async fn undone_by(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Uuid>> {
    let found = sqlx::query_scalar!(
        "select id from bulk_runs where partner_id = $1 and undoes = $2 and state <> 'planned' order by id desc limit 1",
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// A change to be.
pub(super) struct NewRun<'a> {
    pub(super) action: Action,
    pub(super) parameters: &'a Parameters,
    pub(super) filter: Option<&'a str>,
    pub(super) left_out: &'a [String],
    pub(super) undoes: Option<Uuid>,
}

pub(super) async fn insert(db: &mut PgConnection, scope: &Scope, new: NewRun<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let parameters = serde_json::to_value(new.parameters).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "insert into bulk_runs (id, partner_id, asked_by, asked_name, action, parameters, filter, left_out, undoes, state,
                                created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'planned', $10)",
        id,
        scope.organization.id,
        scope.actor.user_id,
        scope.actor.display_name,
        new.action.as_str(),
        parameters,
        new.filter,
        new.left_out,
        new.undoes,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// The organizations of a change, in this order, from place `first` on. `by_depth` puts what stands higher first, or last.
pub(super) async fn insert_items(
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
pub(super) async fn copy_items(
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
    insert_items(db, scope, (run_id, 0, by_depth), &ids).await
}

/// Ids and keys of organizations beneath the scope's that the person sees, by their keys.
pub(super) async fn by_keys(db: &mut PgConnection, scope: &Scope, keys: &[String]) -> Result<Vec<(Uuid, OrgKey)>> {
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
pub(super) async fn count(db: &mut PgConnection, partner_id: Uuid, run_id: Uuid) -> Result<i32> {
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

pub(super) async fn set_parameters(db: &mut PgConnection, run: &Run, parameters: &Parameters) -> Result<()> {
    let parameters = serde_json::to_value(parameters).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "update bulk_runs set parameters = $3 where partner_id = $1 and id = $2 and state = 'planned'",
        run.partner_id,
        run.id,
        parameters
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every organization of a change, in the order in which they are done.
pub(super) async fn organizations(db: &mut PgConnection, run: &Run) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select organization_id from bulk_items where partner_id = $1 and run_id = $2 order by position",
        run.partner_id,
        run.id
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// What each verdict is stored as: ids, words and reasons side by side.
fn columns(judged: &[Judged], word: fn(&Verdict) -> &'static str) -> (Vec<Uuid>, Vec<String>, Vec<Option<String>>) {
    let ids = judged.iter().map(|(id, _)| *id).collect();
    let words = judged.iter().map(|(_, verdict)| word(verdict).to_owned()).collect();
    let reasons = judged.iter().map(|(_, verdict)| verdict.reason().map(str::to_owned)).collect();
    (ids, words, reasons)
}

/// Writes down what the dry run found of each.
pub(super) async fn judge(db: &mut PgConnection, run: &Run, judged: &[Judged], now: OffsetDateTime) -> Result<()> {
    let (ids, words, reasons) = columns(judged, Verdict::planned);
    sqlx::query!(
        "update bulk_items i set verdict = j.verdict, reason = j.reason
         from unnest($3::uuid[], $4::text[], $5::text[]) j (id, verdict, reason)
         where i.partner_id = $1 and i.run_id = $2 and i.organization_id = j.id",
        run.partner_id,
        run.id,
        &ids,
        &words,
        &reasons as &[Option<String>]
    )
    .execute(&mut *db)
    .await?;
    let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count() as i32;
    sqlx::query!(
        "update bulk_runs set would_change = $3, would_stay = $4, would_refuse = $5, judged_at = $6
         where partner_id = $1 and id = $2",
        run.partner_id,
        run.id,
        count("change"),
        count("stay"),
        count("refuse"),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The next organizations that wait.
pub(super) async fn waiting(db: &mut PgConnection, run: &Run, limit: i64) -> Result<Vec<Uuid>> {
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

/// Writes down what became of each, in the transaction that did it.
pub(super) async fn settle(db: &mut PgConnection, run: &Run, judged: &[Judged], now: OffsetDateTime) -> Result<()> {
    let (ids, words, reasons) = columns(judged, Verdict::outcome);
    sqlx::query!(
        "update bulk_items i set outcome = j.outcome, reason = j.reason,
                                 changed_at = case when j.outcome = 'changed' then $6::timestamptz end
         from unnest($3::uuid[], $4::text[], $5::text[]) j (id, outcome, reason)
         where i.partner_id = $1 and i.run_id = $2 and i.organization_id = j.id",
        run.partner_id,
        run.id,
        &ids,
        &words,
        &reasons as &[Option<String>],
        now
    )
    .execute(&mut *db)
    .await?;
    let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count() as i32;
    sqlx::query!(
        "update bulk_runs set changed = changed + $3, stayed = stayed + $4, refused = refused + $5
         where partner_id = $1 and id = $2",
        run.partner_id,
        run.id,
        count("changed"),
        count("stayed"),
        count("refused")
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Begins a change; false where it was begun before.
pub(super) async fn start(db: &mut PgConnection, run: &Run, now: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query!(
        "update bulk_runs set state = 'running', started_at = $3
         where partner_id = $1 and id = $2 and state = 'planned'",
        run.partner_id,
        run.id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a change that is under way.
pub(super) async fn end(
    db: &mut PgConnection,
    run: &Run,
    state: State,
    why: Option<&str>,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update bulk_runs set state = $3, stopped = $4, ended_at = $5
         where partner_id = $1 and id = $2 and state = 'running'",
        run.partner_id,
        run.id,
        state.as_str(),
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose change it is. Needs a transaction of the system.
pub(super) async fn asker(db: &mut PgConnection, run_id: Uuid) -> Result<Option<Asker>> {
    let row = sqlx::query_as!(
        Asker,
        r#"select r.asked_by as user_id, r.asked_name as name, o.key as "organization: OrgKey"
           from bulk_runs r join organizations o on o.id = r.partner_id where r.id = $1 and r.state = 'running'"#,
        run_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Stops a change whose asker may not go on with it. Needs a transaction of the system.
pub(super) async fn stop(db: &mut PgConnection, run_id: Uuid, why: &str, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update bulk_runs set state = 'stopped', stopped = $2, ended_at = $3 where id = $1 and state = 'running'",
        run_id,
        why,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What decides about groups and tags.
pub(super) struct Facts {
    id: Uuid,
    /// Directly beneath the scope's organization.
    pub(super) direct: bool,
    pub(super) archived: bool,
    /// When it was put into the group, where it is in it.
    pub(super) added_at: Option<OffsetDateTime>,
    pub(super) tagged: bool,
}

pub(super) async fn facts(
    db: &mut PgConnection,
    scope: &Scope,
    with: &Parameters,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Facts>> {
    let sight = scope.sight();
    let rows = sqlx::query_as!(
        Facts,
        r#"select o.id, o.parent_id = $1 as "direct!", o.status = 'archived' as "archived!",
                  (select g.added_at from group_organizations g where g.group_id = $4 and g.organization_id = o.id)
                    as "added_at?",
                  coalesce($5 = any (o.tag_ids), false) as "tagged!"
           from organizations o
           where o.id = any ($2) and $1 = any (o.path) and ($3::uuid[] is null or o.group_ids && $3)"#,
        scope.organization.id,
        ids,
        sight.groups(),
        with.group_id,
        with.tag_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Those that were put into the group anew since the change that is undone.
pub(super) async fn regrouped_since(
    db: &mut PgConnection,
    undone: Uuid,
    group_id: Option<Uuid>,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select i.organization_id from bulk_items i
         join group_organizations g on g.organization_id = i.organization_id and g.group_id = $2
         where i.run_id = $1 and i.organization_id = any ($3) and g.added_at is distinct from i.changed_at",
        undone,
        group_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Those that were suspended, resumed, archived or restored after the change that is undone.
pub(super) async fn moved_on_since(db: &mut PgConnection, undone: Uuid, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select i.organization_id from bulk_items i
         where i.run_id = $1 and i.organization_id = any ($2)
           and exists (select 1 from events e where e.organization_id = i.organization_id and e.at > i.changed_at
                       and e.kind in ('organization.suspended', 'organization.resumed', 'organization.archived',
                                      'organization.restored'))",
        undone,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().collect())
}

/// How many mails would go to the administrators of those that would change.
pub(super) async fn mails(db: &mut PgConnection, run: &Run) -> Result<i64> {
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
pub(super) async fn items(
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
