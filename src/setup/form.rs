//! The set-up form.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    error::FieldErrors,
    types::{CompanyName, Country, Currency, DisplayName, EmailAddress, NewPassword, PersonName, TimeZone},
};

/// What is typed on the set-up page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetupForm {
    /// The company that runs the portal.
    pub company: String,
    /// Its country, alpha-2.
    pub country: String,
    /// What it sells in, ISO 4217.
    pub currency: String,
    /// The administrator's time zone.
    pub zone: String,
    /// The administrator's first name.
    pub given_name: String,
    /// The administrator's last name.
    pub family_name: String,
    /// The administrator's address.
    pub email: String,
    /// The administrator's password.
    pub password: SecretString,
}

/// A checked set-up form.
#[derive(Debug)]
pub struct NewInstallation {
    /// The company that runs the portal.
    pub company: CompanyName,
    /// Its country.
    pub country: Country,
    /// What it sells in.
    pub currency: Currency,
    /// The administrator's time zone.
    pub time_zone: TimeZone,
    /// The administrator's first name.
    pub given_name: PersonName,
    /// The administrator's last name.
    pub family_name: PersonName,
    /// First and last name together.
    pub display_name: DisplayName,
    /// The administrator's address.
    pub email: EmailAddress,
    /// The administrator's password.
    pub password: NewPassword,
}

impl SetupForm {
    /// Checks every field.
    ///
    /// # Errors
    /// A message for each field that is not acceptable.
    pub fn parse(&self) -> Result<NewInstallation, FieldErrors> {
        let mut errors = FieldErrors::default();
        let company = errors.required("company", &self.company, "Enter the name of your company", CompanyName::parse);
        let country = errors.required("country", &self.country, "Choose a country", Country::parse);
        let currency = errors.required("currency", &self.currency, "Choose a currency", parse_currency);
        let time_zone = errors.required("zone", &self.zone, "Choose a time zone", TimeZone::parse);
        let given_name = errors.required("given_name", &self.given_name, "Enter your first name", PersonName::parse);
        let family_name = errors.required("family_name", &self.family_name, "Enter your last name", PersonName::parse);
        let email = errors.required("email", &self.email, "Enter your email address", EmailAddress::parse);
        let known = [self.company.as_str(), &self.given_name, &self.family_name, &self.email];
        let password = self.password.expose_secret();
        let password =
            errors.required("password", password, "Choose a password", |raw| NewPassword::parse_for(raw, &known));
        let shown = format!("{} {}", self.given_name.trim(), self.family_name.trim());
        let display_name = DisplayName::parse(&shown);
        match (company, country, currency, time_zone, given_name, family_name, display_name, email, password) {
            (
                Some(company),
                Some(country),
                Some(currency),
                Some(time_zone),
                Some(given_name),
                Some(family_name),
                Ok(display_name),
                Some(email),
                Some(password),
            ) => Ok(NewInstallation {
                company,
                country,
                currency,
                time_zone,
                given_name,
                family_name,
                display_name,
                email,
                password,
            }),
            _ => Err(errors),
        }
    }
}

fn parse_currency(raw: &str) -> Result<Currency, &'static str> {
    Currency::from_code(raw.trim()).ok_or("Choose a currency from the list")
}
