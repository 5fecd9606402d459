//! SQL of the people of an organization.

use anyhow::{Context, anyhow};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Filter, Line, Member, State};
use crate::{
    custom_roles::HeldRole,
    database::paging::{Place, rows},
    error::{Error, Result},
    organizations::COUNTED,
    roles::Role,
};

struct Row {
    id: Uuid,
    user_id: Option<Uuid>,
    name: String,
    email: String,
    role: String,
    custom_name: Option<String>,
    state: String,
    last_signed_in_at: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
}

impl Row {
    fn read(self) -> Result<Line> {
        let role = match self.custom_name {
            Some(name) => name,
            None => role(&self.role)?.label().to_owned(),
        };
        let state = State::parse(&self.state).map_err(|error| anyhow!("stored state: {error}"))?;
        Ok(Line {
            id: self.id,
            user_id: self.user_id,
            name: self.name,
            email: self.email,
            role,
            state,
            last_signed_in_at: self.last_signed_in_at,
            expires_at: self.expires_at,
        })
    }
}

/// Where a line stands in the order of the list.
pub(super) async fn position(db: &mut PgConnection, organization_id: Uuid, id: Uuid) -> Result<Option<(String, Uuid)>> {
    let name = sqlx::query_scalar!(
        r#"select sort_name as "sort_name!" from organization_people where organization_id = $1 and id = $2"#,
        organization_id,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(name.map(|name| (name, id)))
}

/// Lines beside a place in the order, the nearest first.
pub(super) async fn list(
    db: &mut PgConnection,
    organization_id: Uuid,
    place: &Place,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Line>> {
    let direction = place.direction;
    let found = rows!(
        direction,
        db,
        Row,
        [
            r#"select p.id as "id!", p.user_id, p.name as "name!", p.email as "email!", p.role as "role!",
                      c.name as "custom_name?", p.state as "state!", p.last_signed_in_at, p.expires_at
               from organization_people p left join custom_roles c on c.id = p.custom_role_id
               where p.organization_id = $1 and (p.sort_name, p.id)"# > "($2, $3)
                 and ($4 = '' or strpos(p.sort_name, $4) > 0 or strpos(lower(p.email), $4) > 0)
                 and ($5 = '' or p.role_value = $5) and ($6::text is null or p.state = $6)
               order by p.sort_name" asc ", p.id" asc " limit $7"
        ],
        organization_id,
        place.name,
        place.id,
        filter.text,
        filter.role,
        filter.state.map(State::name),
        limit
    );
    found?.into_iter().map(Row::read).collect()
}

/// How many lines there are, counted no further than one above the limit.
pub(super) async fn count(db: &mut PgConnection, organization_id: Uuid, filter: &Filter) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select 1 from organization_people p
             where p.organization_id = $1
               and ($2 = '' or strpos(p.sort_name, $2) > 0 or strpos(lower(p.email), $2) > 0)
               and ($3 = '' or p.role_value = $3) and ($4::text is null or p.state = $4)
             limit $5) counted"#,
        organization_id,
        filter.text,
        filter.role,
        filter.state.map(State::name),
        COUNTED + 1
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

pub(super) async fn find(db: &mut PgConnection, organization_id: Uuid, user_id: Uuid) -> Result<Member> {
    let row = sqlx::query!(
        r#"select m.id as membership_id, u.id as user_id, u.display_name, u.email, m.role, m.created_at, m.suspended_at,
                  u.last_signed_in_at, u.disabled_at is not null as "disabled!", m.version,
                  c.id as "custom_id?", c.name as "custom_name?", c.permissions as "custom_permissions?"
           from memberships m join users u on u.id = m.user_id left join custom_roles c on c.id = m.custom_role_id
           where m.organization_id = $1 and m.user_id = $2"#,
        organization_id,
        user_id
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    let custom = row.custom_id.zip(row.custom_name).zip(row.custom_permissions.as_deref());
    Ok(Member {
        user_id: row.user_id,
        membership_id: row.membership_id,
        name: row.display_name,
        email: row.email,
        role: HeldRole::stored(role(&row.role)?, custom.map(|((id, name), permissions)| (id, name, permissions))),
        joined_at: row.created_at,
        suspended_at: row.suspended_at,
        last_signed_in_at: row.last_signed_in_at,
        disabled: row.disabled,
        version: row.version,
    })
}

/// Whoever changes the people of an organization waits here for whoever did so before.
pub(super) async fn lock_organization(db: &mut PgConnection, organization_id: Uuid) -> Result<()> {
    sqlx::query!("select id from organizations where id = $1 for no key update", organization_id)
        .fetch_optional(db)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(())
}

/// Whether somebody else administers the organization.
pub(super) async fn has_other_administrator(
    db: &mut PgConnection,
    organization_id: Uuid,
    user_id: Uuid,
) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (
             select 1 from memberships m join users u on u.id = m.user_id
             where m.organization_id = $1 and m.user_id <> $2 and m.role in ('reseller_admin', 'org_admin')
               and m.custom_role_id is null and m.suspended_at is null and u.disabled_at is null) as "found!""#,
        organization_id,
        user_id
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

pub(super) async fn update_role(
    db: &mut PgConnection,
    membership_id: Uuid,
    role: &HeldRole,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update memberships set custom_role_id = $3, role = $2, updated_at = $4, version = version + 1 where id = $1",
        membership_id,
        role.role.name(),
        role.custom_role_id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update_suspension(
    db: &mut PgConnection,
    membership_id: Uuid,
    suspended_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update memberships set suspended_at = $2, updated_at = $3, version = version + 1 where id = $1",
        membership_id,
        suspended_at,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete(db: &mut PgConnection, membership_id: Uuid) -> Result<()> {
    sqlx::query!("delete from memberships where id = $1", membership_id).execute(db).await?;
    Ok(())
}

/// The names of the groups of the organization that the member is in; they are lost with the membership.
pub(super) async fn groups(db: &mut PgConnection, membership_id: Uuid) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        "select g.name from group_members gm join groups g on g.id = gm.group_id
         where gm.membership_id = $1 and g.archived_at is null order by lower(g.name), g.id limit 50",
        membership_id
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

fn role(stored: &str) -> Result<Role> {
    Ok(Role::from_name(stored).with_context(|| format!("stored role {stored:?} is not in the table"))?)
}
