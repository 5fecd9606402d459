//! Taking an import back, and saying truly what that came to (N1): what is as the import left it is removed, or put back to
//! what it was; what somebody changed since is kept; each row says which, and why.

use std::collections::HashMap;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Import, Outcome, State, Undone},
    notice,
    store::{
        self,
        results::{self, Answer, Kept},
        state,
    },
    work::Progress,
};
use crate::{
    custom_fields::{self, Values},
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    lifecycle,
    organizations::{self, Channel, Edit, Edited, OrganizationForm, Rules},
    roles::Permission,
    scope::Scope,
    types::Currency,
};

/// Rows of a step.
const STEP: i64 = 1_000;

/// Takes the next rows back, the last first, in the caller's transaction; once they are all through, the import is undone and
/// the log says so.
///
/// # Errors
/// Without [`crate::roles::Permission::CreateOrganizations`].
pub(super) async fn step(db: &mut PgConnection, scope: &Scope, import_id: Uuid) -> Result<Progress> {
    scope.require(Permission::CreateOrganizations)?;
    let Some(import) = store::lock(db, scope, import_id).await? else { return Ok(Progress::Through) };
    if import.state != State::Undoing {
        return Ok(Progress::Through);
    }
    if !import.is_open_to(scope) {
        return Err(Error::Forbidden(Permission::CreateOrganizations));
    }
    let before = if import.reached == 0 { i32::MAX } else { import.reached };
    let kept = results::before(db, &import, before, STEP).await?;
    let (count, first) = (kept.len(), kept.last().map_or(before, |row| row.row));
    let (created, updated): (Vec<Kept>, Vec<Kept>) = kept.into_iter().partition(|row| row.outcome == Outcome::Created);
    let mut answers = remove(db, scope, &import, &created).await?;
    answers.extend(put_back(db, scope, &updated).await?);
    results::mark_undone(db, &import, &answers).await?;
    state::advance(db, &import, (first, count as i32), None, scope.now).await?;
    if count as i64 == STEP {
        return Ok(Progress::More);
    }
    tell(db, scope, &import, true).await?;
    notice::undone(db, scope, &import).await?;
    state::end(db, import_id, (State::Undone, None), scope.now).await?;
    Ok(Progress::Through)
}

/// Removes organizations that nobody has touched.
async fn remove(db: &mut PgConnection, scope: &Scope, import: &Import, rows: &[Kept]) -> Result<Vec<Answer>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.organization).collect();
    results::hold(db, import, &ids).await?;
    // Who creates in some groups only takes back there alone, whatever else they see.
    let within = scope.sight_to(Permission::CreateOrganizations);
    let touched: HashMap<Uuid, Option<String>> =
        results::touched(db, import, within.groups(), &ids).await?.into_iter().collect();
    let untouched: Vec<Uuid> = touched.iter().filter(|(_, why)| why.is_none()).map(|(id, _)| *id).collect();
    lifecycle::remove(db, &untouched, scope.now).await?;
    let answer = |row: &Kept| match row.organization.and_then(|id| touched.get(&id)) {
        Some(None) => (row.row, Undone::Reversed, None),
        Some(Some(why)) => (row.row, Undone::Kept, Some(why.clone())),
        None => (row.row, Undone::Impossible, Some("The organization is not beneath you any more".to_owned())),
    };
    Ok(rows.iter().map(answer).collect())
}

/// Puts organizations that were changed by the import, and by nobody since, back to what they were.
async fn put_back(db: &mut PgConnection, scope: &Scope, rows: &[Kept]) -> Result<Vec<Answer>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.organization).collect();
    let mut found: HashMap<Uuid, organizations::Organization> =
        organizations::find_many(db, scope, &ids, &[]).await?.into_iter().map(|one| (one.id, one)).collect();
    let currency = organizations::rules(db, scope, Channel::Import).await?.currency;
    let (mut answers, mut places, mut edits, mut custom) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match planned(row, &mut found, currency) {
            Ok((edit, values)) => {
                custom.extend(values.map(|values| (edit.before.id, values)));
                places.push(row.row);
                edits.push(edit);
            }
            Err((undone, why)) => answers.push((row.row, undone, Some(why))),
        }
    }
    let outcomes = organizations::edit_many(db, scope, &edits, Channel::Import.as_str()).await?;
    let saved: Vec<Uuid> = edits
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| matches!(outcome, Edited::Yes(_)))
        .map(|(edit, _)| edit.before.id)
        .collect();
    custom.retain(|(id, _)| saved.contains(id));
    custom_fields::set_many(db, scope, &custom).await?;
    answers.extend(places.into_iter().zip(outcomes).map(|(row, outcome)| match outcome {
        Edited::Yes(_) => (row, Undone::Reversed, None),
        Edited::Stale => (row, Undone::Kept, Some(CHANGED.to_owned())),
        Edited::Refused(why) => (row, Undone::Impossible, Some(why)),
    }));
    Ok(answers)
}

const CHANGED: &str = "It was changed since";

/// The edit that puts an organization back.
fn planned(
    row: &Kept,
    found: &mut HashMap<Uuid, organizations::Organization>,
    currency: Currency,
) -> Result<(Edit, Option<Values>), (Undone, String)> {
    let gone = || (Undone::Impossible, "The organization is not beneath you any more".to_owned());
    let before = row.organization.and_then(|id| found.remove(&id)).ok_or_else(gone)?;
    if before.status == "archived" {
        return Err((Undone::Kept, "It is archived. Restore it first".to_owned()));
    }
    if row.version != Some(before.version) {
        return Err((Undone::Kept, CHANGED.to_owned()));
    }
    let image = row.before.as_ref().ok_or_else(gone)?;
    let form: OrganizationForm = serde_json::from_value(image["form"].clone()).unwrap_or_default();
    let currency = image["currency"].as_str().and_then(Currency::from_code).unwrap_or(currency);
    let rules =
        Rules { required: Vec::new(), kinds: vec![before.details.kind], country: None, currency, custom: Vec::new() };
    let after = form.parse(&rules).map_err(|errors| {
        let words: Vec<&str> = errors.iter().map(|(_, words)| words).collect();
        (Undone::Impossible, format!("What was there before is no longer accepted: {}", words.join(". ")))
    })?;
    let values = (!image["custom"].is_null()).then(|| Values::of_json(&image["custom"]));
    Ok((Edit { before, after: after.details }, values))
}

/// Ends the taking back before its end, in the caller's transaction. False where it is through already.
///
/// # Errors
/// The database's.
pub(super) async fn cancel(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<bool> {
    let ended = state::end_undo(db, import).await?;
    if ended {
        tell(db, scope, import, false).await?;
    }
    Ok(ended)
}

/// One event for the whole: the organizations are gone, and their own events stay as they were written.
async fn tell(db: &mut PgConnection, scope: &Scope, import: &Import, through: bool) -> Result<()> {
    let mut after = serde_json::Map::new();
    if !through {
        after.insert("ended_early".to_owned(), json!(true));
    }
    for (undone, count) in results::count_undone(db, import).await? {
        after.insert(undone.as_str().to_owned(), json!(count));
    }
    let event = NewEvent {
        subject_id: Some(import.id),
        subject_name: Some(&import.file_name),
        after: Some(after.into()),
        ..NewEvent::new(scope.organization.id, EventKind::ImportUndone)
    };
    events::record(db, scope, event).await
}
