//! SQL that changes details: one statement for one or for many.

use std::collections::HashSet;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::record::Record;
use crate::{error::Result, organizations::Details};

/// Locks organizations beneath one until the transaction ends.
pub(in crate::organizations) async fn hold(db: &mut PgConnection, parent_id: Uuid, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        // So compared, the parent is no way to them: a plan by it would walk everything beneath.
        "select id from organizations where id = any ($2) and parent_id is not distinct from $1 order by id for update",
        parent_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Which of these are in one of the groups.
pub(in crate::organizations) async fn in_groups(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let found = sqlx::query_scalar!(
        "select id from organizations
         where id = any ($3) and parent_id is not distinct from $1 and group_ids && $2",
        parent_id,
        groups,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// Writes the details of those organizations whose version is still the one named, and returns their ids.
pub(in crate::organizations) async fn update(
    db: &mut PgConnection,
    now: OffsetDateTime,
    rows: &[(Uuid, i32, &Details)],
) -> Result<Vec<Uuid>> {
    let records: Vec<Record<'_>> = rows.iter().map(|(.., details)| Record::of(details)).collect();
    macro_rules! each {
        ($field:ident) => {
            &records.iter().map(|record| record.$field).collect::<Vec<_>>()
        };
        ($field:ident, owned) => {
            &records.iter().map(|record| record.$field.as_deref()).collect::<Vec<_>>()
        };
        (|$id:pat_param, $version:pat_param, $details:pat_param| $value:expr) => {
            &rows.iter().map(|($id, $version, $details)| $value).collect::<Vec<_>>()
        };
    }
    let saved = sqlx::query_scalar!(
        r#"update organizations o
           set name = r.name, contact_given_name = r.given, contact_family_name = r.family, contact_name = r.contact,
               contact_phone = r.phone, contact_mobile = r.mobile, contact_email = r.email, company_size = r.size,
               country = r.country, state = r.state, street = r.street, postal_code = r.postal_code, city = r.city,
               domain = r.domain, registration_number = r.registration, customer_number = r.number,
               notification_email = r.notification, approval_required = r.approval, approval_limit = r.amount,
               approval_currency = r.currency, billing_starts_on = r.starts, name_key = r.name_key,
               registration_key = r.registration_key, updated_at = $26, version = o.version + 1
           from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                       $16::text[], $17::text[], $18::text[], $19::text[], $20::bool[], $21::bigint[], $22::text[],
                       $23::date[], $24::text[], $25::text[])
                  as r (id, version, name, given, family, contact, phone, mobile, email, size, country, state, street,
                        postal_code, city, domain, registration, number, notification, approval, amount, currency,
                        starts, name_key, registration_key)
           where o.id = r.id and o.version = r.version
           returning o.id"#,
        each!(|id, _, _| *id) as _,
        each!(|_, version, _| *version) as _,
        each!(|_, _, details| details.name.as_str()) as _,
        each!(given_name) as _,
        each!(family_name) as _,
        each!(contact_name) as _,
        each!(phone) as _,
        each!(mobile) as _,
        each!(contact_email) as _,
        each!(size, owned) as _,
        each!(|_, _, details| details.country.alpha2()) as _,
        each!(state) as _,
        each!(street) as _,
        each!(postal_code) as _,
        each!(city) as _,
        each!(domain) as _,
        each!(registration_number) as _,
        each!(customer_number) as _,
        each!(notification_email) as _,
        each!(|_, _, details| details.approval_required) as _,
        each!(approval_limit) as _,
        each!(approval_currency) as _,
        each!(|_, _, details| details.billing_starts_on) as _,
        each!(name_key, owned) as _,
        each!(registration_key, owned) as _,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(saved)
}
