//! Restoring one organization with what stands in the way of it (N14): its keys stayed reserved, but another organization
//! may have its name by now, its groups may be archived, and whoever pays for it, too.

use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Changing, before, bring_back, decide,
    form::DecisionForm,
    model::{Outcome, Transition, Verdict},
    restore as restore_many,
    store::{self, Target, one},
};
use crate::{
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::Scope,
    types::{CompanyName, OrgKey},
};

/// What whoever restores an organization has to know and decide.
#[derive(Debug, Clone, Default)]
pub struct Restoring {
    /// Its name.
    pub name: String,
    /// The organization above: key, name and state.
    pub parent: Option<(OrgKey, String, String)>,
    /// An organization beside it that has its name by now.
    pub namesake: Option<(OrgKey, String)>,
    /// Names of its groups that were archived meanwhile.
    pub archived_groups: Vec<String>,
    /// Groups it can be put into instead: those in use that it is not in.
    pub groups: Vec<(Uuid, String)>,
    /// The archived organization to whose account it is billed.
    pub archived_payer: Option<(OrgKey, String)>,
    /// How many organizations were archived with it.
    pub together: i64,
}

impl Restoring {
    /// Whether the organization above is archived, which has to come back first.
    pub fn is_under_archived(&self) -> bool {
        self.parent.as_ref().is_some_and(|(_, _, status)| status == "archived")
    }

    /// Whether the organization above is suspended.
    pub fn is_under_suspended(&self) -> bool {
        self.parent.as_ref().is_some_and(|(_, _, status)| status == "suspended")
    }
}

/// The decisions, checked against what was found.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Its new name, where it is to have one.
    pub name: Option<CompanyName>,
    /// Groups it is put into.
    pub groups: Vec<Uuid>,
    /// Whether what was archived with it comes back, too.
    pub with_beneath: bool,
    /// Whether its administrators are told.
    pub tell: bool,
}

/// What stands in the way of restoring the scope's organization.
///
/// # Errors
/// Without [`Permission::ManageLifecycle`]; [`Error::Refused`] where it is not archived or not the person's to restore.
pub async fn conflicts(db: &mut PgConnection, scope: &Scope) -> Result<Restoring> {
    target(db, scope).await?;
    one::restoring(db, scope.organization.id).await?.ok_or(Error::NotFound)
}

async fn target(db: &mut PgConnection, scope: &Scope) -> Result<Target> {
    scope.require(Permission::ManageLifecycle)?;
    let found = store::targets(db, scope, Transition::Restore, &[scope.organization.id]).await?.pop();
    let found = found.ok_or(Error::NotFound)?;
    match decide::barred(scope, &found) {
        Some(words) => Err(Error::Refused(words.into())),
        None if found.status != "archived" => Err(Error::Refused("It is not archived.".into())),
        None => Ok(found),
    }
}

/// Restores the scope's organization as decided, with what was archived together with it where that is wanted; each of
/// those has an outcome.
///
/// # Errors
/// As [`conflicts`]; [`Error::Refused`] beneath an archived organization; [`Error::Invalid`] for a conflict without a
/// decision.
pub async fn restore_one(db: &mut PgConnection, scope: &Scope, form: &DecisionForm) -> Result<Vec<Outcome>> {
    let id = scope.organization.id;
    store::lock(db, scope, &[id]).await?;
    let target = target(db, scope).await?;
    let found = one::restoring(db, id).await?.ok_or(Error::NotFound)?;
    if found.is_under_archived() {
        return Err(Error::Refused("The organization above it is archived. Restore that one first.".into()));
    }
    let decision = form.parse(&found)?;
    let mut was = before(&target);
    if let Some(name) = &decision.name {
        rename(db, &target, name, &mut was).await?;
    }
    let together = if decision.with_beneath { one::archived_together(db, id).await? } else { Vec::new() };
    let change = Changing(vec![(id, was)]);
    bring_back(db, scope, &change, decision.tell).await?;
    join(db, scope, &target, &decision, &found).await?;
    let name = decision.name.map_or(target.name, |name| name.to_string());
    let mut outcomes = vec![Outcome { id, key: Some(target.key), name, result: Verdict::Done }];
    if !together.is_empty() {
        outcomes.extend(restore_many(db, scope, &together, decision.tell).await?);
    }
    Ok(outcomes)
}

/// The event of the restoration says what it was called; a rename of its own says both.
async fn rename(db: &mut PgConnection, target: &Target, name: &CompanyName, was: &mut Value) -> Result<()> {
    if one::name_is_taken(db, target.id, name).await? {
        return Err(FieldErrors::on("name", "Another organization here has this name, too").into());
    }
    if let Value::Object(fields) = was {
        fields.insert("name".to_owned(), json!(target.name));
    }
    one::rename(db, target.id, name).await
}

/// Puts it into the groups chosen, and says so in the log of the partner, one line a group.
async fn join(
    db: &mut PgConnection,
    scope: &Scope,
    target: &Target,
    decision: &Decision,
    found: &Restoring,
) -> Result<()> {
    let Some(parent) = target.path.iter().rev().nth(1) else { return Ok(()) };
    one::join_groups(db, scope, target.id, &decision.groups).await?;
    for (id, name) in found.groups.iter().filter(|(id, _)| decision.groups.contains(id)) {
        let event = NewEvent {
            subject_id: Some(*id),
            subject_name: Some(name),
            after: Some(json!({ "organizations": 1, "names": [target.name] })),
            ..NewEvent::new(*parent, EventKind::GroupOrganizationsAdded)
        };
        events::record(db, scope, event).await?;
    }
    Ok(())
}
