//! SQL of choosing a password.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Link, Purpose};
use crate::{error::Result, mail::Sender, types::PhoneNumber};

pub(super) async fn insert(
    db: &mut PgConnection,
    token_hash: &[u8],
    user_id: Uuid,
    purpose: Purpose,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into password_links (token_hash, user_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        token_hash,
        user_id,
        purpose.name(),
        now,
        now + purpose.lifetime()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nobody who belongs to nothing but organizations that are out of use gets in by a link (T-12).
pub(super) async fn find(db: &mut PgConnection, token_hash: &[u8], now: OffsetDateTime) -> Result<Option<Link>> {
    let found = sqlx::query!(
        "select l.user_id, l.purpose from password_links l join users u on u.id = l.user_id
         where l.token_hash = $1 and l.used_at is null and l.expires_at > $2 and u.disabled_at is null
           and (exists (select 1 from memberships m join organizations o on o.id = m.organization_id
                        where m.user_id = u.id and o.status = 'active')
                or not exists (select 1 from memberships m where m.user_id = u.id))",
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(found.and_then(|row| Some(Link { user_id: row.user_id, purpose: Purpose::from_name(&row.purpose)? })))
}

/// Uses the link up. Of two at once the second waits for the first here, and then finds nothing.
pub(super) async fn claim(db: &mut PgConnection, token_hash: &[u8], now: OffsetDateTime) -> Result<bool> {
    let claimed = sqlx::query!(
        "update password_links set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now
    )
    .execute(db)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// No other link of the person works any more.
pub(super) async fn use_all(db: &mut PgConnection, user_id: Uuid, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("update password_links set used_at = $2 where user_id = $1 and used_at is null", user_id, now)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn find_organization_name(db: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select name from organizations where id = $1", id).fetch_optional(db).await?)
}

/// The partner that serves an organization: the nearest one on its path with settings of its own.
pub(super) async fn find_sender(db: &mut PgConnection, organization_id: Uuid) -> Result<Option<Sender>> {
    let found = sqlx::query!(
        r#"select p.name, s.support_email, s.support_phone as "support_phone: PhoneNumber", s.support_url
         from organizations o
         join organizations p on p.id = any (o.path)
         join partner_settings s on s.organization_id = p.id
         where o.id = $1
         order by array_length(p.path, 1) desc limit 1"#,
        organization_id
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| Sender {
        name: row.name,
        support_email: row.support_email,
        support_phone: row.support_phone.map(|phone| phone.display()),
        support_url: row.support_url,
    }))
}
