//! Billing: who is billed, and where the bill goes (S121-S129, S304, S308).

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) use self::form::region;
pub use self::{
    form::BillingForm,
    model::{BillingAccount, BillingAddress},
};
use crate::{
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::Scope,
};

/// What became of a change of the address.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the account now.
    Stale(Box<BillingAccount>),
}

/// Opens the accounts of primary organizations (S308): account, organization, and the address, which may follow later.
///
/// # Errors
/// The database's.
pub async fn create(
    db: &mut PgConnection,
    scope: &Scope,
    accounts: &[(Uuid, Uuid, Option<&BillingAddress>)],
) -> Result<()> {
    if accounts.is_empty() { Ok(()) } else { store::insert(db, accounts, scope.now).await }
}

/// The account of an organization of its own. `None` for a secondary, which is billed to its primary's.
///
/// # Errors
/// The database's.
pub async fn own_account(db: &mut PgConnection, organization_id: Uuid) -> Result<Option<BillingAccount>> {
    store::find(db, organization_id).await
}

/// Changes the billing address of the scope's organization, if nobody changed it since `version`.
///
/// # Errors
/// Without [`Permission::ManageBilling`]; [`Error::Refused`] for a secondary, whose primary holds the address.
pub async fn edit(db: &mut PgConnection, scope: &Scope, version: i32, new: &BillingAddress) -> Result<Saved> {
    scope.require(Permission::ManageBilling)?;
    let id = scope.organization.id;
    let Some(before) = store::find(db, id).await? else {
        return Err(Error::Refused(
            "This organization is billed to another one, which holds the billing address.".into(),
        ));
    };
    if !store::update(db, id, version, new, scope.now).await? {
        return Ok(Saved::Stale(Box::new(before)));
    }
    if before.address.as_ref() != Some(new) {
        let event = NewEvent {
            before: before.address.as_ref().map(BillingAddress::as_json),
            after: Some(new.as_json()),
            ..NewEvent::new(id, EventKind::BillingEdited)
        };
        events::record(db, scope, event).await?;
    }
    Ok(Saved::Yes)
}
