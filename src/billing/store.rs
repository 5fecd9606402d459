//! SQL of billing.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{BillingAccount, BillingAddress};
use crate::{
    error::Result,
    types::{Address, AddressLine, City, Country, PersonName, PostalCode, Region},
};

pub(super) async fn insert(
    db: &mut PgConnection,
    accounts: &[(Uuid, Uuid, Option<&BillingAddress>)],
    now: OffsetDateTime,
) -> Result<()> {
    let ids: Vec<Uuid> = accounts.iter().map(|(id, ..)| *id).collect();
    let organizations: Vec<Uuid> = accounts.iter().map(|(_, organization, _)| *organization).collect();
    macro_rules! each {
        (|$billing:ident, $address:ident| $value:expr) => {
            &accounts
                .iter()
                .map(|(.., billing)| {
                    billing.and_then(|$billing| {
                        let $address = &$billing.address;
                        $value
                    })
                })
                .collect::<Vec<Option<&str>>>()
        };
    }
    sqlx::query!(
        "insert into billing_accounts (id, organization_id, given_name, family_name, line1, line2, city, state,
                                       postal_code, country, created_at, updated_at)
         select a.*, $11, $11
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[]) a",
        &ids,
        &organizations,
        each!(|billing, _address| Some(billing.given_name.as_str())) as _,
        each!(|billing, _address| Some(billing.family_name.as_str())) as _,
        each!(|_billing, address| Some(address.line1.as_str())) as _,
        each!(|_billing, address| address.line2.as_ref().map(AddressLine::as_str)) as _,
        each!(|_billing, address| Some(address.city.as_str())) as _,
        each!(|_billing, address| address.region.as_ref().map(Region::as_str)) as _,
        each!(|_billing, address| address.postal_code.as_ref().map(PostalCode::as_str)) as _,
        each!(|_billing, address| Some(address.country.alpha2())) as _,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn find(db: &mut PgConnection, organization_id: Uuid) -> Result<Option<BillingAccount>> {
    let row = sqlx::query!(
        r#"select id, given_name as "given_name: PersonName", family_name as "family_name: PersonName",
                  line1 as "line1: AddressLine", line2 as "line2: AddressLine", city as "city: City", state,
                  postal_code as "postal_code: PostalCode", country as "country: Country", version
           from billing_accounts where organization_id = $1"#,
        organization_id
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let complete = row.given_name.zip(row.family_name).zip(row.line1.zip(row.city)).zip(row.country);
    let address = complete.map(|(((given_name, family_name), (line1, city)), country)| BillingAddress {
        given_name,
        family_name,
        address: Address {
            line1,
            line2: row.line2,
            city,
            // A state that left the country's list since is no longer shown, and asked for at the next edit.
            region: row.state.and_then(|state| Region::parse_in(&state, country).ok()),
            postal_code: row.postal_code,
            country,
        },
    });
    Ok(Some(BillingAccount { id: row.id, organization_id, address, version: row.version }))
}

/// False when the version has moved on.
pub(super) async fn update(
    db: &mut PgConnection,
    organization_id: Uuid,
    version: i32,
    new: &BillingAddress,
    now: OffsetDateTime,
) -> Result<bool> {
    let address = &new.address;
    let done = sqlx::query!(
        "update billing_accounts
         set given_name = $3, family_name = $4, line1 = $5, line2 = $6, city = $7, state = $8, postal_code = $9,
             country = $10, updated_at = $11, version = version + 1
         where organization_id = $1 and version = $2",
        organization_id,
        version,
        new.given_name.as_str(),
        new.family_name.as_str(),
        address.line1.as_str(),
        address.line2.as_ref().map(AddressLine::as_str),
        address.city.as_str(),
        address.region.as_ref().map(Region::as_str),
        address.postal_code.as_ref().map(PostalCode::as_str),
        address.country.alpha2(),
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
