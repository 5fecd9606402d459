//! Imports (S208-S215): a file of any size becomes organizations. The file is taken in and looked at; what its columns are
//! is guessed and may be said; every row is read and judged without importing anything; the person corrects rows, chooses
//! what becomes of which and begins; a worker does it in steps; and it can be taken back. Rows go through the same rules,
//! the same matching and the same creation as every other door (SPEC section 2).

mod again;
mod ahead;
mod changes;
mod check;
mod columns;
mod decide;
mod fates;
mod file;
mod intake;
mod judge;
mod keeping;
mod labels;
mod mails;
mod model;
mod notice;
pub(crate) mod pages;
pub mod read;
mod reader;
mod run;
mod store;
mod synonyms;
mod template;
mod undo;
mod update;
mod work;
pub mod write;

use serde_json::json;
use sqlx::PgConnection;
use time::Duration;
use uuid::Uuid;

use self::store::rows;
pub use self::{
    changes::{Change, changes},
    columns::{Columns, Meaning},
    decide::{cancel, correct, correct_shown, discard, retry, set_choices, start, undo},
    fates::{error_rows, lines_undone, undone},
    file::Incoming,
    intake::{either_day, guess, look, missing, set_columns, try_columns, upload},
    keeping::purge,
    labels::label_of,
    mails::mails,
    model::{
        Choices, Door, Existing, Found, Import, Likely, Line, NewImport, Outcome, Outcomes, Problem, State, Undone,
        Verdict,
    },
    template::template_columns,
    work::{Work, give_up, work, work_to_end},
};
use crate::{
    error::{Error, Result},
    jobs::{self, JobKind, NewJob},
    roles::Permission,
    scope::Scope,
};

/// Lines a page.
const PAGE: usize = 50;

/// The import with this id.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for any other, and for those of others where the person is
/// kept to groups.
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Import> {
    scope.require(Permission::ListOrganizations)?;
    store::find(db, scope, id).await?.ok_or(Error::NotFound)
}

/// The imports of the partner, or the person's own where they are kept to groups: the newest first, behind `before`, and
/// whether there are more.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, before: Option<Uuid>) -> Result<(Vec<Import>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    let mut imports = store::list(db, scope, before, PAGE as i64 + 1).await?;
    let more = imports.len() > PAGE;
    imports.truncate(PAGE);
    Ok((imports, more))
}

/// An import of the same file that is under way or was imported before, where the person sees one.
///
/// # Errors
/// The database's.
pub async fn same_file(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<Option<Import>> {
    let hash = store::hash(db, import).await?;
    store::same_file(db, scope, &hash, import.id).await
}

/// The newest import of the rows this one left over, where the person sees one that can be read and was neither cancelled
/// nor undone.
///
/// # Errors
/// The database's.
pub async fn follow_up(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<Option<Import>> {
    store::follow_up(db, scope, import.id).await
}

/// An import that has changed nothing yet, locked. Somebody is at it, so that it is kept for a while from now on.
async fn open(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Import> {
    scope.require(Permission::CreateOrganizations)?;
    let import = decide::theirs(scope, store::lock(db, scope, id).await?)?;
    match import.state {
        State::Uploaded | State::Checked | State::Unreadable => {
            store::keeping::touch(db, &import, scope.now).await?;
            Ok(import)
        }
        _ => Err(Error::Refused("This import was begun already. Its page shows how far it is".into())),
    }
}

/// How long a request may take for work of its own before a worker looks after it.
const REQUEST: Duration = Duration::minutes(1);

/// The queue of a partner's imports.
fn queue(partner_id: Uuid) -> String {
    format!("import:{partner_id}")
}

/// A worker goes on with the import: at once, or, where the request itself is quicker, later, in case that it was killed
/// (QUALITY 7).
async fn enqueue(db: &mut PgConnection, scope: &Scope, kind: JobKind, import: &Import, in_request: bool) -> Result<()> {
    let job = NewJob::new(kind, json!({ "import_id": import.id }), scope.now);
    let job =
        if in_request { NewJob { run_at: scope.now + REQUEST, ..job } } else { job.in_queue(queue(import.partner_id)) };
    jobs::enqueue(db, job).await
}

/// Rows of an import behind a row, with one verdict or one outcome where that is asked for, and whether there are more.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn lines(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    only: (Option<Verdict>, Option<Outcome>),
    after: i32,
) -> Result<(Vec<Line>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    rows::page(db, import, (only.0, only.1, None), after, PAGE).await
}

/// The same for a file, a thousand at a time or fewer where they are very long.
///
/// # Errors
/// As [`lines`].
pub async fn lines_behind(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    only: (Option<Verdict>, Option<Outcome>),
    after: i32,
) -> Result<(Vec<Line>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    rows::page(db, import, (only.0, only.1, None), after, 1_000).await
}
