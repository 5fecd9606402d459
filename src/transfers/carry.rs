//! Carrying an organization over, and back.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    SIDES, Side, blocks, find, groups,
    model::{Between, Transfer},
    note,
    store::{self, Moving},
    tell, waiting,
};
use crate::{
    app::App,
    error::{Error, OnViolation, Result},
    events::{self, EventKind, NewEvent, ONLY_ABOVE},
    mail::TransferStep,
    scope::Scope,
};

/// Accepts what the person's side was asked to take, in one transaction: between partners the organization, everything
/// beneath it and the sight of it change sides; between groups it leaves one and joins the other. Returns the transfer.
///
/// # Errors
/// Without [`Between::permission`]; [`Error::NotFound`] for anything but a question to this partner or the person's groups;
/// [`Error::Refused`] when it was answered or is over, or something blocks it by now.
pub async fn accept(app: &App, scope: &Scope, between: Between, id: Uuid) -> Result<Transfer> {
    app.write(SIDES, async |db| {
        let transfer = waiting(db, scope, between, id).await?;
        if !transfer.is_taken_by(scope) {
            return Err(Error::Refused("The other side accepts it, not the one that asks.".into()));
        }
        match between {
            Between::Partners => carry_out(db, scope, &transfer).await?,
            Between::Groups => groups::carry_out(db, scope, &transfer).await?,
        }
        tell(db, scope, &transfer, TransferStep::Accepted, Side::Giving).await?;
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
    let to = store::side(db, Some(transfer.to_id), None).await?.ok_or(Error::NotFound)?;
    if let Some(block) = blocks(db, &moving, &to, true).await?.into_iter().next() {
        return Err(Error::Refused(block.into()));
    }
    move_to(db, scope, &moving, transfer.to_id).await?;
    store::carry::mark_done(db, scope, transfer.id, &moving).await?;
    note(db, scope, transfer, EventKind::TransferDone).await?;
    let sides = (transfer.from_name.as_str(), transfer.to_name.as_str());
    record(db, scope, moving.id, Between::Partners, sides).await
}

/// Takes a transfer back within 14 days: the organization stands where it stood, in its former groups and tags as far as
/// they still exist, with its former values of the partner's own fields. Either side may.
///
/// # Errors
/// Without [`Between::permission`]; [`Error::NotFound`]; [`Error::Refused`] when it is too late, was never done, or the
/// organization has moved on.
pub async fn reverse(app: &App, scope: &Scope, between: Between, id: Uuid) -> Result<Transfer> {
    app.write(SIDES, async |db| {
        let transfer = find(db, scope, between, id).await?;
        if !transfer.is_reversible(scope.now) {
            return Err(Error::Refused("A transfer can be taken back within 14 days, once.".into()));
        }
        let moving = store::moving(db, transfer.organization_id).await?.ok_or(Error::NotFound)?;
        match between {
            Between::Partners => put_back(db, scope, &transfer, &moving).await?,
            Between::Groups => groups::put_back(db, scope, &transfer, &moving).await?,
        }
        store::carry::mark_reversed(db, scope, transfer.id).await?;
        note(db, scope, &transfer, EventKind::TransferReversed).await?;
        let sides = (transfer.to_name.as_str(), transfer.from_name.as_str());
        record(db, scope, moving.id, between, sides).await?;
        // Whoever answers for both sides tells both.
        if transfer.is_given_by(scope) {
            tell(db, scope, &transfer, TransferStep::Reversed, Side::Taking).await?;
        }
        if transfer.is_taken_by(scope) {
            tell(db, scope, &transfer, TransferStep::Reversed, Side::Giving).await?;
        }
        Ok(transfer)
    })
    .await
}

async fn put_back(db: &mut PgConnection, scope: &Scope, transfer: &Transfer, moving: &Moving) -> Result<()> {
    if moving.parent_id != transfer.to_id {
        return Err(Error::Refused("It stands beneath another partner by now.".into()));
    }
    let back = store::side(db, Some(transfer.from_id), None).await?.filter(|side| side.status != "archived");
    if back.is_none() {
        return Err(Error::Refused("The partner it came from is archived.".into()));
    }
    move_to(db, scope, moving, transfer.from_id).await?;
    store::carry::put_back(db, scope, moving.id, transfer).await
}

async fn move_to(db: &mut PgConnection, scope: &Scope, moving: &Moving, parent: Uuid) -> Result<()> {
    let above = store::side(db, Some(parent), None).await?.ok_or(Error::NotFound)?.path;
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

/// Into the log of the organization itself.
pub(super) async fn record(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    between: Between,
    (from, to): (&str, &str),
) -> Result<()> {
    // Which groups of the partner it is in is not for the organization's own people.
    let side = |name: &str| match between {
        Between::Partners => json!({ "partner": name }),
        Between::Groups => json!({ ONLY_ABOVE: { "group": name } }),
    };
    let event = NewEvent {
        before: Some(side(from)),
        after: Some(side(to)),
        ..NewEvent::new(id, EventKind::OrganizationTransferred)
    };
    events::record(db, scope, event).await
}
