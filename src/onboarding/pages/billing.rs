//! Step 5: who is billed, and where.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{BillingForm, DetailsForm, Draft},
    organizations::draws_from_pool,
    scope::Scope,
    web::{
        choices::{self, CountryRules},
        fields::SelectOption,
        frame::Frame,
        page,
    },
};

pub(super) struct BillingPage;

#[derive(Template)]
#[template(path = "onboarding/billing.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    form: BillingForm,
    /// "Same person as the primary contact, Katharina Vogt-Lindner".
    same_as: String,
    /// What the script puts into the names when the box is ticked.
    fill: String,
    countries: Vec<SelectOption>,
    states: Vec<SelectOption>,
    country: CountryRules,
}

#[derive(Template)]
#[template(path = "onboarding/billed_to.html")]
struct BilledToPage {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
}

impl StepPage for BillingPage {
    type Form = BillingForm;

    fn first(draft: &Draft, _scope: &Scope) -> BillingForm {
        BillingForm::new(draft.answers_to::<DetailsForm>())
    }

    async fn render(_app: &App, scope: &Scope, view: View<'_, BillingForm>) -> Result<HttpResponse> {
        let View { status, frame, shell, form, errors, draft } = view;
        if draws_from_pool(&scope.organization) {
            return page(status, BilledToPage { frame, shell, errors });
        }
        let contact = draft.answers_to::<DetailsForm>().map(|form| &form.shared);
        let (given, family) = contact.map_or(("", ""), |form| (form.given_name.trim(), form.family_name.trim()));
        let names = [("billing_given_name", given), ("billing_family_name", family)];
        page(
            status,
            Page {
                same_as: format!("Same person as the primary contact, {given} {family}"),
                fill: serde_urlencoded::to_string(names).unwrap_or_default(),
                country: CountryRules::of(&form.shared.billing_country),
                countries: choices::countries(&form.shared.billing_country),
                states: choices::states(&form.shared.billing_country, &form.shared.billing_state),
                frame,
                shell,
                errors,
                form,
            },
        )
    }

    fn options(form: &BillingForm, field: &str) -> Option<CountryRules> {
        (field == "billing_country").then(|| CountryRules::of(&form.shared.billing_country))
    }
}
