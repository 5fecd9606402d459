//! Sessions as rows: what `web/session.rs` gives the session middleware.
//!
//! The cookie carries 256 random bits, the row their SHA-256. Whose session it is stands in a column that only a new
//! row sets, so an id that was known before sign-in can never become a signed-in one (T-35). A visitor who is not signed
//! in has no row and no cookie until something must be kept for the next page.

use std::collections::HashMap;

use actix_session::storage::SessionKey;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    model::{CurrentSession, Device, Lifetime, Pending},
    store::{self, Found, NewSession},
};
use crate::{
    app::App,
    error::{Error, Result},
    scope::RowScope,
    types::OpaqueToken,
};

/// The name under which a request finds whose session it is.
const USER: &str = "user_id";
/// The name under which a request finds its [`CurrentSession`]. Neither of the two is part of the stored state.
const CURRENT: &str = "session";
/// The name under which a session of nobody keeps who it will be once the code is given.
const PENDING: &str = "pending";
/// The time of the last request is noted at most this often.
const NOTE_EVERY: Duration = Duration::MINUTE;

/// What a session keeps, by name, each value as JSON.
pub type State = HashMap<String, String>;

/// A session that has been read.
pub struct Read {
    /// What it keeps.
    pub state: State,
    /// Whose it is, once signed in.
    pub user_id: Option<Uuid>,
    /// The session, when its use is to be noted again.
    pub due: Option<Uuid>,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct SessionRows(App);

/// Signs the person in: the session gets a new id, and what was kept before sign-in stays.
///
/// # Errors
/// [`Error::Internal`] when the session cannot hold the values.
pub(crate) fn start(session: &actix_session::Session, user_id: Uuid, device: Device) -> Result<()> {
    let current = CurrentSession { device, ..CurrentSession::default() };
    session.renew();
    session.remove(PENDING);
    session.insert(USER, user_id).map_err(|error| anyhow::anyhow!("session: {error}"))?;
    session.insert(CURRENT, current).map_err(|error| anyhow::anyhow!("session: {error}"))?;
    Ok(())
}

/// Keeps who has given the password and owes a code: a new session of nobody, whoever was signed in before.
///
/// # Errors
/// [`Error::Internal`] when the session cannot hold the values.
pub(crate) fn start_pending(session: &actix_session::Session, pending: &Pending) -> Result<()> {
    session.renew();
    session.remove(USER);
    session.remove(CURRENT);
    session.insert(PENDING, pending).map_err(|error| anyhow::anyhow!("session: {error}").into())
}

/// Who owes a code in this session.
pub(crate) fn pending(session: &actix_session::Session) -> Option<Pending> {
    session.get(PENDING).ok().flatten()
}

/// What the request knows about its session; `None` when nobody is signed in.
pub(crate) fn current(session: &actix_session::Session) -> Option<CurrentSession> {
    session.get::<Uuid>(USER).ok().flatten()?;
    session.get(CURRENT).ok().flatten()
}

impl SessionRows {
    /// A store in the product's database.
    pub fn new(app: App) -> Self {
        Self(app)
    }

    /// The state behind a cookie; `None` when it has ended. Needs a transaction of the system.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, db: &mut PgConnection, key: &SessionKey) -> Result<Option<Read>> {
        let Ok(token) = OpaqueToken::parse(key.as_ref()) else { return Ok(None) };
        let now = self.0.clock.now();
        let lifetime = Lifetime::of(&self.0.settings);
        let Some(found) = store::find(db, &token.hash()).await? else { return Ok(None) };
        let idle = lifetime.idle(found.stay_signed_in);
        if now >= found.expires_at || now >= found.seen_at + idle {
            return Ok(None);
        }
        let is_due = now - found.seen_at >= NOTE_EVERY;
        let (id, user_id) = (found.id, found.user_id);
        let ends = (if is_due { now } else { found.seen_at } + idle).min(found.expires_at);
        let state = found.into_state(ends).map_err(anyhow::Error::from)?;
        Ok(Some(Read { state, user_id, due: is_due.then_some(id) }))
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database's.
    pub async fn note(&self, id: Uuid) -> Result<()> {
        let now = self.0.clock.now();
        self.0.write(RowScope::System("note the use of the session"), async |db| store::touch(db, id, now).await).await
    }

    /// Keeps a new session.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(&self, mut state: State) -> Result<SessionKey> {
        let token = OpaqueToken::generate();
        let user_id: Option<Uuid> = take(&mut state, USER);
        let device = take::<CurrentSession>(&mut state, CURRENT).map(|current| current.device).unwrap_or_default();
        let now = self.0.clock.now();
        let new = NewSession {
            id: Uuid::now_v7(),
            key_hash: token.hash(),
            user_id,
            state: serde_json::to_value(state).map_err(anyhow::Error::from)?,
            expires_at: now + Lifetime::of(&self.0.settings).absolute(device.stay_signed_in),
            device,
        };
        self.0.write(RowScope::System("keep the session"), async |db| store::insert(db, &new, now).await).await?;
        SessionKey::try_from(token.as_str().to_owned()).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))
    }

    /// Never brings back a row that was ended meanwhile: the cookie then stands for nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace(&self, key: &SessionKey, mut state: State) -> Result<()> {
        let Ok(token) = OpaqueToken::parse(key.as_ref()) else { return Ok(()) };
        state.remove(USER);
        state.remove(CURRENT);
        let state = serde_json::to_value(state).map_err(anyhow::Error::from)?;
        let rows = RowScope::System("keep the session");
        self.0.write(rows, async |db| store::update(db, &token.hash(), &state).await).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove(&self, key: &SessionKey) -> Result<()> {
        let Ok(token) = OpaqueToken::parse(key.as_ref()) else { return Ok(()) };
        self.0
            .write(RowScope::System("end the session"), async |db| store::delete_by_key(db, &token.hash()).await)
            .await
    }
}

impl Found {
    fn into_state(self, ends: OffsetDateTime) -> serde_json::Result<State> {
        let mut state: State = serde_json::from_value(self.state)?;
        let device = Device { address: self.address, user_agent: self.user_agent, stay_signed_in: self.stay_signed_in };
        let proved = self.created_at.unix_timestamp();
        let current = CurrentSession { id: self.id, ends: ends.unix_timestamp(), proved, device };
        state.insert(CURRENT.to_owned(), serde_json::to_string(&current)?);
        if let Some(user_id) = self.user_id {
            state.insert(USER.to_owned(), serde_json::to_string(&user_id)?);
        }
        Ok(state)
    }
}

fn take<T: serde::de::DeserializeOwned>(state: &mut State, name: &str) -> Option<T> {
    serde_json::from_str(&state.remove(name)?).ok()
}
