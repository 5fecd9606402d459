//! SQL of the memberships.

use anyhow::{Context, anyhow};
use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime, macros::format_description};
use uuid::Uuid;

use super::model::{Closed, Membership, NewMembership};
use crate::{
    error::Result,
    roles::{Permissions, Role},
    scope::{Actor, Grant, Halt, Standing},
    types::{AccountKind, OrgKey},
};

/// One membership of a person, as the database writes it into JSON.
#[derive(Debug, Deserialize)]
struct MembershipRow {
    id: Uuid,
    key: String,
    name: String,
    kind: String,
    role: String,
    custom_name: Option<String>,
    status: String,
}

/// Why an organization is out of use; from JSON, too.
#[derive(Debug, Deserialize)]
struct HaltRow {
    status: String,
    /// Seconds since 1970.
    since: i64,
    by: String,
    reason: String,
    purge_on: Option<String>,
}

/// One membership that may open an organization, with that organization; from JSON, too.
#[derive(Debug, Deserialize)]
struct WayRow {
    id: Uuid,
    key: String,
    name: String,
    kind: String,
    country: String,
    path: Vec<Uuid>,
    group_ids: Vec<Uuid>,
    role: String,
    through: Uuid,
    through_kind: String,
    custom_name: Option<String>,
    custom_permissions: Option<Vec<String>>,
    lacks_factor: bool,
    groups: Vec<Uuid>,
    above: Vec<(String, String)>,
    halt: Option<HaltRow>,
    through_name: String,
    through_parent: Uuid,
    through_halt: Option<HaltRow>,
}

/// What one membership is worth.
pub(super) struct Found {
    pub(super) grant: Grant,
    /// Whether the role needs a second factor there that the person lacks.
    pub(super) lacks_factor: bool,
    /// The membership's organization, where it is out of use.
    pub(super) closed: Option<Closed>,
}

/// An organization, and what a person's memberships there and above it are worth, the nearest first.
pub(super) type Ways = (Standing, Vec<Found>);

/// What is known of a person.
pub(super) struct Known {
    pub(super) actor: Actor,
    pub(super) memberships: Vec<Membership>,
    /// The organization that was asked for. Whether the person reaches it is for the caller to say.
    pub(super) standing: Option<Ways>,
}

/// The person, unless the account is gone or disabled, the organizations they belong to, and what opens the one with the
/// key to them: one look, as every request asks.
pub(super) async fn known(
    db: &mut PgConnection,
    user_id: Uuid,
    most: i64,
    key: Option<&OrgKey>,
) -> Result<Option<Known>> {
    let row = sqlx::query!(
        r#"select u.display_name, u.email, u.time_zone, u.theme,
             (select coalesce(json_agg(m), '[]') from (
                select o.id, o.key, o.name, o.kind, m.role, c.name as custom_name, o.status
                from memberships m join organizations o on o.id = m.organization_id
                     left join custom_roles c on c.id = m.custom_role_id
                where m.user_id = u.id and m.suspended_at is null and o.status <> 'archived'
                order by cardinality(o.path), o.sort_name, o.id
                limit $2) m) as "memberships!: Json<Vec<MembershipRow>>",
             (select coalesce(json_agg(w), '[]') from (
                select o.id, o.key, o.name, o.kind, o.country, o.path, o.group_ids, m.role, t.id as through,
                       t.kind as through_kind, c.name as custom_name, c.permissions as custom_permissions,
                       coalesce(m.role = any (r.factor_roles), false) and not exists (
                         select 1 from factors f where f.user_id = m.user_id and f.confirmed_at is not null
                       ) as lacks_factor,
                       array(select g.id from group_members gm join groups g on g.id = gm.group_id
                             where gm.membership_id = m.id and g.archived_at is null) as groups,
                       array(select array[a.key, a.name] from organizations a
                             where a.id = any (o.path[array_position(o.path, m.organization_id):cardinality(o.path) - 1])
                             order by cardinality(a.path)) as above,
                       case when o.status <> 'active' then halt_of(o.id) end as halt, t.name as through_name,
                       coalesce(t.parent_id, t.id) as through_parent,
                       case when t.status <> 'active' then halt_of(t.id) end as through_halt
                from organizations o join memberships m on m.organization_id = any (o.path)
                     join organizations t on t.id = m.organization_id
                     left join custom_roles c on c.id = m.custom_role_id
                     left join sign_in_rules r on r.organization_id = m.organization_id
                where o.key = $3 and m.user_id = u.id and m.suspended_at is null
                order by array_position(o.path, m.organization_id) desc) w) as "ways!: Json<Vec<WayRow>>"
           from users u where u.id = $1 and u.disabled_at is null"#,
        user_id,
        most,
        key.map(OrgKey::as_str)
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let memberships = row.memberships.0.into_iter().map(membership).collect::<Result<_>>()?;
    let (display_name, email, time_zone, theme) = (row.display_name, row.email, row.time_zone, row.theme);
    let actor = Actor { user_id, display_name, email, time_zone, theme };
    Ok(Some(Known { actor, memberships, standing: standing(row.ways.0)? }))
}

fn membership(row: MembershipRow) -> Result<Membership> {
    Ok(Membership {
        organization_id: row.id,
        key: key(&row.key)?,
        name: row.name,
        kind: kind(&row.kind)?,
        role: label(row.custom_name, &row.role)?,
        suspended: row.status == "suspended",
    })
}

fn halt(row: HaltRow) -> Result<Halt> {
    let day = format_description!("[year]-[month]-[day]");
    Ok(Halt {
        archived: row.status == "archived",
        since: OffsetDateTime::from_unix_timestamp(row.since).context("stored time")?,
        by: row.by,
        reason: row.reason,
        purge_on: row.purge_on.map(|text| Date::parse(&text, day)).transpose().context("stored day")?,
    })
}

fn standing(ways: Vec<WayRow>) -> Result<Option<Ways>> {
    let mut standing = None;
    let mut grants = Vec::with_capacity(ways.len());
    for way in ways {
        let role = role(&way.role)?;
        let permissions = match &way.custom_permissions {
            Some(names) => Permissions::from_names(names.iter().map(String::as_str)).and(role.permissions()),
            None => role.permissions(),
        };
        let grant = Grant {
            role,
            label: label(way.custom_name, &way.role)?,
            permissions,
            through: way.through,
            reach: role.reach_in(kind(&way.through_kind)?),
            groups: way.groups.into(),
        };
        let closed = match way.through_halt {
            Some(row) => {
                Some(Closed { id: way.through, above: way.through_parent, name: way.through_name, halt: halt(row)? })
            }
            None => None,
        };
        grants.push(Found { grant, lacks_factor: way.lacks_factor, closed });
        // The last line is the highest membership: it has the longest way down.
        standing = Some(Standing {
            id: way.id,
            key: key(&way.key)?,
            name: way.name,
            kind: kind(&way.kind)?,
            country: way.country,
            path: way.path,
            groups: way.group_ids,
            above: way.above.into_iter().map(|(stored, name)| Ok((key(&stored)?, name))).collect::<Result<_>>()?,
            halt: way.halt.map(halt).transpose()?,
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

fn kind(stored: &str) -> Result<AccountKind> {
    Ok(AccountKind::parse(stored).map_err(|error| anyhow!("stored kind: {error}"))?)
}

fn role(stored: &str) -> Result<Role> {
    Ok(Role::from_name(stored).with_context(|| format!("stored role {stored:?} is not in the table"))?)
}
