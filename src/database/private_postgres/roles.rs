//! The two roles and the database (DATABASE.md, point 6).

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// Owns the schema and runs migrations.
pub(super) const OWNER: &str = "tenantry_owner";
/// Serves requests; row-level security binds it.
pub(super) const APP: &str = "tenantry_app";
/// Creates the others; backups and tests use it too.
pub(super) const SUPERUSER: &str = "postgres";
/// The database, and the name of the user map in `pg_ident.conf`.
pub(super) const DATABASE: &str = "tenantry";

/// Makes what is missing. It runs at every start, so that a first start that was interrupted is finished by the next.
pub(super) async fn ensure(superuser: PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut db = superuser.database("postgres").connect().await?;
    if !exists(&mut db, "select exists (select from pg_roles where rolname = $1)", OWNER).await? {
        sqlx::query("create role tenantry_owner login nosuperuser nocreatedb nocreaterole noreplication nobypassrls")
            .execute(&mut db)
            .await?;
    }
    if !exists(&mut db, "select exists (select from pg_roles where rolname = $1)", APP).await? {
        sqlx::query("create role tenantry_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls")
            .execute(&mut db)
            .await?;
    }
    if !exists(&mut db, "select exists (select from pg_database where datname = $1)", DATABASE).await? {
        sqlx::query("create database tenantry owner tenantry_owner").execute(&mut db).await?;
    }
    db.close().await
}

async fn exists(db: &mut PgConnection, question: &'static str, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(question).bind(name).fetch_one(db).await
}
