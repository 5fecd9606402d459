//! SQL of the drafts and their codes. Every statement names owner and parent: a draft of anybody else, or begun beneath
//! another organization, is not found.

use anyhow::Context;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    model::{Answers, Draft, DraftSummary, KEPT_FOR},
    step::Step,
};
use crate::{error::Result, scope::Scope};

struct Row {
    id: Uuid,
    version: i32,
    data: Value,
    updated_at: OffsetDateTime,
    organization_id: Option<Uuid>,
}

impl Row {
    fn into_draft(self) -> Result<Draft> {
        let answers: Answers = serde_json::from_value(self.data).context("stored draft")?;
        let Self { id, version, updated_at, organization_id, .. } = self;
        Ok(Draft { id, version, updated_at, organization_id, answers })
    }
}

pub(super) async fn insert(db: &mut PgConnection, scope: &Scope) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into drafts (id, user_id, parent_id, step, data, created_at, updated_at, expires_at)
         values ($1, $2, $3, $4, '{}', $5, $5, $6)",
        id,
        scope.actor.user_id,
        scope.organization.id,
        Step::Details.slug(),
        scope.now,
        scope.now + KEPT_FOR
    )
    .execute(db)
    .await?;
    Ok(id)
}

pub(super) async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Draft>> {
    let row = sqlx::query_as!(
        Row,
        "select id, version, data, updated_at, organization_id from drafts
         where id = $1 and user_id = $2 and parent_id = $3 and expires_at > $4",
        id,
        scope.actor.user_id,
        scope.organization.id,
        scope.now
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::into_draft).transpose()
}

pub(super) async fn lock(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Draft>> {
    let row = sqlx::query_as!(
        Row,
        "select id, version, data, updated_at, organization_id from drafts
         where id = $1 and user_id = $2 and parent_id = $3 and expires_at > $4
         for update",
        id,
        scope.actor.user_id,
        scope.organization.id,
        scope.now
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::into_draft).transpose()
}

/// One write a step. It waits for the disk like every other: an acknowledged step survives a crash of the database
/// (QUALITY section 3).
pub(super) async fn save(db: &mut PgConnection, scope: &Scope, draft: &Draft, step: Step) -> Result<()> {
    sqlx::query!(
        "update drafts set version = $2, data = $3, step = $4, updated_at = $5, expires_at = $6
         where id = $1",
        draft.id,
        draft.version,
        storable(&draft.answers)?,
        step.slug(),
        scope.now,
        scope.now + KEPT_FOR
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ties the draft to what it created, in the transaction that creates it.
pub(super) async fn finish(db: &mut PgConnection, scope: &Scope, draft: &Draft) -> Result<()> {
    sqlx::query!(
        "update drafts set version = $2, data = $3, step = $4, updated_at = $5, organization_id = $6 where id = $1",
        draft.id,
        draft.version,
        storable(&draft.answers)?,
        Step::Confirmation.slug(),
        scope.now,
        draft.organization_id
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<bool> {
    let done = sqlx::query!(
        "delete from drafts where id = $1 and user_id = $2 and parent_id = $3",
        id,
        scope.actor.user_id,
        scope.organization.id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn list_own(db: &mut PgConnection, scope: &Scope) -> Result<Vec<DraftSummary>> {
    let rows = sqlx::query!(
        "select id, step, updated_at, data #>> '{details,company}' as name from drafts
         where user_id = $1 and parent_id = $2 and organization_id is null and expires_at > $3
         order by updated_at desc, id desc
         limit 50",
        scope.actor.user_id,
        scope.organization.id,
        scope.now
    )
    .fetch_all(db)
    .await?;
    let base = format!("/o/{}/organizations/new", scope.organization.key.as_str());
    let summary = |id: Uuid, step: &str, updated_at, name: Option<String>| {
        let step = Step::from_slug(step).unwrap_or(Step::Details);
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| "Organization without a name".into());
        DraftSummary { id, name, step, updated_at, path: format!("{base}/{id}/{}", step.slug()) }
    };
    Ok(rows.into_iter().map(|row| summary(row.id, &row.step, row.updated_at, row.name)).collect())
}

/// The answers as JSON. Postgres holds no NUL in a text, so it becomes the sign that browsers show in its place; every
/// type refuses that sign, and the person sees where it was.
fn storable(answers: &Answers) -> Result<Value> {
    let mut value = serde_json::to_value(answers).context("draft to JSON")?;
    replace_nul(&mut value);
    Ok(value)
}

fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(items) => items.iter_mut().for_each(replace_nul),
        Value::Object(fields) => fields.values_mut().for_each(replace_nul),
        _ => {}
    }
}

/// The code of a draft, as the page shows it.
pub(super) struct CodeRow {
    pub(super) email_key: String,
    pub(super) sent_at: OffsetDateTime,
    pub(super) expires_at: OffsetDateTime,
    pub(super) tries_left: i16,
    pub(super) used: bool,
}

pub(super) async fn find_code(db: &mut PgConnection, draft_id: Uuid) -> Result<Option<CodeRow>> {
    let row = sqlx::query_as!(
        CodeRow,
        r#"select email_key, sent_at, expires_at, tries_left, used_at is not null as "used!"
           from verification_codes where draft_id = $1"#,
        draft_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// A code to be stored.
pub(super) struct NewCode<'a> {
    pub(super) draft_id: Uuid,
    pub(super) email_key: &'a str,
    pub(super) hash: &'a [u8],
    pub(super) sent_at: OffsetDateTime,
    pub(super) expires_at: OffsetDateTime,
    pub(super) tries: i16,
}

/// A new code takes the place of the one before, which stops working.
pub(super) async fn put_code(db: &mut PgConnection, code: NewCode<'_>) -> Result<()> {
    sqlx::query!(
        "insert into verification_codes (draft_id, email_key, code_hash, sent_at, expires_at, tries_left)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint verification_codes_pkey do update
         set email_key = excluded.email_key, code_hash = excluded.code_hash, sent_at = excluded.sent_at,
             expires_at = excluded.expires_at, tries_left = excluded.tries_left, used_at = null",
        code.draft_id,
        code.email_key,
        code.hash,
        code.sent_at,
        code.expires_at,
        code.tries
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Uses up one try and hands out what to compare with. The statement is the limit: however many guesses arrive at once,
/// only as many rows come back as there were tries (QUALITY 22, 29, T-29).
pub(super) async fn take_try(
    db: &mut PgConnection,
    draft_id: Uuid,
    email_key: &str,
    now: OffsetDateTime,
) -> Result<Option<(Vec<u8>, i16)>> {
    let row = sqlx::query!(
        "update verification_codes set tries_left = tries_left - 1
         where draft_id = $1 and email_key = $2 and used_at is null and expires_at > $3 and tries_left > 0
         returning code_hash, tries_left",
        draft_id,
        email_key,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.code_hash, row.tries_left)))
}

/// A code works once.
pub(super) async fn mark_used(db: &mut PgConnection, draft_id: Uuid, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("update verification_codes set used_at = $2 where draft_id = $1", draft_id, now).execute(db).await?;
    Ok(())
}
