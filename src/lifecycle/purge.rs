//! Purging: what was archived is removed for good, by the operator or on its day. All data of the organization goes, with
//! the accounts of people who belong to nothing else. What happened stays as it was written: events are append-only and
//! chained (QUALITY 51), so they are kept where no page shows them, and `tenantry audit verify` still proves them.

use std::collections::HashSet;

use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    form::confirmed,
    store::{self, purge as purging},
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::{RowScope, Scope},
    types::OrgKey,
};

/// Organizations removed in one go of the nightly purge.
const AT_ONCE: usize = 200;
/// Who does the nightly purge, in the log.
const PORTAL: &str = "Tenantry";

/// What the operator is about to remove.
#[derive(Debug, Clone)]
pub struct Purging {
    /// The organization.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many organizations beneath go with it.
    pub beneath: usize,
    /// How many people lose their account.
    pub people: i64,
}

/// What purging an archived organization beneath the operator removes.
///
/// # Errors
/// Without [`Permission::OperateInstallation`]; [`Error::NotFound`]; [`Error::Refused`] where it is not archived or other
/// organizations are billed to it.
pub async fn plan_purge(app: &App, scope: &Scope, key: &OrgKey) -> Result<Purging> {
    scope.require(Permission::OperateInstallation)?;
    app.read(RowScope::System("say what a purge removes"), async |db| Ok(plan(db, key).await?.0)).await
}

async fn plan(db: &mut PgConnection, key: &OrgKey) -> Result<(Purging, purging::Doomed, Vec<Uuid>)> {
    let one = purging::find(db, key).await?.ok_or(Error::NotFound)?;
    let ids = store::with_beneath(db, &[one.id]).await?;
    if one.status != "archived" || purging::any_in_use(db, &ids).await? {
        return Err(Error::Refused("It is not archived. Archive it first; only what is archived is purged.".into()));
    }
    if let Some(name) = purging::billed_elsewhere(db, &ids).await?.first() {
        let words = format!("{} is billed to its account. Give that one another account first.", name.1);
        return Err(Error::Refused(words.into()));
    }
    let people = purging::people(db, &ids).await?;
    let purging = Purging { id: one.id, name: one.name.clone(), beneath: ids.len().saturating_sub(1), people };
    Ok((purging, one, ids))
}

/// Removes an archived organization and everything beneath it for good; `typed` is its name. Returns the name.
///
/// # Errors
/// As [`plan_purge`]; [`Error::Invalid`] on `confirm`.
pub async fn purge(app: &App, scope: &Scope, key: &OrgKey, typed: &str) -> Result<String> {
    scope.require(Permission::OperateInstallation)?;
    app.write(RowScope::System("purge an organization"), async |db| {
        let (purging, doomed, ids) = plan(db, key).await?;
        let mut errors = FieldErrors::default();
        confirmed(&mut errors, typed, &purging.name);
        errors.into_result()?;
        let event = event(&doomed, ids.len());
        events::record(db, scope, event).await?;
        purging::delete(db, &ids, scope.now).await?;
        // Their own imports went with them.
        purging::forget_imported(db, &ids).await?;
        Ok(purging.name)
    })
    .await
}

/// Removes what was archived until today; the nightly job's part. What others are billed to, or what stands above something
/// that is not due, waits. Needs a transaction of the system. Returns how many organizations are gone.
///
/// # Errors
/// The database's.
pub async fn purge_due(db: &mut PgConnection, now: OffsetDateTime) -> Result<usize> {
    let due = purging::due(db, now.date()).await?;
    let mut waiting: HashSet<Uuid> =
        due.iter().filter(|one| one.keeps_others).flat_map(|one| one.path.clone()).collect();
    let all: Vec<Uuid> = due.iter().map(|one| one.id).filter(|id| !waiting.contains(id)).collect();
    for (payer, _) in purging::billed_elsewhere(db, &all).await? {
        waiting.extend(due.iter().filter(|one| one.id == payer).flat_map(|one| one.path.clone()));
    }
    // The deepest first, so that nothing is left hanging between two goes.
    let doomed: Vec<_> = due.into_iter().filter(|one| !waiting.contains(&one.id)).collect();
    for some in doomed.chunks(AT_ONCE) {
        for one in some {
            events::record_as(db, None, PORTAL, now, None, event(one, 1)).await?;
        }
        let ids: Vec<Uuid> = some.iter().map(|one| one.id).collect();
        purging::delete(db, &ids, now).await?;
        purging::forget_imported(db, &ids).await?;
    }
    Ok(doomed.len())
}

/// Written into the log of the organization above: the one it happened to is gone.
fn event(doomed: &purging::Doomed, many: usize) -> NewEvent<'_> {
    NewEvent {
        subject_id: Some(doomed.id),
        subject_name: Some(&doomed.name),
        before: Some(json!({ "status": "archived", "org_key": doomed.key, "organizations": many })),
        ..NewEvent::new(doomed.parent_id, EventKind::OrganizationPurged)
    }
}

/// Removes organizations that were created by mistake and that nothing has happened to since, such as those of an import
/// that is taken back; the caller has made sure of that and writes it down. What the import says of them stays with it: it
/// is what can be imported again. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn remove(db: &mut PgConnection, ids: &[Uuid], now: OffsetDateTime) -> Result<()> {
    if ids.is_empty() { Ok(()) } else { purging::delete(db, ids, now).await }
}
