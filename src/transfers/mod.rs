//! Transfers (N10): an organization, with everything beneath it, goes from one partner to another beneath the same operator.
//! Both sides agree: the one that gives by asking, the one that takes by accepting. A transfer changes only the management
//! parent; who pays, whose licences are used and what they cost stay. For 14 days either side can take it back. What
//! happened stays with the organization.
//!
//! The same goes for one group of a partner and another: see [`move_impact`]. Groups decide who sees an organization and
//! nothing else, so nothing else changes.

mod carry;
mod form;
mod groups;
mod model;
pub(crate) mod pages;
mod store;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use self::store::{Moving, Side as Partner};
pub use self::{
    carry::{accept, reverse},
    form::{MoveForm, TransferForm},
    groups::{move_impact, moves, request_move},
    model::{
        ANSWER_WITHIN, Between, Impact, MoveImpact, Moves, NewMove, NewTransfer, REVERSIBLE_FOR, State, Target,
        Transfer,
    },
};
use crate::{
    app::App,
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    mail::{self, Sender, TransferNotice, TransferStep},
    memberships,
    roles::Permission,
    scope::{RowScope, Scope},
    settings,
    types::{EmailAddress, OrgKey},
};

/// What has to be seen on both sides is read with every row in sight, after the person's own right was asked for.
const SIDES: RowScope = RowScope::System("look at both sides of a transfer");

/// What the transfer of the scope's organization to a partner would change, and whether the person may answer for that
/// partner, too.
///
/// # Errors
/// Without [`Permission::TransferOrganizations`]; [`Error::Refused`] for one's own organization; [`Error::Invalid`] on
/// `to` for what is no partner it can go to.
pub async fn preview(app: &App, scope: &Scope, to: &OrgKey) -> Result<(Target, Impact, bool)> {
    giver(scope)?;
    app.read(SIDES, async |db| {
        let (moving, from, to) = parties(db, scope, to).await?;
        let impact = impact(db, scope, &moving, &from, &to).await?;
        let both = answers_for(db, scope, &to.key).await?;
        Ok((Target { id: to.id, key: to.key, name: to.name }, impact, both))
    })
    .await
}

/// The partners the person sees, where the scope's organization can go without knowing an Org Key.
///
/// # Errors
/// As [`preview`].
pub async fn targets(app: &App, scope: &Scope) -> Result<Vec<Target>> {
    let within = giver(scope)?;
    let rows = RowScope::Organization {
        user_id: scope.actor.user_id,
        organization_id: within,
        sight: crate::scope::Sight::Everything,
    };
    let path = &scope.organization.path;
    let parent = path.iter().rev().nth(1).copied();
    let all = app.read(rows, async |db| store::partners(db, within).await).await?;
    Ok(all.into_iter().filter(|one| Some(one.id) != parent && one.id != scope.organization.id).collect())
}

/// The organization through which the person may give the scope's organization away.
fn giver(scope: &Scope) -> Result<Uuid> {
    scope.require(Permission::TransferOrganizations)?;
    match scope.from_above(Permission::TransferOrganizations, scope.organization.id) {
        Some(grant) => Ok(grant.through),
        None => Err(Error::Refused(
            "It is your own organization. A Reseller Admin of the organization above it can transfer it.".into(),
        )),
    }
}

async fn parties(db: &mut PgConnection, scope: &Scope, to: &OrgKey) -> Result<(Moving, Partner, Partner)> {
    let moving = store::moving(db, scope.organization.id).await?.ok_or(Error::NotFound)?;
    let from = store::side(db, Some(moving.parent_id), None).await?.ok_or(Error::NotFound)?;
    let refused = |words: &'static str| Error::from(FieldErrors::on("to", words));
    let to = store::side(db, None, Some(to)).await?.ok_or_else(|| refused("No partner has exactly this Org Key"))?;
    match () {
        () if to.kind != "partner" || to.status == "archived" => Err(refused("No partner has exactly this Org Key")),
        () if to.id == moving.id || to.path.contains(&moving.id) => {
            Err(refused("This partner stands beneath the organization itself"))
        }
        () if to.id == from.id => Err(refused("The organization stands beneath this partner already")),
        () => Ok((moving, from, to)),
    }
}

