//! SQL of the organizations.

pub(super) mod groups;
pub(super) mod many;
pub(super) mod matching;
pub(super) mod operator;
pub(super) mod parent;
mod record;
pub(super) mod typed;

use sqlx::PgConnection;
use uuid::Uuid;

use self::record::{FoundRow, Record};
use super::{
    details::Details,
    model::{Created, NewOrganization, Organization},
};
use crate::{
    error::Result,
    scope::Scope,
    types::{
        AccountKind, AddressLine, City, CompanyName, Country, CustomerNumber, DisplayName, DomainName, EmailAddress,
        OrgKey, PersonName, PhoneNumber, PostalCode, RegistrationNumber,
    },
};

/// Adds the row beneath the scope's organization. False when a row is in the way; then nothing was written.
pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    (id, key): (Uuid, &OrgKey),
    new: &NewOrganization,
    details: &Details,
    billing_account_id: Option<Uuid>,
) -> Result<bool> {
    let record = Record::of(details);
    let done = sqlx::query!(
        "insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id,
           contact_given_name, contact_family_name, contact_name, contact_phone, contact_mobile, contact_email,
           company_size, country, state, street, postal_code, city, domain, registration_number, customer_number,
           notification_email, approval_required, approval_limit, approval_currency, billing_starts_on, name_key,
           registration_key, channel, command_id, created_by, created_at, updated_at, group_ids, custom)
         select $1::uuid, $2, $3, $4, p.id, array_append(p.path, $1::uuid), coalesce($6, p.billing_account_id),
                case when p.kind = 'enterprise' then p.license_pool_owner_id else $1::uuid end,
                $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
                $28, $29, $30, $31, $32, $32, $33, $34
         from organizations p where p.id = $5
         on conflict do nothing",
        id,
        key.as_str(),
        details.name.as_str(),
        details.kind.as_str(),
        scope.organization.id,
        billing_account_id,
        record.given_name,
        record.family_name,
        record.contact_name,
        record.phone,
        record.mobile,
        record.contact_email,
        record.size,
        details.country.alpha2(),
        record.state,
        record.street,
        record.postal_code,
        record.city,
        record.domain,
        record.registration_number,
        record.customer_number,
        record.notification_email,
        details.approval_required,
        record.approval_limit,
        record.approval_currency,
        details.billing_starts_on,
        record.name_key,
        record.registration_key,
        new.channel.as_str(),
        new.command_id,
        scope.actor.user_id,
        scope.now,
        // Already here, or whoever is kept to their groups could not write the row at all.
        &new.groups,
        new.custom.values.as_json()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_by_command(
    db: &mut PgConnection,
    parent_id: Uuid,
    command_id: Uuid,
) -> Result<Option<Created>> {
    let created = sqlx::query_as!(
        Created,
        r#"select id, key as "key: OrgKey", name, true as "already!" from organizations
           where command_id = $1 and parent_id = $2"#,
        command_id,
        parent_id
    )
    .fetch_optional(db)
    .await?;
    Ok(created)
}

pub(super) async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Organization>> {
    find_where(db, id, Some(id), (None, None)).await
}

/// At or beneath `within`; of those beneath only what is in one of the groups, where groups are named.
pub(super) async fn find_by_key(
    db: &mut PgConnection,
    within: Uuid,
    groups: Option<&[Uuid]>,
    key: &OrgKey,
) -> Result<Option<Organization>> {
    find_where(db, within, None, (Some(key), groups)).await
}

async fn find_where(
    db: &mut PgConnection,
    within: Uuid,
    id: Option<Uuid>,
    (key, groups): (Option<&OrgKey>, Option<&[Uuid]>),
) -> Result<Option<Organization>> {
    let row = sqlx::query_as!(
        FoundRow,
        r#"select id, key as "key: OrgKey", name as "name: CompanyName", kind as "kind: AccountKind", parent_id,
                  billing_account_id, license_pool_owner_id, status,
                  contact_given_name as "contact_given_name: PersonName",
                  contact_family_name as "contact_family_name: PersonName",
                  contact_name as "contact_name: DisplayName", contact_phone as "contact_phone: PhoneNumber",
                  contact_mobile as "contact_mobile: PhoneNumber", contact_email as "contact_email: EmailAddress",
                  company_size, country as "country: Country", state, street as "street: AddressLine",
                  postal_code as "postal_code: PostalCode", city as "city: City", domain as "domain: DomainName",
                  registration_number as "registration_number: RegistrationNumber",
                  customer_number as "customer_number: CustomerNumber",
                  notification_email as "notification_email: EmailAddress", approval_required, approval_limit,
                  approval_currency, billing_starts_on, channel, created_at, licenses, trial_ends_at, version
           from organizations where (id = $1 or key = $2) and $3 = any (path)
             and ($4::uuid[] is null or id = $3 or group_ids && $4)"#,
        id,
        key.map(OrgKey::as_str),
        within,
        groups
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Organization::from))
}

/// False when the version has moved on.
pub(super) async fn update(db: &mut PgConnection, scope: &Scope, version: i32, new: &Details) -> Result<bool> {
    let record = Record::of(new);
    let done = sqlx::query!(
        "update organizations
         set name = $3, contact_given_name = $4, contact_family_name = $5, contact_name = $6, contact_phone = $7,
             contact_mobile = $8, contact_email = $9, company_size = $10, country = $11, state = $12, street = $13,
             postal_code = $14, city = $15, domain = $16, registration_number = $17, customer_number = $18,
             notification_email = $19, approval_required = $20, approval_limit = $21, approval_currency = $22,
             billing_starts_on = $23, name_key = $24, registration_key = $25, updated_at = $26, version = version + 1
         where id = $1 and version = $2",
        scope.organization.id,
        version,
        new.name.as_str(),
        record.given_name,
        record.family_name,
        record.contact_name,
        record.phone,
        record.mobile,
        record.contact_email,
        record.size,
        new.country.alpha2(),
        record.state,
        record.street,
        record.postal_code,
        record.city,
        record.domain,
        record.registration_number,
        record.customer_number,
        record.notification_email,
        new.approval_required,
        record.approval_limit,
        record.approval_currency,
        new.billing_starts_on,
        record.name_key,
        record.registration_key,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn name_of_payer(db: &mut PgConnection, billing_account_id: Uuid) -> Result<Option<String>> {
    let name = sqlx::query_scalar!(
        "select o.name from billing_accounts b join organizations o on o.id = b.organization_id where b.id = $1",
        billing_account_id
    )
    .fetch_optional(db)
    .await?;
    Ok(name)
}
