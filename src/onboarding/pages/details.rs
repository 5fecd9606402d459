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
    groups,
    onboarding::{DetailsForm, Draft},
    organizations::{self, Taken, Twin},
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
    /// The groups that may be chosen; none where the parent has none or they are not the person's to choose.
    groups: Vec<SelectOption>,
    /// Whether one of them must be chosen (S263-S264).
    one_group: bool,
    ask_for_groups: String,
}

impl Page {
    /// The organization to open instead, beside the message of a field.
    fn twin(&self, field: &str) -> Option<&Twin> {
        self.twins.iter().find(|taken| taken.field == field).and_then(|taken| taken.twin.as_ref())
    }
}

impl StepPage for DetailsPage {
    type Form = DetailsForm;

    fn first(_draft: &Draft, scope: &Scope) -> DetailsForm {
        DetailsForm::new(scope)
    }

    async fn render(app: &App, scope: &Scope, view: View<'_, DetailsForm>) -> Result<HttpResponse> {
        let View { status, frame, shell, form, errors, .. } = view;
        let read = app.read(scope, async |db| {
            let twins = if errors.is_empty() { Vec::new() } else { form.twins(db, scope).await? };
            Ok((twins, groups::choices(db, scope).await?))
        });
        let (twins, choices) = read.await?;
        let chosen = form.groups();
        let one_group = scope.creates_only_in().is_some();
        let more_groups = !one_group && (!chosen.is_empty() || errors.get("groups").is_some());
        let option = |(id, label)| SelectOption { selected: chosen.contains(&id), value: id.to_string(), label };
        let country = options_of(&form.shared.country);
        page(
            status,
            Page {
                kinds: kinds(scope, &form.shared.kind),
                sizes: sizes(&form.shared.size),
                countries: countries(&form.shared.country),
                states: states(&country, &form.shared.country, &form.shared.state),
                open_more: form.shows_more(&errors) || more_groups,
                frame,
                shell,
                errors,
                form,
                country,
                twins,
                groups: choices.into_iter().map(option).collect(),
                one_group,
                ask_for_groups: format!("/o/{}/group-requests/new", scope.organization.key),
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
