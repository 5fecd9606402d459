//! The private Postgres, with real servers in temporary folders (DATABASE.md).

use std::{os::unix::fs::PermissionsExt, path::Path};

use sqlx::{ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;
use tenantry::database::private_postgres::{Options, PrivatePostgres, StartError};

/// A folder that another user may enter, since under root the server is another user.
fn folder() -> TempDir {
    let open = std::fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().prefix("tenantry-").permissions(open).tempdir().expect("a temporary folder")
}

fn options(dir: &Path) -> Options {
    Options { guard_exe: Some(env!("CARGO_BIN_EXE_tenantry").into()), download: false, ..Options::new(dir) }
}

async fn start(dir: &Path) -> PrivatePostgres {
    PrivatePostgres::start(&options(dir)).await.expect("a private server")
}

async fn number(db: &mut PgConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(db).await.expect("a number")
}

#[tokio::test]
async fn the_second_start_finds_the_data_of_the_first() {
    let dir = folder();
    let server = start(dir.path()).await;
    assert!(server.describe().starts_with("private PostgreSQL 1"), "{}", server.describe());
    let mut db = server.owner().connect().await.unwrap();
    sqlx::query("create table kept as select 42::bigint as answer").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    server.stop().await.expect("a clean stop");

    let server = start(dir.path()).await;
    let mut db = server.owner().connect().await.unwrap();
    assert_eq!(number(&mut db, "select answer from kept").await, 42);
    db.close().await.unwrap();
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_second_instance_is_refused_by_name() {
    let dir = folder();
    let first = start(dir.path()).await;
    let refused = PrivatePostgres::start(&options(dir.path())).await.expect_err("two instances in one folder");
    assert!(matches!(refused, StartError::InUse { pid: Some(pid), .. } if pid == std::process::id()), "{refused:?}");
    let text = refused.to_string();
    assert!(text.contains(dir.path().to_str().unwrap()) && text.contains("in use by another Tenantry"), "{text}");
    first.stop().await.expect("the first is not disturbed");
}
