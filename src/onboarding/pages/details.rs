//! Step 1: company and contact.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{DetailsForm, Draft},
    organizations::{self, Taken},
    scope::Scope,
    types::AccountKind,
    web::{
        choices::{self, CountryRules},
        fields::{Card, SelectOption},
        frame::Frame,
        page,
    },
};

pub(super) struct DetailsPage;

#[derive(Template)]
#[template(path = "onboarding/details.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    form: DetailsForm,
    kinds: Vec<Card>,
    sizes: Vec<SelectOption>,
    countries: Vec<SelectOption>,
    states: Vec<SelectOption>,
    country: CountryRules,
    open_more: bool,
    /// Organizations that have the same domain or customer number.
    twins: Vec<Taken>,
}

impl Page {
    /// The organization to open instead, beside the message of a field.
    fn twin(&self, field: &str) -> Option<&Taken> {
        self.twins.iter().find(|twin| twin.field == field)
    }
}

impl StepPage for DetailsPage {
    type Form = DetailsForm;

    fn first(_draft: &Draft, scope: &Scope) -> DetailsForm {
        DetailsForm::new(&scope.organization)
    }

    async fn render(app: &App, scope: &Scope, view: View<'_, DetailsForm>) -> Result<HttpResponse> {
        let View { status, frame, shell, form, errors, .. } = view;
        let twins = if errors.is_empty() {
            Vec::new()
        } else {
            app.read(scope, async |db| form.twins(db, scope).await).await?
        };
        page(
            status,
            Page {
                kinds: kinds(scope, &form.shared.kind),
                sizes: choices::sizes(&form.shared.size),
                countries: choices::countries(&form.shared.country),
                states: choices::states(&form.shared.country, &form.shared.state),
                country: CountryRules::of(&form.shared.country),
                open_more: form.shows_more(&errors),
                frame,
                shell,
                errors,
                form,
                twins,
            },
        )
    }

    fn options(form: &DetailsForm, field: &str) -> Option<CountryRules> {
        (field == "country").then(|| CountryRules::of(&form.shared.country))
    }
}

/// The account types that may be created here (S405-S407).
fn kinds(scope: &Scope, typed: &str) -> Vec<Card> {
    let present = AccountKind::parse(typed).map_or("", |kind| kind.as_str());
    let card = |kind: &AccountKind| Card::new(kind.as_str(), kind.label(), kind.description(), present);
    organizations::kinds_under(&scope.organization).iter().map(card).collect()
}
