//! The private Postgres, with real servers in temporary folders (DATABASE.md).

mod backups;
mod endings;
mod held;
mod refusals;

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use tenantry::database::private_postgres::{Access, Options, PrivatePostgres, StartError};

/// A folder that another user may enter, since under root the server is another user. It lies on a disk even where other
/// temporary files lie in memory: there a server is made in less time than it takes to interrupt that.
fn folder() -> TempDir {
    let open = fs::Permissions::from_mode(0o755);
    let place = tempfile::Builder::new().prefix("tenantry-").permissions(open).tempdir_in("/var/tmp");
    place.expect("a temporary folder")
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

async fn text(db: &mut PgConnection, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(db).await.expect("a text")
}

/// The folder of the one cluster below a data folder.
fn cluster(dir: &Path) -> PathBuf {
    let entries = fs::read_dir(dir.join("postgres")).expect("a server folder").flatten();
    let mut clusters = entries.map(|entry| entry.path()).filter(|path| path.join("PG_VERSION").exists());
    clusters.next().expect("a cluster")
}

/// Process numbers of the servers that work in a data folder, the postmaster among them.
fn servers_in(dir: &Path) -> Vec<i32> {
    let root = dir.join("postgres").canonicalize().expect("a server folder");
    let numbers = fs::read_dir("/proc").expect("Linux").flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers
        .filter(|pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(&root)))
        .filter(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres"))
        .collect()
}

/// What `pg_controldata` calls the state: "shut down" after a clean stop.
fn state(bin_dir: &Path, dir: &Path) -> String {
    let output = Command::new(bin_dir.join("pg_controldata")).arg(cluster(dir)).env("LC_ALL", "C").output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let line = output.lines().find_map(|line| line.strip_prefix("Database cluster state:"));
    line.expect("a state").trim().to_owned()
}

/// Waits for a condition, with a limit that only a broken program reaches.
fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a change of `pg_hba.conf` is in force, which the server does in its own time.
async fn eventually_connects(connect: &PgConnectOptions) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while connect.connect().await.is_err() {
        assert!(Instant::now() < deadline, "no connection within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().expect("Linux").uid() == 0
}

#[tokio::test]
async fn the_second_start_finds_the_data_of_the_first() {
    let dir = folder();
    let server = start(dir.path()).await;
    let bin_dir = server.bin_dir().to_owned();
    assert!(server.describe().starts_with("private PostgreSQL 1"), "{}", server.describe());
    assert!(server.describe().ends_with(&format!(" in {}", dir.path().display())), "{}", server.describe());
    let mut db = server.owner().connect().await.unwrap();
    sqlx::query("create table kept as select 42::bigint as answer").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    server.stop().await.expect("a clean stop");
    assert_eq!(state(&bin_dir, dir.path()), "shut down");
    assert!(servers_in(dir.path()).is_empty());

    let server = start(dir.path()).await;
    let mut db = server.owner().connect().await.unwrap();
    assert_eq!(number(&mut db, "select answer from kept").await, 42);
    db.close().await.unwrap();
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_second_instance_is_refused_by_name_and_may_use_the_running_server() {
    let dir = folder();
    let absent = Access::of_running(&options(dir.path())).expect_err("nothing runs");
    assert!(matches!(absent, StartError::NotRunning { .. }), "{absent}");
    let first = start(dir.path()).await;
    let refused = PrivatePostgres::start(&options(dir.path())).await.expect_err("two instances in one folder");
    assert!(matches!(refused, StartError::InUse { pid: Some(pid), .. } if pid == std::process::id()), "{refused:?}");
    let text = refused.to_string();
    assert!(text.contains(dir.path().to_str().unwrap()) && text.contains("in use by another Tenantry"), "{text}");

    let access = Access::of_running(&options(dir.path())).expect("the first one's server");
    assert_eq!(access.describe(), first.describe());
    let mut db = access.app().connect().await.expect("a connection beside the first instance");
    assert_eq!(number(&mut db, "select 1::bigint").await, 1);
    db.close().await.unwrap();
    first.stop().await.expect("the first is not disturbed");
    Access::of_running(&options(dir.path())).expect_err("nothing runs any more");
}

#[tokio::test]
async fn the_application_role_is_bound_by_row_level_security() {
    let dir = folder();
    let server = start(dir.path()).await;
    let mut owner = server.owner().connect().await.unwrap();
    let setup = "create table guarded (id bigint); insert into guarded values (1);
                 alter table guarded enable row level security; alter table guarded force row level security;
                 grant select on guarded to tenantry_app;";
    sqlx::raw_sql(setup).execute(&mut owner).await.unwrap();
    let mut app = server.app().connect().await.unwrap();
    assert_eq!(text(&mut app, "select current_user::text").await, "tenantry_app");
    assert_eq!(number(&mut app, "select count(*) from guarded").await, 0, "no policy lets it see the row");
    let rights = "select count(*) from pg_roles where rolname in ('tenantry_app', 'tenantry_owner')
                  and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)";
    assert_eq!(number(&mut app, rights).await, 2);
    let owned = "select count(*) from pg_shdepend where refobjid = 'tenantry_app'::regrole and deptype = 'o'";
    assert_eq!(number(&mut app, owned).await, 0, "it owns nothing");
    let member = "select count(*) from pg_auth_members where member = 'tenantry_app'::regrole";
    assert_eq!(number(&mut app, member).await, 0, "and can become nobody else");
    sqlx::raw_sql("create table own (id int)").execute(&mut app).await.expect_err("it may not create tables");
    drop((owner, app));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_settings_are_those_of_the_design() {
    let dir = folder();
    let server = start(dir.path()).await;
    let mut db = server.superuser().connect().await.unwrap();
    for (name, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("max_connections", "60"),
        ("shared_buffers", "128MB"),
        ("TimeZone", "UTC"),
        ("cluster_name", "tenantry"),
        ("server_encoding", "UTF8"),
    ] {
        let found: String =
            sqlx::query_scalar("select current_setting($1)").bind(name).fetch_one(&mut db).await.unwrap();
        assert_eq!(found, value, "{name}");
    }
    assert_eq!(text(&mut db, "select lower('ÅÄÖ')").await, "åäö", "letters are known as letters");
    assert_eq!(number(&mut db, "select ('Z' < 'a' and 'z' < 'ä')::int::bigint").await, 1, "yet order is by bytes");
    let rules = "select count(*) from pg_hba_file_rules where auth_method <> 'peer' or type <> 'local'";
    assert_eq!(number(&mut db, rules).await, 0, "no password and no network");
    db.close().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_moves_the_socket_and_nobody_else_may_enter_there() {
    let dir = folder();
    let deep = dir.path().join("a-folder-whose-name-is-long".repeat(4));
    let server = start(&deep).await;
    let socket = server.app().get_socket().expect("a socket").clone();
    assert!(!socket.starts_with(&deep) && socket.as_os_str().len() < 90, "{}", socket.display());
    assert_eq!(socket.metadata().unwrap().mode() & 0o777, 0o700);
    let mut db = server.app().connect().await.unwrap();
    assert_eq!(number(&mut db, "select 1::bigint").await, 1);
    db.close().await.unwrap();
    server.stop().await.unwrap();
    fs::remove_dir(socket).expect("an empty folder is left");
}
