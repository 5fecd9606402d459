//! The lifecycle of an organization (SPEC section 2): active, suspended and active again; archived, restored (N14) or, when
//! its day has come, purged. What is suspended or archived lets its own people in nowhere from the next request on (T-12);
//! those of the organizations above still enter. Every change takes any number of organizations at once and says of each
//! what became of it; `plan_…` says the same without doing it.

mod danger;
mod decide;
mod follow;
mod form;
mod model;
pub(crate) mod pages;
mod purge;
mod restore;
mod store;

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

pub use self::{
    danger::Danger,
    follow::follow,
    form::{ArchivingForm, DecisionForm, SuspensionForm},
    model::{Archiving, Consequences, Follow, KEPT_FOR, Outcome, Record, Suspension, Transition, Verdict},
    purge::{Purging, plan_purge, purge, purge_due, remove},
    restore::{Decision, Restoring, conflicts, restore_one},
};
use crate::{
    error::{Error, Result},
    events::{self, EventKind},
    roles::Permission,
    scope::{RowScope, Scope, Sight},
};

/// The rows in which a person changes the lifecycle of the organization they stand in: those of the nearest organization
/// above it through which they may, because that one decides. The scope's own where they may not.
pub fn rows(scope: &Scope) -> RowScope {
    match scope.from_above(Permission::ManageLifecycle, scope.organization.id) {
        None => scope.into(),
        Some(grant) => RowScope::Organization {
            user_id: scope.actor.user_id,
            organization_id: grant.through,
            sight: Sight::Everything,
        },
    }
}

/// Whether the person may suspend, archive and restore the organization they stand in: by a role held above it.
pub fn may(scope: &Scope) -> bool {
    !scope.organization.is_operator() && scope.from_above(Permission::ManageLifecycle, scope.organization.id).is_some()
}

/// What a change of the scope's organization means, and what was noted about it before.
///
/// # Errors
/// Without [`Permission::ManageLifecycle`]; [`Error::Refused`] for the operator and for one's own organization.
pub async fn consequences(db: &mut PgConnection, scope: &Scope) -> Result<(Consequences, Record)> {
    scope.require(Permission::ManageLifecycle)?;
    let id = scope.organization.id;
    let target = store::targets(db, scope, Transition::Suspend, &[id]).await?.pop().ok_or(Error::NotFound)?;
    if let Some(words) = decide::barred(scope, &target) {
        return Err(Error::Refused(words.into()));
    }
    let found = store::one::consequences(db, id).await?.ok_or(Error::NotFound)?;
    Ok((found, store::one::record(db, id).await?.unwrap_or_default()))
}

/// Suspends those of the organizations, at or beneath the scope's, that are active.
///
/// # Errors
/// Without [`Permission::ManageLifecycle`] here; what is refused of one organization is its outcome, not an error.
pub async fn suspend(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], new: &Suspension) -> Result<Vec<Outcome>> {
    let (outcomes, done) = decide(db, scope, Transition::Suspend, ids, true).await?;
    if !done.is_empty() {
        store::suspend(db, scope, &done.ids(), new).await?;
        let after = json!({ "status": "suspended", "reason": new.reason });
        done.record(db, scope, EventKind::OrganizationSuspended, |_| after.clone()).await?;
        follow::enqueue(db, Transition::Suspend, &done.ids(), new.tell, scope.now).await?;
    }
    Ok(outcomes)
}

/// What [`suspend`] would do.
///
/// # Errors
/// As [`suspend`].
pub async fn plan_suspend(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Outcome>> {
    Ok(decide(db, scope, Transition::Suspend, ids, false).await?.0)
}

/// Lets the suspended ones of the organizations work again; `tell` sends their administrators a mail.
///
/// # Errors
/// As [`suspend`].
pub async fn resume(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], tell: bool) -> Result<Vec<Outcome>> {
    let (outcomes, done) = decide(db, scope, Transition::Resume, ids, true).await?;
    if !done.is_empty() {
        store::resume(db, scope, &done.ids()).await?;
        done.record(db, scope, EventKind::OrganizationResumed, |_| json!({ "status": "active" })).await?;
        follow::enqueue(db, Transition::Resume, &done.ids(), tell, scope.now).await?;
    }
    Ok(outcomes)
}

