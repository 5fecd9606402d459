//! Migrations run as the owner of the schema; the application role only gets what it needs.

use anyhow::{Context, bail};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

/// Brings the schema up to date as the owner and grants the application role its rights. Several instances may do
/// so at once: an advisory lock orders them.
///
/// # Errors
/// When the database cannot be reached, or holds migrations this version does not know.
pub async fn migrate(owner: &PgConnectOptions, application_role: &str) -> anyhow::Result<()> {
    let mut db = owner.connect().await.context("cannot connect to the database as its owner")?;
    sqlx::migrate!().run(&mut db).await.context("cannot bring the database up to date")?;
    grant(&mut db, application_role).await
}

/// Everything but the events and their chain may be changed; nothing may be truncated, and no table is owned (DATABASE.md).
async fn grant(db: &mut PgConnection, role: &str) -> anyhow::Result<()> {
    let owner: bool = sqlx::query_scalar("select current_user = $1").bind(role).fetch_one(&mut *db).await?;
    if owner {
        return Ok(());
    }
    let role: String = sqlx::query_scalar("select quote_ident($1)").bind(role).fetch_one(&mut *db).await?;
    let statements = format!(
        "grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role};
         grant usage on all sequences in schema public to {role};
         revoke update, delete on events, event_links from {role};
         revoke insert, update, delete on _sqlx_migrations from {role};"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
        .execute(db)
        .await
        .context("cannot grant the application role its rights")?;
    Ok(())
}

/// Refuses a role that row-level security does not bind.
///
/// # Errors
/// When the role is a superuser or has BYPASSRLS, in words that say what to do.
pub async fn check_role(application: &PgConnectOptions) -> anyhow::Result<()> {
    let mut db = application.connect().await.context("cannot connect to the database")?;
    let unbound: bool =
        sqlx::query_scalar("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut db)
            .await?;
    if unbound {
        bail!(
            "the role in DATABASE_URL is a superuser or has BYPASSRLS, so the walls between organizations would not hold. \
             Create an ordinary role for the portal and name it in DATABASE_URL; README.md shows the statements"
        );
    }
    Ok(())
}
