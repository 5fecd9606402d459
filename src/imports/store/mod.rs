//! SQL of the imports. Every statement names the organization the import was made in.

pub(super) mod files;
pub(super) mod headings;
pub(super) mod keeping;
pub(super) mod mails;
pub(super) mod results;
pub(super) mod rows;
pub(super) mod state;
pub(super) mod twice;

use anyhow::Context;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{Asker, Import, NewImport, State};
use crate::{
    error::{Error, Result},
    imports::read::How,
    scope::{Scope, Sight},
    types::OrgKey,
};

struct ImportRow {
    id: Uuid,
    partner_id: Uuid,
    asked_by: Uuid,
    asked_name: String,
    door: String,
    file_name: String,
    file_bytes: i64,
    how: serde_json::Value,
    headings: Vec<String>,
    columns: serde_json::Value,
    choices: serde_json::Value,
    follows: Option<Uuid>,
    state: String,
    stopped: Option<String>,
    found: serde_json::Value,
    total: i32,
    done: i32,
    reached: i32,
    outcomes: serde_json::Value,
    has_rows: bool,
    created_at: OffsetDateTime,
    changed_at: OffsetDateTime,
    checked_at: Option<OffsetDateTime>,
    started_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
    undone_by: Option<String>,
    undone_at: Option<OffsetDateTime>,
}

impl TryFrom<ImportRow> for Import {
    type Error = Error;

    fn try_from(row: ImportRow) -> Result<Self> {
        Ok(Self {
            how: serde_json::from_value(row.how).context("stored way of reading")?,
            columns: serde_json::from_value(row.columns).context("stored columns")?,
            choices: serde_json::from_value(row.choices).context("stored choices")?,
            found: serde_json::from_value(row.found).context("stored verdicts")?,
            outcomes: serde_json::from_value(row.outcomes).context("stored outcomes")?,
            state: State::parse(&row.state).context("stored state")?,
            id: row.id,
            partner_id: row.partner_id,
            asked_by: row.asked_by,
            asked_name: row.asked_name,
            door: row.door,
            file_name: row.file_name,
            bytes: row.file_bytes,
            headings: row.headings,
            follows: row.follows,
            stopped: row.stopped,
            total: row.total,
            done: row.done,
            reached: row.reached,
            has_rows: row.has_rows,
            created_at: row.created_at,
            changed_at: row.changed_at,
            checked_at: row.checked_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            undone_by: row.undone_by,
            undone_at: row.undone_at,
        })
    }
}

/// The columns of an import and what follows.
macro_rules! imports {
    ($db:expr, $($text:literal)+, $($argument:expr),*) => {
        sqlx::query_as!(
            ImportRow,
            "select id, partner_id, asked_by, asked_name, door, file_name, file_bytes, how, headings, columns, choices,
                    follows, state, stopped, found, total, done, reached, outcomes, has_rows, created_at, changed_at,
                    checked_at, started_at, ended_at, undone_by, undone_at from imports " $(+ $text)+,
            $($argument),*
        )
        .fetch_all($db)
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect::<Result<Vec<Import>>>()
    };
}

/// Whose imports a person sees: everybody's of the partner, or their own.
fn only_own(scope: &Scope) -> Option<Uuid> {
    (scope.sight() != Sight::Everything).then_some(scope.actor.user_id)
}

pub(super) async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Import>> {
    let found = imports!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3)",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The same, locked until the transaction ends: one step of an import at a time.
pub(super) async fn lock(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Import>> {
    let found = imports!(
        db,
        "where id = $1 and partner_id = $2 and ($3::uuid is null or asked_by = $3) for no key update",
        id,
        scope.organization.id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The newest first, behind `before`.
pub(super) async fn list(
    db: &mut PgConnection,
    scope: &Scope,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Import>> {
    imports!(
        db,
        "where partner_id = $1 and id < $2 and ($3::uuid is null or asked_by = $3) order by id desc limit $4",
        scope.organization.id,
        before.unwrap_or(Uuid::max()),
        only_own(scope),
        limit
    )
}

/// The newest other import of the same file that the person sees and that is under way or was imported.
pub(super) async fn same_file(db: &mut PgConnection, scope: &Scope, hash: &[u8], but: Uuid) -> Result<Option<Import>> {
    let found = imports!(
        db,
        "where partner_id = $1 and file_hash = $2 and id <> $3 and ($4::uuid is null or asked_by = $4)
           and state in ('running', 'done', 'cancelled', 'stopped') order by id desc limit 1",
        scope.organization.id,
        hash,
        but,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The newest import of the rows this one left over that the person sees, unless it came to nothing.
pub(super) async fn follow_up(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Option<Import>> {
    let found = imports!(
        db,
        "where partner_id = $1 and follows = $2 and ($3::uuid is null or asked_by = $3)
           and state not in ('unreadable', 'cancelled', 'undone') order by id desc limit 1",
        scope.organization.id,
        id,
        only_own(scope)
    )?;
    Ok(found.into_iter().next())
}

/// The SHA-256 of the file.
pub(super) async fn hash(db: &mut PgConnection, import: &Import) -> Result<Vec<u8>> {
    let hash = sqlx::query_scalar!(
        "select file_hash from imports where partner_id = $1 and id = $2",
        import.partner_id,
        import.id
    )
    .fetch_one(db)
    .await?;
    Ok(hash)
}

pub(super) async fn insert(db: &mut PgConnection, scope: &Scope, id: Uuid, new: &NewImport, how: &How) -> Result<()> {
    sqlx::query!(
        "insert into imports (id, partner_id, asked_by, asked_name, door, file_name, file_bytes, file_hash, how, state,
                              columns, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'uploaded', '{}', $10, $10)",
        id,
        scope.organization.id,
        scope.actor.user_id,
        scope.actor.display_name,
        new.door.as_str(),
        new.file_name,
        new.bytes,
        &new.hash,
        serde_json::to_value(how).map_err(anyhow::Error::from)?,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// In whose name an import is under way: of whoever imports, or of whoever takes it back. Needs a transaction of the system.
pub(super) async fn asker(db: &mut PgConnection, id: Uuid) -> Result<Option<Asker>> {
    let row = sqlx::query_as!(
        Asker,
        r#"select case when i.state = 'undoing' then coalesce(i.undone_by_id, i.asked_by) else i.asked_by end as "user_id!",
                  case when i.state = 'undoing' then coalesce(i.undone_by, i.asked_name) else i.asked_name end as "name!",
                  i.partner_id, i.state = 'undoing' as "undoing!", o.key as "organization: OrgKey"
           from imports i join organizations o on o.id = i.partner_id
           where i.id = $1 and i.state in ('checking', 'running', 'undoing')"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}
