//! The mail at the end of an import, or of an undo, that went on in the background (S215), and of whatever was given up.

use serde_json::{Map, json};
use sqlx::PgConnection;
use time::Duration;
use uuid::Uuid;

use super::{
    decide,
    model::{Import, Outcome, Undone},
    store::{self, results},
};
use crate::{
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    mail::{self, ImportEnded, ImportEnding},
    memberships, organizations,
    scope::{Actor, Scope},
    types::{EmailAddress, grouped},
};

/// Whoever asked for work that the request itself did, and waited no longer than this, is still looking at the page.
const WATCHED: Duration = Duration::seconds(10);

/// Tells the person of the scope, who began the import, what came of it, and the log; `stopped` says why it did not come to
/// its end.
pub(super) async fn tell(db: &mut PgConnection, scope: &Scope, import: &Import, stopped: &str) -> Result<()> {
    log(db, scope, import, if stopped.is_empty() { EventKind::ImportDone } else { EventKind::ImportStopped }).await?;
    let began = import.started_at.unwrap_or(import.created_at);
    if decide::is_few(import) && scope.now - began < WATCHED {
        return Ok(());
    }
    let ending = if stopped.is_empty() { ImportEnding::Done } else { ImportEnding::Stopped };
    send(db, scope, &scope.actor, (import, ending, counts(import)), stopped.to_owned()).await
}

/// Tells the log, and whoever began an import that somebody else has ended it, as far as the one who did sees them.
pub(super) async fn cancelled(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<()> {
    let Some(import) = store::find(db, scope, id).await? else { return Ok(()) };
    log(db, scope, &import, EventKind::ImportCancelled).await?;
    if import.asked_by == scope.actor.user_id {
        return Ok(());
    }
    let Some((importer, _)) = memberships::person(db, import.asked_by).await? else { return Ok(()) };
    let why = format!("{} cancelled it", scope.actor.display_name);
    send(db, scope, &importer, (&import, ImportEnding::Cancelled, counts(&import)), why).await
}

/// What an import came to, for the log: of a check or of an undo there is nothing to say, for they begin with nothing there.
async fn log(db: &mut PgConnection, scope: &Scope, import: &Import, kind: EventKind) -> Result<()> {
    if import.started_at.is_none() || import.undone_at.is_some() {
        return Ok(());
    }
    let of = |outcome| import.outcomes.of(outcome);
    let counts = [
        ("created", of(Outcome::Created)),
        ("updated", of(Outcome::Updated)),
        ("failed", of(Outcome::Failed)),
        ("not_reached", import.unreached()),
    ];
    let some = counts.iter().filter(|(_, count)| *count > 0);
    let event = NewEvent {
        subject_id: Some(import.id),
        subject_name: Some(&import.file_name),
        after: Some(some.map(|(name, count)| ((*name).to_owned(), json!(count))).collect::<Map<_, _>>().into()),
        ..NewEvent::new(scope.organization.id, kind)
    };
    events::record(db, scope, event).await
}

/// Tells the person of the scope, who took the import back, what that came to.
pub(super) async fn undone(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<()> {
    let at_once = import.undone_at.is_some_and(|at| scope.now - at < WATCHED);
    if decide::is_undone_at_once(import) && at_once {
        return Ok(());
    }
    let counts = counts_undone(db, import).await?;
    send(db, scope, &scope.actor, (import, ImportEnding::Undone, counts), String::new()).await
}

/// Tells the person of the scope, who asked for it, that an import, its check or its undo failed at every attempt. Needs a
/// transaction of the system.
pub(super) async fn given_up(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    (undoing, why): (bool, &str),
) -> Result<()> {
    let found = match store::find(db, scope, id).await {
        // What is kept about it cannot be read, which may be the very reason. That it has ended counts for more.
        Err(Error::Internal(error)) if !error.is::<sqlx::Error>() => {
            tracing::warn!(import = %id, error = format!("{error:#}"), "nobody is told of an import given up");
            None
        }
        found => found?,
    };
    let Some(import) = found else { return Ok(()) };
    if !undoing {
        log(db, scope, &import, EventKind::ImportStopped).await?;
    }
    let counts = match undoing {
        true => counts_undone(db, &import).await?,
        false if import.state.has_run() => counts(&import),
        false => "nothing was imported".to_owned(),
    };
    send(db, scope, &scope.actor, (&import, ImportEnding::Stopped, counts), why.to_owned()).await
}

async fn counts_undone(db: &mut PgConnection, import: &Import) -> Result<String> {
    let found = results::count_undone(db, import).await?;
    let of = |wanted: Undone| found.iter().find(|(undone, _)| *undone == wanted).map_or(0, |(_, count)| *count);
    Ok(listed(&[
        (of(Undone::Reversed), "undone"),
        (of(Undone::Kept), "kept, because changed since"),
        (of(Undone::Impossible), "not possible"),
    ]))
}

fn counts(import: &Import) -> String {
    let of = |outcome| import.outcomes.of(outcome);
    listed(&[
        (of(Outcome::Created), "created"),
        (of(Outcome::Updated), "updated"),
        (of(Outcome::Failed), "failed"),
        (import.unreached(), "not reached"),
    ])
}

/// "118 created, 3 updated": those of none left out.
fn listed(counts: &[(i64, &str)]) -> String {
    let some = counts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = some.map(|(count, what)| format!("{} {what}", grouped(count.unsigned_abs()))).collect();
    if parts.is_empty() { "nothing was changed".to_owned() } else { parts.join(", ") }
}

async fn send(
    db: &mut PgConnection,
    scope: &Scope,
    person: &Actor,
    (import, ending, counts): (&Import, ImportEnding, String),
    why: String,
) -> Result<()> {
    let Ok(to) = EmailAddress::parse(&person.email) else { return Ok(()) };
    let message = ImportEnded {
        sender: organizations::sender(db, scope).await?,
        recipient_name: person.display_name.clone(),
        organization_name: scope.organization.name.clone(),
        file_name: import.file_name.clone(),
        path: format!("/o/{}/imports/{}", scope.organization.key, import.id),
        ending,
        counts,
        why,
    };
    mail::enqueue(db, None, &to, Some(&person.display_name), message, scope.now).await?;
    Ok(())
}
