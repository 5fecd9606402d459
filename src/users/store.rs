//! SQL of the people.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Account, NewUser, Profile, ProfileChanges, Theme};
use crate::{
    error::{FieldErrors, OnViolation, Result},
    passwords::PasswordHash,
};

pub(super) async fn insert(db: &mut PgConnection, new: &NewUser, now: OffsetDateTime) -> Result<()> {
    let password = new.password.as_ref().map(PasswordHash::as_str);
    sqlx::query!(
        "insert into users (id, email, email_key, given_name, family_name, display_name, password_hash,
                            password_changed_at, time_zone, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id,
        new.email.as_str(),
        new.email.key(),
        new.given_name.as_ref().map(AsRef::<str>::as_ref),
        new.family_name.as_ref().map(AsRef::<str>::as_ref),
        new.display_name.as_str(),
        password,
        password.map(|_| now),
        new.time_zone.as_str(),
        now
    )
    .execute(db)
    .await
    .on_violation_of("users_email_key_key", || {
        FieldErrors::on("email", "This address already has an account. Use another, or give that person a part here")
            .into()
    })?;
    Ok(())
}

pub(super) async fn find_by_key(db: &mut PgConnection, email_key: &str) -> Result<Option<Account>> {
    let found = sqlx::query_as!(
        Account,
        r#"select id, email, display_name, password_hash, disabled_at is not null as "disabled!"
           from users where email_key = $1"#,
        email_key
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(super) async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    let found = sqlx::query_as!(
        Account,
        r#"select id, email, display_name, password_hash, disabled_at is not null as "disabled!"
           from users where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

pub(super) async fn find_profile(db: &mut PgConnection, id: Uuid) -> Result<Profile> {
    let found = sqlx::query_as!(
        Profile,
        "select email, given_name, family_name, display_name, time_zone, password_changed_at from users where id = $1",
        id
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

pub(super) async fn update_profile(db: &mut PgConnection, id: Uuid, changes: &ProfileChanges) -> Result<()> {
    sqlx::query!(
        "update users set given_name = $2, family_name = $3, display_name = $4, time_zone = $5 where id = $1",
        id,
        changes.given_name.as_ref().map(AsRef::<str>::as_ref),
        changes.family_name.as_ref().map(AsRef::<str>::as_ref),
        changes.display_name.as_str(),
        changes.time_zone.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update_theme(db: &mut PgConnection, id: Uuid, theme: Option<Theme>) -> Result<()> {
    sqlx::query!("update users set theme = $2 where id = $1", id, theme.map(Theme::name)).execute(db).await?;
    Ok(())
}

pub(super) async fn update_password(
    db: &mut PgConnection,
    id: Uuid,
    password: &PasswordHash,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update users set password_hash = $2, password_changed_at = $3 where id = $1",
        id,
        password.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `true` when there was no sign-in before. The row is locked first, so two sign-ins at once are not both the first.
pub(super) async fn update_last_sign_in(db: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> Result<bool> {
    let first = sqlx::query_scalar!(
        r#"with before as (select id, last_signed_in_at from users where id = $1 for update)
           update users u set last_signed_in_at = $2 from before where u.id = before.id
           returning before.last_signed_in_at is null as "first!""#,
        id,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(first.unwrap_or(false))
}
