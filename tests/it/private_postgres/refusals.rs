//! What cannot work is refused in words that tell the operator what to do, and others are kept out.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
};

use nix::unistd::{User, chown};
use sqlx::ConnectOptions;
use tenantry::database::private_postgres::{Options, PrivatePostgres, StartError};

use super::{
    cluster, folder,
    held::{Held, NOT_STARTED},
    is_root, options, servers_in, start,
};

async fn refusal(options: &Options) -> (StartError, String) {
    let error = PrivatePostgres::start(options).await.expect_err("a refusal");
    let text = error.to_string();
    (error, text)
}

/// Copied by another process: a file this one has written may still be open in a child that another test just forked,
/// and then it cannot be executed.
fn program(path: &Path, text: &str) {
    let source = path.with_extension("source");
    fs::write(&source, text).unwrap();
    let done = Command::new("install").arg("--mode=755").args([&source, path]).status().unwrap();
    assert!(done.success());
}

#[tokio::test]
async fn a_folder_without_programs_is_refused() {
    let dir = folder();
    let wrong = Options { bin_dir: Some("/nonexistent/bin".into()), ..options(dir.path()) };
    let (error, text) = refusal(&wrong).await;
    assert!(matches!(error, StartError::BadBinDir { .. }), "{error:?}");
    assert!(text.contains("TENANTRY_PG_BIN is /nonexistent/bin"), "{text}");
    assert!(!dir.path().join("postgres").read_dir().unwrap().any(|_| true), "nothing was made");
}

#[tokio::test]
async fn programs_that_are_too_old_are_refused() {
    let dir = folder();
    let bin = folder();
    program(&bin.path().join("postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 14.20'\n");
    program(&bin.path().join("initdb"), "#!/bin/sh\nexit 1\n");
    let (_, text) = refusal(&Options { bin_dir: Some(bin.path().into()), ..options(dir.path()) }).await;
    assert!(text.contains("it holds version 14.20") && text.contains("15 or newer"), "{text}");
}

#[tokio::test]
async fn data_of_another_major_version_is_left_alone() {
    let dir = folder();
    let old = dir.path().join("postgres/99");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("PG_VERSION"), "99\n").unwrap();
    let (error, text) = refusal(&options(dir.path())).await;
    assert!(matches!(error, StartError::WrongMajor { have: 99, .. }), "{error:?}");
    assert!(text.contains("written by PostgreSQL 99") && text.contains("TENANTRY_PG_DOWNLOAD=off"), "{text}");
    let entries = fs::read_dir(dir.path().join("postgres")).unwrap().count();
    assert_eq!(entries, 1, "no cluster was made beside the data");
}

#[test]
fn a_download_without_network_says_so_and_what_else_to_do() {
    let dir = folder();
    let old = dir.path().join("postgres/99");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("PG_VERSION"), "99\n").unwrap();
    let mut command = Held::command(dir.path());
    // A proxy that refuses every connection stands for a machine without network, also where there is one.
    command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("https_proxy", "http://127.0.0.1:9");
    let mut held = Held::spawn(command);
    let said = held.says();
    assert!(said.contains("downloading it failed (") && said.contains("Install PostgreSQL 99"), "{said}");
    assert_eq!(held.wait().code(), Some(NOT_STARTED));
}

