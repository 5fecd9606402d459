//! Memberships: which person stands in which organization, and with which role. Decides who gets in.

mod ask;
mod model;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::{
    ask::whom_to_ask,
    model::{Access, Closed, Membership, NewMembership, Way},
};
use crate::{
    error::Result,
    roles::Role,
    scope::{Actor, Scope},
    types::OrgKey,
};

/// The switcher shows 20; one more tells it that there are more.
const SHOWN: i64 = 21;

/// The person of a session, with the organizations they belong to. `None` when the account is gone or disabled.
/// Runs with every row in sight: it is what decides which rows the rest of the request may see.
///
/// # Errors
/// The database's.
pub async fn person(db: &mut PgConnection, user_id: Uuid) -> Result<Option<(Actor, Vec<Membership>)>> {
    let known = store::known(db, user_id, SHOWN, None).await?;
    Ok(known.map(|known| (known.actor, known.memberships)))
}

/// As [`person`], and what opens an organization to them or keeps it closed: both in one look.
///
/// # Errors
/// The database's.
pub async fn person_at(
    db: &mut PgConnection,
    user_id: Uuid,
    key: &OrgKey,
) -> Result<Option<(Actor, Vec<Membership>, Option<Way>)>> {
    let known = store::known(db, user_id, SHOWN, Some(key)).await?;
    Ok(known.map(|known| (known.actor, known.memberships, known.standing.and_then(reaching))))
}

/// All organizations of a person, up to 2,000. Needs a transaction of the system, as [`person`] does.
///
/// # Errors
/// The database's.
pub async fn all(db: &mut PgConnection, user_id: Uuid) -> Result<Vec<Membership>> {
    Ok(store::known(db, user_id, 2000, None).await?.map_or_else(Vec::new, |known| known.memberships))
}

/// The organization of a request, and every membership there or on the way up whose role reaches it. A membership of an
/// organization that is suspended or archived opens nothing, there and beneath (T-12).
/// `None` for an organization that does not exist and for one the person has no part in: the same answer (QUALITY 27).
///
/// # Errors
/// The database's.
pub async fn access(db: &mut PgConnection, user_id: Uuid, key: &OrgKey) -> Result<Option<Access>> {
    let standing = store::known(db, user_id, 0, Some(key)).await?.and_then(|known| known.standing);
    Ok(standing.and_then(reaching).and_then(Way::open))
}

fn reaching((standing, grants): store::Ways) -> Option<Way> {
    let reaching = grants.into_iter().filter(|found| found.grant.reaches(&standing));
    let (open, closed): (Vec<_>, Vec<_>) = reaching.partition(|found| found.closed.is_none());
    if open.is_empty() {
        return closed.into_iter().find_map(|found| found.closed).map(Way::Closed);
    }
    let lacks_factor = open.iter().any(|found| found.lacks_factor);
    let grants = open.into_iter().map(|found| found.grant).collect();
    Some(Way::Open(Access { standing, grants, lacks_factor }))
}

/// Adds a membership. A person who already belongs to the organization keeps the role they have.
///
/// # Errors
/// The database's, and its refusal when the organization is out of the transaction's sight.
pub async fn add(db: &mut PgConnection, new: &NewMembership, now: OffsetDateTime) -> Result<()> {
    store::insert(db, new, None, now).await
}

/// Lets a person join with a role, built-in or custom. One who belongs to the organization already keeps the role they
/// have. Needs a transaction of the system: nobody sees an organization before they belong to it.
///
/// # Errors
/// The database's.
pub async fn join(
    db: &mut PgConnection,
    user_id: Uuid,
    organization_id: Uuid,
    role: Role,
    custom_role_id: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<()> {
    store::insert(db, &NewMembership { user_id, organization_id, role }, custom_role_id, now).await
}

/// Who administers the organization, for "whom to ask": names and addresses, at most five.
///
/// # Errors
/// The database's.
pub async fn administrators(db: &mut PgConnection, scope: &Scope) -> Result<Vec<(String, String)>> {
    store::administrators(db, &scope.organization.path).await
}
