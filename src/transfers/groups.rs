//! From one group of a partner to another (N10). Whoever answers for both sides moves the organization at once: the partner's
//! people who manage groups, and whoever is in both. Anybody else asks, and the people of the other group answer.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    SIDES, Side, ask, carry,
    model::{Between, MoveImpact, Moves, NewMove, Transfer, answers_for_group},
    note,
    store::{self, Moving, groups as sql},
    tell,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    events::EventKind,
    groups,
    mail::TransferStep,
    organizations,
    roles::{Permission, Role},
    scope::Scope,
    types::OrgKey,
};

/// Roles that answer for their own groups.
const ANSWERING: [Role; 2] = [Role::KeyAccountManager, Role::SalesAgent];

/// The groups an organization directly beneath the scope's partner can go between.
///
/// # Errors
/// Without [`Permission::TagOrganizations`]; [`Error::NotFound`] for an organization the person does not see there.
pub async fn moves(app: &App, scope: &Scope, key: &OrgKey) -> Result<Moves> {
    scope.require(Permission::TagOrganizations)?;
    app.read(scope, async |db| {
        let child = organizations::child(db, scope, key).await?;
        let all = if scope.may(Permission::ManageGroups) {
            groups::choices(db, scope).await?
        } else {
            groups::own(db, scope).await?
        };
        let (_, to): (Vec<_>, Vec<_>) = all.into_iter().partition(|(id, _)| child.group_ids.contains(id));
        let mut from = sql::of(db, &child.group_ids).await?;
        from.retain(|(id, _)| answers_for_group(scope, *id));
        let to = to.into_iter().map(|(_, name)| name).collect();
        Ok(Moves { organization: child.name, from, to })
    })
    .await
}

/// Who loses and who gains sight of the organization by a move.
///
/// # Errors
/// As [`moves`]; [`Error::Invalid`] on `from` and `to` for groups it cannot go between.
pub async fn move_impact(app: &App, scope: &Scope, key: &OrgKey, new: &NewMove) -> Result<MoveImpact> {
    let id = seen(app, scope, key).await?;
    app.read(SIDES, async |db| {
        let (moving, from, to) = parties(db, scope, id, new).await?;
        let both = answers_for_group(scope, to.0);
        let remaining: Vec<Uuid> = moving.group_ids.iter().copied().filter(|id| *id != from.0).chain([to.0]).collect();
        let lose = sql::people(db, from.0, &remaining).await?;
        let (names, count) = sql::people(db, to.0, &moving.group_ids).await?;
        let gain = (if both { names } else { Vec::new() }, count);
        Ok(MoveImpact { from: from.1, to: to.1, lose, gain, both })
    })
    .await
}

/// Moves the organization at once where the person answers for both groups, else asks the people of the other one. Returns
/// the transfer and whether it is done.
///
/// # Errors
/// As [`move_impact`]; [`Error::Refused`] for an archived organization, and while another transfer of it waits.
pub async fn request_move(app: &App, scope: &Scope, key: &OrgKey, new: &NewMove) -> Result<(Uuid, bool)> {
    let child = seen(app, scope, key).await?;
    app.write(SIDES, async |db| {
        let (moving, from, to) = parties(db, scope, child, new).await?;
        let partner = store::side(db, Some(scope.organization.id), None).await?.ok_or(Error::NotFound)?;
        let message = new.message.as_ref().map(AsRef::as_ref);
        let (id, groups) = (Uuid::now_v7(), Some((&from, &to)));
        let new = store::New { id, moving: &moving, from: &partner, to: &partner, groups, message };
        let transfer = ask(db, scope, Between::Groups, &new).await?;
        let both = answers_for_group(scope, to.0);
        if both {
            carry_out(db, scope, &transfer).await?;
        } else {
            tell(db, scope, &transfer, TransferStep::Requested, Side::Taking).await?;
        }
        Ok((id, both))
    })
    .await
}

