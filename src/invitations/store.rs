//! SQL of the invitations.

use anyhow::Context;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Invitee, LIFETIME, Pending};
use crate::{
    custom_roles::HeldRole,
    error::{Error, Result},
    roles::Role,
    scope::Scope,
};

/// An invitation that is being mailed or accepted.
pub(super) struct Found {
    pub(super) organization_id: Uuid,
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) role: HeldRole,
    pub(super) invited_by: String,
    pub(super) time_zone: String,
    pub(super) expires_at: OffsetDateTime,
}

/// Of these addresses, the ones that belong to the organization already: address key and name.
pub(super) async fn members(
    db: &mut PgConnection,
    organization_id: Uuid,
    keys: &[String],
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select u.email_key, u.display_name from memberships m join users u on u.id = m.user_id
         where m.organization_id = $1 and u.email_key = any ($2)",
        organization_id,
        keys
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.email_key, row.display_name)).collect())
}

/// `None` when the address has an open invitation.
pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    role: &HeldRole,
    invitee: &Invitee,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let done = sqlx::query!(
        "insert into invitations (id, organization_id, email, email_key, name, role, custom_role_id, invited_by,
                                  created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (organization_id, email_key) where accepted_at is null and revoked_at is null do nothing",
        id,
        scope.organization.id,
        invitee.email.as_str(),
        invitee.email.key(),
        invitee.name.as_ref().map(AsRef::<str>::as_ref),
        role.role.name(),
        role.custom_role_id,
        scope.actor.user_id,
        scope.now,
        scope.now + LIFETIME
    )
    .execute(db)
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// An open invitation of the organization with its role, locked.
pub(super) async fn find_pending(
    db: &mut PgConnection,
    organization_id: Uuid,
    id: Uuid,
) -> Result<(Pending, HeldRole)> {
    let row = sqlx::query!(
        r#"select i.id, i.email, i.sending, i.role, c.id as "custom_id?", c.name as "custom_name?",
                  c.permissions as "custom_permissions?"
           from invitations i left join custom_roles c on c.id = i.custom_role_id
           where i.organization_id = $1 and i.id = $2 and i.accepted_at is null and i.revoked_at is null
           for update of i"#,
        organization_id,
        id
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    let custom = row.custom_id.zip(row.custom_name).zip(row.custom_permissions);
    Ok((Pending { id: row.id, email: row.email, sending: row.sending }, held(&row.role, custom)?))
}

/// The old link is dead at once; the new one is made when the mail is sent.
pub(super) async fn begin_sending(db: &mut PgConnection, id: Uuid, expires_at: OffsetDateTime) -> Result<i32> {
    let sending = sqlx::query_scalar!(
        "update invitations set token_hash = null, sending = sending + 1, expires_at = $2 where id = $1
         returning sending",
        id,
        expires_at
    )
    .fetch_one(db)
    .await?;
    Ok(sending)
}

pub(super) async fn revoke(db: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("update invitations set token_hash = null, revoked_at = $2 where id = $1", id, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps the hash of the token that is about to be mailed; `false` when a newer mail is on its way or it is over.
pub(super) async fn set_token(
    db: &mut PgConnection,
    id: Uuid,
    sending: i32,
    token_hash: &[u8],
    expires_at: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update invitations set token_hash = $3, expires_at = $4
         where id = $1 and sending = $2 and token_hash is null and accepted_at is null and revoked_at is null",
        id,
        sending,
        token_hash,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The open invitation with this token, unless its organization is out of use (T-12).
pub(super) async fn find_by_token(
    db: &mut PgConnection,
    token_hash: &[u8],
    now: OffsetDateTime,
) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"select i.organization_id, i.email, i.name, i.role, i.expires_at, u.display_name, u.time_zone,
                  c.id as "custom_id?", c.name as "custom_name?", c.permissions as "custom_permissions?"
           from invitations i join users u on u.id = i.invited_by join organizations o on o.id = i.organization_id
                left join custom_roles c on c.id = i.custom_role_id
           where i.token_hash = $1 and i.expires_at > $2 and o.status = 'active'"#,
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let custom = row.custom_id.zip(row.custom_name).zip(row.custom_permissions);
    Ok(Some(Found {
        organization_id: row.organization_id,
        email: row.email,
        name: row.name,
        role: held(&row.role, custom)?,
        invited_by: row.display_name,
        time_zone: row.time_zone,
        expires_at: row.expires_at,
    }))
}

/// Uses the token up for the person of this address. Of two at once the second waits for the first, and finds nothing.
pub(super) async fn claim(
    db: &mut PgConnection,
    token_hash: &[u8],
    email_key: &str,
    user_id: Uuid,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update invitations set token_hash = null, accepted_at = $4, accepted_by = $3
         where token_hash = $1 and email_key = $2 and expires_at > $4",
        token_hash,
        email_key,
        user_id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Key and name of an organization.
pub(super) async fn find_organization(db: &mut PgConnection, id: Uuid) -> Result<(String, String)> {
    let row = sqlx::query!("select key, name from organizations where id = $1", id).fetch_one(db).await?;
    Ok((row.key, row.name))
}

fn held(stored: &str, custom: Option<((Uuid, String), Vec<String>)>) -> Result<HeldRole> {
    let role = Role::from_name(stored).with_context(|| format!("stored role {stored:?} is not in the table"))?;
    Ok(match &custom {
        None => HeldRole::built_in(role),
        Some(((id, name), permissions)) => HeldRole::stored(role, Some((*id, name.clone(), permissions))),
    })
}
