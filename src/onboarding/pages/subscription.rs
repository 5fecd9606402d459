//! Step 4: plan, licences, commitment, price.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    shell::Shell,
    step::{StepPage, View},
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    onboarding::{DetailsForm, Draft, first_subscription},
    organizations::draws_from_pool,
    scope::Scope,
    settings::{self, PartnerSettings},
    subscriptions::{self, Quote, SubscriptionForm},
    types::{Commitment, Plan},
    web::{fields::Card, frame::Frame, page},
};

pub(super) struct SubscriptionPage;

#[derive(Template)]
#[template(path = "onboarding/subscription.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    form: SubscriptionForm,
    /// "a customer": the title names the kind (S416).
    for_whom: &'static str,
    plans: Vec<Card>,
    commitments: Vec<Card>,
    quote: Option<Quote>,
    trial_days: i32,
}

#[derive(Template)]
#[template(path = "onboarding/pool.html")]
struct PoolPage {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    for_whom: &'static str,
    /// Licences of the enterprise, which all organizations beneath it share (S407).
    pool: i64,
}

impl StepPage for SubscriptionPage {
    type Form = SubscriptionForm;

    fn first(draft: &Draft, _scope: &Scope) -> SubscriptionForm {
        first_subscription(draft.answers_to::<DetailsForm>())
    }

    async fn render(app: &App, scope: &Scope, view: View<'_, SubscriptionForm>) -> Result<HttpResponse> {
        let View { status, frame, shell, form, errors, draft } = view;
        let for_whom = draft.kind().map_or("an organization", with_article);
        if draws_from_pool(&scope.organization) {
            let id = scope.organization.id;
            let owned = app.read(scope, async |db| subscriptions::list(db, id).await).await?;
            let pool = owned.iter().map(|one| i64::from(one.licenses.get())).sum();
            return page(status, PoolPage { frame, shell, errors, for_whom, pool });
        }
        let prices = app.read(scope, async |db| settings::in_force(db, scope).await).await?;
        page(
            status,
            Page {
                plans: plans(&prices, scope, &form.plan),
                commitments: commitments(&prices, &form.commitment),
                quote: quote(&prices, scope, &form),
                trial_days: prices.trial_days,
                frame,
                shell,
                errors,
                form,
                for_whom,
            },
        )
    }
}

/// "a customer", "an enterprise".
pub(super) fn with_article(kind: crate::types::AccountKind) -> &'static str {
    use crate::types::AccountKind::{Customer, Enterprise, Partner};
    match kind {
        Customer => "a customer",
        Partner => "a partner",
        Enterprise => "an enterprise",
    }
}

/// The price of what is typed, as far as it can be read.
fn quote(prices: &PartnerSettings, scope: &Scope, form: &SubscriptionForm) -> Option<Quote> {
    let new = form.parse().ok()?;
    Some(subscriptions::quote(prices, &new, scope.now, &scope.actor.zone()))
}

fn plans(prices: &PartnerSettings, scope: &Scope, typed: &str) -> Vec<Card> {
    let ends = scope.actor.zone().date(prices.trial_ends_at(scope.now));
    let trial = format!("{} days, no invoice. Ends by itself on {ends}.", prices.trial_days);
    let purchased = "Starts today. Invoiced for the licences you commit to.".to_owned();
    let present = Plan::parse(typed).map_or("", |plan| plan.as_str());
    vec![
        Card::new(Plan::Trial.as_str(), Plan::Trial.label(), trial, present),
        Card::new(Plan::Purchased.as_str(), Plan::Purchased.label(), purchased, present),
    ]
}

fn commitments(prices: &PartnerSettings, typed: &str) -> Vec<Card> {
    let present = Commitment::parse(typed).map_or("", |commitment| commitment.as_str());
    let card = |commitment: &Commitment| {
        let about = match commitment {
            Commitment::MonthToMonth => "Change or end it every month",
            Commitment::Yearly => "More licences at any time, fewer at renewal",
        };
        let card = Card::new(commitment.as_str(), commitment.label(), about, present);
        match prices.price_of(*commitment) {
            Some(price) => card.with_figure(price.to_string(), "a licence, a month"),
            None => card,
        }
    };
    Commitment::ALL.iter().map(card).collect()
}
