//! The cluster: how it is made, who may connect to it, and the settings it runs with (DATABASE.md, points 4, 5, 10).

use std::{
    ffi::OsString,
    fs::{self, File},
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::Stdio,
    sync::mpsc::{Receiver, Sender},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use super::{
    error::Failure,
    guard::{Event, Report, Task, describe, report, watch_child},
    log::Log,
    roles,
};

/// Sized for a portal on a small machine; an operator may change them in `postgresql.conf`.
const SETTINGS: &str = "
# Tenantry's defaults for its private server. Changes here are kept and take effect at the next start.
shared_buffers = 128MB
max_connections = 60
jit = off
wal_level = minimal
max_wal_senders = 0
timezone = 'UTC'
log_timezone = 'UTC'
";

/// The name a cluster has until it is complete.
pub(super) const UNFINISHED: &str = "init.tmp";

/// Makes a new cluster. It gets its name only when it is complete and on disk, so an interruption leaves nothing that
/// could be taken for data.
pub(super) fn create(task: &Task, sender: &Sender<Event>, events: &Receiver<Event>) -> Result<(), Failure> {
    report(&Report::Notice(format!("Creating the private database in {}", task.root.display())));
    let unfinished = task.root.join(UNFINISHED);
    let result = init(task, &unfinished, sender, events);
    if result.is_err() {
        // The first error is the one to tell; what stays is removed by the next start.
        let _ = fs::remove_dir_all(&unfinished);
    }
    result
}

fn init(task: &Task, unfinished: &Path, sender: &Sender<Event>, events: &Receiver<Event>) -> Result<(), Failure> {
    let mut command = task.program("initdb");
    command.arg("-D").arg(unfinished).args(init_arguments(task.major)).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(Failure::file(task.bin_dir.join("initdb")))?;
    let log = Log::pump(child.stderr.take(), None);
    let group = watch_child(child, sender.clone());
    match events.recv() {
        Ok(Event::Ended(Ok(status))) if status.success() => {}
        Ok(Event::Ended(status)) => {
            let output = format!("{}\n({})", log.tail(), describe(&status));
            return Err(Failure::Initdb { path: unfinished.to_owned(), output });
        }
        Ok(Event::PortalGone) | Err(_) => {
            // It and its helpers go at once, since what they wrote is thrown away.
            let _ = killpg(group, Signal::SIGKILL);
            let _ = events.recv();
            return Err(Failure::Cancelled);
        }
    }
    append(&unfinished.join("postgresql.conf"), SETTINGS)?;
    fs::rename(unfinished, task.cluster()).map_err(Failure::file(task.cluster()))?;
    File::open(&task.root).and_then(|folder| folder.sync_all()).map_err(Failure::file(&task.root))
}

/// Byte order in indexes, which no update of the system's locales can corrupt, yet letters are known as letters.
fn init_arguments(major: u32) -> Vec<&'static str> {
    let mut arguments = vec!["--username=postgres", "--auth=peer", "--encoding=UTF8", "--data-checksums"];
    match cfg!(target_vendor = "apple") {
        true => arguments.extend(["--locale=C", "--lc-ctype=en_US.UTF-8"]),
        false => arguments.push("--locale=C.UTF-8"),
    }
    if major >= 17 {
        arguments.extend(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    arguments
}

fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let file = File::options().append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(Failure::file(path))
}

/// Who may connect: the portal's user and the server's own, as any of the three roles, through the socket only. It is
/// written at every start because the portal may be started by another user than the last time.
pub(super) fn write_access(task: &Task) -> Result<(), Failure> {
    let mut users = vec![&task.portal_user, &task.server.name];
    users.dedup();
    let lines = users.into_iter().flat_map(|user| {
        let user = user.replace('"', "\"\"");
        [roles::SUPERUSER, roles::OWNER, roles::APP].map(|role| format!("{} \"{user}\" {role}\n", roles::DATABASE))
    });
    let map = lines.collect::<String>();
    replace(&task.cluster().join("pg_ident.conf"), &map)?;
    replace(&task.cluster().join("pg_hba.conf"), &format!("local all all peer map={}\n", roles::DATABASE))
}

fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let new = path.with_extension("new");
    fs::write(&new, text).and_then(|()| fs::rename(&new, path)).map_err(Failure::file(path))
}

/// What an operator must not change, because safety or the way the portal connects hangs on it.
pub(super) fn server_arguments(task: &Task) -> Vec<OsString> {
    let mut socket_dir = OsString::from("unix_socket_directories=");
    socket_dir.push(&task.socket_dir);
    let mut arguments = vec!["-D".into(), task.cluster().into_os_string(), "-c".into(), socket_dir];
    for setting in [
        "listen_addresses=",
        "port=5432",
        "unix_socket_permissions=0700",
        "cluster_name=tenantry",
        "logging_collector=off",
    ] {
        arguments.extend(["-c".into(), setting.into()]);
    }
    arguments
}

/// Whether the server with this process number says in its own file that it accepts connections.
pub(super) fn is_ready(task: &Task, pid: Pid) -> bool {
    let Ok(text) = fs::read_to_string(task.cluster().join("postmaster.pid")) else { return false };
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    lines.first() == Some(&pid.to_string().as_str()) && lines.get(7) == Some(&"ready")
}
