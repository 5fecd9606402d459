//! However the portal, the guard or the server ends, nothing keeps running and the next start works.

use std::{fs, process::Command};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::{
    cluster, eventually, folder,
    held::{Held, SERVER_GONE},
    is_root, number, servers_in, start, state,
};

fn end(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("a live process");
}

fn postmaster(dir: &std::path::Path) -> i32 {
    let status = fs::read_to_string(cluster(dir).join("postmaster.pid")).expect("a running server");
    status.lines().next().expect("a line").parse().expect("a number")
}

async fn next_start_works(dir: &std::path::Path) {
    let server = start(dir).await;
    let mut db = server.app().connect().await.unwrap();
    assert_eq!(number(&mut db, "select 1::bigint").await, 1);
    db.close().await.unwrap();
    let bin_dir = server.bin_dir().to_owned();
    server.stop().await.expect("a clean stop");
    assert_eq!(state(&bin_dir, dir), "shut down");
}

#[tokio::test]
async fn ctrl_c_reaches_the_portal_alone_and_the_stop_is_clean() {
    let dir = folder();
    let held = Held::start(dir.path());
    held.interrupt();
    assert!(held.wait().success(), "the holder waits for a clean stop");
    assert!(servers_in(dir.path()).is_empty(), "nothing runs once the portal has ended");
    assert!(!cluster(dir.path()).join("postmaster.pid").exists());
    next_start_works(dir.path()).await;
}

#[tokio::test]
async fn a_killed_portal_takes_its_server_along() {
    let dir = folder();
    let held = Held::start(dir.path());
    assert!(!servers_in(dir.path()).is_empty());
    held.kill();
    assert!(!held.wait().success());
    eventually("the server ends after its portal", || servers_in(dir.path()).is_empty());
    next_start_works(dir.path()).await;
}

#[tokio::test]
async fn the_next_start_waits_for_the_shutdown_of_a_killed_portal() {
    let dir = folder();
    let held = Held::start(dir.path());
    held.kill();
    held.wait();
    // At once, while the guard of the dead portal is still at work.
    next_start_works(dir.path()).await;
}

#[tokio::test]
async fn after_portal_guard_and_server_are_killed_the_next_start_recovers() {
    let dir = folder();
    let server = start(dir.path()).await;
    let mut db = server.owner().connect().await.unwrap();
    sqlx::query("create table kept (id bigint)").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    server.stop().await.unwrap();

    let mut held = Held::spawn(Held::command(dir.path()));
    let guard: i32 = held.says().strip_prefix("holding ").expect("a guard").parse().unwrap();
    let server = postmaster(dir.path());
    held.kill();
    end(guard);
    end(server);
    held.wait();
    assert!(cluster(dir.path()).join("postmaster.pid").exists(), "a crash leaves it");

    let server = start(dir.path()).await;
    let mut db: PgConnection = server.owner().connect().await.unwrap();
    assert_eq!(number(&mut db, "select count(*) from kept").await, 0, "the table is there");
    db.close().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_without_guard_is_noticed_and_cleared_by_the_next_start() {
    let dir = folder();
    let mut held = Held::spawn(Held::command(dir.path()));
    let guard: i32 = held.says().strip_prefix("holding ").expect("a guard").parse().unwrap();
    let orphan = postmaster(dir.path());
    end(guard);
    let said = held.says();
    assert!(said.contains("the private database is gone"), "{said}");
    assert_eq!(held.wait().code(), Some(SERVER_GONE));
    assert!(servers_in(dir.path()).contains(&orphan), "nobody is there to stop it");
    next_start_works(dir.path()).await;
    assert!(!servers_in(dir.path()).contains(&orphan));
}

#[tokio::test]
async fn a_killed_server_is_reported_with_the_end_of_its_log() {
    let dir = folder();
    let mut held = Held::spawn(Held::command(dir.path()));
    assert!(held.says().starts_with("holding "));
    end(postmaster(dir.path()));
    let said = held.says();
    assert!(said.contains("PostgreSQL ended by itself") && said.contains("ready to accept connections"), "{said}");
    assert_eq!(held.wait().code(), Some(SERVER_GONE));
    next_start_works(dir.path()).await;
}

/// Service managers signal every process of a service at once.
#[tokio::test]
async fn a_server_stopped_by_somebody_else_is_noticed_and_counts_as_a_clean_stop() {
    let dir = folder();
    let mut server = start(dir.path()).await;
    kill(Pid::from_raw(postmaster(dir.path())), Signal::SIGTERM).unwrap();
    let gone = server.exited().await.to_string();
    assert!(gone.contains("somebody else told PostgreSQL to stop"), "{gone}");
    server.stop().await.expect("nothing was lost");
    next_start_works(dir.path()).await;
}

#[tokio::test]
async fn the_guard_answers_to_the_pipe_alone() {
    let dir = folder();
    let server = start(dir.path()).await;
    let guard = Pid::from_raw(server.guard_pid().try_into().unwrap());
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        kill(guard, signal).unwrap();
    }
    let mut db = server.app().connect().await.expect("the server still runs");
    assert_eq!(number(&mut db, "select 1::bigint").await, 1);
    db.close().await.unwrap();
    server.stop().await.expect("and the guard is there to stop it cleanly");
}

#[tokio::test]
async fn a_pid_file_that_names_an_unrelated_process_does_not_matter() {
    let dir = folder();
    start(dir.path()).await.stop().await.unwrap();
    // PostgreSQL believes a live process of its own user, whatever that process is.
    let mut bystander = bystander();
    let stale = format!("{}\n{}\n1\n5432\n\n\n\nready\n", bystander.id(), cluster(dir.path()).display());
    fs::write(cluster(dir.path()).join("postmaster.pid"), stale).unwrap();
    next_start_works(dir.path()).await;
    assert!(bystander.try_wait().unwrap().is_none(), "the bystander was left alone");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

fn bystander() -> std::process::Child {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("sleep");
    command.arg("600");
    if let (true, Ok(Some(user))) = (is_root(), nix::unistd::User::from_name("postgres")) {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command.spawn().expect("sleep")
}

#[tokio::test]
async fn an_interrupted_creation_leaves_nothing() {
    let dir = folder();
    let held = Held::spawn(Held::command(dir.path()));
    let unfinished = dir.path().join("postgres/init.tmp");
    eventually("initdb is at work", || unfinished.join("base").exists());
    held.kill();
    held.wait();
    eventually("the guard cleans up", || !unfinished.exists());
    assert!(servers_in(dir.path()).is_empty());
    next_start_works(dir.path()).await;
}

#[tokio::test]
async fn a_half_made_cluster_is_replaced() {
    let dir = folder();
    let mut held = Held::spawn(Held::command(dir.path()));
    let unfinished = dir.path().join("postgres/init.tmp");
    eventually("initdb is at work", || unfinished.join("base").exists());
    // The guard first, so that nobody cleans up, then the rest.
    let guard = parent_of_initdb(dir.path());
    end(guard);
    held.says();
    held.wait();
    next_start_works(dir.path()).await;
    assert!(!unfinished.exists());
}

fn parent_of_initdb(dir: &std::path::Path) -> i32 {
    let root = dir.join("postgres").canonicalize().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let cwd = fs::read_link(entry.path().join("cwd")).ok()?;
        (stat.contains("(initdb)") && cwd == root).then_some(stat)
    });
    let stat = processes.last().expect("initdb");
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap().parse().unwrap()
}
