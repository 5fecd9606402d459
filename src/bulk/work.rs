//! A change is carried out in steps. Each step is one transaction in which some organizations are changed and that they
//! are is written down, so that a killed or doubled job leaves each done exactly once (QUALITY 9).

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{carry_out, check::DryRun, model::State, store};
use crate::{
    app::App,
    error::{Error, Result},
    memberships,
    scope::{RowScope, Scope},
};

/// Organizations changed in one step.
const STEP: i64 = 250;
const PURPOSE: RowScope = RowScope::System("find out who asked for a bulk change");

/// What the job carries.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Work {
    /// The change.
    pub run_id: Uuid,
    /// Whether it is begun as soon as the dry run is through, because nobody has to look at it first.
    #[serde(default)]
    pub start: bool,
}

/// Changes the next organizations that wait, in the caller's transaction. Returns whether there may be more; where there
/// are none, the change is through.
///
/// # Errors
/// Without the action's permission; [`Error::Refused`] and [`Error::NotFound`] where the group or tag cannot be used.
pub async fn step(db: &mut PgConnection, scope: &Scope, run_id: Uuid) -> Result<bool> {
    // Whoever comes second waits here and then sees what the first one did.
    let run = store::lock(db, scope, run_id).await?.ok_or(Error::NotFound)?;
    if run.state != State::Running {
        return Ok(false);
    }
    let ids = store::items::waiting(db, &run, STEP).await?;
    if !ids.is_empty() {
        let judged = carry_out::apply(db, scope, &run, &ids).await?;
        store::verdicts::settle(db, &run, &judged, scope.now).await?;
    }
    if ids.len() as i64 == STEP {
        return Ok(true);
    }
    store::end(db, &run, State::Done, None, scope.now).await?;
    Ok(false)
}

/// Carries a dry run or a change out to its end, in the name of whoever asked and with the rights they have at each step.
///
/// # Errors
/// The database's; the job is tried again and goes on where this ended.
pub async fn work(app: &App, work: Work) -> Result<()> {
    let mut dry = DryRun::new();
    loop {
        let Some(asked) = app.read(PURPOSE, async |db| store::asker(db, work.run_id).await).await? else {
            return Ok(());
        };
        let Some(scope) = scope(app, &asked).await? else {
            return stop(app, work, &format!("{} has no access here any more", asked.name)).await;
        };
        let done = match asked.checking {
            true => app.write(&scope, async |db| dry.step(db, &scope, work).await).await,
            false => app.write(&scope, async |db| step(db, &scope, work.run_id).await).await,
        };
        match done {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(Error::Forbidden(permission)) => {
                let why = format!("{} may not {} any more", asked.name, permission.label());
                return stop(app, work, &why).await;
            }
            Err(Error::Refused(why)) => return stop(app, work, &why).await,
            Err(Error::NotFound) => return stop(app, work, "What it was to be done with is gone").await,
            Err(error) => return Err(error),
        }
    }
}

/// The scope a request of the person would have now.
async fn scope(app: &App, asked: &super::model::Asker) -> Result<Option<Scope>> {
    let now = app.clock.now();
    let read = app.read(PURPOSE, async |db| {
        let Some((actor, _)) = memberships::person(db, asked.user_id).await? else { return Ok(None) };
        let access = memberships::access(db, asked.user_id, &asked.organization).await?;
        Ok(access.map(|access| access.scope(actor, now, Uuid::now_v7())))
    });
    read.await
}

async fn stop(app: &App, work: Work, why: &str) -> Result<()> {
    let now = app.clock.now();
    tracing::warn!(run = %work.run_id, why, "bulk change stopped");
    app.write(PURPOSE, async |db| store::stop(db, work.run_id, why, now).await).await
}
