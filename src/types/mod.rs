//! Types that parse at the door: inside them only accepted values exist.
//!
//! Every type is made by `parse` (or `parse_in`, where a country decides) from what a person typed, and refuses with
//! an [`Invalid`] that can be shown beside the field. No type here knows a feature, the clock or the database; where a
//! column holds one, sqlx reads and writes it as the text or number inside.

#[macro_use]
mod macros;

mod address;
mod choices;
mod company_size;
mod country;
mod dates;
mod decimal;
mod domain_name;
mod email;
mod license_count;
mod money;
mod names;
mod org_key;
mod password;
mod phone;
mod postal_code;
mod region;
mod text;
mod time_words;
mod time_zone;
mod token;
mod verification_code;
mod yearly_amount;
mod yes_no;

#[cfg(test)]
mod properties;

pub use self::{
    address::{Address, AddressLine, City},
    choices::{AccountKind, ChargeModel, Commitment, FieldKind, Plan},
    company_size::{CompanySize, SizeBand},
    country::{Country, State},
    dates::{day_month_year, iso_date, parse_date},
    decimal::number,
    domain_name::DomainName,
    email::EmailAddress,
    license_count::LicenseCount,
    money::{Currency, Money},
    names::{
        CompanyName, CustomerNumber, DisplayName, FieldName, GroupName, PersonName, RegistrationNumber,
        SubscriptionName, TagName, ViewName, VisitReason,
    },
    org_key::OrgKey,
    password::{EnteredPassword, NewPassword, Strength},
    phone::PhoneNumber,
    postal_code::PostalCode,
    region::Region,
    text::FreeText,
    time_words::date_in_words,
    time_zone::{TimeZone, ZoneChoice},
    token::OpaqueToken,
    verification_code::VerificationCode,
    yearly_amount::parse_yearly,
    yes_no::{parse_yes_no, yes_no},
};

pub(crate) use self::text::{folded, grouped};

use std::{borrow::Cow, fmt};

/// Why a text was not accepted: one or two short sentences in the user's words (DESIGN.md section 7), at most about
/// 160 characters, quoting what was typed where that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub Cow<'static, str>);

impl Invalid {
    /// A refusal with this message.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}
