//! The guard: our own executable run once more, which starts the server and stops it when the portal is gone.
//!
//! The portal holds the writing end of a pipe and never writes to it. However the portal ends, the kernel closes that
//! pipe, the guard reads the end of the file and shuts the server down (DATABASE.md, points 7 and 8).

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    io::{self, Read, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use nix::{
    sys::{
        signal::{SigSet, Signal, kill},
        stat::{Mode, umask},
    },
    unistd::{Gid, Pid, Uid, setgid, setuid},
};
use serde::{Deserialize, Serialize};

use super::{account::Account, cluster, error::Failure, leftovers, log::Log};

/// The hidden subcommand under which the executable becomes the guard.
pub const GUARD_COMMAND: &str = "__pg-guard";

/// How long a fast shutdown may take before connections are cut without ceremony.
const FAST_SHUTDOWN: Duration = Duration::from_secs(20);
/// How long that may take before the server is killed.
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// All the guard needs to know; its only argument, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) bin_dir: PathBuf,
    /// `data/postgres`.
    pub(super) root: PathBuf,
    pub(super) major: u32,
    pub(super) socket_dir: PathBuf,
    /// Who the server runs as.
    pub(super) server: Account,
    /// Login name of the portal's user, who may connect.
    pub(super) portal_user: String,
}

impl Task {
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join(self.major.to_string())
    }

    pub(super) fn program(&self, name: &str) -> Command {
        let mut command = self.server.command(&self.bin_dir.join(name));
        command.current_dir(&self.root).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

/// What the guard tells the portal, one line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    /// Something that takes a while has begun.
    Notice(String),
    /// Connections are accepted.
    Ready,
    /// The guard gives up.
    Failed(Failure),
}

/// What wakes the guard up.
#[derive(Debug)]
pub(super) enum Event {
    /// The pipe from the portal is closed.
    PortalGone,
    /// The child that is being watched has ended.
    Ended(io::Result<ExitStatus>),
}

/// Runs the hidden subcommand [`GUARD_COMMAND`] with the arguments behind it; it returns when the server has stopped.
pub fn guard_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(args.into_iter().next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&Report::Failed(failure));
            ExitCode::FAILURE
        }
    }
}

fn run(argument: Option<OsString>) -> Result<(), Failure> {
    let task = argument.and_then(|text| text.into_string().ok()).unwrap_or_default();
    let task: Task = serde_json::from_str(&task)
        .map_err(|_| Failure::Other(format!("{GUARD_COMMAND} is for Tenantry's own use")))?;
    // From here on nothing is done as root, so no folder of the server's user can lead root astray.
    become_user(&task.server)?;
    umask(Mode::from_bits_truncate(0o077));
    ignore_signals().map_err(|error| Failure::Other(error.to_string()))?;
    let (sender, events) = mpsc::channel();
    watch_portal(sender.clone());
    let _alone = wait_for_turn(&task.root, &events)?;
    leftovers::clear(&task)?;
    if !task.cluster().exists() {
        cluster::create(&task, &sender, &events)?;
    }
    cluster::write_access(&task)?;
    serve(&task, sender, &events)
}

fn become_user(account: &Account) -> Result<(), Failure> {
    if nix::unistd::geteuid().as_raw() == account.uid {
        return Ok(());
    }
    let drop = || -> nix::Result<()> {
        #[cfg(not(target_vendor = "apple"))]
        nix::unistd::setgroups(&[])?;
        setgid(Gid::from_raw(account.gid))?;
        setuid(Uid::from_raw(account.uid))
    };
    drop().map_err(|error| Failure::Other(format!("cannot become user {}: {error}", account.name)))
}

/// A service manager that stops the whole group at once must not take the guard from the server: only the pipe counts.
fn ignore_signals() -> nix::Result<()> {
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        signals.add(signal);
    }
    signals.thread_block()
}

fn watch_portal(events: Sender<Event>) {
    thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        while matches!(stdin.read(&mut [0; 16]), Ok(1..)) {}
        // The other end is gone only when the guard itself is ending.
        let _ = events.send(Event::PortalGone);
    });
}

