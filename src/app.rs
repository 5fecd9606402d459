//! What every request and every job needs, put together once at start.

use std::sync::Arc;

use sqlx::PgConnection;

use crate::{
    clock::Clock, config::Settings, database::Database, error::Result, mail::Mailer, passwords::Passwords,
    scope::RowScope,
};

/// The running product. Cheap to clone; nothing in it is state another instance would need.
#[derive(Clone)]
pub struct App {
    /// The way to the database.
    pub db: Database,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The clock.
    pub clock: Clock,
    /// Hashes and checks passwords on a bounded pool.
    pub passwords: Passwords,
    /// Sends mails, or keeps them.
    pub mailer: Mailer,
    /// What the database is, in words: for the set-up page and the side-bar.
    pub database_words: Arc<str>,
}

impl App {
    /// Runs `work` in one transaction under the scope and commits it; any error takes everything back.
    ///
    /// # Errors
    /// Those of `work`, and the database's.
    pub async fn write<T>(
        &self,
        rows: impl Into<RowScope>,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        self.db.write(rows, work).await
    }

    /// Runs `work` in one transaction under the scope that is never committed.
    ///
    /// # Errors
    /// Those of `work`, and the database's.
    pub async fn read<T>(
        &self,
        rows: impl Into<RowScope>,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        self.db.read(rows, work).await
    }
}
