//! SQL of the organizations of a group: walks along the group's own sorted index (DATABASE.md, "What decides speed" 5).

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::{Filter, Organization};
use crate::{
    database::paging::{Place, rows},
    error::Result,
    scope::Scope,
    types::{AccountKind, Country, OrgKey},
};

/// Where an organization stands in the order of the group.
pub(in super::super) async fn position(
    db: &mut PgConnection,
    group_id: Uuid,
    organization_id: Uuid,
) -> Result<Option<(String, Uuid)>> {
    let row = sqlx::query!(
        "select sort_name, organization_id from group_organizations where group_id = $1 and organization_id = $2",
        group_id,
        organization_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.sort_name, row.organization_id)))
}

/// Organizations of a group beside a place in its order, the nearest first.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    group_id: Uuid,
    place: &Place,
    words: &str,
    limit: i64,
) -> Result<Vec<Organization>> {
    let direction = place.direction;
    let found = rows!(
        direction,
        db,
        Organization,
        [
            r#"select o.id, o.key as "key: OrgKey", o.name, o.country as "country: Country", o.status, o.trial_ends_at,
                      go.added_at as "added_at?"
               from group_organizations go join organizations o on o.id = go.organization_id
               where go.group_id = $1 and not go.archived and (go.sort_name, go.organization_id)"# > "($2, $3)
                 and organization_matches(o.sort_name, o.domain, o.customer_number, $4, $4)
               order by go.sort_name" asc ", go.organization_id" asc " limit $5"
        ],
        group_id,
        place.name,
        place.id,
        words,
        limit
    );
    Ok(found?)
}

/// Organizations of the partner that match, with when they were put into the group, where they are in it.
pub(in super::super) async fn candidates(
    db: &mut PgConnection,
    partner_id: Uuid,
    group_id: Uuid,
    words: &str,
    limit: i64,
) -> Result<Vec<Organization>> {
    let rows = sqlx::query_as!(
        Organization,
        r#"select o.id, o.key as "key: OrgKey", o.name, o.country as "country: Country", o.status, o.trial_ends_at,
                  (select go.added_at from group_organizations go
                   where go.group_id = $2 and go.organization_id = o.id) as "added_at?"
           from organizations o
           where o.parent_id = $1 and o.status <> 'archived'
             and organization_matches(o.sort_name, o.domain, o.customer_number, $3, $3)
           order by o.sort_name, o.id limit $4"#,
        partner_id,
        group_id,
        words,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Returns those that were put in, with their names; those that were in it before are not among them.
pub(in super::super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    group_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"with added as (
             insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at, added_by)
             select $2, o.id, o.parent_id, o.sort_name, $4, $5
             from organizations o where o.parent_id = $1 and o.id = any ($3) and o.status <> 'archived'
             on conflict do nothing
             returning organization_id)
           select o.id, o.name from added join organizations o on o.id = added.organization_id order by o.sort_name, o.id"#,
        scope.organization.id,
        group_id,
        ids,
        scope.now,
        scope.actor.user_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(in super::super) async fn insert_matching(
    db: &mut PgConnection,
    scope: &Scope,
    group_id: Uuid,
    filter: &Filter,
) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        r#"with added as (
             insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at, added_by)
             select $2, o.id, o.parent_id, o.sort_name, $3, $4
             from organizations o
             where o.parent_id = $1 and o.status <> 'archived'
               and organization_matches(o.sort_name, o.domain, o.customer_number, $5, $5)
               and ($6::text is null or o.kind = $6) and ($7::text is null or o.country = $7)
               and (not $8 or o.group_ids = '{}')
             on conflict do nothing
             returning organization_id)
           select o.name from added join organizations o on o.id = added.organization_id order by o.sort_name, o.id"#,
        scope.organization.id,
        group_id,
        scope.now,
        scope.actor.user_id,
        filter.words,
        filter.kind.as_ref().map(AccountKind::as_str),
        filter.country.map(Country::alpha2),
        filter.ungrouped
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// Returns those that were in the group, with their names.
pub(in super::super) async fn delete(
    db: &mut PgConnection,
    partner_id: Uuid,
    group_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"with removed as (
             delete from group_organizations
             where partner_id = $1 and group_id = $2 and organization_id = any ($3)
             returning organization_id)
           select o.id, o.name from removed join organizations o on o.id = removed.organization_id
           order by o.sort_name, o.id"#,
        partner_id,
        group_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
