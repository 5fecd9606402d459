//! Carrying an organization over, and back.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    SIDES, blocks,
    model::Transfer,
    note,
    store::{self, Moving},
    tell, waiting,
};
use crate::{
    app::App,
    error::{Error, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    mail::TransferStep,
    roles::Permission,
    scope::Scope,
};

/// Accepts what the scope's partner was asked to take: the organization, everything beneath it and the sight of it change
/// sides in one transaction. Returns the transfer.
///
/// # Errors
/// Without [`Permission::TransferOrganizations`]; [`Error::NotFound`] for anything but a question to this partner;
/// [`Error::Refused`] when it was answered or is over, or something blocks it by now.
pub async fn accept(app: &App, scope: &Scope, id: Uuid) -> Result<Transfer> {
    app.write(SIDES, async |db| {
        let transfer = waiting(db, scope, id).await?;
        if transfer.to_id != scope.organization.id {
            return Err(Error::Refused("The other partner accepts it, not the one that asks.".into()));
        }
        carry_out(db, scope, &transfer).await?;
        tell(db, scope, &transfer, TransferStep::Accepted, transfer.from_id).await?;
        Ok(transfer)
    })
    .await
}

/// The rest of a transfer both sides agree on.
pub(super) async fn carry_out(db: &mut PgConnection, scope: &Scope, transfer: &Transfer) -> Result<()> {
    let moving = store::moving(db, transfer.organization_id).await?.ok_or(Error::NotFound)?;
    if moving.parent_id != transfer.from_id {
        return Err(Error::Refused("It does not stand beneath the partner that gives it any more.".into()));
    }
    let to = store::side(db, transfer.to_id).await?.ok_or(Error::NotFound)?;
    if let Some(block) = blocks(db, &moving, &to, true).await?.into_iter().next() {
        return Err(Error::Refused(block.into()));
    }
    move_to(db, scope, &moving, transfer.to_id).await?;
    store::carry::mark_done(db, scope, transfer.id, &moving).await?;
    note(db, scope, transfer, EventKind::TransferDone).await?;
    let sides = (transfer.from_name.as_str(), transfer.to_name.as_str());
    record(db, scope, moving.id, EventKind::OrganizationTransferred, sides).await
}

/// Takes a transfer back within 14 days: the organization stands where it stood, in its former groups and tags as far as
/// they still exist, with its former values of the partner's own fields. Either side may.
///
/// # Errors
/// Without [`Permission::TransferOrganizations`]; [`Error::NotFound`]; [`Error::Refused`] when it is too late, was never
/// done, or the organization has moved on.
pub async fn reverse(app: &App, scope: &Scope, id: Uuid) -> Result<Transfer> {
    scope.require(Permission::TransferOrganizations)?;
    app.write(SIDES, async |db| {
        let transfer = store::lock(db, scope.organization.id, id).await?.ok_or(Error::NotFound)?;
        if !transfer.is_reversible(scope.now) {
            return Err(Error::Refused("A transfer can be taken back within 14 days, once.".into()));
        }
        let moving = store::moving(db, transfer.organization_id).await?.ok_or(Error::NotFound)?;
        if moving.parent_id != transfer.to_id {
            return Err(Error::Refused("It stands beneath another partner by now.".into()));
        }
        let back = store::side(db, transfer.from_id).await?.filter(|side| side.status != "archived");
        if back.is_none() {
            return Err(Error::Refused("The partner it came from is archived.".into()));
        }
        move_to(db, scope, &moving, transfer.from_id).await?;
        store::carry::put_back(db, scope, moving.id, &transfer).await?;
        store::carry::mark_reversed(db, scope, transfer.id).await?;
        note(db, scope, &transfer, EventKind::TransferReversed).await?;
        let sides = (transfer.to_name.as_str(), transfer.from_name.as_str());
        record(db, scope, moving.id, EventKind::OrganizationTransferred, sides).await?;
        let giving = scope.organization.id == transfer.from_id;
        let other = if giving { transfer.to_id } else { transfer.from_id };
        tell(db, scope, &transfer, TransferStep::Reversed, other).await?;
        Ok(transfer)
    })
    .await
}

async fn move_to(db: &mut PgConnection, scope: &Scope, moving: &Moving, parent: Uuid) -> Result<()> {
    let above = store::side(db, parent).await?.ok_or(Error::NotFound)?.path;
    if above.contains(&moving.id) {
        return Err(Error::Refused("The partner stands beneath the organization itself.".into()));
    }
    store::carry::take_out(db, moving.id).await?;
    let taken = || Error::Refused("Another organization there has its domain or customer number by now.".into());
    store::carry::place(db, moving, &above, scope)
        .await
        .on_violation_of("organizations_parent_id_domain_key", taken)
        .on_violation_of("organizations_parent_id_customer_number_key", taken)?;
    Ok(())
}

async fn record(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    kind: EventKind,
    (from, to): (&str, &str),
) -> Result<()> {
    let event = NewEvent {
        before: Some(json!({ "partner": from })),
        after: Some(json!({ "partner": to })),
        ..NewEvent::new(id, kind)
    };
    events::record(db, scope, event).await
}
