//! SQL of the settings.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{PartnerSettings, Support, currency};
use crate::{
    error::Result,
    types::{EmailAddress, Money, PhoneNumber},
};

/// The row of the last organization on the path that has one.
pub(super) async fn nearest(db: &mut PgConnection, path: &[Uuid]) -> Result<Option<PartnerSettings>> {
    let row = sqlx::query!(
        r#"select organization_id, currency, monthly_price_minor, yearly_price_minor, trial_days,
                support_email as "support_email: EmailAddress", support_phone as "support_phone: PhoneNumber",
                support_url, required_fields, version
         from partner_settings where organization_id = any ($1)
         order by array_position($1, organization_id) desc limit 1"#,
        path
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = currency(&row.currency)?;
    Ok(Some(PartnerSettings {
        organization_id: Some(row.organization_id),
        currency,
        monthly_price: row.monthly_price_minor.map(|minor| Money::new(minor, currency)),
        yearly_price: row.yearly_price_minor.map(|minor| Money::new(minor, currency)),
        trial_days: row.trial_days,
        support: Support { email: row.support_email, phone: row.support_phone, url: row.support_url },
        required_fields: row.required_fields,
        version: row.version,
    }))
}

/// Writes the row if its version is still this one (0: there is none yet). False when somebody else was quicker.
pub(super) async fn save(
    db: &mut PgConnection,
    organization_id: Uuid,
    version: i32,
    new: &PartnerSettings,
) -> Result<bool> {
    let saved = sqlx::query!(
        "insert into partner_settings as p (organization_id, currency, monthly_price_minor, yearly_price_minor,
                                            trial_days, support_email, support_phone, support_url, required_fields)
         select $1, $3, $4, $5, $6, $7, $8, $9, $10
         where $2 = 0 or exists (select 1 from partner_settings where organization_id = $1)
         on conflict (organization_id) do update
         set currency = $3, monthly_price_minor = $4, yearly_price_minor = $5, trial_days = $6, support_email = $7,
             support_phone = $8, support_url = $9, required_fields = $10, version = p.version + 1
         where p.version = $2",
        organization_id,
        version,
        new.currency.code(),
        new.monthly_price.map(|price| price.minor),
        new.yearly_price.map(|price| price.minor),
        new.trial_days,
        new.support.email.as_ref().map(EmailAddress::as_str),
        new.support.phone.as_ref().map(PhoneNumber::as_str),
        new.support.url.as_deref(),
        &new.required_fields
    )
    .execute(db)
    .await?;
    Ok(saved.rows_affected() == 1)
}
