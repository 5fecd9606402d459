//! Step 1: company and contact.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    custom_fields,
    error::{FieldErrors, Result},
    groups,
    onboarding::{DetailsForm, Draft},
    organizations::{self, Taken, Twin},
    scope::Scope,
    types::AccountKind,
    web::{
        choices::{self, CountryRules},
        fields::{Card, SelectOption},
        frame::Frame,
        own_fields::Control,
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
    /// The groups that may be chosen; none where the parent has none or they are not the person's to choose.
    groups: Vec<SelectOption>,
    /// Whether one of them must be chosen (S263-S264).
    one_group: bool,
    ask_for_groups: String,
    /// The parent's own fields that must be filled in, and those that need not.
    own: Vec<Control>,
    own_more: Vec<Control>,
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
        let View { status, frame, shell, draft, mut form, errors } = view;
        let read = app.read(scope, async |db| {
            let twins = if errors.is_empty() { Vec::new() } else { form.twins(db, scope).await? };
            Ok((twins, groups::choices(db, scope).await?, custom_fields::list(db, scope).await?))
        });
        let (twins, choices, fields) = read.await?;
        if draft.answers_to::<DetailsForm>().is_none() {
            custom_fields::put_defaults(&fields, &mut form.own);
        }
        let (own_more, own): (Vec<Control>, Vec<Control>) =
            Control::all(&fields, &form.own, &errors).into_iter().partition(|control| control.optional);
        let more_own = own_more.iter().any(|control| control.error.is_some());
        let chosen = form.groups();
        let one_group = scope.creates_only_in().is_some();
        let more_groups = !one_group && (!chosen.is_empty() || errors.get("groups").is_some());
        let option = |(id, label)| SelectOption { selected: chosen.contains(&id), value: id.to_string(), label };
        page(
            status,
            Page {
                kinds: kinds(scope, &form.shared.kind),
                sizes: choices::sizes(&form.shared.size),
                countries: choices::countries(&form.shared.country),
                states: choices::states(&form.shared.country, &form.shared.state),
                country: CountryRules::of(&form.shared.country),
                open_more: form.shows_more(&errors) || more_groups || more_own,
                frame,
                shell,
                errors,
                form,
                twins,
                groups: choices.into_iter().map(option).collect(),
                one_group,
                own,
                own_more,
                ask_for_groups: format!("/o/{}/group-requests/new", scope.organization.key),
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
