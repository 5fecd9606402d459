//! Changes of many organizations at once (UX 24, N5): over a selection or everything a list shows. What was asked for is
//! written down with its organizations, judged one by one without changing anything, shown, and only then carried out: up
//! to 100 in the request, more by a job in steps of one transaction each; a job also finds out what everything is that a long
//! list shows, and judges it. It can be cancelled between two steps, and what can
//! be taken back is taken back by a change of its own that leaves alone what was changed again since.

mod carry_out;
mod check;
mod choose;
mod form;
mod model;
pub(crate) mod pages;
mod store;
mod work;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    choose::{MOST, Selection},
    form::{ParametersForm, Said},
    model::{Action, Asks, Counts, Item, Only, Parameters, Run, State, Verdict},
    work::{Work, step, work},
};
use crate::{
    error::{Error, FieldErrors, Result},
    groups,
    jobs::{self, JobKind, NewJob},
    roles::Permission,
    scope::Scope,
    tags,
};

/// Up to so many organizations are changed in the request itself.
pub const AT_ONCE: i32 = 100;
/// Lines a page.
const PAGE: usize = 50;

/// What the person may do with many organizations here.
pub fn offered(scope: &Scope) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| scope.may(action.permission())).collect()
}

/// Writes down that a change is wanted, for the organizations as they are found now. Nothing is changed yet.
///
/// # Errors
/// Without the action's permission; [`Error::NotFound`] where none of the named organizations is seen; [`Error::Refused`]
/// for none at all, or for more than [`MOST`].
pub async fn create(db: &mut PgConnection, scope: &Scope, action: Action, selection: &Selection) -> Result<Uuid> {
    scope.require(Permission::ListOrganizations)?;
    scope.require(action.permission())?;
    choose::insert(db, scope, action, selection).await
}

/// The change with this id.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] for any other.
pub async fn find(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Run> {
    scope.require(Permission::ListOrganizations)?;
    store::find(db, scope, id).await?.ok_or(Error::NotFound)
}

/// The changes of the partner, or the person's own where they are kept to groups: the newest first, behind `before`, and
/// whether there are more.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, before: Option<Uuid>) -> Result<(Vec<Run>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    let mut runs = store::list(db, scope, before, PAGE as i64 + 1).await?;
    let more = runs.len() > PAGE;
    runs.truncate(PAGE);
    Ok((runs, more))
}

/// Lines of a change behind a place, and whether there are more.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn items(
    db: &mut PgConnection,
    scope: &Scope,
    run: &Run,
    only: Option<Only>,
    after: i32,
) -> Result<(Vec<Item>, bool)> {
    scope.require(Permission::ListOrganizations)?;
    let mut items = store::items::list(db, run, only, after, PAGE as i64 + 1).await?;
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    Ok((items, more))
}

/// How many mails a change would send (N5).
///
/// # Errors
/// The database's.
pub async fn mails(db: &mut PgConnection, run: &Run) -> Result<i64> {
    if run.parameters.tell { store::items::mails(db, run).await } else { Ok(0) }
}

/// The change that took this one back.
///
/// # Errors
/// The database's.
pub async fn undone_by(db: &mut PgConnection, run: &Run) -> Result<Option<Uuid>> {
    store::undone_by(db, run.partner_id, run.id).await
}

