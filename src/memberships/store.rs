//! SQL of the memberships.

use anyhow::{Context, anyhow};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Membership, NewMembership};
use crate::{
    error::Result,
    roles::{Permissions, Role},
    scope::{Actor, Grant, Standing},
    types::{AccountKind, OrgKey},
};

/// The person, unless the account is gone or disabled, and the organizations they belong to: one look, as every request
/// asks.
pub(super) async fn person(
    db: &mut PgConnection,
    user_id: Uuid,
    most: i64,
) -> Result<Option<(Actor, Vec<Membership>)>> {
    let rows = sqlx::query!(
        r#"select u.display_name, u.email, u.time_zone, u.theme, m.id as "id?", m.key as "key?", m.name as "name?",
                  m.kind as "kind?", m.role as "role?", m.custom_name as "custom_name?"
           from users u left join lateral (
             select o.id, o.key, o.name, o.kind, m.role, c.name as custom_name, o.sort_name, cardinality(o.path) as depth
             from memberships m join organizations o on o.id = m.organization_id
                  left join custom_roles c on c.id = m.custom_role_id
             where m.user_id = u.id and m.suspended_at is null and o.status <> 'archived'
             order by depth, o.sort_name, o.id
             limit $2) m on true
           where u.id = $1 and u.disabled_at is null
           order by m.depth, m.sort_name, m.id"#,
        user_id,
        most
    )
    .fetch_all(db)
    .await?;
    let mut actor = None;
    let mut memberships = Vec::with_capacity(rows.len());
    for row in rows {
        if let (Some(id), Some(key), Some(name), Some(kind), Some(role)) =
            (row.id, row.key, row.name, row.kind, row.role)
        {
            memberships.push(Membership {
                organization_id: id,
                key: self::key(&key)?,
                name,
                kind: self::kind(&kind)?,
                role: label(row.custom_name, &role)?,
            });
        }
        actor.get_or_insert(Actor {
            user_id,
            display_name: row.display_name,
            email: row.email,
            time_zone: row.time_zone,
            theme: row.theme,
        });
    }
    Ok(actor.map(|actor| (actor, memberships)))
}

/// An organization and what the person's memberships there and above it are worth, the nearest first; with each,
/// whether the role needs a second factor there that the person lacks. Whether they reach it is for the caller to say.
pub(super) async fn standing(
    db: &mut PgConnection,
    user_id: Uuid,
    key: &OrgKey,
) -> Result<Option<(Standing, Vec<(Grant, bool)>)>> {
    let rows = sqlx::query!(
        r#"select o.id, o.key, o.name, o.kind, o.country, o.path, o.group_ids, m.role, t.id as through,
                t.kind as through_kind, c.name as "custom_name?", c.permissions as "custom_permissions?",
                coalesce(m.role = any (r.factor_roles), false) and not exists (
                  select 1 from factors f where f.user_id = m.user_id and f.confirmed_at is not null) as "lacks_factor!",
                array(select g.id from group_members gm join groups g on g.id = gm.group_id
                      where gm.membership_id = m.id and g.archived_at is null) as "groups!",
                array(select a.key || ' ' || a.name from organizations a
                      where a.id = any (o.path[array_position(o.path, m.organization_id):cardinality(o.path) - 1])
                      order by cardinality(a.path)) as "above!: Vec<String>"
         from organizations o join memberships m on m.organization_id = any (o.path)
              join organizations t on t.id = m.organization_id
              left join custom_roles c on c.id = m.custom_role_id
              left join sign_in_rules r on r.organization_id = m.organization_id
         where o.key = $1 and m.user_id = $2 and m.suspended_at is null and o.status <> 'archived'
         order by array_position(o.path, m.organization_id) desc"#,
        key.as_str(),
        user_id
    )
    .fetch_all(db)
    .await?;
    let mut standing = None;
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        let role = role(&row.role)?;
        let permissions = match &row.custom_permissions {
            Some(names) => Permissions::from_names(names.iter().map(String::as_str)).and(role.permissions()),
            None => role.permissions(),
        };
        let grant = Grant {
            role,
            label: label(row.custom_name, &row.role)?,
            permissions,
            through: row.through,
            reach: role.reach_in(kind(&row.through_kind)?),
            groups: row.groups.into(),
        };
        grants.push((grant, row.lacks_factor));
        // The last line is the highest membership: it has the longest way down.
        standing = Some(Standing {
            id: row.id,
            key: self::key(&row.key)?,
            name: row.name,
            kind: kind(&row.kind)?,
            country: row.country,
            path: row.path,
            groups: row.group_ids,
            above: row.above.iter().filter_map(|words| words.split_once(' ')).map(above).collect::<Result<_>>()?,
        });
    }
    Ok(standing.map(|standing| (standing, grants)))
}

pub(super) async fn insert(
    db: &mut PgConnection,
    new: &NewMembership,
    custom_role_id: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into memberships (id, user_id, organization_id, role, custom_role_id, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id, organization_id) do nothing",
        Uuid::now_v7(),
        new.user_id,
        new.organization_id,
        new.role.name(),
        custom_role_id,
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
         where m.organization_id = any ($1) and m.role in ('reseller_admin', 'org_admin')
           and m.custom_role_id is null and m.suspended_at is null and u.disabled_at is null
         order by array_position($1, m.organization_id) desc, u.display_name
         limit 5",
        path
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.display_name, row.email)).collect())
}

fn label(custom: Option<String>, stored: &str) -> Result<String> {
    custom.map_or_else(|| Ok(role(stored)?.label().to_owned()), Ok)
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
