//! Changing the details: of one organization on its own page, or of many beneath a partner at once.

use std::collections::HashSet;

use serde_json::{Map, Value};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{Details, Organization, show, store};
use crate::{
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::{Scope, Sight},
};

/// What became of a change of the details.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the organization now.
    Stale(Box<Organization>),
}

/// Changes the details of the scope's own organization, if nobody changed them since `version` (QUALITY 21).
///
/// # Errors
/// Without [`Permission::EditOrganization`]; [`Error::Invalid`] on a domain or customer number a sibling has.
pub async fn edit(db: &mut PgConnection, scope: &Scope, version: i32, new: &Details) -> Result<Saved> {
    scope.require(Permission::EditOrganization)?;
    let before = show(db, scope).await?;
    let saved = update(db, scope, &[(before.id, version, new)]).await?;
    if saved.is_empty() {
        return Ok(Saved::Stale(Box::new(before)));
    }
    events::record_all(db, scope, &event(&before, new, None).into_iter().collect::<Vec<_>>()).await?;
    Ok(Saved::Yes)
}

/// A change of an organization beneath the scope's.
#[derive(Debug, Clone)]
pub struct Edit {
    /// As it was read; its version must still hold.
    pub before: Organization,
    /// As it is to be.
    pub after: Details,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It is saved under this version.
    Yes(i32),
    /// Somebody else saved in the meantime.
    Stale,
    /// It cannot be: another organization has the domain or customer number, or it is not the person's to change; in words.
    Refused(String),
}

/// Changes the details of organizations directly beneath the scope's, in one statement where nothing is in the way; what
/// became of each comes back in the order given. `channel` says how, for the log.
///
/// # Errors
/// Where the person may not edit what is beneath.
pub async fn edit_many(
    db: &mut PgConnection,
    scope: &Scope,
    edits: &[Edit],
    channel: &'static str,
) -> Result<Vec<Edited>> {
    if edits.is_empty() {
        return Ok(Vec::new());
    }
    if !scope.holds_beneath(Permission::EditOrganization) {
        return Err(Error::Forbidden(Permission::EditOrganization));
    }
    let ids: Vec<Uuid> = edits.iter().map(|edit| edit.before.id).collect();
    // In one order, so that two who change many do not wait for each other.
    store::hold(db, scope.organization.id, &ids).await?;
    let outcomes = match scope.sight_to(Permission::EditOrganization) {
        Sight::Everything => as_many_as_can_be(db, scope, edits).await?,
        Sight::Groups(groups) => {
            let own = store::in_groups(db, scope.organization.id, &groups, &ids).await?;
            their_own(db, scope, edits, &own).await?
        }
    };
    let done = edits.iter().zip(&outcomes).filter(|(_, outcome)| matches!(outcome, Edited::Yes(_)));
    let events: Vec<NewEvent<'_>> =
        done.filter_map(|(edit, _)| event(&edit.before, &edit.after, Some(channel))).collect();
    events::record_all(db, scope, &events).await?;
    Ok(outcomes)
}

/// Those of them that are the person's to change.
async fn their_own(db: &mut PgConnection, scope: &Scope, edits: &[Edit], own: &HashSet<Uuid>) -> Result<Vec<Edited>> {
    let theirs: Vec<Edit> = edits.iter().filter(|edit| own.contains(&edit.before.id)).cloned().collect();
    let mut outcomes = as_many_as_can_be(db, scope, &theirs).await?.into_iter();
    let outcome = |edit: &Edit| {
        let tried = own.contains(&edit.before.id).then(|| outcomes.next()).flatten();
        tried.unwrap_or_else(|| Edited::Refused("It is in none of the groups you may change".to_owned()))
    };
    Ok(edits.iter().map(outcome).collect())
}

/// All in one statement, taken back where a value that must be unique is in the way.
async fn together(db: &mut PgConnection, scope: &Scope, edits: &[Edit]) -> Result<Vec<Edited>> {
    let rows: Vec<_> = edits.iter().map(|edit| (edit.before.id, edit.before.version, &edit.after)).collect();
    let mut point = db.begin().await?;
    let saved: HashSet<Uuid> = update(&mut point, scope, &rows).await?.into_iter().collect();
    point.commit().await?;
    let outcome = |edit: &Edit| match saved.contains(&edit.before.id) {
        true => Edited::Yes(edit.before.version + 1),
        false => Edited::Stale,
    };
    Ok(edits.iter().map(outcome).collect())
}

/// A part that cannot be saved as a whole is halved, until the edit that is in the way stands alone: one among thousands
/// costs a few statements more.
async fn as_many_as_can_be(db: &mut PgConnection, scope: &Scope, edits: &[Edit]) -> Result<Vec<Edited>> {
    let mut outcomes = Vec::with_capacity(edits.len());
    // The next one last, so that what became of them comes in the order of the edits.
    let mut parts = vec![edits];
    while let Some(part) = parts.pop() {
        match together(db, scope, part).await {
            Err(Error::Invalid(errors)) if part.len() == 1 => {
                let words = errors.iter().next().map(|(_, words)| words.to_owned());
                outcomes.push(Edited::Refused(words.unwrap_or_default()));
            }
            Err(Error::Invalid(_)) => {
                let (first, rest) = part.split_at(part.len() / 2);
                parts.extend([rest, first]);
            }
            other => outcomes.extend(other?),
        }
    }
    Ok(outcomes)
}

/// Ids of those whose version still held.
async fn update(db: &mut PgConnection, scope: &Scope, rows: &[(Uuid, i32, &Details)]) -> Result<Vec<Uuid>> {
    let taken = |field, what: &str| {
        let message = format!("This {what} already belongs to another organization. Use another {what}");
        move || FieldErrors::on(field, message).into()
    };
    store::update(db, scope.now, rows)
        .await
        .on_violation_of("organizations_parent_id_domain_key", taken("domain", "domain"))
        .on_violation_of("organizations_parent_id_customer_number_key", taken("customer_number", "customer number"))
}

/// Only the fields that differ; nothing where none does.
fn event(before: &Organization, after: &Details, channel: Option<&'static str>) -> Option<NewEvent<'static>> {
    let (was, is) = changed(before.details.as_json(), after.as_json());
    (!is.is_empty()).then(|| NewEvent {
        before: Some(Value::Object(was)),
        after: Some(Value::Object(is)),
        channel,
        ..NewEvent::new(before.id, EventKind::OrganizationEdited)
    })
}

fn changed(before: Map<String, Value>, after: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let differing: HashSet<String> =
        after.iter().filter(|(key, value)| before.get(*key) != Some(*value)).map(|(key, _)| key.clone()).collect();
    let only = |fields: Map<String, Value>| fields.into_iter().filter(|(key, _)| differing.contains(key)).collect();
    (only(before), only(after))
}
