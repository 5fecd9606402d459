//! Plan, licences, commitment (S118-S120, S417-S420, D6).

use super::{DetailsForm, Field, StepForm};
use crate::{
    error::FieldErrors,
    onboarding::{model::Answers, step::Step},
    organizations::draws_from_pool,
    scope::Standing,
    subscriptions::SubscriptionForm,
    types::{Commitment, Plan},
};

/// Before anything was typed: a trial of five licences (S418), named like the company (S118).
pub fn first_subscription(details: Option<&DetailsForm>) -> SubscriptionForm {
    SubscriptionForm::starting(details.map_or("", |form| form.shared.company.as_str()))
}

impl StepForm for SubscriptionForm {
    const STEP: Step = Step::Subscription;

    fn of(answers: &Answers) -> Option<&Self> {
        answers.subscription.as_ref()
    }

    fn slot(answers: &mut Answers) -> &mut Option<Self> {
        &mut answers.subscription
    }

    /// An organization that draws from its enterprise's pool has no subscription of its own (S407).
    fn errors(&self, parent: &Standing) -> FieldErrors {
        if draws_from_pool(parent) { FieldErrors::default() } else { self.parse().err().unwrap_or_default() }
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::coded("plan", "Plan", &self.plan, |raw| Plan::parse(raw).ok()),
            Field::plain("name", "Subscription name", &self.name),
            Field::plain("licenses", "Licences", &self.licenses),
            Field::coded("commitment", "Commitment", &self.commitment, |raw| Commitment::parse(raw).ok()),
        ]
    }
}
