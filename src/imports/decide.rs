//! What a person decides about an import: corrects rows, chooses, begins, ends, repeats what failed, takes it back.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Choices, Existing, Import, Outcome, State, Verdict, Work, again, enqueue, keeping, notice, open,
    read::{self, Limits},
    run,
    store::{self, keeping as kept, rows, state},
    work,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    jobs::JobKind,
    organizations,
    roles::Permission,
    scope::{Scope, Sight},
};

/// Rows that are imported in the request itself, at most.
const FEW: i64 = 100;

/// Corrects cells of rows, by row and column, and judges these rows anew (N2). The file is not touched.
///
/// # Errors
/// As [`set_columns`]; [`Error::Refused`] unless the import was checked, and for a row longer than one of a file can be.
pub async fn correct(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    typed: &BTreeMap<i32, BTreeMap<usize, String>>,
) -> Result<()> {
    amend(db, scope, id, typed, |_| true).await.map(drop)
}

/// The same from a page that shows rows to be corrected and sends all their cells: rows that somebody else has corrected
/// since it was shown stay as they are. Returns how many these are.
///
/// # Errors
/// As [`correct`].
pub async fn correct_shown(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    typed: &BTreeMap<i32, BTreeMap<usize, String>>,
) -> Result<usize> {
    amend(db, scope, id, typed, Verdict::is_to_be_corrected).await
}

/// Corrects the rows whose verdict may still be changed; returns how many others there are.
async fn amend(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    typed: &BTreeMap<i32, BTreeMap<usize, String>>,
    may_change: fn(Verdict) -> bool,
) -> Result<usize> {
    let import = checked(db, scope, id).await?;
    let wanted: Vec<i32> = typed.keys().copied().collect();
    let found = rows::named(db, &import, &wanted).await?;
    let mut changed = Vec::with_capacity(found.len());
    for row in found.into_iter().filter(|row| may_change(row.verdict)) {
        let mut cells = row.cells;
        // A row about an organization that was purged has none any more, and may be filled in anew.
        cells.resize(cells.len().max(import.headings.len()), String::new());
        for (column, cell) in typed.get(&row.row).into_iter().flatten() {
            if let Some(place) = cells.get_mut(*column) {
                // As a cell of a file, which has no characters the database does not keep.
                *place = read::typed(cell, &Limits::default());
            }
        }
        if let Some(why) = read::too_long(row.row.unsigned_abs(), &cells) {
            return Err(Error::Refused(why.into()));
        }
        changed.push((row.row, cells));
    }
    let others = wanted.len() - changed.len();
    again::some(db, scope, &import, changed).await?;
    Ok(others)
}

/// Says what is to be done with which rows.
///
/// # Errors
/// As [`correct`]; [`Error::Invalid`] on `groups` that are not the person's to choose (S263-S264), and on `existing` or
/// `likely` where they may not change what exists.
pub async fn set_choices(db: &mut PgConnection, scope: &Scope, id: Uuid, choices: &Choices) -> Result<()> {
    let import = checked(db, scope, id).await?;
    allowed(db, scope, choices).await?;
    state::set_choices(db, &import, choices).await
}

/// Whether the person may have done what the choices say: better known before than by a worker.
async fn allowed(db: &mut PgConnection, scope: &Scope, choices: &Choices) -> Result<()> {
    if choices.changes_existing() && !scope.holds_beneath(Permission::EditOrganization) {
        let field = if choices.existing == Existing::Update { "existing" } else { "likely" };
        return Err(FieldErrors::on(field, "Your role does not change organizations that exist. Leave them out").into());
    }
    if choices.create {
        organizations::check_groups(db, scope, &choices.groups).await?;
    }
    Ok(())
}

/// Begins an import. A small one is through when this returns; the rest is a job.
///
/// # Errors
/// As [`set_choices`]; [`Error::Refused`] where the choices do not allow it, and while the same file is being imported
/// (QUALITY 8).
pub async fn start(app: &App, scope: &Scope, id: Uuid) -> Result<()> {
    let few = app
        .write(scope, async |db| {
            let import = checked(db, scope, id).await?;
            if let Some(why) = import.choices.obstacle(&import.found) {
                return Err(Error::Refused(why.into()));
            }
            allowed(db, scope, &import.choices).await?;
            state::start(db, &import, scope.now).await.on_violation_of("imports_running_file_key", || {
                Error::Refused("The same file is being imported at this moment. Its import stands in the list".into())
            })?;
            tell(db, scope, &import).await?;
            let few = is_few(&import);
            enqueue(db, scope, JobKind::RunImport, &import, few).await?;
            Ok(few)
        })
        .await?;
    if few { work::work(app, Work { import_id: id }).await } else { Ok(()) }
}

/// Whether an import is so small that the request does it itself.
pub(super) fn is_few(import: &Import) -> bool {
    let work = import.choices.creates(&import.found) + import.choices.updates(&import.found);
    work <= FEW && i64::from(import.total) <= run::STEP as i64
}