/// What [`resume`] would do.
///
/// # Errors
/// As [`suspend`].
pub async fn plan_resume(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Outcome>> {
    Ok(decide(db, scope, Transition::Resume, ids, false).await?.0)
}

/// Archives the organizations: they leave every list and can be restored until they are purged. One with organizations
/// beneath is archived with all of them or not at all; those beneath follow in the outcomes.
///
/// # Errors
/// As [`suspend`].
pub async fn archive(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], new: &Archiving) -> Result<Vec<Outcome>> {
    scope.require(Permission::ManageLifecycle)?;
    let ids = expand(db, scope, ids, new.with_beneath, true).await?;
    let (outcomes, done) = decide(db, scope, Transition::Archive, &ids, true).await?;
    if !done.is_empty() {
        store::archive(db, scope, &done.ids(), new, Uuid::now_v7()).await?;
        let after = json!({ "status": "archived", "purge_on": day(new.purge_on), "reason": new.reason });
        done.record(db, scope, EventKind::OrganizationArchived, |_| after.clone()).await?;
        follow::enqueue(db, Transition::Archive, &done.ids(), new.tell, scope.now).await?;
    }
    Ok(outcomes)
}

/// What [`archive`] would do.
///
/// # Errors
/// As [`suspend`].
pub async fn plan_archive(
    db: &mut PgConnection,
    scope: &Scope,
    ids: &[Uuid],
    with_beneath: bool,
) -> Result<Vec<Outcome>> {
    scope.require(Permission::ManageLifecycle)?;
    let ids = expand(db, scope, ids, with_beneath, false).await?;
    Ok(decide(db, scope, Transition::Archive, &ids, false).await?.0)
}

/// Takes the organizations out of the archive: each becomes what it was. One whose name has been taken or whose payer is
/// archived is refused here; its own page asks what to do ([`restore_one`]).
///
/// # Errors
/// As [`suspend`].
pub async fn restore(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], tell: bool) -> Result<Vec<Outcome>> {
    let (outcomes, done) = decide(db, scope, Transition::Restore, ids, true).await?;
    if !done.is_empty() {
        bring_back(db, scope, &done, tell).await?;
    }
    Ok(outcomes)
}

/// What [`restore`] would do.
///
/// # Errors
/// As [`suspend`].
pub async fn plan_restore(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Outcome>> {
    Ok(decide(db, scope, Transition::Restore, ids, false).await?.0)
}

async fn bring_back(db: &mut PgConnection, scope: &Scope, done: &Changing, tell: bool) -> Result<()> {
    let status: HashMap<Uuid, String> = store::restore(db, scope, &done.ids()).await?.into_iter().collect();
    let after = |id: Uuid| json!({ "status": status.get(&id), "purge_on": null });
    done.record(db, scope, EventKind::OrganizationRestored, after).await?;
    follow::enqueue(db, Transition::Restore, &done.ids(), tell, scope.now).await
}

/// Those named and everything beneath them, where that is wanted. Locked from above to below, so that nothing is added
/// beneath meanwhile.
async fn expand(db: &mut PgConnection, scope: &Scope, ids: &[Uuid], all: bool, lock: bool) -> Result<Vec<Uuid>> {
    let mut known = ids.to_vec();
    if !all {
        return Ok(known);
    }
    loop {
        if lock {
            store::lock(db, scope, &known).await?;
        }
        let (seen, many): (HashSet<Uuid>, usize) = (known.iter().copied().collect(), known.len());
        let tree = store::with_beneath(db, ids).await?;
        known.extend(tree.into_iter().filter(|id| !seen.contains(id)));
        if known.len() == many {
            return Ok(known);
        }
    }
}

async fn decide(
    db: &mut PgConnection,
    scope: &Scope,
    transition: Transition,
    ids: &[Uuid],
    lock: bool,
) -> Result<(Vec<Outcome>, Changing)> {
    scope.require(Permission::ManageLifecycle)?;
    if lock {
        store::lock(db, scope, ids).await?;
    }
    let targets = store::targets(db, scope, transition, ids).await?;
    let before: HashMap<Uuid, Value> = targets.iter().map(|target| (target.id, before(target))).collect();
    let outcomes = decide::outcomes(scope, transition, ids, targets);
    let done = outcomes.iter().filter(|outcome| outcome.is_done());
    let done = done.map(|outcome| (outcome.id, before.get(&outcome.id).cloned().unwrap_or_default())).collect();
    Ok((outcomes, Changing(done)))
}

fn before(target: &store::Target) -> Value {
    match target.purge_on {
        Some(purge_on) => json!({ "status": target.status, "purge_on": day(purge_on) }),
        None => json!({ "status": target.status }),
    }
}

/// "2027-02-19".
fn day(date: Date) -> String {
    date.to_string()
}

/// The organizations that are changed, each with what it was, for its event.
struct Changing(Vec<(Uuid, Value)>);

impl Changing {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn ids(&self) -> Vec<Uuid> {
        self.0.iter().map(|(id, _)| *id).collect()
    }

    async fn record(
        &self,
        db: &mut PgConnection,
        scope: &Scope,
        kind: EventKind,
        after: impl Fn(Uuid) -> Value,
    ) -> Result<()> {
        let changes: Vec<_> = self.0.iter().map(|(id, before)| (*id, before.clone(), after(*id))).collect();
        events::record_many(db, scope, kind, &changes).await
    }
}
