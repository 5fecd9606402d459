//! SQL of the list and of the figures.

pub(super) mod groups;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{COUNTED, Figures, ListRow, Search, Within};
use crate::{
    database::paging::Place,
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Lines of the list: what follows the columns of `organizations o`, as [`rows`] takes it.
macro_rules! lines {
    ($direction:tt, $db:expr, [$($text:tt)+], $($arguments:tt)+) => {
        $crate::database::paging::rows!(
            $direction,
            $db,
            $crate::organizations::list::ListRow,
            [
                r#"select o.key as "key!: OrgKey", o.name as "name!", o.kind as "kind!: AccountKind",
                          o.country as "country!: Country", o.domain as "domain: DomainName", o.status as "status!",
                          o.licenses as "licenses!", o.trial_ends_at, o.created_at as "created_at!" "#
                $($text)+
            ],
            $($arguments)+
        )
    };
}
use lines;

/// Organizations whose key, domain or customer number is exactly what was searched.
pub(super) async fn exact(db: &mut PgConnection, within: &Within, search: &Search) -> Result<Vec<ListRow>> {
    let found = lines!(
        _,
        db,
        [r#"from organizations o
            where o.id in (select id from organizations where parent_id = $1 and domain = $2
                           union select id from organizations where parent_id = $1 and customer_number = $3
                           union select id from organizations where parent_id = $1 and key = $4)
              and o.status <> 'archived' and ($5::uuid[] is null or o.group_ids && $5)
            order by o.sort_name, o.id"#],
        within.parent_id,
        search.domain,
        search.number,
        search.key.as_ref().map(OrgKey::as_str),
        within.groups()
    );
    Ok(found?)
}

/// Where an organization stands in the order of the list.
pub(super) async fn position(db: &mut PgConnection, within: &Within, key: &OrgKey) -> Result<Option<(String, Uuid)>> {
    let row = sqlx::query!(
        r#"select sort_name as "sort_name!", id from organizations
           where parent_id = $1 and key = $2 and ($3::uuid[] is null or group_ids && $3)"#,
        within.parent_id,
        key.as_str(),
        within.groups()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.sort_name, row.id)))
}

/// Lines beside a place in the order, the nearest first. The comparisons an index serves are leak-proof, so row-level
/// security does not stand in its way; what is searched is checked line by line behind it.
pub(super) async fn list(
    db: &mut PgConnection,
    parent_id: Uuid,
    place: &Place,
    search: &Search,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let direction = place.direction;
    let found = lines!(
        direction,
        db,
        [
            "from organizations o where o.parent_id = $1 and (o.sort_name, o.id)" > "($2, $3)
               and o.status <> 'archived' and organization_matches(o.sort_name, o.domain, o.customer_number, $4, $5)
             order by o.sort_name" asc ", o.id" asc " limit $6"
        ],
        parent_id,
        place.name,
        place.id,
        search.text,
        search.domain,
        limit
    );
    Ok(found?)
}

/// How many lines there are, counted no further than one above the limit, in the order of an index: without an order a
/// plan may read the whole table for a partner with few lines.
pub(super) async fn count(db: &mut PgConnection, parent_id: Uuid, search: &Search) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select 1 from organizations
             where parent_id = $1 and status <> 'archived'
               and organization_matches(sort_name, domain, customer_number, $2, $3)
             order by sort_name, id limit $4) counted"#,
        parent_id,
        search.text,
        search.domain,
        COUNTED + 1
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

pub(super) async fn ending(db: &mut PgConnection, within: &Within, now: OffsetDateTime) -> Result<Vec<ListRow>> {
    let found = lines!(
        _,
        db,
        [r#"from organizations o
            where o.parent_id = $1 and o.trial_ends_at > $2 and o.trial_ends_at <= $3 and o.status <> 'archived'
              and ($4::uuid[] is null or o.group_ids && $4)
            order by o.trial_ends_at, o.id limit 200"#],
        within.parent_id,
        now,
        now + Duration::days(7),
        within.groups()
    );
    Ok(found?)
}

pub(super) async fn figures(db: &mut PgConnection, parent_id: Uuid, now: OffsetDateTime) -> Result<Figures> {
    let row = sqlx::query!(
        r#"with beneath as (
             select licenses from organizations
             where parent_id = $1 and status <> 'archived' order by sort_name, id limit $4),
           trials as (
             select trial_ends_at from organizations
             where parent_id = $1 and trial_ends_at > $2 and status <> 'archived' order by trial_ends_at limit $4)
           select (select count(*) from beneath) as "organizations!",
                  (select coalesce(sum(licenses), 0)::bigint from beneath) as "licenses!",
                  (select count(*) from trials) as "on_trial!",
                  (select count(*) from trials where trial_ends_at <= $3) as "ending!""#,
        parent_id,
        now,
        now + Duration::days(7),
        COUNTED + 1
    )
    .fetch_one(&mut *db)
    .await?;
    Ok(Figures {
        organizations: row.organizations,
        on_trial: row.on_trial,
        ending: row.ending,
        licenses: row.licenses,
        first_ending: None,
    })
}

/// The trial that ends first within seven days.
pub(super) async fn first_ending(
    db: &mut PgConnection,
    within: &Within,
    now: OffsetDateTime,
) -> Result<Option<(OrgKey, String, OffsetDateTime)>> {
    let first = sqlx::query!(
        r#"select key as "key: OrgKey", name, trial_ends_at as "ends_at!" from organizations
           where parent_id = $1 and trial_ends_at > $2 and trial_ends_at <= $3 and status <> 'archived'
             and ($4::uuid[] is null or group_ids && $4)
           order by trial_ends_at limit 1"#,
        within.parent_id,
        now,
        now + Duration::days(7),
        within.groups()
    )
    .fetch_optional(db)
    .await?;
    Ok(first.map(|row| (row.key, row.name, row.ends_at)))
}
