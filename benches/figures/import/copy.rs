//! What the machine's own COPY takes for the same rows, into the same tables with their indexes and triggers.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::portal::Portal;

/// The tables of an organization, in the order in which COPY fills them, and which of their rows the import made.
const TABLES: [(&str, &str); 3] = [
    ("organizations", "channel = 'import'"),
    ("billing_accounts", "organization_id in (select id from organizations where channel = 'import')"),
    ("events", "kind = 'organization.created' and channel = 'import'"),
];

/// Rows of one COPY.
const PART: u32 = 100_000;

/// All that are not computed.
async fn columns(db: &mut PgConnection, table: &str) -> String {
    sqlx::query_scalar(
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
    )
    .bind(table)
    .fetch_one(db)
    .await
    .expect("columns")
}

/// Keeps the rows of the import that was just made for [`copy`].
pub(super) async fn keep(db: &mut PgConnection) {
    for (table, rows) in TABLES {
        let (columns, path) = (columns(db, table).await, copied(db, table).await);
        // Events stay when an import is undone: their copies need ids of their own, in the same order.
        let values = match table {
            "events" => columns.replacen("id", "overlay(id::text placing 'c' from 20 for 1)::uuid", 1),
            _ => columns,
        };
        // In parts of as many rows as triggers that see whole statements can take without going to the disk.
        let split = format!("split -d -a 3 -l {PART} - {}", path.display());
        let sql = format!("copy (select {values} from {table} where {rows}) to program '{split}'");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await.expect("kept");
    }
}

/// A place the database's user may write to.
async fn copied(db: &mut PgConnection, table: &str) -> PathBuf {
    let folder: String =
        sqlx::query_scalar("select current_setting('data_directory')").fetch_one(db).await.expect("its folder");
    Path::new(&folder).join(format!("{table}.copy"))
}

/// One transaction, with everything triggers keep, as the import has it.
pub(super) async fn copy(portal: &Portal, rows: u32) -> Duration {
    as_new(&mut portal.database().await).await;
    // Plans of another connection may be from before.
    let mut db = portal.database().await;
    let begun = Instant::now();
    let mut transaction = db.begin().await.expect("a transaction");
    for (table, _) in TABLES {
        let columns = columns(&mut transaction, table).await;
        let path = copied(&mut transaction, table).await;
        for part in 0..rows.div_ceil(PART) {
            let sql = format!("copy {table} ({columns}) from '{}{part:03}'", path.display());
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await.expect("copied");
        }
    }
    transaction.commit().await.expect("committed");
    begun.elapsed()
}

/// What the database does in its own time after an import, done at once.
pub(super) async fn settle(portal: &Portal) {
    let mut db = portal.database().await;
    for own_time in ["vacuum analyze", "checkpoint"] {
        sqlx::query(own_time).execute(&mut db).await.expect(own_time);
    }
}

/// The tables as the import found them: empty, and nothing known about them. Were they known to be empty, the server would
/// look for each row's organization by reading all of them.
async fn as_new(db: &mut PgConnection) {
    for statement in [
        "alter system set autovacuum = off",
        "select pg_reload_conf()",
        "vacuum",
        "delete from pg_statistic where starelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)",
        "update pg_class set relpages = 0, reltuples = -1 where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')",
        "checkpoint",
    ] {
        sqlx::query(statement).execute(&mut *db).await.expect(statement);
    }
}
