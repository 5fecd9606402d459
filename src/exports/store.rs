//! SQL of the exports.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::columns::{Custom, Record};
use crate::{
    error::Result,
    types::{AccountKind, Country, FieldKind, OrgKey},
};

/// These organizations beneath one, in this order, as far as they are in one of the person's groups.
pub(super) async fn records(
    db: &mut PgConnection,
    organization_id: Uuid,
    sight: Option<&[Uuid]>,
    ids: &[Uuid],
) -> Result<Vec<Record>> {
    let rows = sqlx::query_as!(
        Record,
        r#"select o.key as "key: OrgKey", o.name, o.kind as "kind: AccountKind", o.status, o.trial_ends_at,
                  o.licenses, o.created_at, o.domain, o.registration_number, o.customer_number, o.notification_email,
                  o.approval_required, o.approval_limit, o.approval_currency, o.billing_starts_on, o.street,
                  o.postal_code, o.city, o.state, o.country as "country: Country", o.contact_given_name,
                  o.contact_family_name, o.contact_name, o.contact_phone, o.contact_mobile, o.contact_email,
                  o.group_ids, o.tag_ids, o.custom, array[]::text[] as "groups!", array[]::text[] as "tags!"
           from unnest($3::uuid[]) with ordinality wanted (id, place) join organizations o on o.id = wanted.id
           where $1 = any (o.path) and o.id <> $1 and ($2::uuid[] is null or o.group_ids && $2)
           order by wanted.place"#,
        organization_id,
        sight,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Names of groups and of tags of the partner.
pub(super) async fn names(
    db: &mut PgConnection,
    partner_id: Uuid,
    groups: &[Uuid],
    tags: &[Uuid],
) -> Result<(HashMap<Uuid, String>, HashMap<Uuid, String>)> {
    let found = sqlx::query!(
        r#"select id as "id!", name as "name!", true as "group!" from groups
           where partner_id = $1 and id = any ($2) and archived_at is null
           union all select id, name, false from tags where partner_id = $1 and id = any ($3)"#,
        partner_id,
        groups,
        tags
    )
    .fetch_all(db)
    .await?;
    let (groups, tags): (Vec<_>, Vec<_>) = found.into_iter().partition(|row| row.group);
    let map = |rows: Vec<_>| rows.into_iter().collect();
    Ok((
        map(groups.into_iter().map(|row| (row.id, row.name)).collect()),
        map(tags.into_iter().map(|row| (row.id, row.name)).collect()),
    ))
}

/// The fields of the partner's own that are in use, in the order of its forms.
pub(super) async fn custom(db: &mut PgConnection, partner_id: Uuid) -> Result<Vec<Custom>> {
    let fields = sqlx::query_as!(
        Custom,
        r#"select id, name, kind as "kind: FieldKind" from custom_fields
           where partner_id = $1 and archived_at is null order by position, id"#,
        partner_id
    )
    .fetch_all(db)
    .await?;
    Ok(fields)
}

/// The ids of organizations beneath one by their keys, by name; keys of others find nothing.
pub(super) async fn by_keys(
    db: &mut PgConnection,
    organization_id: Uuid,
    sight: Option<&[Uuid]>,
    keys: &[String],
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select o.id from organizations o
         where $1 = any (o.path) and o.id <> $1 and o.key = any ($3) and ($2::uuid[] is null or o.group_ids && $2)
         order by o.sort_name, o.id",
        organization_id,
        sight,
        keys
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}
