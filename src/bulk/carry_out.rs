//! What becomes of organizations: judged without changing anything, or done. Both ask the features that own the rules.

use std::{borrow::Cow, collections::HashMap};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Action, Judged, Parameters, Run, Verdict},
    store::{self, facts::Facts},
};
use crate::{
    error::{Error, Result},
    groups,
    lifecycle::{self, Archiving, Outcome, Suspension},
    scope::Scope,
    tags,
    types::FreeText,
};

const GONE: &str = "You see it no longer";
const ELSEWHERE: &str = "It is not directly beneath you. Somebody of the organization above it can do this";
const ARCHIVED: &str = "It is archived. Restore it first";
const CHANGED_SINCE: &str = "It was changed again since, so it stays as it is now";

/// What the change would do to each, as things stand.
///
/// # Errors
/// Without the permission of the action; [`Error::NotFound`] or [`Error::Refused`] where the group or tag cannot be used.
pub(super) async fn judge(db: &mut PgConnection, scope: &Scope, run: &Run, ids: &[Uuid]) -> Result<Vec<Judged>> {
    scope.require(run.action.permission())?;
    let judged = match run.action {
        Action::AddToGroup | Action::RemoveFromGroup | Action::Tag | Action::Untag => {
            let facts = store::facts::find(db, scope, &run.parameters, ids).await?;
            ids.iter().map(|id| (*id, of_facts(run.action, facts.get(id)))).collect()
        }
        Action::Suspend => told(lifecycle::plan_suspend(db, scope, ids).await?, run.action),
        Action::Resume => told(lifecycle::plan_resume(db, scope, ids).await?, run.action),
        Action::Archive => {
            told(lifecycle::plan_archive(db, scope, ids, run.parameters.with_beneath).await?, run.action)
        }
        Action::Restore => told(lifecycle::plan_restore(db, scope, ids).await?, run.action),
    };
    unless_changed_since(db, run, only(judged, ids)).await
}

/// Does it, and says what became of each. What is not as the change that is undone left it stays as it is.
///
/// # Errors
/// As [`judge`].
pub(super) async fn apply(db: &mut PgConnection, scope: &Scope, run: &Run, ids: &[Uuid]) -> Result<Vec<Judged>> {
    scope.require(run.action.permission())?;
    let judged = judge(db, scope, run, ids).await?;
    let wanted: Vec<Uuid> =
        judged.iter().filter(|(_, verdict)| *verdict == Verdict::Change).map(|(id, _)| *id).collect();
    if wanted.is_empty() {
        return Ok(judged);
    }
    let done = done(db, scope, run, &wanted).await?;
    let settled = |(id, verdict): Judged| {
        if verdict != Verdict::Change {
            return (id, verdict);
        }
        // Somebody else was quicker by a moment.
        (id, done.get(&id).cloned().unwrap_or_else(|| Verdict::Stay(already(run.action).into())))
    };
    Ok(judged.into_iter().map(settled).collect())
}

/// The verdict on each that was done, or refused at the last moment.
async fn done(db: &mut PgConnection, scope: &Scope, run: &Run, ids: &[Uuid]) -> Result<HashMap<Uuid, Verdict>> {
    let with = &run.parameters;
    let changed = |ids: Vec<Uuid>| ids.into_iter().map(|id| (id, Verdict::Change)).collect();
    let outcomes = match run.action {
        Action::AddToGroup => return Ok(changed(groups::add(db, scope, group(with)?, ids).await?.ids)),
        Action::RemoveFromGroup => {
            let removed = groups::remove(db, scope, group(with)?, ids).await?;
            return Ok(changed(removed.into_iter().map(|(id, _)| id).collect()));
        }
        Action::Tag => return Ok(changed(tags::add(db, scope, tag(with)?, ids).await?.ids)),
        Action::Untag => return Ok(changed(tags::remove(db, scope, tag(with)?, ids).await?.ids)),
        Action::Suspend => lifecycle::suspend(db, scope, ids, &suspension(with)?).await?,
        Action::Resume => lifecycle::resume(db, scope, ids, with.tell).await?,
        Action::Archive => lifecycle::archive(db, scope, ids, &archiving(scope, with)?).await?,
        Action::Restore => lifecycle::restore(db, scope, ids, with.tell).await?,
    };
    Ok(told(outcomes, run.action).into_iter().collect())
}

