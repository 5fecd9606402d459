//! Memberships: which person stands in which organization, and with which role. Decides who gets in.

mod model;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::model::{Access, Membership, NewMembership};
use crate::{
    error::Result,
    roles::Role,
    scope::{Actor, Scope},
    types::OrgKey,
};

/// The person of a session, with the organizations they belong to. `None` when the account is gone or disabled.
/// Runs with every row in sight: it is what decides which rows the rest of the request may see.
///
/// # Errors
/// The database's.
pub async fn person(db: &mut PgConnection, user_id: Uuid) -> Result<Option<(Actor, Vec<Membership>)>> {
    // The switcher shows 20; one more tells it that there are more.
    store::person(db, user_id, 21).await
}

/// All organizations of a person, up to 2,000. Needs a transaction of the system, as [`person`] does.
///
/// # Errors
/// The database's.
pub async fn all(db: &mut PgConnection, user_id: Uuid) -> Result<Vec<Membership>> {
    Ok(store::person(db, user_id, 2000).await?.map_or_else(Vec::new, |(_, memberships)| memberships))
}

/// The organization of a request, and every membership there or on the way up whose role reaches it.
/// `None` for an organization that does not exist and for one the person has no part in: the same answer (QUALITY 27).
///
/// # Errors
/// The database's.
pub async fn access(db: &mut PgConnection, user_id: Uuid, key: &OrgKey) -> Result<Option<Access>> {
    let Some((standing, grants)) = store::standing(db, user_id, key).await? else { return Ok(None) };
    let reaching: Vec<_> = grants.into_iter().filter(|(grant, _)| grant.reaches(&standing)).collect();
    let lacks_factor = reaching.iter().any(|(_, lacks_factor)| *lacks_factor);
    let grants: Vec<_> = reaching.into_iter().map(|(grant, _)| grant).collect();
    Ok((!grants.is_empty()).then_some(Access { standing, grants, lacks_factor }))
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
