//! What an earlier run left: servers whose guard was killed, their files, an unfinished cluster (DATABASE.md, point 9).
//!
//! PostgreSQL alone refuses to start when the number in `postmaster.pid` belongs to any live process, which is usual in
//! containers. Here the file lock is held, so every process of the server in this folder is a left-behind.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    cluster::UNFINISHED,
    error::Failure,
    guard::{Report, Task, report},
};

const PROC: &str = "/proc";
/// After this long, what has not stopped is told to stop at once.
const FAST: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// Stops the processes and removes the files an earlier run left.
pub(super) fn clear(task: &Task) -> Result<(), Failure> {
    match Path::new(PROC).join("self/cwd").exists() {
        true => stop_processes(&task.root)?,
        false => stop_by_pg_ctl(task)?,
    }
    remove(&task.cluster().join("postmaster.pid"))?;
    remove(&task.socket_dir.join(".s.PGSQL.5432"))?;
    remove(&task.socket_dir.join(".s.PGSQL.5432.lock"))?;
    match fs::remove_dir_all(task.root.join(UNFINISHED)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::file(task.root.join(UNFINISHED))(error)),
        _ => Ok(()),
    }
}

fn stop_processes(root: &Path) -> Result<(), Failure> {
    let started = Instant::now();
    let mut signalled = Vec::new();
    let mut urgent = false;
    loop {
        let left = processes_in(root);
        if left.is_empty() {
            return Ok(());
        }
        if signalled.is_empty() {
            report(&Report::Notice("Stopping a PostgreSQL that an earlier run left behind".to_owned()));
        }
        if started.elapsed() > PATIENCE {
            let pids = left.iter().map(|process| process.pid.to_string()).collect::<Vec<_>>().join(", ");
            return Err(Failure::LeftBehind { pids });
        }
        if started.elapsed() > FAST && !urgent {
            urgent = true;
            signal_all(left.iter(), Signal::SIGQUIT);
        }
        // A postmaster takes its children along; a child without one ends by itself unless a query keeps it busy, which
        // the same signal cancels.
        let heads = left.iter().filter(|one| !left.iter().any(|other| other.pid == one.parent));
        let new: Vec<_> = heads.filter(|head| !signalled.contains(&head.pid)).collect();
        signal_all(new.iter().copied(), Signal::SIGINT);
        signalled.extend(new.iter().map(|head| head.pid));
        thread::sleep(POLL);
    }
}

fn signal_all<'a>(processes: impl Iterator<Item = &'a Process>, signal: Signal) {
    for process in processes {
        // An error means that it has just ended.
        let _ = kill(Pid::from_raw(process.pid), signal);
    }
}

struct Process {
    pid: i32,
    parent: i32,
}

/// Live processes of a server, or of its creation, that work inside `root`. A shell that happens to stand there is not
/// one of them; a zombie has no working directory any more.
fn processes_in(root: &Path) -> Vec<Process> {
    let entries = fs::read_dir(PROC).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter_map(|pid| inspect(pid, root)).collect()
}

fn inspect(pid: i32, root: &Path) -> Option<Process> {
    let folder = PathBuf::from(PROC).join(pid.to_string());
    if !fs::read_link(folder.join("cwd")).ok()?.starts_with(root) {
        return None;
    }
    // "123 (postgres) S 1 ...": number, name, state, parent.
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    let (head, tail) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once('(')?;
    let parent = tail.split_whitespace().nth(1)?.parse().ok()?;
    ["postgres", "initdb"].contains(&name).then_some(Process { pid, parent })
}

/// For systems without `/proc`.
fn stop_by_pg_ctl(task: &Task) -> Result<(), Failure> {
    let run = |arguments: &[&str]| {
        let mut command = task.program("pg_ctl");
        command
            .arg("-D")
            .arg(task.cluster())
            .args(arguments)
            .status()
            .map_err(Failure::file(task.bin_dir.join("pg_ctl")))
    };
    if !task.cluster().exists() || !run(&["status"])?.success() {
        return Ok(());
    }
    match run(&["stop", "--mode=fast", "--wait", "--timeout=30"])?.success() {
        true => Ok(()),
        false => Err(Failure::LeftBehind { pids: "see postmaster.pid".to_owned() }),
    }
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::file(path)(error)),
        _ => Ok(()),
    }
}