/// Whether it is so small that the request takes it back itself.
pub(super) fn is_undone_at_once(import: &Import) -> bool {
    import.outcomes.of(Outcome::Created) + import.outcomes.of(Outcome::Updated) <= FEW
}

/// Who imported which file, and with what in mind.
async fn tell(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<()> {
    let after = json!({
        "rows": import.total,
        "creates": import.choices.creates(&import.found),
        "updates": import.choices.updates(&import.found),
    });
    let event = NewEvent {
        subject_id: Some(import.id),
        subject_name: Some(&import.file_name),
        after: Some(after),
        ..NewEvent::new(scope.organization.id, EventKind::ImportStarted)
    };
    events::record(db, scope, event).await
}

/// Ends what is under way, between two steps. What was imported is kept; where all or nothing was chosen, that is nothing.
/// What was taken back stays so, and the rest can be taken back later.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::NotFound`]; [`Error::Refused`] where nothing is under way.
pub async fn cancel(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    scope.require(Permission::CreateOrganizations)?;
    let import = theirs(scope, store::find(db, scope, id).await?)?;
    let ended = match import.state {
        State::Checking => state::delete(db, &import).await?,
        State::Running => state::end(db, id, (State::Cancelled, None), scope.now).await?,
        State::Undoing => super::undo::cancel(db, scope, &import).await?,
        _ => false,
    };
    match (ended, import.state) {
        (false, _) => Err(Error::Refused("This import has ended already, so that there is nothing to stop".into())),
        (true, State::Running) => notice::cancelled(db, scope, id).await,
        (true, _) => Ok(()),
    }
}

/// Forgets a file nothing was imported of.
///
/// # Errors
/// As [`cancel`].
pub async fn discard(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let import = open(db, scope, id).await?;
    state::delete(db, &import).await?;
    Ok(())
}

/// A new import of the rows this one could not bring in or did not reach, checked anew: a few at once, more of them by a
/// worker. Returns its id; while there is one that is not through yet, the id of that one.
///
/// # Errors
/// As [`cancel`]; [`Error::Refused`] where no row is left, its rows are not kept any more, or it is still under way; and
/// where too many files wait.
pub async fn retry(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Uuid> {
    scope.require(Permission::CreateOrganizations)?;
    // Locked, so that a second press finds what the first one made.
    let import = theirs(scope, store::lock(db, scope, id).await?)?;
    if !import.state.has_run() || import.left_over() == 0 {
        return Err(Error::Refused("There is no row that failed or was not reached".into()));
    }
    if let Some(other) = store::follow_up(db, scope, id).await?
        && matches!(other.state, State::Uploaded | State::Checking | State::Checked | State::Running)
    {
        return Ok(other.id);
    }
    import.require_rows()?;
    let again = Uuid::now_v7();
    kept::follow(db, scope, &import, again).await?;
    keeping::require_room(db, scope).await?;
    let few = rows::copy_left(db, &import, again).await? <= FEW.unsigned_abs();
    let new = store::find(db, scope, again).await?.ok_or(Error::NotFound)?;
    if few {
        while again::step(db, scope, again).await? {}
    } else {
        enqueue(db, scope, JobKind::CheckImport, &new, false).await?;
    }
    Ok(again)
}

/// Takes an import back (N1). A small one is through when this returns.
///
/// # Errors
/// As [`cancel`]; [`Error::Refused`] while it is under way, and where it was taken back already; [`Error::Forbidden`] where
/// it changed organizations and the person may not.
pub async fn undo(app: &App, scope: &Scope, id: Uuid) -> Result<()> {
    let few = app
        .write(scope, async |db| {
            scope.require(Permission::CreateOrganizations)?;
            let import = theirs(scope, store::lock(db, scope, id).await?)?;
            if import.outcomes.of(Outcome::Updated) > 0 && !scope.holds_beneath(Permission::EditOrganization) {
                return Err(Error::Forbidden(Permission::EditOrganization));
            }
            import.require_rows()?;
            if !state::undo(db, scope, &import).await? {
                return Err(Error::Refused("This import is still under way, or was undone already".into()));
            }
            let few = is_undone_at_once(&import);
            enqueue(db, scope, JobKind::UndoImport, &import, few).await?;
            Ok(few)
        })
        .await?;
    if few { work::work(app, Work { import_id: id }).await } else { Ok(()) }
}

async fn checked(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Import> {
    let import = open(db, scope, id).await?;
    match import.state {
        State::Checked => Ok(import),
        _ => Err(Error::Refused("Say first what the columns of the file hold".into())),
    }
}

impl Import {
    /// Whether it is the person's to change, to end and to take back, as far as they may import at all: whoever creates in
    /// some groups alone is kept to their own, whatever else they see by another role (S262).
    pub fn is_open_to(&self, scope: &Scope) -> bool {
        self.asked_by == scope.actor.user_id || scope.sight_to(Permission::CreateOrganizations) == Sight::Everything
    }
}

/// The import, where it is the person's to change.
pub(super) fn theirs(scope: &Scope, found: Option<Import>) -> Result<Import> {
    found.filter(|import| import.is_open_to(scope)).ok_or(Error::NotFound)
}
