//! SQL of the support visits.

use anyhow::anyhow;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Target, Visit};
use crate::{
    error::Result,
    scope::Standing,
    types::{AccountKind, OrgKey},
};

/// An organization that could be meant.
pub(super) struct Candidate {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    pub(super) name: String,
    pub(super) notification_email: Option<String>,
}

/// Who hears of a visit.
pub(super) struct Administrator {
    pub(super) name: String,
    pub(super) email: String,
    /// IANA name of the zone in which they read times.
    pub(super) time_zone: String,
}

/// Organizations beneath the partner that are meant by the words: by exact key, domain or customer number. At most two,
/// since two are as bad as many.
pub(super) async fn find_candidates(
    db: &mut PgConnection,
    partner_id: Uuid,
    target: &Target,
) -> Result<Vec<Candidate>> {
    let found = sqlx::query_as!(
        Candidate,
        r#"select id, key as "key: OrgKey", name, notification_email from organizations
           where $1 = any (path) and id <> $1 and status <> 'archived'
             and (key = $2 or domain = $3 or customer_number = $4)
           limit 2"#,
        partner_id,
        target.key.as_ref().map(OrgKey::as_str),
        target.domain.as_ref().map(|domain| domain.as_str()),
        target.customer_number.as_ref().map(|number| number.as_str())
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// The organization's own administrators.
pub(super) async fn administrators(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Administrator>> {
    let rows = sqlx::query_as!(
        Administrator,
        "select u.display_name as name, u.email, u.time_zone from memberships m join users u on u.id = m.user_id
         where m.organization_id = $1 and m.role in ('reseller_admin', 'org_admin') and m.custom_role_id is null
           and m.suspended_at is null and u.disabled_at is null
         order by u.email limit 50",
        organization_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

pub(super) async fn insert(db: &mut PgConnection, visit: &Visit) -> Result<()> {
    sqlx::query!(
        "insert into support_visits (id, organization_id, organization_key, organization_name, partner_id, partner_key,
                                     partner_name, user_id, visitor_name, reason, requested_by, started_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        visit.id,
        visit.organization_id,
        visit.organization_key.as_str(),
        visit.organization_name,
        visit.partner_id,
        visit.partner_key.as_str(),
        visit.partner_name,
        visit.user_id,
        visit.visitor_name,
        visit.reason,
        visit.requested_by,
        visit.started_at,
        visit.ends_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest open visits of a person.
pub(super) async fn list_open(db: &mut PgConnection, user_id: Uuid, now: OffsetDateTime) -> Result<Vec<Visit>> {
    let visits = sqlx::query_as!(
        Visit,
        r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, partner_id,
                  partner_key as "partner_key: OrgKey", partner_name, user_id, visitor_name, reason, requested_by,
                  started_at, ends_at, ended_at, ended_by_name
           from support_visits where user_id = $1 and ended_at is null and ends_at > $2
           order by id desc limit 100"#,
        user_id,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(visits)
}

/// The newest visits of a person from one partner, open and past.
pub(super) async fn list_of_visitor(db: &mut PgConnection, user_id: Uuid, partner_id: Uuid) -> Result<Vec<Visit>> {
    let visits = sqlx::query_as!(
        Visit,
        r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, partner_id,
                  partner_key as "partner_key: OrgKey", partner_name, user_id, visitor_name, reason, requested_by,
                  started_at, ends_at, ended_at, ended_by_name
           from support_visits where user_id = $1 and partner_id = $2
           order by id desc limit 100"#,
        user_id,
        partner_id
    )
    .fetch_all(db)
    .await?;
    Ok(visits)
}

/// The newest visits to an organization, open and past.
pub(super) async fn list_of_organization(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Visit>> {
    let visits = sqlx::query_as!(
        Visit,
        r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, partner_id,
                  partner_key as "partner_key: OrgKey", partner_name, user_id, visitor_name, reason, requested_by,
                  started_at, ends_at, ended_at, ended_by_name
           from support_visits where organization_id = $1
           order by id desc limit 100"#,
        organization_id
    )
    .fetch_all(db)
    .await?;
    Ok(visits)
}

/// The organization of a visit as a scope needs it. Nothing above it is reached.
pub(super) async fn standing(db: &mut PgConnection, id: Uuid) -> Result<Option<Standing>> {
    let row = sqlx::query!(
        r#"select id, key as "key: OrgKey", name, kind, country, path, group_ids from organizations
           where id = $1 and status <> 'archived'"#,
        id
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Standing {
        id: row.id,
        key: row.key,
        name: row.name,
        kind: AccountKind::parse(&row.kind).map_err(|error| anyhow!("stored kind: {error}"))?,
        country: row.country,
        path: row.path,
        groups: row.group_ids,
        above: Vec::new(),
        halt: None,
    }))
}

/// Ends an open visit and gives it; of two at once only one finds it open.
pub(super) async fn end(
    db: &mut PgConnection,
    organization_id: Uuid,
    id: Uuid,
    by: &str,
    now: OffsetDateTime,
) -> Result<Option<Visit>> {
    let ended = sqlx::query_as!(
        Visit,
        r#"update support_visits set ended_at = $4, ended_by_name = $3
           where id = $2 and organization_id = $1 and ended_at is null and ends_at > $4
           returning id, organization_id, organization_key as "organization_key: OrgKey", organization_name, partner_id,
                     partner_key as "partner_key: OrgKey", partner_name, user_id, visitor_name, reason, requested_by,
                     started_at, ends_at, ended_at, ended_by_name"#,
        organization_id,
        id,
        by,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(ended)
}
