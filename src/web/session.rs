//! The session of a request, and in the same look at the database who it is and what opens the organization of the
//! address (`access.rs`): every request asks for all of it, and a look costs more than what is looked for.

use std::cell::RefCell;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use time::Duration;
use uuid::Uuid;

use super::access::{self, Known};
use crate::{
    app::App,
    error::Result,
    scope::RowScope,
    sessions::{SessionRows, State},
    types::OrgKey,
};

tokio::task_local! {
    static ASKED: Asked;
}

/// What the address of a request names, and what was found with the session.
struct Asked {
    key: Option<OrgKey>,
    found: RefCell<Option<Found>>,
}

/// `known` is `None` when the account is gone or disabled.
struct Found {
    user_id: Uuid,
    known: Option<Known>,
}

/// Remembers the address for the look at the session, which sees nothing of the request.
pub(super) async fn ask(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let key = request.path().strip_prefix("/o/").and_then(|rest| rest.split('/').next());
    let key = key.map(OrgKey::parse).and_then(Result::ok);
    ASKED.scope(Asked { key, found: RefCell::default() }, next.call(request)).await
}

/// What was found with the session of this request for this person and this organization. `None` where nobody looked for
/// exactly that; `Some(None)` when the account is gone or disabled.
pub(super) fn found(user_id: Uuid, key: Option<&OrgKey>) -> Option<Option<Known>> {
    let take = |asked: &Asked| {
        let found = asked.found.take().filter(|found| found.user_id == user_id && asked.key.as_ref() == key);
        found.map(|found| found.known)
    };
    ASKED.try_with(take).ok().flatten()
}

/// The store behind the session middleware. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sessions {
    app: App,
    rows: SessionRows,
}

impl Sessions {
    pub(super) fn new(app: App) -> Self {
        Self { rows: SessionRows::new(app.clone()), app }
    }

    async fn read(&self, key: &SessionKey) -> Result<Option<State>> {
        let asked = ASKED.try_with(|asked| asked.key.clone()).ok();
        let now = self.app.clock.now();
        let look = self.app.read(RowScope::System("read the session and who it is"), async |db| {
            let Some(read) = self.rows.find(db, key).await? else { return Ok(None) };
            let (Some(user_id), Some(asked)) = (read.user_id, &asked) else { return Ok(Some((read, None))) };
            let visiting = read.state.contains_key(access::SESSION_VISIT);
            let known = access::look(db, user_id, asked.as_ref(), visiting, now).await?;
            Ok(Some((read, Some(Found { user_id, known }))))
        });
        let Some((read, found)) = look.await? else { return Ok(None) };
        if let Some(id) = read.due {
            self.rows.note(id).await?;
        }
        // Nobody asks outside of a request.
        let _ = ASKED.try_with(|asked| asked.found.replace(found));
        Ok(Some(read.state))
    }
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        self.read(key).await.map_err(|error| LoadError::Other(error.into()))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        self.rows.insert(state).await.map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        self.rows.replace(&key, state).await.map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    /// The time of use is noted by `load`; nothing else extends a session.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.rows.remove(key).await?)
    }
}
