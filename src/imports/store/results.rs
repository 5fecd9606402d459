//! SQL of what became of the rows.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    imports::model::{Fate, Import, Outcome, Undone},
};

/// Writes down what became of rows, in the transaction that did it. A row has one fate: the key says so.
pub(in crate::imports) async fn insert(db: &mut PgConnection, import: &Import, fates: &[Fate]) -> Result<()> {
    macro_rules! each {
        (|$fate:ident| $value:expr) => {
            &fates.iter().map(|$fate| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into import_results (import_id, partner_id, row, outcome, reason, organization_id, version, before)
         select $1, $2, r.*
         from unnest($3::int[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::jsonb[]) r",
        import.id,
        import.partner_id,
        each!(|fate| fate.row) as _,
        each!(|fate| fate.outcome.as_str()) as _,
        each!(|fate| fate.reason.as_deref()) as _,
        each!(|fate| fate.organization) as _,
        each!(|fate| fate.version) as _,
        each!(|fate| fate.before.as_ref()) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Which of these organizations a row before has changed, and which row.
pub(in crate::imports) async fn changed(
    db: &mut PgConnection,
    import: &Import,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        r#"select organization_id as "id!", row from import_results
           where partner_id = $1 and import_id = $2 and outcome = 'updated' and organization_id = any ($3)"#,
        import.partner_id,
        import.id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.row)).collect())
}

/// A row that was imported and not taken back yet.
pub(in crate::imports) struct Kept {
    pub(in crate::imports) row: i32,
    pub(in crate::imports) outcome: Outcome,
    pub(in crate::imports) organization: Option<Uuid>,
    pub(in crate::imports) version: Option<i32>,
    pub(in crate::imports) before: Option<serde_json::Value>,
}

/// The last rows that created or changed something, before a row.
pub(in crate::imports) async fn before(
    db: &mut PgConnection,
    import: &Import,
    row: i32,
    limit: i64,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        "select row, outcome, organization_id, version, before from import_results
         where partner_id = $1 and import_id = $2 and row < $3 and outcome in ('created', 'updated') and undone is null
         order by row desc limit $4",
        import.partner_id,
        import.id,
        row,
        limit
    )
    .fetch_all(db)
    .await?;
    let kept = rows.into_iter().filter_map(|row| {
        Some(Kept {
            row: row.row,
            outcome: Outcome::parse(&row.outcome)?,
            organization: row.organization_id,
            version: row.version,
            before: row.before,
        })
    });
    Ok(kept.collect())
}

/// What undoing came to.
pub(in crate::imports) type Answer = (i32, Undone, Option<String>);

pub(in crate::imports) async fn mark_undone(db: &mut PgConnection, import: &Import, answers: &[Answer]) -> Result<()> {
    let rows: Vec<i32> = answers.iter().map(|(row, ..)| *row).collect();
    let words: Vec<&str> = answers.iter().map(|(_, undone, _)| undone.as_str()).collect();
    let reasons: Vec<Option<&str>> = answers.iter().map(|(.., reason)| reason.as_deref()).collect();
    sqlx::query!(
        "update import_results s set undone = a.undone, undone_reason = a.reason,
                organization_id = case when a.undone = 'reversed' and s.outcome = 'created' then null
                                       else s.organization_id end
         from unnest($3::int[], $4::text[], $5::text[]) a (row, undone, reason)
         where s.partner_id = $1 and s.import_id = $2 and s.row = a.row",
        import.partner_id,
        import.id,
        &rows,
        &words as _,
        &reasons as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many rows undoing came to what for.
pub(in crate::imports) async fn count_undone(db: &mut PgConnection, import: &Import) -> Result<Vec<(Undone, i64)>> {
    let rows = sqlx::query!(
        r#"select undone as "undone!", count(*) as "count!" from import_results
           where partner_id = $1 and import_id = $2 and undone is not null group by undone"#,
        import.partner_id,
        import.id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((Undone::parse(&row.undone)?, row.count))).collect())
}

/// Locks organizations until the transaction ends: what [`touched`] then finds is all there is, since whoever was changing
/// one of them is through, and whoever comes now waits.
pub(in crate::imports) async fn hold(db: &mut PgConnection, import: &Import, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        // So compared, the parent is no way to them: a plan by it would walk everything beneath.
        "select id from organizations where id = any ($2) and parent_id is not distinct from $1 order by id for update",
        import.partner_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Why an organization an import created is not as the import left it, by organization; nothing where it is. Nearly
/// whatever is done to an organization is an event of it; a transfer that is asked for is one of the partners.
pub(in crate::imports) async fn touched(
    db: &mut PgConnection,
    import: &Import,
    groups: Option<&[Uuid]>,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Option<String>)>> {
    let rows = sqlx::query!(
        r#"select o.id as "id!",
                  case
                    when o.status <> 'active' then 'It is ' || o.status
                    -- In this order it is the first entry of an index, however many organizations others have.
                    when (select c.id from organizations c where c.parent_id = o.id order by c.sort_name, c.id limit 1)
                         is not null then 'Organizations stand beneath it'
                    when exists (select 1 from memberships m where m.organization_id = o.id)
                      or exists (select 1 from invitations i where i.organization_id = o.id) then 'It has users'
                    when exists (select 1 from subscriptions s where s.organization_id = o.id)
                      then 'It has a subscription'
                    when exists (select 1 from events e where e.organization_id = o.id
                                 and e.kind <> 'organization.created') then 'It was changed since'
                    when exists (select 1 from transfers t where t.organization_id = o.id and t.state = 'waiting')
                      then 'A transfer of it waits for an answer'
                    when o.tag_ids <> '{}' then 'It was tagged since'
                    when not (o.group_ids <@ $2 and $2 <@ o.group_ids) then 'Its groups were changed since'
                  end as why
           from organizations o
           where o.parent_id = $1 and o.id = any ($3) and ($4::uuid[] is null or o.group_ids && $4)"#,
        import.partner_id,
        &import.choices.groups,
        ids,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.why)).collect())
}
