//! The dry run of a change that is too large for a request: which organizations it is for, and what it would do to each.
//! Nothing of the product is changed, so that a killed job simply begins anew.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    carry_out,
    choose::{self, PORTION, Walk},
    model::{Run, State},
    start,
    store::{self, checks},
    work::Work,
};
use crate::{
    error::{Error, Result},
    organizations::Filter,
    scope::Scope,
};

/// How far it is.
enum At {
    Beginning,
    Choosing(Box<Walk>),
    /// Behind the organization at this place.
    Judging(i32),
}

/// One dry run of one worker, in steps of one transaction each.
pub(super) struct DryRun {
    id: Uuid,
    at: At,
}

impl DryRun {
    pub(super) fn new() -> Self {
        Self { id: Uuid::now_v7(), at: At::Beginning }
    }

    /// The next step, in the caller's transaction. Returns whether there is more to do.
    ///
    /// # Errors
    /// Without the action's permission; [`Error::Refused`] where the change cannot be.
    pub(super) async fn step(&mut self, db: &mut PgConnection, scope: &Scope, work: Work) -> Result<bool> {
        let run = store::lock(db, scope, work.run_id).await?.ok_or(Error::NotFound)?;
        if run.state != State::Checking {
            return Ok(false);
        }
        scope.require(run.action.permission())?;
        let filter = run.filter.as_deref().map(Filter::parse);
        self.at = match (&self.at, filter) {
            (At::Beginning, filter) => {
                checks::begin(db, &run, self.id).await?;
                match filter {
                    Some(_) => At::Choosing(Box::new((None, 0))),
                    None => At::Judging(i32::MIN),
                }
            }
            // Another worker has begun anew.
            _ if !checks::is_at_it(db, &run, self.id).await? => return Ok(false),
            (At::Choosing(walk), Some(filter)) => match choose::portion(db, scope, &run, &filter, walk).await? {
                Some(further) => At::Choosing(Box::new(further)),
                None => At::Judging(i32::MIN),
            },
            (At::Choosing(_), None) => At::Judging(i32::MIN),
            (At::Judging(after), _) => match judge(db, scope, &run, *after).await? {
                Some(last) => At::Judging(last),
                None => return finish(db, scope, &run, work).await,
            },
        };
        Ok(true)
    }
}

/// Judges the next organizations and returns the place of the last; nothing where there are no more. Where one depends on
/// what becomes of another, as with what stands beneath what is archived, all are judged together.
async fn judge(db: &mut PgConnection, scope: &Scope, run: &Run, after: i32) -> Result<Option<i32>> {
    let limit = if run.action.depth_order() == 0 { PORTION as i64 } else { i64::MAX };
    let (places, ids): (Vec<i32>, Vec<Uuid>) = checks::next(db, run, after, limit).await?.into_iter().unzip();
    let Some(last) = places.last() else { return Ok(None) };
    let judged = carry_out::judge(db, scope, run, &ids).await?;
    store::verdicts::judge(db, run, &judged).await?;
    Ok(Some(*last))
}

async fn finish(db: &mut PgConnection, scope: &Scope, run: &Run, work: Work) -> Result<bool> {
    checks::finish(db, run, scope.now).await?;
    if work.start {
        start(db, scope, run.id).await?;
    }
    Ok(false)
}