/// What is in the way is named, but whose value it is only to whoever sees that organization.
async fn impact(db: &mut PgConnection, scope: &Scope, moving: &Moving, from: &Partner, to: &Partner) -> Result<Impact> {
    let only =
        |these: &[Uuid], others: &[Uuid]| these.iter().copied().filter(|id| !others.contains(id)).collect::<Vec<_>>();
    let (losing, gaining) = (only(&from.path, &to.path), only(&to.path, &from.path));
    let mut impact = store::impact(db, moving, &losing, &gaining).await?;
    let sees = answers_for(db, scope, &to.key).await?;
    impact.blocks = blocks(db, moving, to, sees).await?;
    // What the organization has set itself goes with it.
    let there: Vec<Uuid> = to.path.iter().copied().chain([moving.id]).collect();
    impact.settings = settings::differences(db, &moving.path, &there).await?;
    Ok(impact)
}

async fn blocks(db: &mut PgConnection, moving: &Moving, to: &Partner, sees: bool) -> Result<Vec<String>> {
    let mut blocks = Vec::new();
    if moving.status == "archived" {
        blocks.push("It is archived. Restore it first.".to_owned());
    }
    if moving.pooled {
        blocks.push("It uses the licences of the enterprise above it, which stay there.".to_owned());
    }
    if to.status == "suspended" {
        blocks.push(format!("{} is suspended. Wait until that is lifted.", to.name));
    }
    for (field, name) in store::taken(db, to.id, moving).await? {
        let whose = if sees { format!(" ({name})") } else { String::new() };
        blocks.push(format!(
            "Another organization of {} has its {field}{whose}. One of the two must change it.",
            to.name
        ));
    }
    Ok(blocks)
}

/// Whether the person may accept for this partner.
async fn answers_for(db: &mut PgConnection, scope: &Scope, partner: &OrgKey) -> Result<bool> {
    let access = memberships::access(db, scope.actor.user_id, partner).await?;
    let there = access.map(|access| access.scope(scope.actor.clone(), scope.now, scope.request_id));
    Ok(there.is_some_and(|there| there.may(Permission::TransferOrganizations)))
}

/// Asks the taking side, or, where whoever asks answers for both, transfers at once. Returns the transfer and whether it is
/// done.
///
/// # Errors
/// As [`preview`]; [`Error::Refused`] while something blocks it or another transfer of the organization waits.
pub async fn request(app: &App, scope: &Scope, new: &NewTransfer) -> Result<(Uuid, bool)> {
    giver(scope)?;
    app.write(SIDES, async |db| {
        let (moving, from, to) = parties(db, scope, &new.to).await?;
        let both = new.both && answers_for(db, scope, &to.key).await?;
        if let Some(block) = blocks(db, &moving, &to, both).await?.into_iter().next() {
            return Err(Error::Refused(block.into()));
        }
        let message = new.message.as_ref().map(AsRef::as_ref);
        let (id, groups) = (Uuid::now_v7(), None);
        let new = store::New { id, moving: &moving, from: &from, to: &to, groups, message };
        let transfer = ask(db, scope, Between::Partners, &new).await?;
        if both {
            carry::carry_out(db, scope, &transfer).await?;
        } else {
            tell(db, scope, &transfer, TransferStep::Requested, Side::Taking).await?;
        }
        Ok((id, both))
    })
    .await
}

/// Writes the question, unless one about the same organization waits.
async fn ask(db: &mut PgConnection, scope: &Scope, between: Between, new: &store::New<'_>) -> Result<Transfer> {
    store::expire(db, new.moving.id, scope).await?;
    store::insert(db, scope, new).await.on_violation_of("transfers_waiting_key", || {
        Error::Refused("Another transfer of it waits for an answer. Withdraw that one first.".into())
    })?;
    let transfer = store::lock(db, new.from.id, between, new.id).await?.ok_or(Error::NotFound)?;
    note(db, scope, &transfer, EventKind::TransferRequested).await?;
    Ok(transfer)
}

