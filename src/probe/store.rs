//! SQL of the probe.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{error::Result, types::OrgKey};

/// Somebody who may create the tenants: the oldest Reseller Admin of the operator, with the operator's key.
pub(super) async fn administrator(db: &mut PgConnection) -> Result<Option<(Uuid, OrgKey)>> {
    let row = sqlx::query!(
        r#"select m.user_id, o.key as "key: OrgKey"
           from memberships m join organizations o on o.id = m.organization_id join users u on u.id = m.user_id
           where o.parent_id is null and m.role = 'reseller_admin' and m.custom_role_id is null
             and m.suspended_at is null and u.disabled_at is null
           order by m.created_at, m.id limit 1"#
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.user_id, row.key)))
}

/// A tenant of an earlier probe, back in use.
pub(super) async fn revive(db: &mut PgConnection, customer_number: &str) -> Result<Option<(Uuid, OrgKey)>> {
    let row = sqlx::query!(
        r#"update organizations set status = 'active'
           where customer_number = $1 and parent_id = (select id from organizations where parent_id is null)
           returning id, key as "key: OrgKey""#,
        customer_number
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.key)))
}

/// The organization beneath a tenant.
pub(super) async fn child(db: &mut PgConnection, parent_id: Uuid) -> Result<Option<OrgKey>> {
    let key = sqlx::query_scalar!(
        r#"select key as "key: OrgKey" from organizations where parent_id = $1 order by id limit 1"#,
        parent_id
    )
    .fetch_optional(db)
    .await?;
    Ok(key)
}

/// Lets the people of an earlier probe in again, with a new password.
pub(super) async fn admit(db: &mut PgConnection, email_key: &str, password_hash: &str) -> Result<bool> {
    let admitted = sqlx::query!(
        "update users set disabled_at = null, password_hash = $2 where email_key = $1",
        email_key,
        password_hash
    )
    .execute(db)
    .await?;
    Ok(admitted.rows_affected() == 1)
}

/// Nobody gets in any more, and the tenants are on no list.
pub(super) async fn retire(db: &mut PgConnection, tenants: &[Uuid], now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "with people as (
           update users set disabled_at = $2, password_hash = null
           where id in (select user_id from memberships where organization_id = any ($1)) and email_key like '%@probe.invalid'
           returning id)
         delete from sessions where user_id in (select id from people)",
        tenants,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update organizations set status = 'archived' where path && $1", tenants).execute(db).await?;
    Ok(())
}

pub(super) async fn insert_result(db: &mut PgConnection, report: &Value, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("insert into probe_results (id, at, report) values ($1, $2, $3)", Uuid::now_v7(), now, report)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn latest(db: &mut PgConnection) -> Result<Option<(OffsetDateTime, Value)>> {
    let row = sqlx::query!("select at, report from probe_results order by at desc limit 1").fetch_optional(db).await?;
    Ok(row.map(|row| (row.at, row.report)))
}
