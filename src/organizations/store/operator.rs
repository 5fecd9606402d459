//! SQL of the operator.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    error::{Error, OnViolation, Result},
    organizations::{NewOperator, Operator, name_key},
    types::{OrgKey, PhoneNumber},
};

pub(in crate::organizations) async fn insert_organization(
    db: &mut PgConnection,
    new: &NewOperator,
    id: Uuid,
    key: &OrgKey,
    billing_account: Uuid,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into organizations (id, key, name, kind, path, billing_account_id, license_pool_owner_id,
                                    contact_given_name, contact_family_name, contact_email, country, channel,
                                    command_id, created_by, created_at, updated_at, name_key)
         values ($1, $2, $3, 'partner', array[$1::uuid], $4, $1, $5, $6, $7, $8, 'setup', $1, $9, $10, $10, $11)",
        id,
        key.as_str(),
        new.name.as_str(),
        billing_account,
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.email.as_str(),
        new.country.as_str(),
        new.administrator,
        now,
        name_key::name_key(new.name.as_str())
    )
    .execute(db)
    .await
    .on_violation_of("organizations_operator_key", || Error::NotFound)?;
    Ok(())
}

pub(in crate::organizations) async fn insert_billing_account(
    db: &mut PgConnection,
    new: &NewOperator,
    organization_id: Uuid,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into billing_accounts (id, organization_id, given_name, family_name, country, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id,
        organization_id,
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.country.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::organizations) async fn insert_settings(
    db: &mut PgConnection,
    organization_id: Uuid,
    currency: &str,
) -> Result<()> {
    sqlx::query!("insert into partner_settings (organization_id, currency) values ($1, $2)", organization_id, currency)
        .execute(db)
        .await?;
    Ok(())
}

pub(in crate::organizations) async fn find(db: &mut PgConnection) -> Result<Option<Operator>> {
    let found = sqlx::query_as!(
        Operator,
        r#"select o.id, o.key, o.name, s.support_email as "support_email?",
                  s.support_phone as "support_phone?: PhoneNumber", s.support_url as "support_url?"
           from organizations o left join partner_settings s on s.organization_id = o.id
           where o.parent_id is null"#
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}
