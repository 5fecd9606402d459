//! SQL of the requests for more groups.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::{Answer, NewRequest, Request};
use crate::{
    error::Result,
    scope::Scope,
    types::{EmailAddress, FreeText, OrgKey},
};

/// Those that wait first, the latest first.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    partner_id: Uuid,
    only: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Request>> {
    let rows = sqlx::query!(
        r#"select r.id, r.user_id, u.display_name as user_name, o.key as "key?: OrgKey", o.name as "name?", r.message,
                  array(select g.name from groups g where g.id = any (r.group_ids) order by g.sort_name) as "groups!",
                  r.created_at, r.answered_at, r.granted, r.reply, b.display_name as "answered_by?"
           from group_requests r join users u on u.id = r.user_id
                left join organizations o on o.id = r.organization_id left join users b on b.id = r.answered_by
           where r.partner_id = $1 and ($2::uuid is null or r.user_id = $2)
           order by r.answered_at is not null, r.id desc limit $3"#,
        partner_id,
        only,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Request {
            id: row.id,
            user_id: row.user_id,
            user_name: row.user_name,
            organization: row.key.zip(row.name),
            groups: row.groups,
            message: row.message,
            created_at: row.created_at,
            answer: row.answered_at.zip(row.granted).map(|(at, granted)| Answer {
                at,
                granted,
                by: row.answered_by.unwrap_or_else(|| "A Reseller Admin".to_owned()),
                reply: row.reply.unwrap_or_default(),
            }),
        })
        .collect())
}

/// An organization directly beneath the partner, within the groups where some are named.
pub(in super::super) async fn find_organization(
    db: &mut PgConnection,
    partner_id: Uuid,
    key: &OrgKey,
    groups: Option<&[Uuid]>,
) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "select id from organizations
         where parent_id = $1 and key = $2 and status <> 'archived' and ($3::uuid[] is null or group_ids && $3)",
        partner_id,
        key.as_str(),
        groups
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

pub(in super::super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    organization_id: Option<Uuid>,
    new: &NewRequest,
) -> Result<()> {
    sqlx::query!(
        "insert into group_requests (id, partner_id, user_id, organization_id, group_ids, message, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        scope.organization.id,
        scope.actor.user_id,
        organization_id,
        &new.groups,
        new.message.as_str(),
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What answering needs to know of a request.
pub(in super::super) struct Asked {
    pub(in super::super) user_name: String,
    pub(in super::super) email: EmailAddress,
    pub(in super::super) organization_id: Option<Uuid>,
    /// Of the groups asked for, those that are not archived.
    pub(in super::super) group_ids: Vec<Uuid>,
    pub(in super::super) message: String,
    pub(in super::super) answered: bool,
}

/// The request, locked until the transaction ends.
pub(in super::super) async fn lock(db: &mut PgConnection, partner_id: Uuid, id: Uuid) -> Result<Option<Asked>> {
    let asked = sqlx::query_as!(
        Asked,
        r#"select u.display_name as user_name, u.email as "email: EmailAddress", r.organization_id,
                  array(select g.id from groups g where g.partner_id = $1 and g.id = any (r.group_ids)
                        and g.archived_at is null order by g.id) as "group_ids!",
                  r.message, r.answered_at is not null as "answered!"
           from group_requests r join users u on u.id = r.user_id
           where r.partner_id = $1 and r.id = $2 for update of r"#,
        partner_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(asked)
}

pub(in super::super) async fn answer(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    granted: bool,
    reply: Option<&FreeText>,
) -> Result<()> {
    sqlx::query!(
        "update group_requests set answered_at = $3, answered_by = $4, granted = $5, reply = $6
         where partner_id = $1 and id = $2",
        scope.organization.id,
        id,
        scope.now,
        scope.actor.user_id,
        granted,
        reply.map(FreeText::as_str)
    )
    .execute(db)
    .await?;
    Ok(())
}
