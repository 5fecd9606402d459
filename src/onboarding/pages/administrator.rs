//! Step 2: who administers the organization.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{AdministratorForm, Choice, DetailsForm, Draft},
    scope::Scope,
    types::EmailAddress,
    web::{fields::Card, frame::Frame, page},
};

pub(super) struct AdministratorPage;

#[derive(Template)]
#[template(path = "onboarding/administrator.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    form: AdministratorForm,
    choices: Vec<Card>,
    /// The address that is proved already: changing it voids the proof (T-22).
    proved: Option<String>,
    /// Whether the address is the reader's own, which is rarely meant.
    is_own: bool,
}

impl StepPage for AdministratorPage {
    type Form = AdministratorForm;

    fn first(draft: &Draft, _scope: &Scope) -> AdministratorForm {
        AdministratorForm::new(draft.answers_to::<DetailsForm>())
    }

    async fn render(_app: &App, scope: &Scope, view: View<'_, AdministratorForm>) -> Result<HttpResponse> {
        let View { status, frame, shell, form, errors, draft } = view;
        let card = |choice: Choice| Card::new(choice.value(), choice.label(), choice.description(), &form.access);
        let choices = Choice::ALL.into_iter().map(card).collect();
        let key = |raw: &str| EmailAddress::parse(raw).ok().map(|email| email.key());
        let is_own = key(&form.email).is_some_and(|typed| Some(typed) == key(&scope.actor.email));
        let proved = draft.is_proved().then(|| draft.administrator_email().map(|email| email.to_string())).flatten();
        page(status, Page { frame, shell, errors, form, choices, proved, is_own })
    }
}
