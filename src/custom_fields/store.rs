//! SQL of the custom fields and of their values. Every statement names the partner.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{CustomField, NewField, Values};
use crate::{error::Result, scope::Scope, types::FieldKind};

/// In the order of the forms; archived ones last, where they are asked for.
pub(super) async fn list(db: &mut PgConnection, partner_id: Uuid, archived: bool) -> Result<Vec<CustomField>> {
    let fields = sqlx::query_as!(
        CustomField,
        r#"select id, name, kind as "kind: FieldKind", choices, default_value, hint, mandatory, customer_sees,
                  archived_at, version
           from custom_fields where partner_id = $1 and (archived_at is null or $2)
           order by archived_at is not null, position, id"#,
        partner_id,
        archived
    )
    .fetch_all(db)
    .await?;
    Ok(fields)
}

/// Behind all others.
pub(super) async fn insert(db: &mut PgConnection, scope: &Scope, id: Uuid, new: &NewField) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into custom_fields (id, partner_id, name, kind, choices, default_value, hint, mandatory, customer_sees,
                                    position, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                 (select coalesce(max(position), 0) + 1 from custom_fields where partner_id = $2), $10)",
        id,
        scope.organization.id,
        new.name.as_str(),
        new.kind.as_str(),
        &new.choices,
        new.default_value,
        new.hint,
        new.mandatory,
        new.customer_sees,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// False when the version has moved on. The kind stays.
pub(super) async fn update(
    db: &mut PgConnection,
    partner_id: Uuid,
    (id, version): (Uuid, i32),
    new: &NewField,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update custom_fields
         set name = $4, choices = $5, default_value = $6, hint = $7, mandatory = $8, customer_sees = $9,
             version = version + 1
         where partner_id = $1 and id = $2 and version = $3",
        partner_id,
        id,
        version,
        new.name.as_str(),
        &new.choices,
        new.default_value,
        new.hint,
        new.mandatory,
        new.customer_sees
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn set_archived(db: &mut PgConnection, scope: &Scope, id: Uuid, archived: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update custom_fields set archived_at = case when $3 then $4::timestamptz end, version = version + 1
         where partner_id = $1 and id = $2",
        scope.organization.id,
        id,
        archived,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives the fields the places in which they are named.
pub(super) async fn reorder(db: &mut PgConnection, partner_id: Uuid, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update custom_fields f set position = named.position
         from unnest($2::uuid[]) with ordinality named (id, position)
         where f.partner_id = $1 and f.id = named.id",
        partner_id,
        ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The values of organizations directly beneath the partner; others have none of its fields.
pub(super) async fn of_many(
    db: &mut PgConnection,
    partner_id: Uuid,
    ids: &[Uuid],
    groups: Option<&[Uuid]>,
) -> Result<HashMap<Uuid, Values>> {
    let rows = sqlx::query!(
        r#"select id, custom as "custom: Value" from organizations
           where id = any ($2) and parent_id = $1 and custom <> '{}' and ($3::uuid[] is null or group_ids && $3)"#,
        partner_id,
        ids,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, Values::of_json(&row.custom))).collect())
}

/// The values in the organization's own row.
pub(super) async fn own_values(db: &mut PgConnection, id: Uuid) -> Result<Values> {
    let custom = sqlx::query_scalar!(r#"select custom as "custom: Value" from organizations where id = $1"#, id)
        .fetch_optional(db)
        .await?;
    Ok(custom.map(|stored| Values::of_json(&stored)).unwrap_or_default())
}

/// A change of the organization like any other: whoever began to change it before has to look again.
pub(super) async fn set(db: &mut PgConnection, scope: &Scope, id: Uuid, values: &Values) -> Result<()> {
    sqlx::query!(
        "update organizations set custom = $3, updated_at = $4, version = version + 1 where parent_id = $1 and id = $2",
        scope.organization.id,
        id,
        values.as_json(),
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Part of a change that has given the organizations their new versions already.
pub(super) async fn set_many(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], values: &[Value]) -> Result<()> {
    sqlx::query!(
        "update organizations o set custom = v.custom, updated_at = $4
         from unnest($2::uuid[], $3::jsonb[]) v (id, custom) where o.parent_id = $1 and o.id = v.id",
        scope.organization.id,
        ids,
        values,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}
