//! SQL of the memberships.

use anyhow::{Context, anyhow};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Access, Membership, NewMembership};
use crate::{
    error::Result,
    roles::Role,
    scope::{Actor, Standing},
    types::{AccountKind, OrgKey},
};

pub(super) async fn find_actor(db: &mut PgConnection, user_id: Uuid) -> Result<Option<Actor>> {
    let actor = sqlx::query_as!(
        Actor,
        "select id as user_id, display_name, email, time_zone, theme from users where id = $1 and disabled_at is null",
        user_id
    )
    .fetch_optional(db)
    .await?;
    Ok(actor)
}

pub(super) async fn list_for_user(db: &mut PgConnection, user_id: Uuid, most: i64) -> Result<Vec<Membership>> {
    let rows = sqlx::query!(
        "select o.id, o.key, o.name, o.kind, m.role
         from memberships m join organizations o on o.id = m.organization_id
         where m.user_id = $1 and o.status <> 'archived'
         order by array_length(o.path, 1), lower(o.name), o.id
         limit $2",
        user_id,
        most
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Membership {
                organization_id: row.id,
                key: key(&row.key)?,
                name: row.name,
                kind: kind(&row.kind)?,
                role: role(&row.role)?,
            })
        })
        .collect()
}

/// The ways into an organization, the nearest membership first.
pub(super) async fn standings(db: &mut PgConnection, user_id: Uuid, key: &OrgKey) -> Result<Vec<Access>> {
    let rows = sqlx::query!(
        r#"select o.id, o.key, o.name, o.kind, o.country, o.path, m.role, t.id as through, t.kind as through_kind,
                array(select a.key || ' ' || a.name from organizations a
                      where a.id = any (o.path[array_position(o.path, m.organization_id):cardinality(o.path) - 1])
                      order by cardinality(a.path)) as "above!: Vec<String>"
         from organizations o join memberships m on m.organization_id = any (o.path)
              join organizations t on t.id = m.organization_id
         where o.key = $1 and m.user_id = $2 and o.status <> 'archived'
         order by array_position(o.path, m.organization_id) desc"#,
        key.as_str(),
        user_id
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let standing = Standing {
                id: row.id,
                key: self::key(&row.key)?,
                name: row.name,
                kind: kind(&row.kind)?,
                country: row.country,
                path: row.path,
                above: row.above.iter().filter_map(|words| words.split_once(' ')).map(above).collect::<Result<_>>()?,
            };
            let role = role(&row.role)?;
            let reach = role.reach_in(kind(&row.through_kind)?);
            Ok(Access { standing, role, through: row.through, reach })
        })
        .collect()
}

pub(super) async fn insert(db: &mut PgConnection, new: &NewMembership, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "insert into memberships (id, user_id, organization_id, role, created_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, organization_id) do nothing",
        Uuid::now_v7(),
        new.user_id,
        new.organization_id,
        new.role.name(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn administrators(db: &mut PgConnection, path: &[Uuid]) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select u.display_name, u.email
         from memberships m join users u on u.id = m.user_id
         where m.organization_id = any ($1) and m.role in ('reseller_admin', 'org_admin') and u.disabled_at is null
         order by array_position($1, m.organization_id) desc, u.display_name
         limit 5",
        path
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.display_name, row.email)).collect())
}

fn key(stored: &str) -> Result<OrgKey> {
    Ok(OrgKey::parse(stored).map_err(|error| anyhow!("stored key: {error}"))?)
}

fn above((stored, name): (&str, &str)) -> Result<(OrgKey, String)> {
    Ok((key(stored)?, name.to_owned()))
}

fn kind(stored: &str) -> Result<AccountKind> {
    Ok(AccountKind::parse(stored).map_err(|error| anyhow!("stored kind: {error}"))?)
}

fn role(stored: &str) -> Result<Role> {
    Ok(Role::from_name(stored).with_context(|| format!("stored role {stored:?} is not in the table"))?)
}
