//! Step 1: company and contact.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    country::{CountryOptions, countries, options_of, states, with_typed},
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{DetailsForm, Draft},
    organizations::{self, Taken},
    scope::Scope,
    types::{AccountKind, CompanySize, SizeBand},
    web::{
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
    country: CountryOptions,
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
        let country = options_of(&form.shared.country);
        page(
            status,
            Page {
                kinds: kinds(scope, &form.shared.kind),
                sizes: sizes(&form.shared.size),
                countries: countries(&form.shared.country),
                states: states(&country, &form.shared.country, &form.shared.state),
                open_more: form.shows_more(&errors),
                frame,
                shell,
                errors,
                form,
                country,
                twins,
            },
        )
    }

    fn options(form: &DetailsForm, field: &str) -> Option<CountryOptions> {
        (field == "country").then(|| options_of(&form.shared.country))
    }
}

/// The account types that may be created here (S405-S407).
fn kinds(scope: &Scope, typed: &str) -> Vec<Card> {
    let present = AccountKind::parse(typed).map_or("", |kind| kind.as_str());
    let card = |kind: &AccountKind| Card::new(kind.as_str(), kind.label(), kind.description(), present);
    organizations::kinds_under(&scope.organization).iter().map(card).collect()
}

/// The bands of S111.
fn sizes(typed: &str) -> Vec<SelectOption> {
    let present = CompanySize::parse(typed).ok().filter(|size| size.exact().is_none());
    let present = present.map_or("", |size| size.band().value());
    let option = |band: SizeBand| SelectOption::new(band.value(), band.label(), present);
    with_typed(SizeBand::ALL.into_iter().map(option).collect(), typed)
}