/// The transfers of the scope's partner, or those between the groups the person answers for: given and taken, the latest
/// first.
///
/// # Errors
/// Without [`Between::permission`].
pub async fn list(db: &mut PgConnection, scope: &Scope, between: Between) -> Result<Vec<Transfer>> {
    scope.require(between.permission())?;
    let sight = scope.sight();
    let own = sight.groups().filter(|_| !scope.may(Permission::ManageGroups));
    store::list(db, scope.organization.id, between, own).await
}

/// Ends a question without a transfer: the taking side declines, the giving side withdraws. Returns the transfer.
///
/// # Errors
/// Without [`Between::permission`]; [`Error::NotFound`]; [`Error::Refused`] when it was answered or is over.
pub async fn refuse(app: &App, scope: &Scope, between: Between, id: Uuid) -> Result<Transfer> {
    app.write(SIDES, async |db| {
        let transfer = waiting(db, scope, between, id).await?;
        let taking = transfer.is_taken_by(scope);
        let (state, kind) = match taking {
            true => ("declined", EventKind::TransferDeclined),
            false => ("withdrawn", EventKind::TransferWithdrawn),
        };
        store::answer(db, scope, id, state).await?;
        note(db, scope, &transfer, kind).await?;
        if taking {
            tell(db, scope, &transfer, TransferStep::Declined, Side::Giving).await?;
        }
        Ok(transfer)
    })
    .await
}

/// One of the person's, locked.
async fn find(db: &mut PgConnection, scope: &Scope, between: Between, id: Uuid) -> Result<Transfer> {
    scope.require(between.permission())?;
    let transfer = store::lock(db, scope.organization.id, between, id).await?;
    transfer.filter(|one| one.is_given_by(scope) || one.is_taken_by(scope)).ok_or(Error::NotFound)
}

/// The question, locked and still open.
async fn waiting(db: &mut PgConnection, scope: &Scope, between: Between, id: Uuid) -> Result<Transfer> {
    let transfer = find(db, scope, between, id).await?;
    match transfer.state_at(scope.now) {
        State::Waiting => Ok(transfer),
        State::Expired => Err(Error::Refused("Nobody answered within 14 days, so it is over. Ask again.".into())),
        _ => Err(Error::Refused("It was answered already.".into())),
    }
}

/// Into the log of both partners.
async fn note(db: &mut PgConnection, scope: &Scope, transfer: &Transfer, kind: EventKind) -> Result<()> {
    let (from, to) = (transfer.from_id, transfer.to_id);
    for partner in if from == to { vec![from] } else { vec![from, to] } {
        let event = NewEvent {
            subject_id: Some(transfer.id),
            subject_name: Some(&transfer.organization_name),
            after: Some(json!({ "from": transfer.from_name, "to": transfer.to_name, "message": transfer.message })),
            ..NewEvent::new(partner, kind)
        };
        events::record(db, scope, event).await?;
    }
    Ok(())
}

/// One of the two sides of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Giving,
    Taking,
}

/// The people who answer for one side hear of it; whoever did it knows already.
async fn tell(db: &mut PgConnection, scope: &Scope, transfer: &Transfer, step: TransferStep, side: Side) -> Result<()> {
    let (partner, key, group, other) = match side {
        Side::Giving => (transfer.from_id, &transfer.from_key, transfer.from_group_id, &transfer.to_name),
        Side::Taking => (transfer.to_id, &transfer.to_key, transfer.to_group_id, &transfer.from_name),
    };
    let (people, page) = match group {
        Some(group) => (groups::answering(db, partner, group).await?, "group-transfers"),
        None => (store::carry::admins(db, partner).await?, "transfers"),
    };
    for (name, email) in people {
        let Ok(to) = EmailAddress::parse(&email) else { continue };
        let message = TransferNotice {
            sender: Sender::named(other.clone()),
            recipient_name: name.clone(),
            organization_name: transfer.organization_name.clone(),
            partner_name: other.clone(),
            actor_name: scope.actor.display_name.clone(),
            path: format!("/o/{key}/{page}"),
            step,
            message: transfer.message.clone().unwrap_or_default(),
        };
        if email != scope.actor.email {
            mail::enqueue(db, Some(partner), &to, Some(&name), message, scope.now).await?;
        }
    }
    Ok(())
}
