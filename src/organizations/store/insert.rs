//! SQL that adds organizations: one statement for one or for thousands, because every channel makes the same record.

use sqlx::PgConnection;
use uuid::Uuid;

use super::record::Record;
use crate::{
    error::Result,
    organizations::{Details, NewOrganization},
    scope::Scope,
    types::OrgKey,
};

/// An organization that is about to be written.
pub(in crate::organizations) struct NewRow<'a> {
    pub(in crate::organizations) id: Uuid,
    pub(in crate::organizations) key: OrgKey,
    /// None where it is billed to the account of the one above.
    pub(in crate::organizations) billing_account_id: Option<Uuid>,
    pub(in crate::organizations) new: &'a NewOrganization,
    /// As they are kept, which may be more than what was typed.
    pub(in crate::organizations) details: Details,
}

/// The rows as columns, each as long as there are rows.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    keys: Vec<&'a str>,
    billing: Vec<Option<Uuid>>,
    commands: Vec<Uuid>,
    names: Vec<&'a str>,
    kinds: Vec<&'static str>,
    countries: Vec<&'static str>,
    approvals: Vec<bool>,
    starts: Vec<Option<time::Date>>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a [NewRow<'a>]) -> Self {
        Self {
            ids: rows.iter().map(|row| row.id).collect(),
            keys: rows.iter().map(|row| row.key.as_str()).collect(),
            billing: rows.iter().map(|row| row.billing_account_id).collect(),
            commands: rows.iter().map(|row| row.new.command_id).collect(),
            names: rows.iter().map(|row| row.details.name.as_str()).collect(),
            kinds: rows.iter().map(|row| row.details.kind.as_str()).collect(),
            countries: rows.iter().map(|row| row.details.country.alpha2()).collect(),
            approvals: rows.iter().map(|row| row.details.approval_required).collect(),
            starts: rows.iter().map(|row| row.details.billing_starts_on).collect(),
        }
    }
}

/// Adds the rows beneath the scope's organization. A row that meets one that is there is left out; the ids of those that
/// were written come back. All of them came through one channel and go into the same groups.
pub(in crate::organizations) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    rows: &[NewRow<'_>],
) -> Result<Vec<Uuid>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = Columns::of(rows);
    let records: Vec<Record<'_>> = rows.iter().map(|row| Record::of(&row.details)).collect();
    macro_rules! each {
        ($field:ident) => {
            &records.iter().map(|record| record.$field).collect::<Vec<_>>()
        };
        ($field:ident, owned) => {
            &records.iter().map(|record| record.$field.as_deref()).collect::<Vec<_>>()
        };
    }
    let written = sqlx::query_scalar!(
        "insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id,
           contact_given_name, contact_family_name, contact_name, contact_phone, contact_mobile, contact_email,
           company_size, country, state, street, postal_code, city, domain, registration_number, customer_number,
           notification_email, approval_required, approval_limit, approval_currency, billing_starts_on, name_key,
           registration_key, channel, command_id, created_by, created_at, updated_at, group_ids, custom)
         select r.id, r.key, r.name, r.kind, p.id, array_append(p.path, r.id),
                coalesce(r.billing, p.billing_account_id),
                case when p.kind = 'enterprise' then p.license_pool_owner_id else r.id end,
                r.given, r.family, r.contact, r.phone, r.mobile, r.email, r.size, r.country, r.state, r.street,
                r.postal_code, r.city, r.domain, r.registration, r.number, r.notification, r.approval, r.amount,
                r.currency, r.starts, r.name_key, r.registration_key, $30, r.command, $31, $32, $32, $33, r.custom
         from organizations p,
              unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
                     $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                     $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bool[],
                     $24::bigint[], $25::text[], $26::date[], $27::text[], $28::text[], $29::uuid[], $34::jsonb[])
                as r (id, key, name, kind, billing, given, family, contact, phone, mobile, email, size, country, state,
                      street, postal_code, city, domain, registration, number, notification, approval, amount, currency,
                      starts, name_key, registration_key, command, custom)
         where p.id = $1
         on conflict do nothing
         returning id",
        scope.organization.id,
        &columns.ids,
        &columns.keys as _,
        &columns.names as _,
        &columns.kinds as _,
        &columns.billing as _,
        each!(given_name) as _,
        each!(family_name) as _,
        each!(contact_name) as _,
        each!(phone) as _,
        each!(mobile) as _,
        each!(contact_email) as _,
        each!(size, owned) as _,
        &columns.countries as _,
        each!(state) as _,
        each!(street) as _,
        each!(postal_code) as _,
        each!(city) as _,
        each!(domain) as _,
        each!(registration_number) as _,
        each!(customer_number) as _,
        each!(notification_email) as _,
        &columns.approvals,
        each!(approval_limit) as _,
        each!(approval_currency) as _,
        &columns.starts as _,
        each!(name_key, owned) as _,
        each!(registration_key, owned) as _,
        &columns.commands,
        first.new.channel.as_str(),
        scope.actor.user_id,
        scope.now,
        // Already here, or whoever is kept to their groups could not write the rows at all.
        &first.new.groups,
        &rows.iter().map(|row| row.new.custom.values.as_json()).collect::<Vec<_>>()
    )
    .fetch_all(db)
    .await?;
    Ok(written)
}
