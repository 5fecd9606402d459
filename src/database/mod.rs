//! The database: one pool, and one way to a connection: a transaction that has been told which rows it may see.

pub mod backup;
mod migrate;
pub mod paging;
pub mod private_postgres;
pub mod statistics;

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use self::migrate::{check_role, migrate};
use crate::{
    error::Result,
    scope::{RowScope, Sight},
};

/// The pool of the application role. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pool: PgPool,
    /// Whether a transaction may come to a server connection on which others have prepared statements.
    shared: bool,
}

/// A statement is planned once a connection, for whatever values: planning it under row-level security takes several times
/// as long as finding a few rows by a key. Each query is written so that the one plan serves a small partner and one with
/// a million organizations (`script/plans`).
///
/// Nobody waits for somebody else's lock longer than this: an import of all or nothing holds some for minutes, and whoever
/// waits holds a connection of the pool, which would soon have none for anybody.
const AT_FIRST: &str = "set plan_cache_mode = force_generic_plan; set lock_timeout = '10s'";

impl Database {
    /// Opens a pool of at most `connections` that is filled as needed; a request waits at most five seconds for one.
    pub fn open(options: PgConnectOptions, connections: u32) -> Self {
        // Said on the connection and not when it is asked for: poolers in session mode refuse what they do not know.
        let planning = pool(connections).after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(AT_FIRST).execute(connection).await.map(drop) })
        });
        Self { pool: planning.connect_lazy_with(options), shared: false }
    }

    /// For a pooler in transaction mode, where each transaction may come to another server connection: statements that
    /// others have prepared there under the same names are forgotten first. The options must keep no statements.
    pub fn behind_pooler(options: PgConnectOptions, connections: u32) -> Self {
        Self { pool: pool(connections).connect_lazy_with(options), shared: true }
    }

    /// Opens a transaction that sees only the rows of `rows`. The settings end with the transaction, so a connection
    /// carries nothing over to its next user, also behind a pooler in transaction mode.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when no connection can be had.
    pub async fn begin(&self, rows: impl Into<RowScope>) -> Result<Transaction<'static, Postgres>> {
        let mut statement = statement(&rows.into());
        if self.shared {
            statement.push_str("; deallocate all");
        }
        // A connection may have died while it lay idle. Nothing has been done on it yet, so the next one is tried, and
        // in the end a new one.
        let mut idle = self.pool.num_idle();
        loop {
            match self.pool.begin_with(AssertSqlSafe(statement.clone())).await {
                Err(sqlx::Error::Io(_) | sqlx::Error::Database(_) | sqlx::Error::Protocol(_)) if idle > 0 => idle -= 1,
                begun => return Ok(begun?),
            }
        }
    }

    /// Runs `work` in a transaction and commits it; any error takes everything back (house rule 8).
    ///
    /// # Errors
    /// Those of `work`, and the database's.
    pub async fn write<T>(
        &self,
        rows: impl Into<RowScope>,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        let mut transaction = self.begin(rows).await?;
        let done = work(&mut transaction).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Runs `work` in a transaction that is never committed.
    ///
    /// # Errors
    /// Those of `work`, and the database's.
    pub async fn read<T>(
        &self,
        rows: impl Into<RowScope>,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        // Dropped, it is rolled back on its way into the pool, and nobody waits for that.
        let mut transaction = self.begin(rows).await?;
        work(&mut transaction).await
    }

    /// Whether the server answers; for `/readyz`.
    ///
    /// # Errors
    /// The database's.
    pub async fn ping(&self) -> Result<()> {
        sqlx::raw_sql("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Connections open and idle; for the metrics.
    pub fn usage(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Waits for transactions under way and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    // Not asked beforehand whether a connection is alive: the first statement tells, and `begin` takes another.
    PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(5)).test_before_acquire(false)
}

/// Begins a transaction and says whose it is, in one message to the server: what is not named here reads as nothing.
/// The values are ids and words of the code, so there is nothing to quote.
fn statement(rows: &RowScope) -> String {
    match rows {
        RowScope::Organization { user_id, organization_id, sight } => {
            let groups = groups(sight);
            format!(
                "begin; set local app.user_id = '{user_id}'; set local app.organization_id = '{organization_id}'{groups}"
            )
        }
        RowScope::User(user_id) => format!("begin; set local app.user_id = '{user_id}'"),
        RowScope::System(purpose) => format!("begin; set local app.system = '{}'", purpose.replace('\'', "")),
    }
}

/// Nothing where nothing is kept back; otherwise an array as PostgreSQL writes it.
fn groups(sight: &Sight) -> String {
    match sight {
        Sight::Everything => String::new(),
        Sight::Groups(groups) => {
            let list: Vec<_> = groups.iter().map(ToString::to_string).collect();
            format!("; set local app.groups = '{{{}}}'", list.join(","))
        }
    }
}
