//! The database: one pool, and one way to a connection: a transaction that has been told which rows it may see.

pub mod backup;
mod migrate;
pub mod private_postgres;

use std::time::Duration;

use sqlx::{
    PgConnection, PgPool, Postgres, Transaction,
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
    begin: &'static str,
}

impl Database {
    /// Opens a pool of at most `connections` that is filled as needed; a request waits at most five seconds for one.
    pub fn open(options: PgConnectOptions, connections: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options);
        Self { pool, begin: "begin" }
    }

    /// For a pooler in transaction mode, where each transaction may come to another server connection: statements that
    /// others have prepared there under the same names are forgotten first. The options must keep no statements.
    #[must_use]
    pub fn behind_pooler(self) -> Self {
        Self { begin: "begin; deallocate all", ..self }
    }

    /// Opens a transaction that sees only the rows of `rows`. The settings end with the transaction, so a connection
    /// carries nothing over to its next user, also behind a pooler in transaction mode.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when no connection can be had.
    pub async fn begin(&self, rows: impl Into<RowScope>) -> Result<Transaction<'static, Postgres>> {
        let none = String::new;
        let (user, organization, groups, system) = match rows.into() {
            RowScope::Organization { user_id, organization_id, sight } => {
                (user_id.to_string(), organization_id.to_string(), array(&sight), "")
            }
            RowScope::User(user_id) => (user_id.to_string(), none(), none(), ""),
            RowScope::System(purpose) => (none(), none(), none(), purpose),
        };
        let mut transaction = self.pool.begin_with(self.begin).await?;
        sqlx::query(
            "select set_config('app.user_id', $1, true), set_config('app.organization_id', $2, true),
                    set_config('app.groups', $3, true), set_config('app.system', $4, true)",
        )
        .bind(user)
        .bind(organization)
        .bind(groups)
        .bind(system)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction)
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
        let mut transaction = self.begin(rows).await?;
        let found = work(&mut transaction).await?;
        transaction.rollback().await?;
        Ok(found)
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

/// As PostgreSQL writes an array; nothing where nothing is kept back.
fn array(sight: &Sight) -> String {
    match sight {
        Sight::Everything => String::new(),
        Sight::Groups(groups) => {
            let list: Vec<_> = groups.iter().map(ToString::to_string).collect();
            format!("{{{}}}", list.join(","))
        }
    }
}
