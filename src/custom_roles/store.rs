//! SQL of the custom roles.

use anyhow::Context;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{CustomRole, HeldRole, NewCustomRole};
use crate::{
    error::{Error, FieldErrors, OnViolation, Result},
    roles::{Permission, Role},
};

struct Row {
    id: Uuid,
    name: String,
    base: String,
    permissions: Vec<String>,
    updated_at: OffsetDateTime,
    version: i32,
}

impl Row {
    fn read(self) -> Result<CustomRole> {
        let base = Role::from_name(&self.base).with_context(|| format!("stored role {:?}", self.base))?;
        let held = HeldRole::stored(base, Some((self.id, self.name, &self.permissions)));
        Ok(CustomRole { id: self.id, held, version: self.version, updated_at: self.updated_at })
    }
}

pub(super) async fn list(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<CustomRole>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, base, permissions, updated_at, version from custom_roles
         where organization_id = $1 order by lower(name), id",
        organization_id
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

pub(super) async fn find(db: &mut PgConnection, organization_id: Uuid, id: Uuid) -> Result<CustomRole> {
    sqlx::query_as!(
        Row,
        "select id, name, base, permissions, updated_at, version from custom_roles
         where organization_id = $1 and id = $2",
        organization_id,
        id
    )
    .fetch_one(db)
    .await?
    .read()
}

pub(super) async fn insert(
    db: &mut PgConnection,
    organization_id: Uuid,
    new: &NewCustomRole,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into custom_roles (id, organization_id, name, base, permissions, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id,
        organization_id,
        new.name,
        new.base.name(),
        &names(new),
        now
    )
    .execute(db)
    .await
    .on_violation_of("custom_roles_organization_id_name_key", taken)?;
    Ok(id)
}

/// `false` when the version is no longer this one. What the role is made from stays: its people have that, too.
pub(super) async fn update(
    db: &mut PgConnection,
    organization_id: Uuid,
    id: Uuid,
    version: i32,
    new: &NewCustomRole,
    now: OffsetDateTime,
) -> Result<bool> {
    let done = sqlx::query!(
        "update custom_roles set name = $4, permissions = $5, updated_at = $6, version = version + 1
         where organization_id = $1 and id = $2 and version = $3",
        organization_id,
        id,
        version,
        new.name,
        &names(new),
        now
    )
    .execute(db)
    .await
    .on_violation_of("custom_roles_organization_id_name_key", taken)?;
    Ok(done.rows_affected() == 1)
}

/// Invitations that are over keep the built-in role they were made with.
pub(super) async fn delete(db: &mut PgConnection, organization_id: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update invitations set custom_role_id = null
         where organization_id = $1 and custom_role_id = $2 and (accepted_at is not null or revoked_at is not null)",
        organization_id,
        id
    )
    .execute(&mut *db)
    .await?;
    let refused = || Error::Refused("This role has just been given to somebody. Open the page again".into());
    sqlx::query!("delete from custom_roles where organization_id = $1 and id = $2", organization_id, id)
        .execute(db)
        .await
        .on_violation_of("memberships_custom_role_fkey", refused)
        .on_violation_of("invitations_custom_role_fkey", refused)?;
    Ok(())
}

pub(super) async fn users(db: &mut PgConnection, organization_id: Uuid, id: Uuid) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        r#"select name as "name!" from organization_people where organization_id = $1 and custom_role_id = $2
         order by sort_name, id limit 20"#,
        organization_id,
        id
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

fn names(new: &NewCustomRole) -> Vec<String> {
    new.permissions.iter().map(|permission| Permission::name(permission).to_owned()).collect()
}

fn taken() -> Error {
    FieldErrors::on("name", "This organization has a role of this name. Choose another name").into()
}
