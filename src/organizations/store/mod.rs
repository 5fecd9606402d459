//! SQL of the organizations.

pub(super) mod groups;
pub(super) mod operator;
pub(super) mod parent;

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Created, Details, NewOrganization, Organization, Taken, Twin};
use crate::{
    error::Result,
    scope::Scope,
    types::{
        AccountKind, CompanySize, Country, CustomerNumber, DomainName, EmailAddress, OrgKey, PersonName, PhoneNumber,
        Region, RegistrationNumber,
    },
};

/// Adds the row beneath the scope's organization. False when a row is in the way; then nothing was written.
pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    key: &OrgKey,
    new: &NewOrganization,
    billing_account_id: Option<Uuid>,
) -> Result<bool> {
    let details = &new.details;
    let notification_email = details.notification_email.as_ref().or(new.administrator.email());
    let done = sqlx::query!(
        "insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id,
           contact_given_name, contact_family_name, contact_phone, contact_email, company_size, country, state, domain,
           registration_number, customer_number, notification_email, channel, command_id, created_by, created_at,
           updated_at, group_ids)
         select $1::uuid, $2, $3, $4, p.id, array_append(p.path, $1::uuid), coalesce($6, p.billing_account_id),
                case when p.kind = 'enterprise' then p.license_pool_owner_id else $1::uuid end,
                $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $22
         from organizations p where p.id = $5
         on conflict do nothing",
        id,
        key.as_str(),
        details.name.as_str(),
        details.kind.as_str(),
        scope.organization.id,
        billing_account_id,
        details.contact_given_name.as_str(),
        details.contact_family_name.as_str(),
        details.contact_phone.as_str(),
        new.administrator.email().map(EmailAddress::as_str),
        details.company_size.value(),
        details.country.alpha2(),
        details.state.as_ref().map(Region::as_str),
        details.domain.as_ref().map(DomainName::as_str),
        details.registration_number.as_ref().map(RegistrationNumber::as_str),
        details.customer_number.as_ref().map(CustomerNumber::as_str),
        notification_email.map(EmailAddress::as_str),
        new.channel.as_str(),
        new.command_id,
        scope.actor.user_id,
        scope.now,
        // Already here, or whoever is kept to their groups could not write the row at all.
        &new.groups
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

pub(super) async fn matching(
    db: &mut PgConnection,
    parent_id: Uuid,
    domain: Option<&DomainName>,
    customer_number: Option<&CustomerNumber>,
    groups: Option<&[Uuid]>,
) -> Result<Vec<Taken>> {
    let rows = sqlx::query!(
        r#"select true as "by_domain!", key as "key!: OrgKey", name as "name!" from organizations
           where parent_id = $1 and domain = $2 and ($4::uuid[] is null or group_ids && $4)
           union all
           select false, key, name from organizations
           where parent_id = $1 and customer_number = $3 and ($4::uuid[] is null or group_ids && $4)"#,
        parent_id,
        domain.map(DomainName::as_str),
        customer_number.map(CustomerNumber::as_str),
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (field, value) = field_and_value(row.by_domain, domain, customer_number);
            Taken { field, value, twin: Some(Twin { key: row.key, name: row.name }), ask: String::new() }
        })
        .collect())
}

/// Which of the two values an organization beneath the present one has, seen or not: the field and the value, nothing of
/// the organization.
pub(super) async fn taken_out_of_sight(
    db: &mut PgConnection,
    domain: Option<&DomainName>,
    customer_number: Option<&CustomerNumber>,
) -> Result<Vec<(&'static str, String)>> {
    let by_domain = sqlx::query_scalar!(
        r#"select by_domain as "by_domain!" from taken_out_of_sight($1, $2)"#,
        domain.map(DomainName::as_str),
        customer_number.map(CustomerNumber::as_str)
    )
    .fetch_all(db)
    .await?;
    Ok(by_domain.into_iter().map(|by_domain| field_and_value(by_domain, domain, customer_number)).collect())
}

fn field_and_value(
    by_domain: bool,
    domain: Option<&DomainName>,
    customer_number: Option<&CustomerNumber>,
) -> (&'static str, String) {
    if by_domain {
        ("domain", domain.map(ToString::to_string).unwrap_or_default())
    } else {
        ("customer_number", customer_number.map(ToString::to_string).unwrap_or_default())
    }
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
    let row = sqlx::query!(
        r#"select id, key as "key: OrgKey", name, kind as "kind: AccountKind", parent_id, billing_account_id,
                  license_pool_owner_id, status, contact_given_name as "contact_given_name: PersonName",
                  contact_family_name as "contact_family_name: PersonName",
                  contact_phone as "contact_phone: PhoneNumber", contact_email as "contact_email: EmailAddress",
                  company_size, country as "country: Country", state, domain as "domain: DomainName",
                  registration_number as "registration_number: RegistrationNumber",
                  customer_number as "customer_number: CustomerNumber",
                  notification_email as "notification_email: EmailAddress", channel, created_at, licenses,
                  trial_ends_at, version
           from organizations where (id = $1 or key = $2) and $3 = any (path)
             and ($4::uuid[] is null or id = $3 or group_ids && $4)"#,
        id,
        key.map(OrgKey::as_str),
        within,
        groups
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Organization {
        // What a list no longer has is shown as missing, and asked for at the next edit.
        company_size: row.company_size.and_then(|size| CompanySize::parse(&size).ok()),
        state: row.state.and_then(|state| Region::parse_in(&state, row.country).ok()),
        id: row.id,
        key: row.key,
        name: row.name,
        kind: row.kind,
        parent_id: row.parent_id,
        billing_account_id: row.billing_account_id,
        license_pool_owner_id: row.license_pool_owner_id,
        status: row.status,
        contact_given_name: row.contact_given_name,
        contact_family_name: row.contact_family_name,
        contact_phone: row.contact_phone,
        contact_email: row.contact_email,
        country: row.country,
        domain: row.domain,
        registration_number: row.registration_number,
        customer_number: row.customer_number,
        notification_email: row.notification_email,
        channel: row.channel,
        created_at: row.created_at,
        licenses: row.licenses,
        trial_ends_at: row.trial_ends_at,
        version: row.version,
    }))
}

/// False when the version has moved on.
pub(super) async fn update(db: &mut PgConnection, scope: &Scope, version: i32, new: &Details) -> Result<bool> {
    let done = sqlx::query!(
        "update organizations
         set name = $3, contact_given_name = $4, contact_family_name = $5, contact_phone = $6, company_size = $7,
             country = $8, state = $9, domain = $10, registration_number = $11, customer_number = $12,
             notification_email = $13, updated_at = $14, version = version + 1
         where id = $1 and version = $2",
        scope.organization.id,
        version,
        new.name.as_str(),
        new.contact_given_name.as_str(),
        new.contact_family_name.as_str(),
        new.contact_phone.as_str(),
        new.company_size.value(),
        new.country.alpha2(),
        new.state.as_ref().map(Region::as_str),
        new.domain.as_ref().map(DomainName::as_str),
        new.registration_number.as_ref().map(RegistrationNumber::as_str),
        new.customer_number.as_ref().map(CustomerNumber::as_str),
        new.notification_email.as_ref().map(EmailAddress::as_str),
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
