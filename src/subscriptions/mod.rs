//! Subscriptions: what an organization has bought or tries, several an organization (S103, S117-S120, S417-S420).

mod dates;
mod form;
mod model;
mod quote;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    dates::{months_after, renews_on},
    form::SubscriptionForm,
    model::{NewSubscription, Subscription, TrialState},
    quote::{Quote, QuoteRow, quote},
};
use crate::{
    error::Result,
    events::{self, EventKind, NewEvent},
    scope::Scope,
    settings,
    types::Plan,
};

/// Adds a subscription to an organization beneath the scope, or to the scope's own, at the prices in force where the
/// scope stands. Trials carry no price.
///
/// # Errors
/// The database's, and its refusal when the organization is out of the transaction's sight.
pub async fn create(
    db: &mut PgConnection,
    scope: &Scope,
    organization_id: Uuid,
    new: &NewSubscription,
) -> Result<Subscription> {
    let prices = settings::in_force(db, scope).await?;
    let today = scope.actor.zone().day(scope.now);
    let subscription = Subscription {
        id: Uuid::now_v7(),
        name: new.name.clone(),
        plan: new.plan,
        commitment: new.commitment,
        charge_model: new.charge_model(),
        licenses: new.licenses,
        unit_price: if new.plan == Plan::Purchased { prices.price_of(new.commitment) } else { None },
        starts_on: today,
        trial_ends_at: (new.plan == Plan::Trial).then(|| prices.trial_ends_at(scope.now)),
        renews_on: (new.plan == Plan::Purchased).then(|| renews_on(today, new.commitment)),
    };
    store::insert(db, organization_id, &subscription, scope.now).await?;
    let event = NewEvent {
        subject_id: Some(subscription.id),
        subject_name: Some(subscription.name.as_str()),
        after: Some(subscription.as_json()),
        ..NewEvent::new(organization_id, EventKind::SubscriptionCreated)
    };
    events::record(db, scope, event).await?;
    Ok(subscription)
}

/// The subscriptions of an organization, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Subscription>> {
    store::list(db, organization_id).await
}

/// Whether any subscription in sight carries a price. While one does, the currency stays (see `settings`).
///
/// # Errors
/// The database's.
pub async fn any_priced(db: &mut PgConnection) -> Result<bool> {
    store::any_priced(db).await
}
