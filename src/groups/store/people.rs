//! SQL of the people of a group.

use anyhow::Context;
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::Person;
use crate::{database::paging::rows, error::Result, roles::Role};

/// As it is stored.
struct Row {
    membership_id: Uuid,
    user_id: Uuid,
    name: String,
    email: String,
    role: String,
    custom_name: Option<String>,
}

impl Row {
    fn into_person(self) -> Result<Person> {
        let Self { membership_id, user_id, name, email, role, custom_name } = self;
        let stored = Role::from_name(&role).with_context(|| format!("stored role {role:?} is not in the table"))?;
        let role = custom_name.unwrap_or_else(|| stored.label().to_owned());
        Ok(Person { membership_id, user_id, name, email, role })
    }
}

/// People of the partner, by name: what follows the tables, as [`rows`] takes it.
macro_rules! people {
    ($db:expr, [$($text:tt)+], $($argument:expr),+) => {{
        let found = rows!(
            _,
            $db,
            Row,
            [
                r#"select m.id as membership_id, u.id as user_id, u.display_name as name, u.email, m.role,
                          c.name as "custom_name?"
                   from memberships m join users u on u.id = m.user_id
                        left join custom_roles c on c.id = m.custom_role_id "#
                $($text)+
            ],
            $($argument),+
        );
        found?.into_iter().map(Row::into_person).collect()
    }};
}

pub(in super::super) async fn list(db: &mut PgConnection, partner_id: Uuid, group_id: Uuid) -> Result<Vec<Person>> {
    people!(
        db,
        ["join group_members gm on gm.membership_id = m.id
          where gm.partner_id = $1 and gm.group_id = $2
          order by lower(u.display_name), m.id limit 500"],
        partner_id,
        group_id
    )
}

pub(in super::super) async fn assignable(
    db: &mut PgConnection,
    partner_id: Uuid,
    group_id: Uuid,
    roles: &[String],
) -> Result<Vec<Person>> {
    people!(
        db,
        ["where m.organization_id = $1 and m.role = any ($3) and m.suspended_at is null and u.disabled_at is null
            and not exists (select 1 from group_members gm where gm.group_id = $2 and gm.membership_id = m.id)
          order by lower(u.display_name), m.id limit 200"],
        partner_id,
        group_id,
        roles
    )
}

/// Returns the names of those who were added.
pub(in super::super) async fn insert(
    db: &mut PgConnection,
    partner_id: Uuid,
    group_id: Uuid,
    ids: &[Uuid],
    roles: &[String],
) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        r#"with added as (
             insert into group_members (group_id, membership_id, partner_id)
             select $2, m.id, m.organization_id from memberships m
             where m.organization_id = $1 and m.id = any ($3) and m.role = any ($4) and m.suspended_at is null
             on conflict do nothing
             returning membership_id)
           select u.display_name from added join memberships m on m.id = added.membership_id
                  join users u on u.id = m.user_id order by lower(u.display_name)"#,
        partner_id,
        group_id,
        ids,
        roles
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// Returns the names of those who were in the group.
pub(in super::super) async fn delete(
    db: &mut PgConnection,
    partner_id: Uuid,
    group_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        r#"with removed as (
             delete from group_members where partner_id = $1 and group_id = $2 and membership_id = any ($3)
             returning membership_id)
           select u.display_name from removed join memberships m on m.id = removed.membership_id
                  join users u on u.id = m.user_id order by lower(u.display_name)"#,
        partner_id,
        group_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}
