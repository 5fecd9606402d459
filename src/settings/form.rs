//! The forms of the settings: strings in, types out.

use serde::{Deserialize, Serialize};

use super::model::{PartnerSettings, Prices, Support};
use crate::{
    error::FieldErrors,
    types::{Currency, EmailAddress, Invalid, Money, PhoneNumber},
};

/// Most minor units a licence may cost a month: a million licences for a year still fit an amount.
const DEAREST: i64 = 100_000_000;

/// Prices of a licence and the length of a trial.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PricesForm {
    /// ISO 4217 code.
    pub currency: String,
    /// Price of a licence a month, month to month.
    pub monthly_price: String,
    /// Price of a licence a month, taken for a year.
    pub yearly_price: String,
    /// Days.
    pub trial_days: String,
}

impl PricesForm {
    /// The form as it is filled in at first.
    pub fn of(settings: &PartnerSettings) -> Self {
        Self {
            currency: settings.currency.code().to_owned(),
            monthly_price: settings.monthly_price.map(bare).unwrap_or_default(),
            yearly_price: settings.yearly_price.map(bare).unwrap_or_default(),
            trial_days: settings.trial_days.to_string(),
        }
    }

    /// Reads every field; prices may stay empty.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<Prices, FieldErrors> {
        let mut errors = FieldErrors::default();
        let currency = errors.required("currency", &self.currency, "Choose a currency", parse_currency);
        let in_currency = currency.unwrap_or(Currency::EUR);
        let price = |raw: &str| parse_price(raw, in_currency);
        let monthly_price = errors.optional("monthly_price", &self.monthly_price, price);
        let yearly_price = errors.optional("yearly_price", &self.yearly_price, price);
        let days = errors.required("trial_days", &self.trial_days, "Enter the length of a trial in days", parse_days);
        match (currency, days) {
            (Some(currency), Some(trial_days)) if errors.is_empty() => {
                Ok(Prices { currency, monthly_price, yearly_price, trial_days })
            }
            _ => Err(errors),
        }
    }
}

/// Whom people are told to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SupportForm {
    /// Address.
    pub support_email: String,
    /// Phone number with country code.
    pub support_phone: String,
    /// Help page.
    pub support_url: String,
}

impl SupportForm {
    /// The form as it is filled in at first.
    pub fn of(settings: &PartnerSettings) -> Self {
        let support = &settings.support;
        Self {
            support_email: support.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            support_phone: support.phone.as_ref().map(PhoneNumber::display).unwrap_or_default(),
            support_url: support.url.clone().unwrap_or_default(),
        }
    }

    /// Reads every field; all may stay empty.
    ///
    /// # Errors
    /// A message for every field that is wrong.
    pub fn parse(&self) -> Result<Support, FieldErrors> {
        let mut errors = FieldErrors::default();
        let support = Support {
            email: errors.optional("support_email", &self.support_email, EmailAddress::parse),
            phone: errors.optional("support_phone", &self.support_phone, PhoneNumber::parse),
            url: errors.optional("support_url", &self.support_url, parse_url),
        };
        errors.into_result().map(|()| support)
    }
}

fn parse_currency(raw: &str) -> Result<Currency, Invalid> {
    Currency::from_code(&raw.trim().to_uppercase()).ok_or_else(|| Invalid::new("Choose a currency from the list"))
}

fn parse_price(raw: &str, currency: Currency) -> Result<Money, Invalid> {
    let price = Money::parse_price(raw, currency)?;
    if price.minor > DEAREST {
        return Err(Invalid::new(format!("Enter at most {} for a licence", Money::new(DEAREST, currency))));
    }
    Ok(price)
}

fn parse_days(raw: &str) -> Result<i32, Invalid> {
    match raw.trim().parse::<i32>() {
        Ok(days @ 1..=365) => Ok(days),
        _ => Err(Invalid::new("Enter a whole number of days from 1 to 365")),
    }
}

/// Only a plain https address: it becomes a link on other people's pages.
fn parse_url(raw: &str) -> Result<String, Invalid> {
    let url = raw.trim();
    let host = url.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\');
    if url.len() > 500 || host.split('/').next().is_none_or(|host| !host.contains('.')) || !url.chars().all(plain) {
        return Err(Invalid::new("Enter an address that starts with https://, like https://help.firm.example"));
    }
    Ok(url.to_owned())
}

/// An amount without its sign, to be edited: "7.50".
fn bare(price: Money) -> String {
    price.to_string().chars().filter(|c| c.is_ascii_digit() || *c == '.' || *c == ',').collect()
}

#[cfg(test)]
mod tests {
    use super::{PricesForm, SupportForm};
    use crate::{
        settings::PartnerSettings,
        types::{Currency, Money},
    };

    #[test]
    fn what_is_shown_reads_back_as_it_was() {
        for currency in [Currency::EUR, Currency::JPY, Currency::KWD, Currency::SEK] {
            let settings = PartnerSettings {
                currency,
                monthly_price: Some(Money::new(123_456, currency)),
                ..PartnerSettings::default()
            };
            let read = PricesForm::of(&settings).parse().expect("acceptable");
            assert_eq!(read.monthly_price, settings.monthly_price, "{currency:?}");
            assert_eq!((read.yearly_price, read.trial_days), (None, 30));
        }
    }

    #[test]
    fn wrong_prices_and_days_are_refused_in_words() {
        let form = PricesForm {
            currency: "EUR".into(),
            monthly_price: "-1".into(),
            trial_days: "0".into(),
            ..PricesForm::default()
        };
        let errors = form.parse().expect_err("wrong");
        assert_eq!(errors.get("monthly_price"), Some("A price cannot be below zero"));
        assert_eq!(errors.get("trial_days"), Some("Enter a whole number of days from 1 to 365"));
        let form = PricesForm {
            currency: "EUR".into(),
            monthly_price: "1000000.01".into(),
            trial_days: "9".into(),
            ..PricesForm::default()
        };
        assert_eq!(
            form.parse().expect_err("dear").get("monthly_price"),
            Some("Enter at most €1,000,000.00 for a licence")
        );
    }

    #[test]
    fn a_help_page_is_an_https_address() {
        for (url, good) in [
            ("https://help.firm.example/portal?a=1", true),
            ("http://help.firm.example", false),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("https://help.firm.example/\"><b>", false),
        ] {
            let form = SupportForm { support_url: url.into(), ..SupportForm::default() };
            assert_eq!(form.parse().is_ok(), good, "{url}");
        }
    }
}
