//! Events: append-only facts, written in the transaction of the change. The audit log, the activity feeds and later the
//! webhooks are readings of this one table (SPEC section 2, QUALITY 51).

mod kind;
mod model;
mod store;

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::{
    kind::EventKind,
    model::{Event, NewEvent, ONLY_ABOVE},
};
use crate::{error::Result, scope::Scope};

/// Writes down what the person of the scope did.
///
/// # Errors
/// The database's, and its refusal when the organization is out of the transaction's sight.
pub async fn record(db: &mut PgConnection, scope: &Scope, event: NewEvent<'_>) -> Result<()> {
    let actor = &scope.actor;
    record_as(db, Some(actor.user_id), &actor.display_name, scope.now, Some(scope.request_id), event).await
}

/// Writes down what somebody did where there is no scope: set-up, jobs, a person signing in for the first time.
///
/// # Errors
/// As [`record`].
pub async fn record_as(
    db: &mut PgConnection,
    actor_user_id: Option<Uuid>,
    actor_name: &str,
    now: OffsetDateTime,
    request_id: Option<Uuid>,
    event: NewEvent<'_>,
) -> Result<()> {
    store::insert(db, actor_user_id, actor_name, now, request_id, &event).await
}

/// Writes down one event each for many organizations, in one statement: what the person of the scope did to all of them.
/// `changes` names each organization with what changed, as it was and as it is.
///
/// # Errors
/// As [`record`].
pub async fn record_many(
    db: &mut PgConnection,
    scope: &Scope,
    kind: EventKind,
    changes: &[(Uuid, Value, Value)],
) -> Result<()> {
    let present = |value: &Value| (!value.is_null()).then(|| value.clone());
    let event = |(id, before, after): &(Uuid, Value, Value)| NewEvent {
        before: present(before),
        after: present(after),
        ..NewEvent::new(*id, kind)
    };
    record_all(db, scope, &changes.iter().map(event).collect::<Vec<_>>()).await
}

/// Writes down what the person of the scope did in many organizations, in one statement and in the order given.
///
/// # Errors
/// As [`record`].
pub async fn record_all(db: &mut PgConnection, scope: &Scope, events: &[NewEvent<'_>]) -> Result<()> {
    if events.is_empty() { Ok(()) } else { store::insert_many(db, scope, events).await }
}

/// The latest events of the scope's organization and of those directly beneath it that the person sees, newest first. What
/// happened to a group is for those who see the group (S262).
///
/// # Errors
/// The database's.
pub async fn recent(db: &mut PgConnection, scope: &Scope, limit: i64) -> Result<Vec<Event>> {
    let sight = scope.sight();
    match sight.groups() {
        Some(groups) => recent_within(db, scope.organization.id, groups, limit).await,
        None => store::recent(db, scope.organization.id, limit).await,
    }
}

/// Up to this many organizations in a person's groups each is asked for its latest event.
const ASKED: i64 = 500;

/// Few organizations are asked one by one, for theirs may lie far behind the events of others; of many, some stand among
/// the latest events of all. Either way the work has a bound, however many organizations the partner has.
async fn recent_within(
    db: &mut PgConnection,
    organization_id: Uuid,
    groups: &[Uuid],
    limit: i64,
) -> Result<Vec<Event>> {
    if store::count_organizations(db, groups).await? <= ASKED {
        return store::recent_of_each(db, organization_id, groups, limit).await;
    }
    store::recent_within(db, organization_id, groups, limit).await
}

/// The latest event of one kind in an organization: who created it, who changed it last.
///
/// # Errors
/// The database's.
pub async fn latest(db: &mut PgConnection, organization_id: Uuid, kind: EventKind) -> Result<Option<Event>> {
    store::latest(db, organization_id, kind).await
}
