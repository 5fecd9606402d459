//! The answers in words, grouped as the review shows them (S130).

use std::borrow::Cow;

use uuid::Uuid;

use super::{
    form::{Administrator, AdministratorForm, BillingForm, DetailsForm},
    model::{Draft, ProvedAccess},
    step::Step,
};
use crate::{
    custom_fields::CustomField,
    organizations::{Details, draws_from_pool},
    scope::Scope,
    subscriptions::{SubscriptionForm, renews_on},
    types::{Commitment, CompanySize, PhoneNumber, Plan, date_in_words},
};

/// One group of the review.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Where its answers are given.
    pub step: Step,
    /// The answers.
    pub lines: Vec<Line>,
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What was asked.
    pub term: Cow<'static, str>,
    /// The answer; several lines for an address.
    pub values: Vec<String>,
    /// A second, quieter line.
    pub sub: String,
    /// The field an edit goes to.
    pub field: Cow<'static, str>,
    /// The step of that field, where it is not the group's.
    pub step: Option<Step>,
    /// Whether "Verified" stands behind it.
    pub verified: bool,
}

impl Line {
    fn new(term: &'static str, field: &'static str, value: impl ToString) -> Self {
        Self { term: term.into(), field: field.into(), values: vec![value.to_string()], ..Self::default() }
    }

    fn optional<T: ToString>(term: &'static str, field: &'static str, value: Option<T>) -> Option<Self> {
        value.map(|value| Self::new(term, field, value))
    }
}

/// Everything that was answered, in the order of the steps. Empty groups are left out; `groups` are those that may be
/// chosen, with their names, and `own` the fields of the parent's own.
pub fn sections(draft: &Draft, scope: &Scope, groups: &[(Uuid, String)], own: &[CustomField]) -> Vec<Section> {
    let pooled = draws_from_pool(&scope.organization);
    let section = |title, step, lines| Section { title, step, lines };
    let all = [
        section("Company and contact", Step::Details, details(draft, scope, groups, own)),
        section("Administrator", Step::AdminUser, administrator(draft)),
        section("Subscription", Step::Subscription, if pooled { pool(scope) } else { subscription(draft, scope) }),
        section("Billing", Step::Billing, if pooled { billed_to(scope) } else { billing(draft) }),
    ];
    all.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

fn details(draft: &Draft, scope: &Scope, groups: &[(Uuid, String)], own: &[CustomField]) -> Vec<Line> {
    let Some(form) = draft.answers_to::<DetailsForm>() else { return Vec::new() };
    let Ok(details) = form.parse(&scope.organization) else { return Vec::new() };
    let mut lines = vec![
        Line::new("Account type", "kind", details.kind.label()),
        Line::new("Company name", "company", &details.name),
        Line {
            sub: details.contact_phone.as_ref().map(PhoneNumber::display).unwrap_or_default(),
            ..Line::new("Contact", "given_name", details.contact().unwrap_or_default())
        },
        Line::new("Company size", "size", details.company_size.map(CompanySize::label).unwrap_or_default()),
        place(&details),
    ];
    lines.extend(Line::optional("Primary domain", "domain", details.domain));
    lines.extend(Line::optional("Registration number", "registration_number", details.registration_number));
    lines.extend(Line::optional("Customer number", "customer_number", details.customer_number));
    lines.push(match details.notification_email {
        Some(email) => Line::new("Notification email", "notification_email", email),
        None => Line::new("Notification email", "notification_email", without_notification_email(draft)),
    });
    if !groups.is_empty() {
        lines.push(chosen_groups(form, groups));
    }
    lines.extend(own.iter().filter_map(|field| own_line(form, field)));
    lines
}

/// What was answered to a field of the parent's own, as it is kept.
fn own_line(form: &DetailsForm, field: &CustomField) -> Option<Line> {
    let control = field.control();
    let typed = form.own.get(&control).filter(|typed| !typed.trim().is_empty())?;
    let kept = field.parse(typed).map_or_else(|_| typed.clone(), |value| field.shown(&value));
    Some(Line { term: field.name.clone().into(), field: control.into(), values: vec![kept], ..Line::default() })
}

fn chosen_groups(form: &DetailsForm, groups: &[(Uuid, String)]) -> Line {
    let chosen = form.groups();
    let names: Vec<String> =
        groups.iter().filter(|(id, _)| chosen.contains(id)).map(|(_, name)| name.clone()).collect();
    let values = if names.is_empty() { vec!["None".to_owned()] } else { names };
    Line { values, ..Line::new("Organization groups", "groups", "") }
}

/// Where notices go when no address was given for them.
fn without_notification_email(draft: &Draft) -> &'static str {
    match draft.answers_to::<AdministratorForm>().map(AdministratorForm::parse) {
        Some(Ok(Administrator::Later { email: None })) => "None, as there is no administrator yet",
        _ => "The administrator’s address",
    }
}