#[tokio::test]
async fn a_failing_initdb_is_quoted_and_leaves_nothing() {
    let dir = folder();
    let bin = folder();
    program(&bin.path().join("postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 15.1'\n");
    program(&bin.path().join("initdb"), "#!/bin/sh\nmkdir \"$2\"\necho 'no room left' >&2\nexit 7\n");
    let (_, text) = refusal(&Options { bin_dir: Some(bin.path().into()), ..options(dir.path()) }).await;
    assert!(text.contains("no room left") && text.contains("left nothing behind"), "{text}");
    assert!(!dir.path().join("postgres/init.tmp").exists());
    start(dir.path()).await.stop().await.expect("a start with the right programs");
}

#[tokio::test]
async fn a_server_that_cannot_start_is_quoted() {
    let dir = folder();
    start(dir.path()).await.stop().await.unwrap();
    let settings = cluster(dir.path()).join("postgresql.conf");
    let mut text = fs::read_to_string(&settings).unwrap();
    text.push_str("no_such_setting = 1\n");
    fs::write(&settings, text).unwrap();
    let (_, text) = refusal(&options(dir.path())).await;
    assert!(text.contains("PostgreSQL ended by itself") && text.contains("no_such_setting"), "{text}");
    assert!(text.contains("server.log"), "{text}");
    assert!(servers_in(dir.path()).is_empty());
}

#[tokio::test]
async fn a_link_to_a_lost_folder_never_becomes_an_empty_database() {
    let dir = folder();
    std::os::unix::fs::symlink("/nonexistent/postgres", dir.path().join("postgres")).unwrap();
    let (error, text) = refusal(&options(dir.path())).await;
    assert!(matches!(error, StartError::LostTarget { .. }), "{error:?}");
    assert!(text.contains("/nonexistent/postgres, which is not there"), "{text}");
}

#[tokio::test]
async fn other_users_of_the_system_are_kept_out() {
    let dir = folder();
    let server = start(dir.path()).await;
    let socket = server.app().get_socket().expect("a socket").clone();
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    if is_root() {
        let mut psql = Command::new(server.bin_dir().join("psql"));
        psql.arg("-h").arg(&socket).args(["-U", "tenantry_app", "-d", "tenantry", "-c", "select 1"]);
        let nobody = User::from_name("nobody").unwrap().expect("nobody");
        let output = psql.current_dir("/").uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw()).output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("Permission denied"), "{said}");
    }
    // Behind the folder stands the user map: a role that is not in it is refused even for the right user.
    let error = server.app().username("pg_monitor").connect().await.expect_err("not in the map");
    assert!(error.to_string().contains("Peer authentication failed"), "{error}");
    server.stop().await.unwrap();
}

/// Under root the other tests run the server as another user; this one is for the portal of an ordinary user.
#[test]
fn an_ordinary_user_runs_the_server_as_itself() {
    if !is_root() {
        return; // every other test of this file is that case
    }
    let dir = folder();
    let nobody = User::from_name("nobody").unwrap().expect("nobody");
    chown(dir.path(), Some(nobody.uid), Some(nobody.gid)).unwrap();
    let mut command = Held::command(dir.path());
    command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    let mut held = Held::spawn(command);
    let said = held.says();
    assert!(said.starts_with("holding "), "{said}");
    held.interrupt();
    assert!(held.wait().success());
}

#[test]
fn a_user_without_a_name_is_told_what_to_do() {
    if !is_root() {
        return; // only root may become another user
    }
    let dir = folder();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let mut command = Held::command(dir.path());
    command.uid(54321).gid(54321);
    let mut held = Held::spawn(command);
    let said = held.says();
    assert!(said.contains("user number 54321 has no name") && said.contains("/etc/passwd"), "{said}");
    assert_eq!(held.wait().code(), Some(NOT_STARTED));
}

/// After a first start as root the data belongs to the server's user.
#[tokio::test]
async fn another_ordinary_user_is_told_whose_data_it_is() {
    if !is_root() {
        return; // only root may become another user
    }
    let dir = folder();
    start(dir.path()).await.stop().await.unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let nobody = User::from_name("nobody").unwrap().expect("nobody");
    let mut command = Held::command(dir.path());
    command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    let said = Held::spawn(command).says();
    assert!(said.contains("belongs to user") && said.contains("chown -R nobody"), "{said}");
}

#[tokio::test]
async fn data_of_root_that_the_server_cannot_enter_is_kept_elsewhere() {
    if !is_root() {
        return; // an ordinary user's server runs as that user
    }
    let dir = folder();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let data = dir.path().join("data");
    start(&data).await.stop().await.unwrap();
    let target = fs::read_link(data.join("postgres")).expect("a link");
    assert!(target.starts_with("/var/lib/tenantry"), "{}", target.display());
    start(&data).await.stop().await.expect("the link is followed");

    fs::remove_file(data.join("postgres")).unwrap();
    let (error, text) = refusal(&options(&data)).await;
    assert!(matches!(error, StartError::EarlierData { .. }), "{error:?}");
    assert!(text.contains("ln -s"), "{text}");
    fs::remove_dir_all(target).unwrap();
}
