//! Backups of real servers, and back again.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tenantry::database::{
    self,
    backup::{self, BackupError, Source},
    private_postgres::PrivatePostgres,
};
use time::{OffsetDateTime, macros::datetime};

use super::{folder, number, start};

const NOW: OffsetDateTime = datetime!(2026-11-21 22:30:05 +01:00);

async fn with_a_table(dir: &Path) -> PrivatePostgres {
    let server = start(dir).await;
    let mut db = server.owner().connect().await.unwrap();
    let setup = "create extension citext; create table kept (id bigint primary key, name citext);
                 insert into kept select i, 'name ' || i from generate_series(1, 100) i;
                 alter table kept enable row level security; alter table kept force row level security;
                 grant select on kept to tenantry_app;";
    sqlx::raw_sql(setup).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    server
}

#[tokio::test]
async fn a_backup_is_read_back_into_an_empty_database() {
    let dir = folder();
    let server = with_a_table(dir.path()).await;
    let backups = dir.path().join("backups");
    let file = backup::run(Source::Private(server.access()), &backups, NOW).await.expect("a backup");
    assert_eq!(file, backups.join("tenantry-20261121-213005.dump"), "the name says when, in UTC");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(backups.metadata().unwrap().permissions().mode() & 0o777, 0o700);

    let refused = backup::restore(Source::Private(server.access()), &file).await.expect_err("there is data");
    assert!(matches!(refused, BackupError::NotEmpty(1)), "{refused}");
    server.stop().await.unwrap();

    let fresh = folder();
    let server = start(fresh.path()).await;
    backup::restore(Source::Private(server.access()), &file).await.expect("a restore");
    let mut db = server.superuser().connect().await.unwrap();
    assert_eq!(number(&mut db, "select count(*) from kept where name = 'NAME 7'").await, 1);
    let owned =
        "select count(*) from pg_tables where tablename = 'kept' and tableowner = 'tenantry_owner' and rowsecurity";
    assert_eq!(number(&mut db, owned).await, 1);
    let mut app = server.app().connect().await.unwrap();
    assert_eq!(number(&mut app, "select count(*) from kept").await, 0, "walls and rights came along");
    drop((db, app));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_newest_seven_are_kept_and_other_files_left_alone() {
    let dir = folder();
    let server = start(dir.path()).await;
    let backups = dir.path().join("backups");
    fs::create_dir(&backups).unwrap();
    for day in 10..20 {
        fs::write(backups.join(format!("tenantry-202611{day}-030000.dump")), "old").unwrap();
    }
    fs::write(backups.join("tenantry-before-the-move.dump"), "the operator's own").unwrap();
    fs::write(backups.join("tenantry-20261120-030000.dump.part"), "interrupted").unwrap();
    let newest = backup::run(Source::Private(server.access()), &backups, NOW).await.expect("a backup");
    server.stop().await.unwrap();
    let kept = backup::list(&backups).unwrap();
    assert_eq!(kept.len(), backup::KEPT);
    assert_eq!(kept.first(), Some(&backups.join("tenantry-20261114-030000.dump")));
    assert_eq!(kept.last(), Some(&newest));
    assert!(backups.join("tenantry-before-the-move.dump").exists());
    assert!(!backups.join("tenantry-20261120-030000.dump.part").exists());
}

/// A server reached by a URL with a password, as one of the operator's would be.
async fn url_with_password(server: &PrivatePostgres, dir: &Path) -> PgConnectOptions {
    let mut db = server.superuser().connect().await.unwrap();
    sqlx::raw_sql("create role visitor login password 'p@ss:w/rd %41'; grant tenantry_owner to visitor;")
        .execute(&mut db)
        .await
        .unwrap();
    // Ahead of the line for the portal itself.
    let rules = super::cluster(dir).join("pg_hba.conf");
    let old = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, format!("local all visitor scram-sha-256\n{old}")).unwrap();
    sqlx::query("select pg_reload_conf()").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let socket = server.app().get_socket().expect("a socket").to_str().expect("a plain path").to_owned();
    format!("postgres://visitor:p%40ss%3Aw%2Frd%20%2541@localhost/tenantry?host={socket}").parse().expect("a URL")
}

#[tokio::test]
async fn a_server_of_the_operators_is_backed_up_with_its_password() {
    let dir = folder();
    let server = with_a_table(dir.path()).await;
    let connect = url_with_password(&server, dir.path()).await;
    super::eventually_connects(&connect).await;
    let source = Source::Url { connect: &connect, bin_dir: None };
    let backups = dir.path().join("backups");

    let hidden = backup::run(source, &backups, NOW).await.expect_err("rows are hidden from this role");
    assert!(matches!(&hidden, BackupError::HiddenRows(tables) if tables == "kept"), "{hidden}");
    let mut db = server.owner().connect().await.unwrap();
    let policy = "create function app_system() returns boolean language sql stable
                    return coalesce(current_setting('app.system', true), '') <> '';
                  create policy kept_scope on kept using (app_system());";
    sqlx::raw_sql(policy).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let file = backup::run(source, &backups, NOW).await.expect("a backup");
    let wrong = connect.clone().password("wrong");
    let refused = backup::run(Source::Url { connect: &wrong, bin_dir: None }, &backups, NOW).await;
    refused.expect_err("the password counts");
    server.stop().await.unwrap();

    let fresh = folder();
    let server = start(fresh.path()).await;
    backup::restore(Source::Private(server.access()), &file).await.expect("a restore");
    let mut db = server.superuser().connect().await.unwrap();
    assert_eq!(number(&mut db, "select count(*) from kept").await, 100, "every row is in it");
    db.close().await.unwrap();
    server.stop().await.unwrap();
}

/// Every policy must let the portal's own work see all rows, or a backup by the role of `DATABASE_URL` is refused.
#[tokio::test]
async fn the_owner_of_the_real_schema_can_back_it_up_by_url() {
    let dir = folder();
    let server = start(dir.path()).await;
    database::migrate(&server.owner(), "tenantry_app").await.expect("migrations");
    let owner = server.owner();
    let source = Source::Url { connect: &owner, bin_dir: None };
    let file = backup::run(source, &dir.path().join("backups"), NOW).await.expect("a backup");
    server.stop().await.unwrap();

    let fresh = folder();
    let server = start(fresh.path()).await;
    backup::restore(Source::Private(server.access()), &file).await.expect("a restore");
    database::migrate(&server.owner(), "tenantry_app").await.expect("nothing is left to migrate");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_failed_backup_leaves_no_file_and_quotes_the_reason() {
    let dir = folder();
    let server = start(dir.path()).await;
    let access = server.access().clone();
    let backups = dir.path().join("backups");
    server.stop().await.unwrap();
    let error = backup::run(Source::Private(&access), &backups, NOW).await.expect_err("nothing to dump");
    let BackupError::Tool { tool: "pg_dump", output, .. } = &error else { panic!("{error}") };
    assert!(output.contains("No such file or directory"), "{output}");
    assert_eq!(backup::list(&backups).unwrap().len(), 0);
    let entries = fs::read_dir(&backups).unwrap().flatten().map(|entry| entry.file_name()).collect::<Vec<_>>();
    assert_eq!(entries, ["lock"]);
}