fn group(with: &Parameters) -> Result<Uuid> {
    with.group_id.ok_or(Error::NotFound)
}

fn tag(with: &Parameters) -> Result<Uuid> {
    with.tag_id.ok_or(Error::NotFound)
}

fn stored(text: Option<&str>) -> Result<FreeText> {
    FreeText::parse(text.unwrap_or_default()).map_err(|error| Error::Internal(anyhow::anyhow!("stored text: {error}")))
}

fn suspension(with: &Parameters) -> Result<Suspension> {
    let note = with.note.as_deref().map(|note| stored(Some(note))).transpose()?;
    Ok(Suspension { reason: stored(with.reason.as_deref())?, note, tell: with.tell })
}

fn archiving(scope: &Scope, with: &Parameters) -> Result<Archiving> {
    Ok(Archiving {
        purge_on: with.purge_on.unwrap_or_else(|| Archiving::default_purge_on(scope.now)),
        reason: with.reason.as_deref().map(|reason| stored(Some(reason))).transpose()?,
        with_beneath: with.with_beneath,
        tell: with.tell,
    })
}

/// What is so already, in words.
fn already(action: Action) -> &'static str {
    match action {
        Action::AddToGroup => "It is in the group already",
        Action::RemoveFromGroup => "It is not in the group",
        Action::Tag => "It has the tag already",
        Action::Untag => "It does not have the tag",
        Action::Suspend => "It is suspended already",
        Action::Resume => "It is not suspended",
        Action::Archive => "It is archived already",
        Action::Restore => "It is not archived",
    }
}

fn told(outcomes: Vec<Outcome>, action: Action) -> Vec<Judged> {
    let verdict = |outcome: Outcome| {
        let verdict = match outcome.result {
            lifecycle::Verdict::Done => Verdict::Change,
            lifecycle::Verdict::Already => Verdict::Stay(already(action).into()),
            lifecycle::Verdict::Refused(words) => Verdict::Refuse(words),
        };
        (outcome.id, verdict)
    };
    outcomes.into_iter().map(verdict).collect()
}

/// What follows of itself, such as what is archived with the organization above it, is not among those asked for.
fn only(judged: Vec<Judged>, ids: &[Uuid]) -> Vec<Judged> {
    let mut known: HashMap<Uuid, Verdict> = judged.into_iter().collect();
    ids.iter().map(|id| (*id, known.remove(id).unwrap_or(Verdict::Refuse(GONE.into())))).collect()
}

fn of_facts(action: Action, facts: Option<&Facts>) -> Verdict {
    let Some(facts) = facts else { return Verdict::Refuse(GONE.into()) };
    let so = match action {
        Action::AddToGroup => facts.added_at.is_some(),
        Action::RemoveFromGroup => facts.added_at.is_none(),
        Action::Tag => facts.tagged,
        _ => !facts.tagged,
    };
    match action {
        _ if !facts.direct => Verdict::Refuse(ELSEWHERE.into()),
        _ if so => Verdict::Stay(already(action).into()),
        Action::AddToGroup if facts.archived => Verdict::Refuse(ARCHIVED.into()),
        _ => Verdict::Change,
    }
}

/// An undo takes back only what is as the change left it.
async fn unless_changed_since(db: &mut PgConnection, run: &Run, judged: Vec<Judged>) -> Result<Vec<Judged>> {
    let Some(undone) = run.undoes else { return Ok(judged) };
    let ids: Vec<Uuid> = judged.iter().map(|(id, _)| *id).collect();
    let changed = match run.action {
        Action::RemoveFromGroup => store::facts::regrouped_since(db, undone, run.parameters.group_id, &ids).await?,
        Action::Suspend | Action::Resume | Action::Archive | Action::Restore => {
            store::facts::moved_on_since(db, undone, &ids).await?
        }
        Action::Untag => store::facts::retagged_since(db, undone, run.parameters.tag_id, &ids).await?,
        // What is put back is not there now, whoever took it away.
        Action::AddToGroup | Action::Tag => return Ok(judged),
    };
    let verdict = |(id, verdict): Judged| match verdict {
        Verdict::Change if changed.contains(&id) => (id, Verdict::Refuse(Cow::Borrowed(CHANGED_SINCE))),
        verdict => (id, verdict),
    };
    Ok(judged.into_iter().map(verdict).collect())
}
