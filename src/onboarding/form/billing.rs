//! Who is billed, and where (S121-S129).

use serde::{Deserialize, Serialize};

use super::{DetailsForm, Field, StepForm, state_words};
use crate::{
    billing,
    error::FieldErrors,
    onboarding::{model::Answers, step::Step},
    organizations::draws_from_pool,
    scope::Standing,
    types::Country,
};

/// As typed: the form every page shares, and whether the contact is billed (S129).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BillingForm {
    /// What every page asks.
    #[serde(flatten)]
    pub shared: billing::BillingForm,
    /// Ticked: the primary contact is billed.
    pub same_as_contact: String,
}

impl BillingForm {
    /// Before anything was typed: the primary contact (S129), in the company's country and state.
    pub fn new(details: Option<&DetailsForm>) -> Self {
        let Some(details) = details.map(|form| &form.shared) else { return Self::default() };
        let shared = billing::BillingForm {
            billing_given_name: details.given_name.clone(),
            billing_family_name: details.family_name.clone(),
            billing_state: details.state.clone(),
            billing_country: details.country.clone(),
            ..billing::BillingForm::default()
        };
        Self { shared, same_as_contact: "true".into() }
    }

    /// The contact's name in the place of names left empty under "same as the contact" (S129): what the script does on
    /// the page is done here without it.
    #[must_use]
    pub fn with_contact(mut self, details: Option<&DetailsForm>) -> Self {
        let form = &mut self.shared;
        let empty = form.billing_given_name.trim().is_empty() && form.billing_family_name.trim().is_empty();
        if let (false, true, Some(details)) = (self.same_as_contact.is_empty(), empty, details) {
            form.billing_given_name.clone_from(&details.shared.given_name);
            form.billing_family_name.clone_from(&details.shared.family_name);
        }
        self
    }
}

impl StepForm for BillingForm {
    const STEP: Step = Step::Billing;

    fn of(answers: &Answers) -> Option<&Self> {
        answers.billing.as_ref()
    }

    fn slot(answers: &mut Answers) -> &mut Option<Self> {
        &mut answers.billing
    }

    fn completed(self, answers: &Answers) -> Self {
        self.with_contact(answers.details.as_ref())
    }

    /// An organization beneath an enterprise is billed to the enterprise.
    fn errors(&self, parent: &Standing) -> FieldErrors {
        if draws_from_pool(parent) { FieldErrors::default() } else { self.shared.parse().err().unwrap_or_default() }
    }

    fn fields(&self) -> Vec<Field> {
        let form = &self.shared;
        let same = if self.same_as_contact.is_empty() { "No" } else { "Yes" };
        vec![
            Field::coded("same_as_contact", "Same as the contact", &self.same_as_contact, |_| Some(same)),
            Field::plain("billing_given_name", "First name", &form.billing_given_name),
            Field::plain("billing_family_name", "Last name", &form.billing_family_name),
            Field::plain("line1", "Address line 1", &form.line1),
            Field::plain("line2", "Address line 2", &form.line2),
            Field::plain("city", "City", &form.city),
            Field::coded("billing_country", "Country", &form.billing_country, |raw| Country::parse(raw).ok()),
            Field::coded("billing_state", "State", &form.billing_state, |raw| state_words(&form.billing_country, raw)),
            Field::plain("postal_code", "Postal code", &form.postal_code),
        ]
    }
}