/// A change that is not begun, locked; somebody may do it.
async fn planned(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Run> {
    let run = store::lock(db, scope, id).await?.ok_or(Error::NotFound)?;
    scope.require(run.action.permission())?;
    match run.state {
        State::Planned => Ok(run),
        _ => Err(Error::Refused("This change was begun already. Its page shows how far it is".into())),
    }
}

/// Says with what the change is to be made, and judges every organization anew.
///
/// # Errors
/// Without the action's permission; [`Error::NotFound`]; [`Error::Refused`] once the change was begun, and where the group
/// cannot be used.
pub async fn set_parameters(db: &mut PgConnection, scope: &Scope, id: Uuid, said: Said) -> Result<()> {
    let run = planned(db, scope, id).await?;
    let parameters = named(db, scope, run.action, said).await?;
    store::set_parameters(db, &run, &parameters).await?;
    judge(db, scope, &Run { parameters, ..run }, false).await
}

/// With the name of the group or tag; a new tag is made.
async fn named(db: &mut PgConnection, scope: &Scope, action: Action, said: Said) -> Result<Parameters> {
    let mut parameters = match said {
        Said::Parameters(parameters) => parameters,
        Said::NewTag(name) => {
            let tag_id = Some(tags::find_or_create(db, scope, &name).await?);
            Parameters { tag_id, ..Parameters::default() }
        }
    };
    let missing = |field, words: &'static str| move || Error::Invalid(FieldErrors::on(field, words));
    parameters.name = match (action.asks(), parameters.group_id, parameters.tag_id) {
        (Asks::Group, Some(id), _) => match groups::find(db, scope, id).await {
            Ok(group) if group.archived_at.is_none() => Some(group.name),
            Ok(_) | Err(Error::NotFound) => return Err(missing("group", "Choose a group that is in use")()),
            Err(error) => return Err(error),
        },
        (Asks::Tag, _, Some(id)) => {
            let known = tags::choices(db, scope).await?.into_iter().find(|(known, _)| *known == id);
            Some(known.ok_or_else(missing("tag", "Choose a tag that is in use"))?.1)
        }
        _ => None,
    };
    Ok(parameters)
}

/// Judges every organization anew, with what was said before; many by a job.
///
/// # Errors
/// As [`set_parameters`].
pub async fn check(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let run = planned(db, scope, id).await?;
    judge(db, scope, &run, false).await
}

/// The dry run, and where nobody has to look at it first, the change.
async fn judge(db: &mut PgConnection, scope: &Scope, run: &Run, at_once: bool) -> Result<()> {
    if !run.is_settled() || run.total as usize >= choose::PORTION {
        store::checks::ask(db, run).await?;
        return enqueue(db, scope, run, at_once).await;
    }
    let ids = store::items::organizations(db, run).await?;
    let judged = carry_out::judge(db, scope, run, &ids).await?;
    store::verdicts::forget(db, run).await?;
    store::verdicts::judge(db, run, &judged).await?;
    store::checks::finish(db, run, scope.now).await?;
    if at_once { start(db, scope, run.id).await } else { Ok(()) }
}

async fn enqueue(db: &mut PgConnection, scope: &Scope, run: &Run, at_once: bool) -> Result<()> {
    let payload = json!({ "run_id": run.id, "start": at_once });
    let job = NewJob::new(JobKind::RunBulk, payload, scope.now).in_queue(format!("bulk:{}", run.partner_id));
    jobs::enqueue(db, job).await
}

/// Begins a change. A small one is through when this returns; the rest is a job.
///
/// # Errors
/// As [`set_parameters`]; [`Error::Refused`] before the dry run.
pub async fn start(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let run = planned(db, scope, id).await?;
    if run.judged_at.is_none() {
        return Err(Error::Refused("Say first what is to be done, then look at what it changes".into()));
    }
    store::start(db, &run, scope.now).await?;
    if run.total <= AT_ONCE {
        while step(db, scope, id).await? {}
        return Ok(());
    }
    enqueue(db, scope, &run, false).await
}

/// Ends a change that is under way, between two steps. What was done is kept.
///
/// # Errors
/// Without the action's permission; [`Error::NotFound`].
pub async fn cancel(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Run> {
    let run = store::lock(db, scope, id).await?.ok_or(Error::NotFound)?;
    scope.require(run.action.permission())?;
    store::end(db, &run, State::Cancelled, None, scope.now).await?;
    Ok(run)
}

/// The same change for those it was refused for, to be judged anew.
///
/// # Errors
/// Without the action's permission; [`Error::NotFound`]; [`Error::Refused`] where nothing was refused.
pub async fn retry(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Uuid> {
    let run = find(db, scope, id).await?;
    scope.require(run.action.permission())?;
    let again = follow(db, scope, &run, (run.action, run.undoes), "refused").await?;
    check(db, scope, again).await?;
    Ok(again)
}

/// A change that takes back what this one changed. Where nothing more has to be said it is begun at once.
///
/// # Errors
/// Without the action's permission; [`Error::NotFound`]; [`Error::Refused`] while it runs, and where it changed nothing.
pub async fn undo(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Uuid> {
    let run = find(db, scope, id).await?;
    scope.require(run.action.permission())?;
    if !run.state.has_ended() {
        return Err(Error::Refused("This change is still under way. Cancel it first".into()));
    }
    let inverse = run.action.inverse();
    let undo = follow(db, scope, &run, (inverse, Some(run.id)), "changed").await?;
    if matches!(inverse.asks(), Asks::Group | Asks::Tag | Asks::Telling) {
        let run = planned(db, scope, undo).await?;
        judge(db, scope, &run, true).await?;
    }
    Ok(undo)
}

/// A change that begins where another ended.
async fn follow(
    db: &mut PgConnection,
    scope: &Scope,
    run: &Run,
    (action, undoes): (Action, Option<Uuid>),
    outcome: &str,
) -> Result<Uuid> {
    let same = action == run.action;
    let kept = Parameters {
        group_id: run.parameters.group_id,
        tag_id: run.parameters.tag_id,
        name: run.parameters.name.clone(),
        ..Parameters::default()
    };
    let new = store::NewRun {
        action,
        parameters: if same { &run.parameters } else { &kept },
        filter: None,
        left_out: &[],
        undoes,
    };
    let id = store::insert(db, scope, new).await?;
    store::items::copy(db, scope, (id, action.depth_order()), (run.id, outcome)).await?;
    if store::items::count(db, scope.organization.id, id).await? == 0 {
        return Err(Error::Refused("There is nothing left to do: no organization is concerned".into()));
    }
    Ok(id)
}
