//! What is known about an organization, whichever channel it came through: one record for all of them (SPEC section 2).

use serde_json::{Map, Value, json};
use time::Date;

use crate::types::{
    AccountKind, AddressLine, City, CompanyName, CompanySize, Country, CustomerNumber, DisplayName, DomainName,
    EmailAddress, Money, PersonName, PhoneNumber, PostalCode, Region, RegistrationNumber, iso_date,
};

/// The details of an organization, checked. What a channel may leave out is optional (D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Customer, partner or enterprise (S405-S407). Fixed once created.
    pub kind: AccountKind,
    /// Company name (S107, S216, S240).
    pub name: CompanyName,
    /// Country (S228).
    pub country: Country,
    /// State (S227), where the country has states (D5).
    pub state: Option<Region>,
    /// Street and number (S224).
    pub street: Option<AddressLine>,
    /// Postal code (S225).
    pub postal_code: Option<PostalCode>,
    /// City (S226).
    pub city: Option<City>,
    /// Primary domain (S217); unique among the organizations of one parent.
    pub domain: Option<DomainName>,
    /// Company or tax number (S218).
    pub registration_number: Option<RegistrationNumber>,
    /// The parent's own reference (S223); unique among the organizations of one parent.
    pub customer_number: Option<CustomerNumber>,
    /// Operational address of the organization (S219, D8).
    pub notification_email: Option<EmailAddress>,
    /// First name of the primary contact (S108).
    pub contact_given_name: Option<PersonName>,
    /// Last name of the primary contact (S109).
    pub contact_family_name: Option<PersonName>,
    /// Name of the primary contact as a whole (S229); never split (D7).
    pub contact_name: Option<DisplayName>,
    /// Phone number of the primary contact (S110, S230).
    pub contact_phone: Option<PhoneNumber>,
    /// Cell phone of the primary contact (S232).
    pub contact_mobile: Option<PhoneNumber>,
    /// Address of the primary contact, a person (S231, D8).
    pub contact_email: Option<EmailAddress>,
    /// Company size (S111).
    pub company_size: Option<CompanySize>,
    /// Whether self-service transactions need approval (S220).
    pub approval_required: bool,
    /// The annual amount above which they do (S221, D11); none: all of them.
    pub approval_limit: Option<Money>,
    /// First day of billing reports (S222).
    pub billing_starts_on: Option<Date>,
}

impl Details {
    /// The name of the contact: as it was written as a whole, else first and last name.
    pub fn contact(&self) -> Option<String> {
        if let Some(name) = &self.contact_name {
            return Some(name.to_string());
        }
        let names: Vec<&str> =
            [&self.contact_given_name, &self.contact_family_name].into_iter().flatten().map(AsRef::as_ref).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// Whether everything the wizard asks for is there (SPEC section 4).
    pub fn is_complete(&self) -> bool {
        self.contact().is_some()
            && self.contact_phone.is_some()
            && self.company_size.is_some()
            && (self.state.is_some() || !self.country.state_required())
    }

    /// What an event keeps of it.
    pub(super) fn as_json(&self) -> Map<String, Value> {
        let fields = json!({
            "name": self.name,
            "country": self.country,
            "state": self.state.as_ref().map(Region::as_str),
            "street": self.street,
            "postal_code": self.postal_code.as_ref().map(PostalCode::as_str),
            "city": self.city,
            "domain": self.domain,
            "registration_number": self.registration_number,
            "customer_number": self.customer_number,
            "notification_email": self.notification_email,
            "contact_given_name": self.contact_given_name,
            "contact_family_name": self.contact_family_name,
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
            "contact_mobile": self.contact_mobile,
            "contact_email": self.contact_email,
            "company_size": self.company_size,
            "approval_required": self.approval_required,
            "approval_limit": self.approval_limit.map(|limit| limit.to_string()),
            "billing_starts_on": self.billing_starts_on.map(iso_date),
        });
        match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}
