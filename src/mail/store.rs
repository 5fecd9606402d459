//! SQL of the outbox.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    model::{Kept, Refused},
    render::Rendered,
};
use crate::{error::Result, types::EmailAddress};

/// A mail as the job needs it.
pub(super) struct Waiting {
    pub(super) to_address: String,
    pub(super) to_name: Option<String>,
    pub(super) message: Value,
    pub(super) created_at: OffsetDateTime,
}

/// A mail to be put into the outbox.
pub(super) struct NewMail<'a> {
    pub(super) id: Uuid,
    pub(super) organization_id: Option<Uuid>,
    pub(super) kind: &'static str,
    pub(super) message: Value,
    pub(super) to: &'a EmailAddress,
    pub(super) to_name: Option<String>,
}

pub(super) async fn insert(db: &mut PgConnection, mails: &[NewMail<'_>], now: OffsetDateTime) -> Result<()> {
    macro_rules! each {
        (|$mail:ident| $value:expr) => {
            &mails.iter().map(|$mail| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into mails (id, organization_id, kind, message, to_address, to_name, created_at)
         select m.*, $7
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::text[], $6::text[]) m",
        each!(|mail| mail.id) as _,
        each!(|mail| mail.organization_id) as _,
        each!(|mail| mail.kind) as _,
        each!(|mail| &mail.message) as _,
        each!(|mail| mail.to.as_str()) as _,
        each!(|mail| mail.to_name.as_deref()) as _,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The mail, unless it is sent or refused already, or is of an organization that is out of use.
pub(super) async fn find_waiting(db: &mut PgConnection, id: Uuid) -> Result<Option<Waiting>> {
    let mail = sqlx::query_as!(
        Waiting,
        r#"select to_address, to_name, message as "message!", created_at from mails
           where id = $1 and sent_at is null and refused_at is null
             and not exists (select 1 from organizations o where o.id = organization_id and o.status <> 'active')"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(mail)
}

/// Ids and addresses of the mails of these organizations that wait and have no job any more, in their order.
pub(super) async fn list_held(db: &mut PgConnection, organizations: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select m.id, m.to_address from mails m
         where m.organization_id = any ($1) and m.sent_at is null and m.refused_at is null
           and not exists (select 1 from jobs j where j.finished_at is null and j.kind = 'send_mail'
                           and j.payload ->> 'mail_id' = m.id::text)
         order by m.id",
        organizations
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.to_address)).collect())
}

/// The one statement between the server's "250" and the record of it; facts and text are emptied with it. A mail that
/// was taken counts as sent, whatever another attempt has made of it.
pub(super) async fn mark_sent(db: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update mails set sent_at = $2, refused_at = null, message = null, last_error = null where id = $1",
        id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn mark_kept(db: &mut PgConnection, id: Uuid, mail: &Rendered, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update mails set sent_at = $2, message = null, subject = $3, text_body = $4, html_body = $5
         where id = $1 and message is not null",
        id,
        now,
        mail.subject,
        mail.text,
        mail.html
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn mark_refused(db: &mut PgConnection, id: Uuid, why: &str, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update mails set refused_at = $2, message = null, last_error = $3 where id = $1 and message is not null",
        id,
        now,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete_before(db: &mut PgConnection, before: OffsetDateTime) -> Result<u64> {
    let done = sqlx::query!("delete from mails where message is null and created_at < $1", before).execute(db).await?;
    Ok(done.rows_affected())
}

pub(super) async fn list_kept(db: &mut PgConnection, limit: i64) -> Result<Vec<Kept>> {
    let mails = sqlx::query_as!(
        Kept,
        "select id, to_address, to_name, subject, text_body, html_body, created_at from mails
         where sent_at is not null and text_body <> '' order by id desc limit $1",
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(mails)
}

pub(super) async fn find_kept(db: &mut PgConnection, id: Uuid) -> Result<Kept> {
    let mail = sqlx::query_as!(
        Kept,
        "select id, to_address, to_name, subject, text_body, html_body, created_at from mails
         where id = $1 and sent_at is not null and text_body <> ''",
        id
    )
    .fetch_one(db)
    .await?;
    Ok(mail)
}

pub(super) async fn list_refused(db: &mut PgConnection, limit: i64) -> Result<Vec<Refused>> {
    let mails = sqlx::query_as!(
        Refused,
        r#"select kind, to_address, coalesce(last_error, '') as "last_error!", refused_at as "refused_at!" from mails
           where refused_at is not null order by refused_at desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(mails)
}
