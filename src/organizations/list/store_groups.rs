//! SQL of the list for whoever sees only their own groups (S262): walks along the sorted index each group has, never
//! through the organizations of the partner (DATABASE.md, "What decides speed" 5).

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{COUNTED, Figures, ListRow, Search};
use crate::{
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Lines behind a place: one page of each group, merged; an organization in several of them stands there once.
pub(super) async fn list_after(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    from: &(String, Uuid),
    search: &Search,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let rows = sqlx::query_as!(
        ListRow,
        r#"select key as "key!: OrgKey", name as "name!", kind as "kind!: AccountKind",
                  country as "country!: Country", domain as "domain: DomainName", status as "status!",
                  licenses as "licenses!", trial_ends_at, created_at as "created_at!"
           from (select distinct on (walk.sort_name, walk.id) walk.*
                 from unnest($2::uuid[]) own (group_id) cross join lateral (
                   select o.* from group_organizations go join organizations o on o.id = go.organization_id
                   where go.group_id = own.group_id and (go.sort_name, go.organization_id) > ($3, $4)
                     and o.parent_id = $1 and o.status <> 'archived'
                     and ($5 = '' or strpos(o.sort_name, $5) > 0 or strpos(o.domain, $6) = 1
                          or strpos(lower(o.customer_number), $5) = 1)
                   order by go.sort_name, go.organization_id limit $7) walk
                 order by walk.sort_name, walk.id limit $7) page
           order by sort_name, id"#,
        parent_id,
        groups,
        from.0,
        from.1,
        search.text,
        search.domain,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Lines before a place, the nearest first: the mirror of [`list_after`].
pub(super) async fn list_before(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    from: &(String, Uuid),
    search: &Search,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let rows = sqlx::query_as!(
        ListRow,
        r#"select key as "key!: OrgKey", name as "name!", kind as "kind!: AccountKind",
                  country as "country!: Country", domain as "domain: DomainName", status as "status!",
                  licenses as "licenses!", trial_ends_at, created_at as "created_at!"
           from (select distinct on (walk.sort_name, walk.id) walk.*
                 from unnest($2::uuid[]) own (group_id) cross join lateral (
                   select o.* from group_organizations go join organizations o on o.id = go.organization_id
                   where go.group_id = own.group_id and (go.sort_name, go.organization_id) < ($3, $4)
                     and o.parent_id = $1 and o.status <> 'archived'
                     and ($5 = '' or strpos(o.sort_name, $5) > 0 or strpos(o.domain, $6) = 1
                          or strpos(lower(o.customer_number), $5) = 1)
                   order by go.sort_name desc, go.organization_id desc limit $7) walk
                 order by walk.sort_name desc, walk.id desc limit $7) page
           order by sort_name desc, id desc"#,
        parent_id,
        groups,
        from.0,
        from.1,
        search.text,
        search.domain,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// How many lines there are, counted no further than one above the limit. Without a search the lines of the groups are
/// counted as they are, without a look at each organization.
pub(super) async fn count(db: &mut PgConnection, parent_id: Uuid, groups: &[Uuid], search: &Search) -> Result<i64> {
    if search.is_empty() {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from (
                 select distinct organization_id from group_organizations where group_id = any ($1) limit $2) counted"#,
            groups,
            COUNTED + 1
        )
        .fetch_one(db)
        .await?;
        return Ok(count);
    }
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select distinct o.id
             from group_organizations go join organizations o on o.id = go.organization_id
             where go.group_id = any ($2) and o.parent_id = $1 and o.status <> 'archived'
               and (strpos(o.sort_name, $3) > 0 or strpos(o.domain, $4) = 1
                    or strpos(lower(o.customer_number), $3) = 1)
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
pub(super) async fn figures(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    now: OffsetDateTime,
) -> Result<Figures> {
    let figures = sqlx::query!(
        r#"with beneath as (
             select o.licenses, o.trial_ends_at from organizations o
             where o.id in (select organization_id from group_organizations where group_id = any ($2))
               and o.parent_id = $1 and o.status <> 'archived' limit $5)
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
