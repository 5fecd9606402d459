//! SQL of the organizations.

pub(super) mod groups;
mod insert;
pub(super) mod many;
pub(super) mod matching;
pub(super) mod operator;
pub(super) mod parent;
mod record;
pub(super) mod typed;
mod update;

use sqlx::PgConnection;
use uuid::Uuid;

use self::record::FoundRow;
pub(super) use self::{
    insert::{NewRow, insert},
    update::{hold, in_groups, update},
};
use super::model::{Created, Organization};
use crate::{
    error::Result,
    types::{
        AccountKind, AddressLine, City, CompanyName, Country, CustomerNumber, DisplayName, DomainName, EmailAddress,
        OrgKey, PersonName, PhoneNumber, PostalCode, RegistrationNumber,
    },
};

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
    Ok(find_many(db, id, None, &[id], &[]).await?.pop())
}

/// At or beneath `within`; of those beneath only what is in one of the groups, where groups are named.
pub(super) async fn find_by_key(
    db: &mut PgConnection,
    within: Uuid,
    groups: Option<&[Uuid]>,
    key: &OrgKey,
) -> Result<Option<Organization>> {
    Ok(find_many(db, within, groups, &[], std::slice::from_ref(key)).await?.pop())
}

/// The same for several, by id or by key, in no order.
pub(super) async fn find_many(
    db: &mut PgConnection,
    within: Uuid,
    groups: Option<&[Uuid]>,
    ids: &[Uuid],
    keys: &[OrgKey],
) -> Result<Vec<Organization>> {
    let rows = sqlx::query_as!(
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
           from organizations where (id = any ($1) or key = any ($2)) and $3 = any (path)
             and ($4::uuid[] is null or id = $3 or group_ids && $4)"#,
        ids,
        &keys.iter().map(OrgKey::as_str).collect::<Vec<_>>() as _,
        within,
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Organization::from).collect())
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
