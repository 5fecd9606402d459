//! The creation wizard: seven steps from a company's name to an organization with an administrator and a subscription
//! (S101-S141, S401-S424). What is typed is a draft of its owner until the last step creates everything at once.

mod form;
mod model;
pub(crate) mod pages;
mod review;
mod step;
mod store;
mod summary;
mod verification;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::{
        Administrator, AdministratorForm, BillingForm, Button, Choice, DetailsForm, Field, Intent, Posted, StepForm,
        first_subscription,
    },
    model::{Answers, CreatedWords, Draft, DraftSummary, KEPT_FOR, Proof, ProvedAccess},
    review::{Creation, create},
    step::Step,
    summary::{Line, Section, sections},
    verification::{
        Chosen, PasswordAsked, Sending, SentCode, Tried, WORKS_FOR, choose_access, judge_password, password_asked,
        send_code, sent_code, try_code,
    },
};
use crate::{
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::{Scope, Standing},
};

/// What became of the answers of one step.
#[derive(Debug)]
pub enum Submitted {
    /// Stored; this is the next page.
    Next(Step),
    /// Stored as typed, but something is not acceptable.
    Invalid(Draft, FieldErrors),
    /// Another tab has written this step since: nothing was stored (UX 8).
    Stale(Draft),
    /// The step cannot be taken now, because an earlier one is open or the organization exists; this is where to go.
    Elsewhere(Step),
}

/// Begins a draft beneath the organization.
///
/// # Errors
/// [`Error::Forbidden`] without the permission (S101).
pub async fn begin(db: &mut PgConnection, scope: &Scope) -> Result<Uuid> {
    scope.require(Permission::CreateOrganizations)?;
    store::insert(db, scope).await
}

/// A draft of the person, begun beneath this organization. Any other is not found.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn open(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Draft> {
    scope.require(Permission::CreateOrganizations)?;
    store::find(db, scope, id).await?.ok_or(Error::NotFound)
}

/// The draft for a change: others wait until the transaction ends.
async fn open_for_change(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Draft> {
    scope.require(Permission::CreateOrganizations)?;
    store::lock(db, scope, id).await?.ok_or(Error::NotFound)
}

/// The person's unfinished drafts beneath this organization, the latest first; at most 50.
///
/// # Errors
/// The database's.
pub async fn own_drafts(db: &mut PgConnection, scope: &Scope) -> Result<Vec<DraftSummary>> {
    store::list_own(db, scope).await
}

/// Deletes a draft. What a finished draft has created stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    scope.require(Permission::CreateOrganizations)?;
    if store::delete(db, scope, id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Takes the answers of one step. They are stored as typed in any case, so that nothing is lost; only acceptable ones
/// lead on.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn submit<F: StepForm>(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    typed: F,
    intent: &Intent,
) -> Result<Submitted> {
    let parent = &scope.organization;
    let mut draft = open_for_change(db, scope, id).await?;
    if draft.organization_id.is_some() {
        return Ok(Submitted::Elsewhere(Step::Confirmation));
    }
    let typed = typed.completed(&draft.answers);
    if draft.is_stale(&typed, intent.version()) {
        return Ok(Submitted::Stale(draft));
    }
    let reachable = F::STEP <= draft.first_open(parent);
    let mut errors = typed.errors(parent);
    if reachable {
        let taken = typed.taken(db, scope).await?;
        taken.iter().for_each(|(field, message)| errors.add(field.to_owned(), message.to_owned()));
    }
    let changed = draft.take(typed, reachable && errors.is_empty());
    if F::STEP == Step::AdminUser && errors.is_empty() {
        draft.void_outdated_proof();
    }
    let next = next_page(&draft, F::STEP, intent, parent);
    if changed {
        store::save(db, scope, &draft, draft.first_open(parent)).await?;
    }
    Ok(match (reachable, errors.is_empty()) {
        (false, _) => Submitted::Elsewhere(draft.first_open(parent)),
        (true, false) => Submitted::Invalid(draft, errors),
        (true, true) => Submitted::Next(next),
    })
}

/// An edit from the review leads back there (S131), unless it opened a step again.
fn next_page(draft: &Draft, step: Step, intent: &Intent, parent: &Standing) -> Step {
    let open = draft.first_open(parent);
    if intent.from_review() { open } else { open.min(draft.after(step)) }
}

/// What became of answers that are only kept.
#[derive(Debug)]
pub enum Kept {
    /// Stored as typed.
    Stored(Draft),
    /// Another tab has written this step since: nothing was stored.
    Stale(Draft),
    /// The organization exists: there is nothing left to keep.
    Created,
}

/// Keeps the answers of one step as typed, without going on: when a field is left, for *Save and finish later*, before
/// going back (UX 6).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn keep<F: StepForm>(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    typed: F,
    intent: &Intent,
) -> Result<Kept> {
    let mut draft = open_for_change(db, scope, id).await?;
    if draft.organization_id.is_some() {
        return Ok(Kept::Created);
    }
    if draft.is_stale(&typed, intent.version()) {
        return Ok(Kept::Stale(draft));
    }
    let submitted = draft.was_submitted(F::STEP);
    if draft.take(typed, submitted) {
        store::save(db, scope, &draft, draft.first_open(&scope.organization)).await?;
        draft.updated_at = scope.now;
    }
    Ok(Kept::Stored(draft))
}