/// The guard of the run before may still be shutting its server down.
fn wait_for_turn(root: &Path, events: &Receiver<Event>) -> Result<File, Failure> {
    let path = root.join("guard.lock");
    let file = File::options().write(true).create(true).truncate(false).open(&path).map_err(Failure::file(&path))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Failure::file(path)(error)),
            Err(TryLockError::WouldBlock) if !told => {
                told = true;
                report(&Report::Notice("Waiting for the PostgreSQL of the last run to finish its shutdown".to_owned()));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if let Ok(Event::PortalGone) = events.recv_timeout(POLL) {
            return Err(Failure::Cancelled);
        }
    }
}

fn serve(task: &Task, sender: Sender<Event>, events: &Receiver<Event>) -> Result<(), Failure> {
    make_socket_dir(&task.socket_dir, &task.server)?;
    let mut command = task.program("postgres");
    command.args(cluster::server_arguments(task)).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(Failure::file(task.bin_dir.join("postgres")))?;
    let log = Log::pump(child.stderr.take(), Some(task.root.join("server.log")));
    let pid = watch_child(child, sender);
    let ended = |status: &io::Result<ExitStatus>| Failure::Server {
        status: describe(status),
        log: task.root.join("server.log"),
        output: log.tail(),
    };
    loop {
        match events.recv_timeout(POLL) {
            Ok(Event::Ended(status)) => return Err(ended(&status)),
            Ok(Event::PortalGone) | Err(RecvTimeoutError::Disconnected) => return stop(pid, events),
            Err(RecvTimeoutError::Timeout) if cluster::is_ready(task, pid) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    report(&Report::Ready);
    match events.recv() {
        Ok(Event::Ended(Ok(status))) if status.success() => {
            // A service manager that signals every process of a service stops the server cleanly before the portal does.
            report(&Report::Failed(Failure::ToldToStop));
            Ok(())
        }
        Ok(Event::Ended(status)) => Err(ended(&status)),
        Ok(Event::PortalGone) | Err(_) => stop(pid, events),
    }
}

/// Waits for a child on a thread of its own; returns its process number.
pub(super) fn watch_child(mut child: Child, events: Sender<Event>) -> Pid {
    let pid = process_id(&child);
    thread::spawn(move || {
        let _ = events.send(Event::Ended(child.wait()));
    });
    pid
}

fn process_id(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("the kernel gives process numbers that fit its own signed type"))
}

/// Fast shutdown, then an immediate one, then the end; a later start recovers from whichever was needed.
fn stop(pid: Pid, events: &Receiver<Event>) -> Result<(), Failure> {
    for (signal, patience) in [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN)] {
        // An error means that it has just ended, which the next event says.
        let _ = kill(pid, signal);
        loop {
            match events.recv_timeout(patience) {
                Ok(Event::Ended(_)) => return Ok(()),
                Ok(Event::PortalGone) => {}
                Err(_) => break,
            }
        }
    }
    let _ = kill(pid, Signal::SIGKILL);
    Err(Failure::Other("PostgreSQL did not shut down and was killed".to_owned()))
}

/// A folder only the server's user may enter: the socket's real protection.
fn make_socket_dir(dir: &Path, server: &Account) -> Result<(), Failure> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    match std::fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(Failure::file(dir)(error)),
        _ => {}
    }
    let found = dir.symlink_metadata().map_err(Failure::file(dir))?;
    match found.is_dir() && found.uid() == server.uid && found.mode() & 0o077 == 0 {
        true => Ok(()),
        false => Err(Failure::SocketFolder { path: dir.to_owned() }),
    }
}

pub(super) fn report(report: &Report) {
    let line = serde_json::to_string(report).expect("a report is plain text and numbers");
    // Nobody listens once the portal is gone.
    let _ = writeln!(io::stdout().lock(), "{line}");
}

pub(super) fn describe(status: &io::Result<ExitStatus>) -> String {
    status.as_ref().map_or_else(io::Error::to_string, ExitStatus::to_string)
}
