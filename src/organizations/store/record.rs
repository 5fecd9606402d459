//! The details as columns, on the way in and on the way out.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    organizations::{
        Details, Organization,
        name_key::{name_key, registration_key},
    },
    types::{
        AccountKind, AddressLine, City, CompanyName, CompanySize, Country, Currency, CustomerNumber, DisplayName,
        DomainName, EmailAddress, Money, OrgKey, PersonName, PhoneNumber, PostalCode, Region, RegistrationNumber,
    },
};

/// What is written for the details that may be missing, and the two keys they are compared by (N3).
pub(super) struct Record<'a> {
    pub(super) given_name: Option<&'a str>,
    pub(super) family_name: Option<&'a str>,
    pub(super) contact_name: Option<&'a str>,
    pub(super) phone: Option<&'a str>,
    pub(super) mobile: Option<&'a str>,
    pub(super) contact_email: Option<&'a str>,
    pub(super) size: Option<String>,
    pub(super) state: Option<&'a str>,
    pub(super) street: Option<&'a str>,
    pub(super) postal_code: Option<&'a str>,
    pub(super) city: Option<&'a str>,
    pub(super) domain: Option<&'a str>,
    pub(super) registration_number: Option<&'a str>,
    pub(super) customer_number: Option<&'a str>,
    pub(super) notification_email: Option<&'a str>,
    pub(super) approval_limit: Option<i64>,
    pub(super) approval_currency: Option<&'static str>,
    pub(super) name_key: Option<String>,
    pub(super) registration_key: Option<String>,
}

impl<'a> Record<'a> {
    pub(super) fn of(details: &'a Details) -> Self {
        Self {
            given_name: details.contact_given_name.as_ref().map(PersonName::as_str),
            family_name: details.contact_family_name.as_ref().map(PersonName::as_str),
            contact_name: details.contact_name.as_ref().map(DisplayName::as_str),
            phone: details.contact_phone.as_ref().map(PhoneNumber::as_str),
            mobile: details.contact_mobile.as_ref().map(PhoneNumber::as_str),
            contact_email: details.contact_email.as_ref().map(EmailAddress::as_str),
            size: details.company_size.map(CompanySize::value),
            state: details.state.as_ref().map(Region::as_str),
            street: details.street.as_ref().map(AddressLine::as_str),
            postal_code: details.postal_code.as_ref().map(PostalCode::as_str),
            city: details.city.as_ref().map(City::as_str),
            domain: details.domain.as_ref().map(DomainName::as_str),
            registration_number: details.registration_number.as_ref().map(RegistrationNumber::as_str),
            customer_number: details.customer_number.as_ref().map(CustomerNumber::as_str),
            notification_email: details.notification_email.as_ref().map(EmailAddress::as_str),
            approval_limit: details.approval_limit.map(|limit| limit.minor),
            approval_currency: details.approval_limit.map(|limit| limit.currency.code()),
            name_key: name_key(details.name.as_str()),
            registration_key: details.registration_number.as_ref().and_then(|it| registration_key(it.as_str())),
        }
    }
}

/// A row as it is read.
pub(super) struct FoundRow {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    pub(super) name: CompanyName,
    pub(super) kind: AccountKind,
    pub(super) parent_id: Option<Uuid>,
    pub(super) billing_account_id: Uuid,
    pub(super) license_pool_owner_id: Uuid,
    pub(super) status: String,
    pub(super) contact_given_name: Option<PersonName>,
    pub(super) contact_family_name: Option<PersonName>,
    pub(super) contact_name: Option<DisplayName>,
    pub(super) contact_phone: Option<PhoneNumber>,
    pub(super) contact_mobile: Option<PhoneNumber>,
    pub(super) contact_email: Option<EmailAddress>,
    pub(super) company_size: Option<String>,
    pub(super) country: Country,
    pub(super) state: Option<String>,
    pub(super) street: Option<AddressLine>,
    pub(super) postal_code: Option<PostalCode>,
    pub(super) city: Option<City>,
    pub(super) domain: Option<DomainName>,
    pub(super) registration_number: Option<RegistrationNumber>,
    pub(super) customer_number: Option<CustomerNumber>,
    pub(super) notification_email: Option<EmailAddress>,
    pub(super) approval_required: bool,
    pub(super) approval_limit: Option<i64>,
    pub(super) approval_currency: Option<String>,
    pub(super) billing_starts_on: Option<Date>,
    pub(super) channel: String,
    pub(super) created_at: OffsetDateTime,
    pub(super) licenses: i64,
    pub(super) trial_ends_at: Option<OffsetDateTime>,
    pub(super) version: i32,
}

impl From<FoundRow> for Organization {
    fn from(row: FoundRow) -> Self {
        let currency = row.approval_currency.as_deref().and_then(Currency::from_code);
        let details = Details {
            kind: row.kind,
            name: row.name,
            country: row.country,
            // What a list no longer has is shown as missing, and asked for at the next edit.
            state: row.state.and_then(|state| Region::parse_in(&state, row.country).ok()),
            company_size: row.company_size.and_then(|size| CompanySize::parse(&size).ok()),
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            domain: row.domain,
            registration_number: row.registration_number,
            customer_number: row.customer_number,
            notification_email: row.notification_email,
            contact_given_name: row.contact_given_name,
            contact_family_name: row.contact_family_name,
            contact_name: row.contact_name,
            contact_phone: row.contact_phone,
            contact_mobile: row.contact_mobile,
            contact_email: row.contact_email,
            approval_required: row.approval_required,
            approval_limit: row.approval_limit.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
            billing_starts_on: row.billing_starts_on,
        };
        Self {
            id: row.id,
            key: row.key,
            details,
            parent_id: row.parent_id,
            billing_account_id: row.billing_account_id,
            license_pool_owner_id: row.license_pool_owner_id,
            status: row.status,
            channel: row.channel,
            created_at: row.created_at,
            licenses: row.licenses,
            trial_ends_at: row.trial_ends_at,
            version: row.version,
        }
    }
}
