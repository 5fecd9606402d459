//! SQL of the list for whoever sees only their own groups (S262): walks along the sorted index each group has, never
//! through the organizations of the partner (DATABASE.md, "What decides speed" 5). Each organization is read by its key in
//! a `lateral (... limit 1)`: a join the planner could turn round, and in a plan that it keeps for all values it does.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    super::{COUNTED, Figures, LIMIT, ListRow, Search},
    lines,
};
use crate::{
    database::paging::Place,
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// One page of each group, merged, an organization in several of them once; only then are the organizations read. The
/// limit is written out and the groups come from a subselect because the plan is then reckoned to cost the same whatever
/// the values are, and is kept: planning takes three times as long as the walk.
macro_rules! merged {
    ($direction:tt, $db:expr, [$($looked:literal)?], $($argument:expr),+) => {
        lines!(
            $direction,
            $db,
            [
                "from (select distinct walk.sort_name, walk.organization_id
                       from unnest((select $2::uuid[])) own (group_id) cross join lateral (
                         select go.sort_name, go.organization_id from group_organizations go "
                $($looked)?
                "      where go.group_id = own.group_id and go.partner_id = $1 and not go.archived
                           and (go.sort_name, go.organization_id)" > "($3, $4)
                         order by go.sort_name" asc ", go.organization_id" asc " limit 51) walk
                       order by walk.sort_name" asc ", walk.organization_id" asc " limit 51) page
                      cross join lateral (
                        select * from organizations where parent_id = $1 and id = page.organization_id limit 1) o
                 order by page.sort_name" asc ", page.organization_id" asc
            ],
            $($argument),+
        )
    };
}
const _: () = assert!(LIMIT == 51, "as the query above says");

/// Lines beside a place in the order of the groups, the nearest first.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    place: &Place,
    search: &Search,
) -> Result<Vec<ListRow>> {
    let direction = place.direction;
    let found = if search.is_empty() {
        merged!(direction, db, [], parent_id, groups, place.name, place.id)
    } else {
        merged!(
            direction,
            db,
            ["cross join lateral (
                select from organizations s
                where s.parent_id = $1 and s.id = go.organization_id
                  and organization_matches(s.sort_name, s.domain, s.customer_number, $5, $6) limit 1) found"],
            parent_id,
            groups,
            place.name,
            place.id,
            search.text,
            search.domain
        )
    };
    Ok(found?)
}

/// How many lines there are, counted no further than one above the limit. One group knows how many it has, and the lines
/// of several are counted without a look at each organization.
pub(in super::super) async fn count(db: &mut PgConnection, partner_id: Uuid, groups: &[Uuid]) -> Result<i64> {
    let count = if let [group] = groups {
        sqlx::query_scalar!(
            "select organizations::bigint from groups where partner_id = $1 and id = $2",
            partner_id,
            group
        )
        .fetch_optional(db)
        .await?
        .flatten()
    } else {
        sqlx::query_scalar!(
            "select count(*) from (
               select distinct organization_id from group_organizations
               where group_id = any ($2) and partner_id = $1 and not archived limit $3) counted",
            partner_id,
            groups,
            COUNTED + 1
        )
        .fetch_one(db)
        .await?
    };
    Ok(count.unwrap_or_default())
}

/// How many a search finds, counted as far.
pub(in super::super) async fn count_found(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    search: &Search,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select distinct go.organization_id
             from group_organizations go cross join lateral (
               select from organizations o
               where o.parent_id = $1 and o.id = go.organization_id
                 and organization_matches(o.sort_name, o.domain, o.customer_number, $3, $4) limit 1) found
             where go.group_id = any ($2) and not go.archived
             limit $5) counted"#,
        parent_id,
        groups,
        search.text,
        search.domain,
        COUNTED + 1
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// The figures, without the trial that ends first.
pub(in super::super) async fn figures(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    now: OffsetDateTime,
) -> Result<Figures> {
    let figures = sqlx::query!(
        r#"with beneath as (
             select o.licenses, o.trial_ends_at
             from (select distinct organization_id from group_organizations
                   where group_id = any ($2) and partner_id = $1 and not archived limit $5) own
                  cross join lateral (
                    select licenses, trial_ends_at from organizations
                    where parent_id = $1 and id = own.organization_id limit 1) o)
           select count(*) as "organizations!", coalesce(sum(licenses), 0)::bigint as "licenses!",
                  count(*) filter (where trial_ends_at > $3) as "on_trial!",
                  count(*) filter (where trial_ends_at > $3 and trial_ends_at <= $4) as "ending!"
           from beneath"#,
        parent_id,
        groups,
        now,
        now + Duration::days(7),
        COUNTED + 1
    )
    .fetch_one(db)
    .await?;
    Ok(Figures {
        organizations: figures.organizations,
        on_trial: figures.on_trial,
        ending: figures.ending,
        licenses: figures.licenses,
        first_ending: None,
    })
}
