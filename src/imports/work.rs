//! What workers do: checking, importing and undoing, in the name of whoever asked and with the rights they have at each step.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    ahead::Batch,
    check,
    model::{Asker, Import, State},
    notice, run, store, undo,
};
use crate::{
    app::App,
    error::{Error, Result},
    jobs::{self, JobKind, NewJob},
    memberships,
    scope::{RowScope, Scope},
};

const PURPOSE: RowScope = RowScope::System("find out who asked for an import");
/// Mails of an organization that is removed are seen by nobody; every statement names the partner.
const UNDOING: RowScope = RowScope::System("take an import back");

/// What the job carries.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Work {
    /// The import.
    pub import_id: Uuid,
}

/// Steps done in a row. Then the job gives way to the next of the partner and follows behind it; each has attempts of its own,
/// so that an import goes on however often it was killed on its long way.
const IN_A_ROW: usize = 10;
/// How long a job leaves an import to somebody else who is at it.
const GIVE_WAY: Duration = Duration::seconds(5);

/// What a step leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// There may be more to do.
    More,
    /// Nothing is left to do.
    Through,
    /// Somebody else was quicker.
    Elsewhere,
}

/// Does what the import's state says, for a while; the rest is a job of its own.
///
/// # Errors
/// The database's; the job is tried again and goes on where this ended.
pub async fn work(app: &App, work: Work) -> Result<()> {
    let (mut ahead, mut wait) = (None, Duration::ZERO);
    for _ in 0..IN_A_ROW {
        match once(app, work, &mut ahead).await? {
            Progress::More => {}
            Progress::Through => return Ok(()),
            Progress::Elsewhere => {
                wait = GIVE_WAY;
                break;
            }
        }
    }
    app.write(PURPOSE, async |db| follow(db, work, app.clock.now() + wait).await).await
}

/// The same to the end, for whoever has no worker beside them: the command.
///
/// # Errors
/// As [`work`].
pub async fn work_to_end(app: &App, work: Work) -> Result<()> {
    let mut ahead = None;
    while once(app, work, &mut ahead).await? != Progress::Through {}
    Ok(())
}

/// One step in the name of whoever asked.
async fn once(app: &App, work: Work, ahead: &mut Option<Batch>) -> Result<Progress> {
    let Some(asked) = app.read(PURPOSE, async |db| store::asker(db, work.import_id).await).await? else {
        return Ok(Progress::Through);
    };
    let Some(scope) = scope(app, &asked).await? else {
        let why = reason(&asked, format!("{} has no access here any more", asked.name));
        return stop(app, work, None, &why).await.map(|()| Progress::Through);
    };
    let why = match go_on(app, &scope, work.import_id, ahead).await {
        Ok(progress) => return Ok(progress),
        Err(Error::Forbidden(permission)) => format!("{} may not {} any more", asked.name, permission.label()),
        Err(Error::Refused(why)) => why.into_owned(),
        Err(Error::Invalid(errors)) => errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(". "),
        Err(error) => return Err(error),
    };
    stop(app, work, Some(&scope), &reason(&asked, why)).await.map(|()| Progress::Through)
}

/// The import itself had its end already, where it is being taken back.
fn reason(asked: &Asker, why: String) -> String {
    if asked.undoing { format!("Undoing it was stopped: {why}") } else { why }
}

/// Puts the rest of the import behind whatever else the partner has in the queue.
async fn follow(db: &mut PgConnection, work: Work, now: OffsetDateTime) -> Result<()> {
    let Some(asked) = store::asker(db, work.import_id).await? else { return Ok(()) };
    let kind = if asked.undoing { JobKind::UndoImport } else { JobKind::RunImport };
    let payload = serde_json::to_value(work).map_err(anyhow::Error::from)?;
    let job = NewJob::new(kind, payload, now);
    jobs::enqueue(db, job.in_queue(super::queue(asked.partner_id))).await
}

/// One step.
async fn go_on(app: &App, scope: &Scope, id: Uuid, ahead: &mut Option<Batch>) -> Result<Progress> {
    let import = app.read(scope, async |db| store::find(db, scope, id).await).await?.ok_or(Error::NotFound)?;
    match import.state {
        State::Checking => check::check(app, scope, import).await.map(|()| Progress::Through),
        State::Running if import.choices.whole => run::whole(app, scope, id).await.map(|()| Progress::Through),
        State::Running => run::step(app, scope, &import, ahead).await,
        State::Undoing => app.write(UNDOING, async |db| undo::step(db, scope, id).await).await,
        _ => Ok(Progress::Through),
    }
}

/// The scope a request of the person would have now.
async fn scope(app: &App, asked: &Asker) -> Result<Option<Scope>> {
    let now = app.clock.now();
    app.read(PURPOSE, async |db| scope_of(db, asked, now).await).await
}

/// The same in a transaction of the system.
async fn scope_of(db: &mut PgConnection, asked: &Asker, now: OffsetDateTime) -> Result<Option<Scope>> {
    let Some((actor, _)) = memberships::person(db, asked.user_id).await? else { return Ok(None) };
    let access = memberships::access(db, asked.user_id, &asked.organization).await?;
    Ok(access.map(|access| access.scope(actor, now, Uuid::now_v7())))
}

/// Ends an import whose job has failed at its last attempt, in the caller's transaction of the system, and tells whoever
/// asked for it, where they still have access: nobody waits for it, and its file can be imported again.
///
/// # Errors
/// The database's.
pub async fn give_up(db: &mut PgConnection, work: Work, now: OffsetDateTime) -> Result<()> {
    let Some(asked) = store::asker(db, work.import_id).await? else { return Ok(()) };
    let why = reason(&asked, GIVEN_UP.to_owned());
    if !store::state::give_up(db, work.import_id, &why, now).await? {
        return Ok(());
    }
    tracing::warn!(import = %work.import_id, "import given up");
    match scope_of(db, &asked, now).await? {
        Some(scope) => notice::given_up(db, &scope, work.import_id, (asked.undoing, &why)).await,
        None => Ok(()),
    }
}

const GIVEN_UP: &str = "It failed again and again. Whoever runs this portal finds the reason among the background jobs";

impl Import {
    /// Whether its job failed at every attempt.
    pub(super) fn was_given_up(&self) -> bool {
        self.stopped.as_deref().is_some_and(|why| why.ends_with(GIVEN_UP))
    }
}

/// Whoever still has access is told.
async fn stop(app: &App, work: Work, scope: Option<&Scope>, why: &str) -> Result<()> {
    let now = app.clock.now();
    tracing::warn!(import = %work.import_id, why, "import stopped");
    let stopped = app
        .write(PURPOSE, async |db| store::state::end(db, work.import_id, (State::Stopped, Some(why)), now).await)
        .await?;
    let Some(scope) = scope.filter(|_| stopped) else { return Ok(()) };
    app.write(scope, async |db| match store::find(db, scope, work.import_id).await? {
        Some(import) => notice::tell(db, scope, &import, why).await,
        None => Ok(()),
    })
    .await
}
