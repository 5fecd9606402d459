//! Rows that are organizations already: what they say is laid over what is there, once for each organization.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    judge::{Found, Known},
    model::{Fate, Import, Outcome, Verdict},
    reader::{ReadRow, Reader},
    run::{failed, fate, words},
    store::{results, rows::Waiting},
};
use crate::{
    custom_fields::Values,
    error::Result,
    organizations::{self, Channel, Edit, Edited, Organization, OrganizationForm},
    scope::Scope,
};

/// What the check said of a row.
type Judged = (Verdict, Option<Uuid>);

/// What a row would change.
struct Change {
    row: i32,
    edit: Edit,
    /// The values of the partner's own fields, where the row changes one.
    custom: Option<Values>,
}

/// Changes the organizations the rows are, and returns what became of each row.
pub(super) async fn update(
    db: &mut PgConnection,
    scope: &Scope,
    reader: &Reader,
    import: &Import,
    waiting: Vec<Waiting>,
) -> Result<Vec<Fate>> {
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let judge = |row: Waiting| ((row.verdict, row.target), reader.read(row.row, row.cells));
    let (judged, rows): (Vec<Judged>, Vec<ReadRow>) = waiting.into_iter().map(judge).unzip();
    let known = Known::of(db, scope, rows.iter()).await?;
    let targets: Vec<Uuid> = judged.iter().filter_map(|(_, target)| *target).collect();
    let mut first: HashMap<Uuid, i32> = results::changed(db, import, &targets).await?.into_iter().collect();
    let (mut fates, mut changes) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for ((at, row), judged) in rows.iter().enumerate().zip(judged) {
        match plan(reader, &known, (at, row), judged) {
            Err(why) => fates.push(failed(row.row, why)),
            Ok((id, change)) => match (first.get(&id).copied(), change) {
                // What it changes is changed once: the second row would be compared with what is gone by then.
                (Some(first), _) => {
                    fates.push(failed(row.row, format!("Row {first} is about the same organization")));
                }
                (None, None) => fates.push(Fate { organization: Some(id), ..fate(row.row, Outcome::Same) }),
                (None, Some(change)) => {
                    first.insert(id, row.row);
                    changes.push(change);
                }
            },
        }
    }
    fates.extend(save(db, scope, changes).await?);
    Ok(fates)
}

/// Compared once more, since what was found when the file was checked may have changed: the organization, and what would
/// change of it, where something would.
fn plan(
    reader: &Reader,
    known: &Known,
    (at, row): (usize, &ReadRow),
    (verdict, target): Judged,
) -> Result<(Uuid, Option<Change>), String> {
    let found = match verdict {
        // Somebody has decided that it is this one.
        Verdict::Likely => target.and_then(|id| known.chosen(at, id)),
        _ => match known.about(at, row).map_err(|problems| words(&problems))? {
            Found::One(organization, values) => Some((organization, values)),
            Found::Likely(..) | Found::None => None,
        },
    };
    let (organization, values) = found.ok_or("The organization is gone")?;
    if target != Some(organization.id) {
        return Err("It is another organization by now. Check the file again".to_owned());
    }
    if organization.status == "archived" {
        return Err(format!("{} is archived. Restore it first", organization.details.name));
    }
    let wanted = reader.as_update(row, organization, values).map_err(|problems| words(&problems))?;
    let custom = (wanted.custom.values != reader.in_use(values)).then_some(wanted.custom.values);
    let differs = wanted.details != organization.details || custom.is_some();
    let edit = Edit { before: organization.clone(), after: wanted.details };
    Ok((organization.id, differs.then_some(Change { row: row.row, edit, custom })))
}

async fn save(db: &mut PgConnection, scope: &Scope, changes: Vec<Change>) -> Result<Vec<Fate>> {
    let mut rows = Vec::with_capacity(changes.len());
    let mut edits = Vec::with_capacity(changes.len());
    let mut custom: HashMap<Uuid, Values> = HashMap::new();
    for change in changes {
        custom.extend(change.custom.map(|values| (change.edit.before.id, values)));
        rows.push(change.row);
        edits.push(change.edit);
    }
    let outcomes = organizations::edit_many(db, scope, &edits, Channel::Import.as_str()).await?;
    let saved: Vec<(Uuid, Values)> = edits
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| matches!(outcome, Edited::Yes(_)))
        .filter_map(|(edit, _)| custom.remove_entry(&edit.before.id))
        .collect();
    let replaced = crate::custom_fields::set_many(db, scope, &saved).await?;
    let became = |row: i32, edit: &Edit, outcome: Edited| -> Result<Fate> {
        Ok(match outcome {
            Edited::Yes(version) => Fate {
                organization: Some(edit.before.id),
                version: Some(version),
                before: Some(image(&edit.before, replaced.get(&edit.before.id))?),
                ..fate(row, Outcome::Updated)
            },
            Edited::Stale => failed(row, "Somebody else changed the organization at the same moment".to_owned()),
            Edited::Refused(why) => failed(row, why),
        })
    };
    rows.into_iter().zip(&edits).zip(outcomes).map(|((row, edit), outcome)| became(row, edit, outcome)).collect()
}

/// The organization as it was, so that an undo can restore it (N1); the currency of its limit, since a form names none.
fn image(before: &Organization, custom: Option<&Values>) -> Result<serde_json::Value> {
    let form = serde_json::to_value(OrganizationForm::of(&before.details)).map_err(anyhow::Error::from)?;
    let currency = before.details.approval_limit.map(|limit| limit.currency.code());
    Ok(serde_json::json!({ "form": form, "currency": currency, "custom": custom.map(Values::as_json) }))
}