fn place(details: &Details) -> Line {
    match &details.state {
        Some(state) => Line::new("Country and state", "country", format!("{}, {state}", details.country)),
        None => Line::new("Country", "country", details.country),
    }
}

fn administrator(draft: &Draft) -> Vec<Line> {
    let form = draft.answers_to::<AdministratorForm>();
    let (email, name) = match form.map(AdministratorForm::parse) {
        Some(Ok(Administrator::Person { email, given_name, family_name, .. })) => {
            (email, format!("{given_name} {family_name}"))
        }
        Some(Ok(Administrator::Later { email })) => {
            let mut lines = vec![Line::new("Administrator", "access", "Created later")];
            lines.extend(Line::optional("Email address", "email", email));
            return lines;
        }
        _ => return Vec::new(),
    };
    let chosen_here =
        |words: String| Line { step: Some(Step::Verification), ..Line::new("Password", "password", words) };
    let password = match draft.proved_access() {
        Some(ProvedAccess::Password { strength, .. }) => {
            chosen_here(format!("Chosen, not shown. Strength: {strength}"))
        }
        Some(ProvedAccess::Account(_)) => chosen_here("That of the account the address already has".to_owned()),
        None => Line::new("Password", "access", "Instructions are mailed when the organization is created"),
    };
    vec![
        Line { verified: draft.is_proved(), ..Line::new("Email address", "email", email) },
        Line::new("Name", "given_name", name),
        password,
    ]
}

fn subscription(draft: &Draft, scope: &Scope) -> Vec<Line> {
    let form = draft.answers_to::<SubscriptionForm>();
    let Some(new) = form.and_then(|form| form.parse().ok()) else { return Vec::new() };
    let mut lines = vec![Line::new("Plan", "plan", plan_words(new.plan))];
    lines.push(Line::new("Subscription name", "name", &new.name));
    lines.push(Line::new("Licences", "licenses", new.licenses));
    if new.plan == Plan::Purchased {
        let today = scope.actor.zone().day(scope.now);
        let renews = renews_on(today, new.commitment);
        let last = renews.previous_day().unwrap_or(renews);
        let term = format!("{}, {} to {}", new.commitment, date_in_words(today), date_in_words(last));
        lines.push(Line::new("Commitment", "commitment", term));
        lines.push(Line::new("Renews", "commitment", date_in_words(renews)));
    } else {
        lines.push(Line::new("Commitment", "commitment", commitment_after_trial(new.commitment)));
    }
    lines
}

fn plan_words(plan: Plan) -> &'static str {
    match plan {
        Plan::Trial => "Trial",
        Plan::Purchased => "Purchased, committed",
    }
}

fn commitment_after_trial(commitment: Commitment) -> String {
    format!("{}, once purchased", commitment.label())
}

fn pool(scope: &Scope) -> Vec<Line> {
    vec![Line::new("Licences", "main", format!("Drawn from those of {}", scope.organization.name))]
}

fn billing(draft: &Draft) -> Vec<Line> {
    let form = draft.answers_to::<BillingForm>();
    let Some(billing) = form.and_then(|form| form.shared.parse().ok()) else { return Vec::new() };
    vec![
        Line::new("Contact", "billing_given_name", format!("{} {}", billing.given_name, billing.family_name)),
        Line { values: billing.address.lines(), ..Line::new("Address", "line1", "") },
    ]
}

fn billed_to(scope: &Scope) -> Vec<Line> {
    vec![Line::new("Billed to", "main", &scope.organization.name)]
}