/// The organization's id, once the person's right and sight of it are known.
async fn seen(app: &App, scope: &Scope, key: &OrgKey) -> Result<Uuid> {
    scope.require(Permission::TagOrganizations)?;
    let child = app.read(scope, async |db| organizations::child(db, scope, key).await).await?;
    if child.archived {
        return Err(Error::Refused("It is archived. Restore it first.".into()));
    }
    Ok(child.id)
}

type Group = (Uuid, String);

async fn parties(db: &mut PgConnection, scope: &Scope, id: Uuid, new: &NewMove) -> Result<(Moving, Group, Group)> {
    let moving = store::moving(db, id).await?.ok_or(Error::NotFound)?;
    let partner = scope.organization.id;
    if moving.parent_id != partner {
        return Err(Error::NotFound);
    }
    let leaves = |group: &Uuid| moving.group_ids.contains(group) && answers_for_group(scope, *group);
    let from = match Some(new.from).filter(leaves) {
        Some(group) => sql::find(db, partner, Some(group), None).await?,
        None => None,
    };
    let from = from.ok_or_else(|| FieldErrors::on("from", "It is in no group like this that you answer for"))?;
    let to = sql::find(db, partner, None, Some(new.to.as_str())).await?;
    let to = to.ok_or_else(|| FieldErrors::on("to", "No group has exactly this name"))?;
    if moving.group_ids.contains(&to.0) {
        return Err(FieldErrors::on("to", "It is in this group already").into());
    }
    Ok((moving, from, to))
}

/// The rest of a move both sides agree on.
pub(super) async fn carry_out(db: &mut PgConnection, scope: &Scope, transfer: &Transfer) -> Result<()> {
    let moving = store::moving(db, transfer.organization_id).await?.ok_or(Error::NotFound)?;
    if moving.status == "archived" {
        return Err(Error::Refused("It is archived. Restore it first.".into()));
    }
    let (from, to) = still(db, transfer, &moving, transfer.from_group_id, transfer.to_group_id).await?;
    // Taken back, it would leave a group this transfer has not put it into.
    if moving.group_ids.contains(&to) {
        return Err(Error::Refused("It was put into this group meanwhile.".into()));
    }
    sql::put(db, scope, moving.id, (from, to)).await?;
    sql::mark_done(db, scope, transfer.id).await?;
    note(db, scope, transfer, EventKind::TransferDone).await?;
    let sides = (transfer.from_name.as_str(), transfer.to_name.as_str());
    carry::record(db, scope, moving.id, Between::Groups, sides).await
}

/// Puts the organization back into the group it left.
pub(super) async fn put_back(db: &mut PgConnection, scope: &Scope, transfer: &Transfer, moving: &Moving) -> Result<()> {
    let (from, to) = still(db, transfer, moving, transfer.to_group_id, transfer.from_group_id).await?;
    sql::put(db, scope, moving.id, (from, to)).await
}

/// Both groups, if the organization still stands in the one it is to leave and the other takes organizations.
async fn still(
    db: &mut PgConnection,
    transfer: &Transfer,
    moving: &Moving,
    leaves: Option<Uuid>,
    joins: Option<Uuid>,
) -> Result<(Uuid, Uuid)> {
    let leaves = leaves.filter(|group| moving.parent_id == transfer.from_id && moving.group_ids.contains(group));
    let leaves = leaves.ok_or_else(|| Error::Refused("It is not in the group it would leave any more.".into()))?;
    let joins = match joins {
        Some(group) => sql::find(db, transfer.from_id, Some(group), None).await?,
        None => None,
    };
    let (joins, _) = joins.ok_or_else(|| Error::Refused("The group it would go to is archived.".into()))?;
    Ok((leaves, joins))
}

/// Names and addresses of whoever answers for a group: its own people, or the partner's Reseller Admins where it has none.
pub(super) async fn answering(db: &mut PgConnection, partner: Uuid, group: Uuid) -> Result<Vec<(String, String)>> {
    let roles = ANSWERING.map(|role| role.name().to_owned());
    let people = sql::answering(db, group, &roles).await?;
    if people.is_empty() { store::carry::admins(db, partner).await } else { Ok(people) }
}
