//! SQL of the subscriptions.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::Subscription;
use crate::{
    error::{Error, Result},
    settings,
    types::{ChargeModel, Commitment, LicenseCount, Money, Plan, SubscriptionName},
};

/// Adds the row and keeps the summary on the organization in step, in one statement.
pub(super) async fn insert(
    db: &mut PgConnection,
    organization_id: Uuid,
    new: &Subscription,
    now: OffsetDateTime,
) -> Result<()> {
    let kept = sqlx::query!(
        "with added as (
           insert into subscriptions (id, organization_id, name, plan, commitment, charge_model, licenses,
                                      unit_price_minor, currency, starts_on, trial_ends_at, renews_on, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           returning plan, licenses, trial_ends_at)
         update organizations o
         set licenses = o.licenses + added.licenses,
             trial_ends_at = case
               when added.plan = 'trial' and not exists (
                 select 1 from subscriptions s where s.organization_id = o.id and s.plan <> 'trial')
               then greatest(o.trial_ends_at, added.trial_ends_at) end
         from added
         where o.id = $2",
        new.id,
        organization_id,
        new.name.as_str(),
        new.plan.as_str(),
        new.commitment.as_str(),
        new.charge_model.as_str(),
        new.licenses.get(),
        new.unit_price.map(|price| price.minor),
        new.unit_price.map(|price| price.currency.code()),
        new.starts_on,
        new.trial_ends_at,
        new.renews_on,
        now
    )
    .execute(db)
    .await?;
    if kept.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// At most 50: what a dashboard shows.
pub(super) async fn list(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Subscription>> {
    let rows = sqlx::query!(
        r#"select id, name as "name: SubscriptionName", plan as "plan: Plan", commitment as "commitment: Commitment",
                charge_model as "charge_model: ChargeModel", licenses as "licenses: LicenseCount", unit_price_minor,
                currency, starts_on, trial_ends_at, renews_on
         from subscriptions where organization_id = $1
         order by created_at, id limit 50"#,
        organization_id
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.as_deref().map(settings::currency).transpose()?;
            Ok(Subscription {
                id: row.id,
                name: row.name,
                plan: row.plan,
                commitment: row.commitment,
                charge_model: row.charge_model,
                licenses: row.licenses,
                unit_price: row.unit_price_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
                starts_on: row.starts_on,
                trial_ends_at: row.trial_ends_at,
                renews_on: row.renews_on,
            })
        })
        .collect()
}

pub(super) async fn any_priced(db: &mut PgConnection) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from subscriptions where unit_price_minor is not null) as "found!""#
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
