//! The form of a subscription: strings in, types out.

use serde::{Deserialize, Serialize};

use super::model::NewSubscription;
use crate::{
    error::FieldErrors,
    types::{Commitment, LicenseCount, Plan, SubscriptionName},
};

/// What a person chose (S117-S120, S417-S420).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubscriptionForm {
    /// Subscription name.
    pub name: String,
    /// `trial` or `purchased`.
    pub plan: String,
    /// Number of licences.
    pub licenses: String,
    /// `month_to_month` or `yearly`; a trial needs none.
    pub commitment: String,
}

impl SubscriptionForm {
    /// What the form starts with: a trial of five licences under the company's name (S118, S418).
    pub fn starting(company: &str) -> Self {
        Self {
            name: company.trim().to_owned(),
            plan: Plan::Trial.as_str().to_owned(),
            licenses: LicenseCount::TRIAL.get().to_string(),
            commitment: Commitment::Yearly.as_str().to_owned(),
        }
    }

    /// Reads every field.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<NewSubscription, FieldErrors> {
        let mut errors = FieldErrors::default();
        let plan = errors.required("plan", &self.plan, "Choose a plan", Plan::parse);
        let name = errors.required("name", &self.name, "Enter a name for the subscription", SubscriptionName::parse);
        let licenses = errors.required("licenses", &self.licenses, "Enter the number of licences", LicenseCount::parse);
        let commitment = if plan == Some(Plan::Trial) && self.commitment.trim().is_empty() {
            Some(Commitment::MonthToMonth)
        } else {
            errors.required("commitment", &self.commitment, "Choose a commitment", Commitment::parse)
        };
        match (plan, name, licenses, commitment) {
            (Some(plan), Some(name), Some(licenses), Some(commitment)) => {
                Ok(NewSubscription { name, plan, licenses, commitment })
            }
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SubscriptionForm;
    use crate::types::{Commitment, Plan};

    #[test]
    fn the_form_starts_with_a_trial_of_five_licences() {
        let new = SubscriptionForm::starting("Öresund Fastigheter AB").parse().expect("acceptable as it starts");
        assert_eq!((new.plan, new.licenses.get(), new.name.as_str()), (Plan::Trial, 5, "Öresund Fastigheter AB"));
    }

    #[test]
    fn every_wrong_field_has_its_message() {
        let errors = SubscriptionForm::default().parse().expect_err("nothing was chosen");
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["plan", "name", "licenses", "commitment"]);
        let form = SubscriptionForm { licenses: "0".into(), ..SubscriptionForm::starting("A1") };
        assert_eq!(form.parse().expect_err("none").get("licenses"), Some("Enter at least 1 licence"));
    }

    #[test]
    fn a_trial_needs_no_commitment_and_a_purchase_does() {
        let form = SubscriptionForm { commitment: String::new(), ..SubscriptionForm::starting("A1") };
        assert_eq!(form.parse().expect("a trial").commitment, Commitment::MonthToMonth);
        let form = SubscriptionForm { plan: "purchased".into(), ..form };
        assert_eq!(form.parse().expect_err("a purchase").get("commitment"), Some("Choose a commitment"));
    }
}
