//! Settings of a partner that hold for everything beneath it: prices of a licence, length of a trial, and whom to ask for
//! help (S141). What a partner has not set holds as set by the nearest partner above.

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::{PricesForm, SupportForm},
    model::{PartnerSettings, Prices, Support, currency},
};
use crate::{
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::Scope,
    subscriptions,
};

/// What became of a change.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; these are the settings now.
    Stale(PartnerSettings),
}

/// What holds for organizations created in the scope's organization: its own settings, else those of the nearest partner
/// above that has some.
///
/// # Errors
/// The database's.
pub async fn in_force(db: &mut PgConnection, scope: &Scope) -> Result<PartnerSettings> {
    Ok(store::nearest(db, &scope.organization.path).await?.unwrap_or_default())
}

/// What holds for the scope's organization itself: set by the nearest partner above it. The operator looks after itself.
///
/// # Errors
/// The database's.
pub async fn above(db: &mut PgConnection, scope: &Scope) -> Result<PartnerSettings> {
    let path = &scope.organization.path;
    let above = if path.len() > 1 { &path[..path.len() - 1] } else { path };
    Ok(store::nearest(db, above).await?.unwrap_or_default())
}

/// What differs between two ways down to an organization: which settings would begin to hold anew, were it moved from one to
/// the other. The transaction must see both.
///
/// # Errors
/// The database's.
pub async fn differences(db: &mut PgConnection, old: &[Uuid], new: &[Uuid]) -> Result<Vec<&'static str>> {
    let old = store::nearest(db, old).await?.unwrap_or_default();
    let new = store::nearest(db, new).await?.unwrap_or_default();
    let prices = |one: &PartnerSettings| (one.currency, one.monthly_price, one.yearly_price);
    let differs = [
        ("the prices of new subscriptions", prices(&old) != prices(&new)),
        ("the length of new trials", old.trial_days != new.trial_days),
        ("the support contact", old.support != new.support),
        ("the fields that must be filled in", old.required_fields != new.required_fields),
    ];
    Ok(differs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect())
}

/// Changes prices and trial days. The currency stays once a subscription has been priced in it.
///
/// # Errors
/// Without [`Permission::ManagePrices`], and for a currency that can no longer change.
pub async fn save_prices(db: &mut PgConnection, scope: &Scope, version: i32, new: &Prices) -> Result<Saved> {
    let before = in_force(db, scope).await?;
    if new.currency != before.currency && subscriptions::any_priced(db).await? {
        return Err(crate::error::FieldErrors::on(
            "currency",
            format!("Subscriptions are priced in {} already, so the currency stays", before.currency.code()),
        )
        .into());
    }
    save(db, scope, version, before.clone(), before.with_prices(new)).await
}

/// Changes whom people beneath are told to ask for help.
///
/// # Errors
/// Without [`Permission::ManageSettings`].
pub async fn save_support(db: &mut PgConnection, scope: &Scope, version: i32, new: &Support) -> Result<Saved> {
    scope.require(Permission::ManageSettings)?;
    let before = in_force(db, scope).await?;
    save(db, scope, version, before.clone(), before.with_support(new)).await
}

/// Says which fields quick form, rows and files demand beyond what each demands anyway (D2); names of fields, as given.
///
/// # Errors
/// Without [`Permission::ManageSettings`]; [`Error::Refused`] when somebody else saves settings at the same moment.
pub async fn save_required_fields(db: &mut PgConnection, scope: &Scope, names: &[&str]) -> Result<()> {
    scope.require(Permission::ManageSettings)?;
    let before = in_force(db, scope).await?;
    let required_fields = names.iter().map(ToString::to_string).collect();
    let after = PartnerSettings { required_fields, ..before.clone() };
    match save(db, scope, version_of(&before, scope), before, after).await? {
        Saved::Yes => Ok(()),
        Saved::Stale(_) => Err(Error::Refused("Somebody else has just saved settings. Try it once more.".into())),
    }
}

/// The version a form on the settings carries: 0 while the partner has none of its own.
pub fn version_of(settings: &PartnerSettings, scope: &Scope) -> i32 {
    if settings.organization_id == Some(scope.organization.id) { settings.version } else { 0 }
}

async fn save(
    db: &mut PgConnection,
    scope: &Scope,
    version: i32,
    before: PartnerSettings,
    after: PartnerSettings,
) -> Result<Saved> {
    if !store::save(db, scope.organization.id, version, &after).await? {
        return Ok(Saved::Stale(in_force(db, scope).await?));
    }
    if before.as_json() != after.as_json() {
        let event = NewEvent {
            before: Some(before.as_json()),
            after: Some(after.as_json()),
            ..NewEvent::new(scope.organization.id, EventKind::SettingsEdited)
        };
        events::record(db, scope, event).await?;
    }
    Ok(Saved::Yes)
}
