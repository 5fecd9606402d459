//! SQL that finds out whether what is asked most selectively is few organizations, and counts.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    super::{asked::Asked, way::Facet},
    passing,
};
use crate::{database::paging::rows, error::Result};

/// The organizations with a term that begins so, and no more than a limit.
pub(in super::super) async fn with_term(
    db: &mut PgConnection,
    parents: &[Uuid],
    (from, to): (&str, &str),
    limit: i64,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"select i.organization_id as "id!" from unnest($1::uuid[]) parent (id) cross join lateral (
             select organization_id from organization_terms
             where parent_id = parent.id and term >= $2 and term < $3 order by term limit $4) i limit $4"#,
        parents,
        from,
        to,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The different terms that begin so, each found by a look behind the one before, with the organization above they are
/// terms of.
pub(in super::super) async fn terms(
    db: &mut PgConnection,
    parents: &[Uuid],
    (from, to): (&str, &str),
    limit: i64,
) -> Result<(Vec<Uuid>, Vec<String>)> {
    let rows = sqlx::query!(
        r#"with recursive found as (
             select parent.id, first.term from unnest($1::uuid[]) parent (id) cross join lateral (
               select term from organization_terms
               where parent_id = parent.id and term >= $2 and term < $3 order by term limit 1) first
             union all
             select found.id, next.term from found cross join lateral (
               select term from organization_terms
               where parent_id = found.id and term > found.term and term < $3 order by term limit 1) next)
           select id as "id!", term as "term!" from found limit $4"#,
        parents,
        from,
        to,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.term)).unzip())
}

/// The organizations in one of these groups. The order keeps a plan from reading the whole table for a small group.
pub(in super::super) async fn in_groups(
    db: &mut PgConnection,
    parents: &[Uuid],
    groups: &[Uuid],
    limit: i64,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"select i.organization_id as "id!" from unnest($2::uuid[]) one (id) cross join lateral (
             select organization_id from group_organizations
             where group_id = one.id and partner_id = any ($1) order by organization_id limit $3) i limit $3"#,
        parents,
        groups,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The organizations with one of these tags, likewise.
pub(in super::super) async fn with_tags(
    db: &mut PgConnection,
    parents: &[Uuid],
    tags: &[Uuid],
    limit: i64,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"select i.organization_id as "id!" from unnest($2::uuid[]) one (id) cross join lateral (
             select organization_id from organization_tags
             where tag_id = one.id and partner_id = any ($1) order by organization_id limit $3) i limit $3"#,
        parents,
        tags,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The organizations with one of these values of a field.
pub(in super::super) async fn with_values(
    db: &mut PgConnection,
    parents: &[Uuid],
    field: Uuid,
    keys: &[String],
    limit: i64,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"select i.organization_id as "id!" from unnest($3::text[]) one (key) cross join lateral (
             select organization_id from organization_field_values
             where field_id = $2 and key = one.key and partner_id = any ($1) order by archived, sort_name limit $4) i
           limit $4"#,
        parents,
        field,
        keys,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The organizations whose number or day in a field is between two.
pub(in super::super) async fn between(
    db: &mut PgConnection,
    parents: &[Uuid],
    field: Uuid,
    (low, high): (f64, f64),
    limit: i64,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select organization_id from organization_field_values
         where field_id = $2 and rank >= $3 and rank <= $4 and partner_id = any ($1) order by rank limit $5",
        parents,
        field,
        low,
        high,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

struct Id {
    id: Uuid,
}

/// Ids of the organizations in a part of an index, read no further than the limit ($2). The order keeps a plan from reading
/// the whole table for a partner with few lines.
macro_rules! part {
    ($db:expr, ($asked:expr, $statuses:expr), $limit:expr, [$each:literal $only:literal $order:literal] $(, $value:expr)*) => {
        rows!(
            _,
            $db,
            Id,
            [
                r#"select o.id as "id!" from unnest($1::uuid[]) parent (id) "# $each " cross join lateral (
                     select o.id from organizations o where o.parent_id = parent.id and o.status = any ($3) and " $only " order by " $order
                " limit $2) o limit $2"
            ],
            &$asked.parents,
            $limit,
            $statuses
            $(, $value)*
        )
    };
}

/// The organizations in the index of a facet with one of these statuses, and no more than a limit.
pub(in super::super) async fn in_facet(
    db: &mut PgConnection,
    (asked, statuses): (&Asked, &[String]),
    facet: Facet,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let found: Vec<Id> = match facet {
        Facet::Status => part!(
            db,
            (asked, statuses),
            limit,
            ["cross join unnest($4::text[]) facet (value)" "o.status <> 'active' and o.status >= facet.value and o.status <= facet.value" "o.status, o.sort_name"],
            &asked.statuses
        ),
        Facet::Kind => part!(
            db,
            (asked, statuses),
            limit,
            ["cross join unnest($4::text[]) facet (value)" "o.kind <> 'customer' and o.kind >= facet.value and o.kind <= facet.value" "o.kind, o.sort_name"],
            asked.kinds.as_deref()
        ),
        Facet::Country => part!(
            db,
            (asked, statuses),
            limit,
            ["cross join unnest($4::text[]) facet (value)" "o.country >= facet.value and o.country <= facet.value" "o.country, o.sort_name"],
            asked.countries.as_deref()
        ),
        Facet::Channel => {
            part!(db, (asked, statuses), limit, ["" "o.channel >= $4 and o.channel <= $4" "o.channel, o.sort_name"], asked.channel)
        }
        Facet::Trial => part!(db, (asked, statuses), limit, ["" "o.trial_ends_at is not null" "o.sort_name"]),
    }?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// The organizations created in the time that is asked for, and no more than a limit.
pub(in super::super) async fn created(db: &mut PgConnection, asked: &Asked, limit: i64) -> Result<Vec<Uuid>> {
    let found: Vec<Id> = part!(
        db,
        (asked, &asked.statuses),
        limit,
        [
            ""
            "o.created_at >= case when $4::timestamptz is null then '-infinity' else $4 end
             and o.created_at < case when $5::timestamptz is null then 'infinity' else $5 end"
            "o.created_at"
        ],
        asked.from,
        asked.before
    )?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

struct Count {
    count: i64,
}

/// How many pass, counted no further than a limit, along the index of the names: without an order a plan may read the whole
/// table for a partner with few lines.
pub(in super::super) async fn count(db: &mut PgConnection, asked: &Asked, limit: i64) -> Result<i64> {
    let counted = passing!(
        rows,
        (_, db, Count),
        asked,
        [r#"select count(*) as "count!" from (
              select from unnest($1::uuid[]) parent (id) cross join lateral (
                select from organizations o where o.parent_id = parent.id"#],
        [" order by o.sort_name, o.id limit $14) o limit $14) counted"],
        limit
    )?;
    Ok(counted.first().map_or(0, |row: &Count| row.count))
}

/// How many of these pass.
pub(in super::super) async fn count_of(db: &mut PgConnection, asked: &Asked, ids: &[Uuid]) -> Result<i64> {
    let counted = passing!(
        rows,
        (_, db, Count),
        asked,
        [r#"select count(*) as "count!" from organizations o where o.parent_id = any ($1) and o.id = any ($14)"#],
        [""],
        ids
    )?;
    Ok(counted.first().map_or(0, |row: &Count| row.count))
}
