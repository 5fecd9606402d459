//! The record as any channel hands it in: strings. Quick form, rows, edit page and files read it by the same rules.

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rules;
use crate::{
    custom_fields::Filled,
    error::FieldErrors,
    organizations::{details::Details, fields::Field},
    types::{CompanySize, PhoneNumber, Region, day_month_year, yes_no},
};

/// What was typed about an organization: the 17 fields (S216-S232) by the names of [`Field`], and what only some channels
/// ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the field of its name, see `FIELDS`")]
pub struct OrganizationForm {
    /// `customer`, `partner` or `enterprise`; nothing means the first that may be chosen.
    pub kind: String,
    pub name: String,
    pub domain: String,
    pub registration_number: String,
    pub notification_email: String,
    pub approval_required: String,
    pub approval_limit: String,
    pub billing_starts_on: String,
    pub customer_number: String,
    pub street: String,
    pub postal_code: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub contact_name: String,
    pub contact_phone: String,
    pub contact_email: String,
    pub contact_mobile: String,
    /// First name of the contact, where a form asks for it apart (D7).
    pub contact_given_name: String,
    /// Last name of the contact, where a form asks for it apart (D7).
    pub contact_family_name: String,
    /// Size band or number of people.
    pub company_size: String,
    /// What was typed into the fields of the partner's own, by [`crate::custom_fields::CustomField::control`]. A page that
    /// asks them puts it in.
    #[serde(skip)]
    pub custom: BTreeMap<String, String>,
}

/// A record that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What is kept.
    pub details: Details,
    /// Values of the partner's own fields, as far as the rules name any.
    pub custom: Filled,
    /// What was taken otherwise than typed.
    pub notes: Vec<Note>,
}

/// Says that something was taken otherwise than typed: a domain without its "https://", a monthly amount times twelve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub field: Field,
    /// What, in words.
    pub words: String,
}

impl OrganizationForm {
    /// What was typed into a field.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Name => &self.name,
            Field::Domain => &self.domain,
            Field::RegistrationNumber => &self.registration_number,
            Field::NotificationEmail => &self.notification_email,
            Field::ApprovalRequired => &self.approval_required,
            Field::ApprovalLimit => &self.approval_limit,
            Field::BillingStartsOn => &self.billing_starts_on,
            Field::CustomerNumber => &self.customer_number,
            Field::Street => &self.street,
            Field::PostalCode => &self.postal_code,
            Field::City => &self.city,
            Field::State => &self.state,
            Field::Country => &self.country,
            Field::ContactName => &self.contact_name,
            Field::ContactPhone => &self.contact_phone,
            Field::ContactEmail => &self.contact_email,
            Field::ContactMobile => &self.contact_mobile,
        }
    }

    /// Fills a field in.
    pub fn set(&mut self, field: Field, typed: String) {
        *match field {
            Field::Name => &mut self.name,
            Field::Domain => &mut self.domain,
            Field::RegistrationNumber => &mut self.registration_number,
            Field::NotificationEmail => &mut self.notification_email,
            Field::ApprovalRequired => &mut self.approval_required,
            Field::ApprovalLimit => &mut self.approval_limit,
            Field::BillingStartsOn => &mut self.billing_starts_on,
            Field::CustomerNumber => &mut self.customer_number,
            Field::Street => &mut self.street,
            Field::PostalCode => &mut self.postal_code,
            Field::City => &mut self.city,
            Field::State => &mut self.state,
            Field::Country => &mut self.country,
            Field::ContactName => &mut self.contact_name,
            Field::ContactPhone => &mut self.contact_phone,
            Field::ContactEmail => &mut self.contact_email,
            Field::ContactMobile => &mut self.contact_mobile,
        } = typed;
    }

    /// The form filled in with what is kept, as it can be read again.
    pub fn of(details: &Details) -> Self {
        fn text(value: Option<&impl ToString>) -> String {
            value.map(ToString::to_string).unwrap_or_default()
        }
        Self {
            kind: details.kind.as_str().to_owned(),
            name: details.name.to_string(),
            domain: text(details.domain.as_ref()),
            registration_number: text(details.registration_number.as_ref()),
            notification_email: text(details.notification_email.as_ref()),
            approval_required: yes_no(details.approval_required).to_owned(),
            approval_limit: details.approval_limit.map(|limit| limit.plain()).unwrap_or_default(),
            billing_starts_on: details.billing_starts_on.map(day_month_year).unwrap_or_default(),
            customer_number: text(details.customer_number.as_ref()),
            street: text(details.street.as_ref()),
            postal_code: text(details.postal_code.as_ref()),
            city: text(details.city.as_ref()),
            state: details.state.as_ref().map(Region::as_str).unwrap_or_default().to_owned(),
            country: details.country.alpha2().to_owned(),
            contact_name: text(details.contact_name.as_ref()),
            contact_phone: details.contact_phone.as_ref().map(PhoneNumber::display).unwrap_or_default(),
            contact_email: text(details.contact_email.as_ref()),
            contact_mobile: details.contact_mobile.as_ref().map(PhoneNumber::display).unwrap_or_default(),
            contact_given_name: text(details.contact_given_name.as_ref()),
            contact_family_name: text(details.contact_family_name.as_ref()),
            company_size: details.company_size.map(CompanySize::value).unwrap_or_default(),
            custom: BTreeMap::new(),
        }
    }

    /// Reads every field by the rules.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong, in the order of [`super::super::FIELDS`].
    pub fn parse(&self, rules: &Rules) -> Result<Parsed, FieldErrors> {
        read::record(self, rules)
    }
}

impl Details {
    /// A field as files and lists carry it: texts that are read again as what is kept, a state and the contact by name.
    pub fn text(&self, field: Field) -> String {
        match field {
            Field::State => self.state.as_ref().map(ToString::to_string).unwrap_or_default(),
            Field::ContactName => self.contact().unwrap_or_default(),
            other => OrganizationForm::of(self).get(other).to_owned(),
        }
    }
}
