//! The import itself, in steps. A step is one transaction in which some rows are imported and what became of them is
//! written down, so that a killed or doubled worker leaves each row done exactly once (QUALITY 7, 9). Where all or nothing
//! was chosen, all steps together are one transaction.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    ahead::{self, Batch, Next},
    model::{Deed, Fate, Import, Outcome, Problem, State, Verdict},
    notice,
    store::{self, results, rows::Waiting, state},
    update::update,
    work::Progress,
};
use crate::{
    app::App,
    database::statistics,
    error::{Error, Result},
    organizations::{self, Channel, NewAdministrator, NewOrganization, Parsed},
    scope::Scope,
};

/// Rows of a step: enough that a statement for all of them costs little for each, few enough to be stopped in a moment.
pub(super) const STEP: usize = 2_000;

/// Imports rows in the caller's transaction and writes down what became of them; the row of the import is left alone.
/// Returns the import as it is then.
///
/// # Errors
/// Without [`crate::roles::Permission::CreateOrganizations`]; [`Error::Refused`] for a row that fails where all or nothing
/// was chosen.
async fn rows_of_step(db: &mut PgConnection, scope: &Scope, mut import: Import, batch: Batch) -> Result<Import> {
    let (last, count) = (batch.last, batch.rows.len());
    let fates = carry_out(db, scope, &import, batch).await?;
    if let Some(failed) = fates.iter().find(|fate| import.choices.whole && fate.outcome == Outcome::Failed) {
        let why = failed.reason.as_deref().unwrap_or_default();
        return Err(Error::Refused(
            format!("Row {} could not be imported: {why}. Nothing was imported", failed.row).into(),
        ));
    }
    results::insert(db, &import, &fates).await?;
    fates.iter().for_each(|fate| import.outcomes.add(fate.outcome, 1));
    import.reached = last;
    import.done += count as i32;
    Ok(import)
}

/// Imports the next rows and moves the import on, while the rows behind them are read, which `ahead` keeps for the step after
/// this.
///
/// # Errors
/// Without [`crate::roles::Permission::CreateOrganizations`].
pub(super) async fn step(app: &App, scope: &Scope, import: &Import, ahead: &mut Option<Batch>) -> Result<Progress> {
    let batch = match ahead.take().filter(|batch| batch.after == import.reached) {
        Some(batch) => batch,
        None => ahead::read(app, scope, import, import.reached).await?,
    };
    let behind = batch.behind();
    let (written, next) = tokio::join!(
        app.write(scope, async |db| write(db, scope, import.id, batch).await),
        ahead::read_behind(app, scope, import, behind)
    );
    *ahead = next?;
    let progress = written?;
    // Beside the writing, the room of its rows would be counted and the rows themselves would not.
    app.write(scope, statistics::refresh).await?;
    Ok(progress)
}

async fn write(db: &mut PgConnection, scope: &Scope, import_id: Uuid, batch: Batch) -> Result<Progress> {
    // Whoever comes second waits here and then sees what the first one did.
    let Some(before) = store::lock(db, scope, import_id).await? else { return Ok(Progress::Through) };
    if before.state != State::Running {
        return Ok(Progress::Through);
    }
    if before.reached != batch.after {
        return Ok(Progress::Elsewhere);
    }
    let more = batch.behind().is_some();
    let after = rows_of_step(db, scope, before.clone(), batch).await?;
    let moved = (after.reached, after.done - before.done);
    state::advance(db, &before, moved, Some(&after.outcomes), scope.now).await?;
    if more {
        return Ok(Progress::More);
    }
    state::end(db, import_id, (State::Done, None), scope.now).await?;
    notice::tell(db, scope, &after, "").await?;
    Ok(Progress::Through)
}

/// Imports everything in one transaction. Others read how far it is, and may end it.
///
/// # Errors
/// As [`step`]; [`Error::Refused`] for a row that fails and where the import was ended meanwhile.
pub(super) async fn whole(app: &App, scope: &Scope, import_id: Uuid) -> Result<()> {
    let done = app.write(scope, async |db| every_step(app, db, scope, import_id).await).await;
    if done.is_err()
        && let Err(error) = show_nothing(app, scope, import_id).await
    {
        tracing::warn!(import = %import_id, %error, "rows that were taken back are shown as done");
    }
    done?;
    app.write(scope, statistics::refresh).await
}

