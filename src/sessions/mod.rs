//! Sessions.
use crate::app::App;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use std::collections::HashMap;
/// The store.
#[derive(Clone)]
pub struct SessionRows(App);
impl SessionRows {
    /// New.
    pub fn new(app: App) -> Self {
        Self(app)
    }
}
impl SessionStore for SessionRows {
    async fn load(&self, _: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        Ok(None)
    }
    async fn save(&self, _: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        Err(SaveError::Other(anyhow::anyhow!("stand-in")))
    }
    async fn update(&self, k: SessionKey, _: HashMap<String, String>, _: &Duration) -> Result<SessionKey, UpdateError> {
        Ok(k)
    }
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }
    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}
