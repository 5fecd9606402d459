//! Sessions: signing in and out, staying signed in, and ending one's sessions from anywhere. They live in the database,
//! so any instance serves any request and an ended session is ended on the next one (QUALITY 34, 35).

mod form;
mod model;
mod own_path;
pub(crate) mod pages;
mod rows;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use self::rows::{current, pending, start, start_pending};
pub use self::{
    model::{CurrentSession, Device, Pending, Session},
    own_path::own_path,
    rows::{Read, SessionRows, State},
};
use crate::{
    app::App,
    error::{Error, Result},
    events::EventKind,
    users::{self, Account},
};

use self::{form::SignIn, model::Lifetime};

/// Checks address and password. `None` says only that the two do not belong together: unknown
/// address, wrong password and disabled account are one answer (QUALITY 31).
///
/// # Errors
/// [`Error::TooMany`] when too many wrong passwords were tried.
pub(crate) async fn sign_in(app: &App, attempt: &SignIn, client: &str) -> Result<Option<Account>> {
    users::check_password(app, &attempt.email, &attempt.password, client).await
}

/// Notes that a person has signed in, by whatever way; the first time is an event. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn note(db: &mut PgConnection, account: &Account, now: OffsetDateTime) -> Result<()> {
    if users::note_sign_in(db, account.id, now).await? {
        users::record(db, account.id, &account.display_name, EventKind::UserSignedInFirst, now).await?;
    }
    Ok(())
}

/// The person's sessions that have not ended, the last used first.
///
/// # Errors
/// The database's.
pub async fn list(db: &mut PgConnection, app: &App, user_id: Uuid) -> Result<Vec<Session>> {
    let now = app.clock.now();
    let lifetime = Lifetime::of(&app.settings);
    let mut sessions = store::list(db, user_id, now).await?;
    sessions.retain(|session| session.seen_at + lifetime.idle(session.stay_signed_in) > now);
    Ok(sessions)
}

/// Ends one session of the person.
///
/// # Errors
/// [`Error::NotFound`] when it has ended already or is somebody else's.
pub async fn end(db: &mut PgConnection, user_id: Uuid, id: Uuid) -> Result<()> {
    if store::delete(db, user_id, id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Ends the person's sessions but one, or all of them; says how many (T-34).
///
/// # Errors
/// The database's.
pub async fn end_others(db: &mut PgConnection, user_id: Uuid, keep: Option<Uuid>) -> Result<u64> {
    store::delete_others(db, user_id, keep).await
}