async fn every_step(app: &App, db: &mut PgConnection, scope: &Scope, import_id: Uuid) -> Result<()> {
    state::hold(db, import_id).await?;
    let Some(mut import) = store::find(db, scope, import_id).await?.filter(|it| it.state == State::Running) else {
        return Ok(());
    };
    // What an earlier try had shown as done is not.
    import.done = 0;
    let mut next = Some(ahead::read(app, scope, &import, import.reached).await?);
    while let Some(batch) = next {
        let (known, behind) = (import.clone(), batch.behind());
        let (done, read) =
            tokio::join!(rows_of_step(db, scope, import, batch), ahead::read_behind(app, scope, &known, behind));
        (import, next) = (done?, read?);
        let (shown, done) = (&import, import.done);
        if !app.write(scope, async |db| state::show_progress(db, shown, done).await).await? {
            return Err(ended());
        }
    }
    // Somebody may have ended it behind the last row.
    if !state::complete(db, &import, scope.now).await? {
        return Err(ended());
    }
    notice::tell(db, scope, &import, "").await
}

/// Everything was taken back: while it waits for its next try, nothing of it is done.
async fn show_nothing(app: &App, scope: &Scope, import_id: Uuid) -> Result<()> {
    app.write(scope, async |db| match store::find(db, scope, import_id).await? {
        Some(import) => state::show_progress(db, &import, 0).await.map(|_| ()),
        None => Ok(()),
    })
    .await
}

fn ended() -> Error {
    Error::Refused("The import was ended. Nothing was imported".into())
}

async fn carry_out(db: &mut PgConnection, scope: &Scope, import: &Import, batch: Batch) -> Result<Vec<Fate>> {
    let (mut new, mut known, mut fates) = (Vec::new(), Vec::new(), Vec::with_capacity(batch.rows.len()));
    for row in batch.rows {
        match row {
            Next::Create(row, Ok(wanted)) => new.push((row, organization(import, row, *wanted))),
            Next::Create(row, Err(problems)) => fates.push(failed(row, words(&problems))),
            Next::Other(row) => match import.choices.deed(row.verdict) {
                Deed::Nothing => fates.push(Fate { organization: row.target, ..fate(row.row, Outcome::Same) }),
                Deed::LeaveOut => fates.push(left_out(&row)),
                Deed::Create | Deed::Update => known.push(row),
            },
        }
    }
    fates.extend(create(db, scope, import, new).await?);
    fates.extend(update(db, scope, &batch.reader, import, known).await?);
    fates.sort_unstable_by_key(|fate| fate.row);
    Ok(fates)
}

async fn create(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    wanted: Vec<(i32, NewOrganization)>,
) -> Result<Vec<Fate>> {
    let (places, new): (Vec<i32>, Vec<NewOrganization>) = wanted.into_iter().unzip();
    let made = organizations::create_many(db, scope, &new, import.choices.tell).await?;
    let fates = places.into_iter().zip(made).map(|(row, made)| match made {
        organizations::Fate::Created(created) => {
            Fate { organization: Some(created.id), version: Some(1), ..fate(row, Outcome::Created) }
        }
        organizations::Fate::Taken => {
            failed(row, "An organization with its domain or customer number was created meanwhile".to_owned())
        }
    });
    Ok(fates.collect())
}

/// The same row of the same import is the same command, however often it is carried out.
fn organization(import: &Import, row: i32, wanted: Parsed) -> NewOrganization {
    NewOrganization {
        command_id: Uuid::new_v5(&import.id, &row.to_be_bytes()),
        channel: Channel::Import,
        administrator: NewAdministrator::Later { email: wanted.details.contact_email.clone() },
        details: wanted.details,
        subscription: None,
        billing: None,
        groups: import.choices.groups.clone(),
        custom: wanted.custom,
    }
}

pub(super) fn fate(row: i32, outcome: Outcome) -> Fate {
    Fate { row, outcome, reason: None, organization: None, version: None, before: None }
}

pub(super) fn failed(row: i32, why: String) -> Fate {
    Fate { reason: Some(why), ..fate(row, Outcome::Failed) }
}

pub(super) fn words(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.words.as_str()).collect::<Vec<_>>().join(". ")
}

/// Rows that cannot be imported have failed; the others were left out by choice.
fn left_out(row: &Waiting) -> Fate {
    let why = match row.verdict {
        Verdict::Error => return failed(row.row, words(&row.problems)),
        Verdict::Twice | Verdict::Likely => words(&row.problems),
        Verdict::Match | Verdict::Same => "It exists already".to_owned(),
        Verdict::New => "New organizations were left out".to_owned(),
    };
    Fate { reason: Some(why), organization: row.target, ..fate(row.row, Outcome::Skipped) }
}
