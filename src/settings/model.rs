//! Types of the settings.

use anyhow::anyhow;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    types::{Commitment, Currency, EmailAddress, Money, PhoneNumber},
};

/// What holds for the organizations beneath a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerSettings {
    /// The partner that set it; none while nobody has.
    pub organization_id: Option<Uuid>,
    /// What prices are in.
    pub currency: Currency,
    /// Price of a licence a month, month to month.
    pub monthly_price: Option<Money>,
    /// Price of a licence a month, taken for a year.
    pub yearly_price: Option<Money>,
    /// Length of a trial in days, 1 to 365.
    pub trial_days: i32,
    /// Whom to ask for help (S141).
    pub support: Support,
    /// Names of the fields that quick form, rows and files demand beyond what each demands anyway (D2).
    pub required_fields: Vec<String>,
    /// Counts the changes.
    pub version: i32,
}

/// Prices of a licence and the length of a trial, as typed by a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// What prices are in.
    pub currency: Currency,
    /// Price of a licence a month, month to month.
    pub monthly_price: Option<Money>,
    /// Price of a licence a month, taken for a year.
    pub yearly_price: Option<Money>,
    /// Length of a trial in days.
    pub trial_days: i32,
}

/// Whom to ask for help (S141).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// An address.
    pub email: Option<EmailAddress>,
    /// A phone number.
    pub phone: Option<PhoneNumber>,
    /// An https address of a help page.
    pub url: Option<String>,
}

impl Support {
    /// Whether there is nobody to ask.
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none() && self.url.is_none()
    }
}

impl Default for PartnerSettings {
    /// What holds until somebody sets something: no price, trials of 30 days.
    fn default() -> Self {
        Self {
            organization_id: None,
            currency: Currency::EUR,
            monthly_price: None,
            yearly_price: None,
            trial_days: 30,
            support: Support::default(),
            required_fields: Vec::new(),
            version: 0,
        }
    }
}

impl PartnerSettings {
    /// Price of a licence a month under a commitment.
    pub fn price_of(&self, commitment: Commitment) -> Option<Money> {
        match commitment {
            Commitment::MonthToMonth => self.monthly_price,
            Commitment::Yearly => self.yearly_price,
        }
    }

    /// When a trial that starts now ends.
    pub fn trial_ends_at(&self, now: OffsetDateTime) -> OffsetDateTime {
        now + Duration::days(self.trial_days.into())
    }

    pub(super) fn with_prices(&self, new: &Prices) -> Self {
        Self {
            currency: new.currency,
            monthly_price: new.monthly_price,
            yearly_price: new.yearly_price,
            trial_days: new.trial_days,
            ..self.clone()
        }
    }

    pub(super) fn with_support(&self, new: &Support) -> Self {
        Self { support: new.clone(), ..self.clone() }
    }

    /// What an event keeps of it.
    pub(super) fn as_json(&self) -> Value {
        json!({
            "currency": self.currency.code(),
            "monthly_price_minor": self.monthly_price.map(|price| price.minor),
            "yearly_price_minor": self.yearly_price.map(|price| price.minor),
            "trial_days": self.trial_days,
            "support_email": self.support.email,
            "support_phone": self.support.phone,
            "support_url": self.support.url,
            "required_fields": self.required_fields,
        })
    }
}

/// The currency of a stored ISO 4217 code.
///
/// # Errors
/// A code that is none: a defect.
pub fn currency(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| Error::Internal(anyhow!("stored currency {code:?} does not exist")))
}
