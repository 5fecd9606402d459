//! What can go wrong, in words that tell the operator what to do.

use std::{io, path::PathBuf};

use serde::{Deserialize, Serialize};

/// Why the private server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder or something in it cannot be made, read or written.
    #[error("cannot use {}: {source}. Check the permissions of that folder or choose another data folder.", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another process holds the lock of the data folder.
    #[error("{} is in use by another Tenantry{}. Stop that one first, or give this one its own data folder; \
             several instances share data through DATABASE_URL, not through a folder.", data_dir.display(), of_process(*pid))]
    InUse {
        /// The data folder as given.
        data_dir: PathBuf,
        /// The process that holds it, where it is known.
        pid: Option<u32>,
    },
    /// A command wants the server of a portal that is not running, or not yet ready.
    #[error("no private PostgreSQL is ready in {}. Start Tenantry there and try again.", data_dir.display())]
    NotRunning {
        /// The data folder as given.
        data_dir: PathBuf,
    },
    /// No server binaries were found and none could be downloaded.
    #[error(
        "no PostgreSQL {wanted} found in {searched}, and {download}. \
             Install PostgreSQL (Debian and Ubuntu: apt install postgresql; macOS: brew install postgresql@18), \
             or point TENANTRY_PG_BIN at the folder that holds its `postgres` and `initdb`, \
             or set DATABASE_URL to use a server of your own."
    )]
    NoBinaries {
        /// The versions that would do: "15 or newer", or one major.
        wanted: String,
        /// Where was looked, for the message.
        searched: String,
        /// Why the download did not help.
        download: String,
    },
    /// There are binaries, but none of the major version that wrote the data.
    #[error("the data in {} was written by PostgreSQL {have}, and only {found} is installed; {download}. \
             Install PostgreSQL {have} beside it, or point TENANTRY_PG_BIN at its binaries. Nothing was changed.", path.display())]
    WrongMajor {
        /// The folder of the cluster.
        path: PathBuf,
        /// Major version of the data.
        have: u32,
        /// The versions found, for the message.
        found: String,
        /// Why the download did not help.
        download: String,
    },
    /// `TENANTRY_PG_BIN` names a folder without usable binaries.
    #[error("TENANTRY_PG_BIN is {}, but {reason}. It must be the folder that holds `postgres` and `initdb` \
             of PostgreSQL {oldest} or newer.", path.display(), oldest = super::binaries::OLDEST_MAJOR)]
    BadBinDir {
        /// The folder as given.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// The process runs under a number without a name, as in some containers.
    #[error(
        "user number {uid} has no name on this system, and PostgreSQL needs one. \
             Add a line for it to /etc/passwd, run as a user that has one, or set DATABASE_URL."
    )]
    NoName {
        /// The number.
        uid: u32,
    },
    /// Root, and neither `postgres` nor `nobody` exists.
    #[error(
        "PostgreSQL does not run as root, and neither a user `postgres` nor `nobody` exists. \
             Create one, run Tenantry as an ordinary user, or set DATABASE_URL."
    )]
    NoServerUser,
    /// Root on macOS, where supplementary groups cannot be dropped safely.
    #[error("PostgreSQL does not run as root. Run Tenantry as an ordinary user, or set DATABASE_URL.")]
    RootOnMac,
    /// The data belongs to somebody else, typically after a first start as root.
    #[error("{} belongs to user {owner}, and this is user {me}. Start Tenantry as root or as {owner}, \
             or hand the whole data folder over with `chown -R {me}`.", path.display())]
    OwnedByAnother {
        /// The folder of the server.
        path: PathBuf,
        /// Its owner.
        owner: String,
        /// The user of this process.
        me: String,
    },
    /// `data/postgres` is a link to a folder that is gone.
    #[error("{} points to {}, which is not there. Put that folder back, or, to start with an empty database, \
             remove the link.", link.display(), target.display())]
    LostTarget {
        /// The link in the data folder.
        link: PathBuf,
        /// Where it points.
        target: PathBuf,
    },
    /// The place outside the data folder still holds the data of an earlier one.
    #[error("{} holds the database of an earlier {}. To use it again: ln -s {} {}. To start with an empty database, remove it.",
            target.display(), link.display(), target.display(), link.display())]
    EarlierData {
        /// The folder that was found.
        target: PathBuf,
        /// The link that is missing.
        link: PathBuf,
    },
    /// A path that is not UTF-8.
    #[error("the path {} is not valid UTF-8. Choose a data folder with a plain name.", .0.display())]
    PathNotText(PathBuf),
    /// The guard process could not be run.
    #[error("cannot start the process that watches over PostgreSQL ({}): {source}. \
             Check that this user may execute that file.", exe.display())]
    Spawn {
        /// The executable that was tried.
        exe: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The guard ended without saying why.
    #[error("the process that watches over PostgreSQL ended at once ({0}). Its own messages are above.")]
    GuardEnded(String),
    /// The guard said why it could not start the server.
    #[error(transparent)]
    Guard(#[from] Failure),
    /// The server runs but roles and database could not be made.
    #[error("the private PostgreSQL runs, but its roles and database could not be set up: {0}")]
    Setup(#[from] sqlx::Error),
}

impl StartError {
    /// For `map_err`: an input or output error with the path it is about.
    pub(super) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StartError {
        let path = path.into();
        move |source| StartError::Folder { path, source }
    }
}

fn of_process(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// Why the guard gave up; it travels from the guard to the portal as one line of JSON.
#[derive(Debug, Clone, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// A file or folder of the server cannot be used by the server's user.
    #[error("PostgreSQL's user cannot use {}: {reason}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// `initdb` failed; nothing of it is left.
    #[error("PostgreSQL could not create its data in {} and left nothing behind. initdb said:\n{output}", path.display())]
    Initdb {
        /// The folder that was being made.
        path: PathBuf,
        /// The end of what it printed.
        output: String,
    },
    /// The server ended before it was ready, or later without being asked.
    #[error("PostgreSQL ended by itself ({status}). The end of {}:\n{output}", log.display())]
    Server {
        /// How it ended.
        status: String,
        /// Its log file.
        log: PathBuf,
        /// The end of its log.
        output: String,
    },
    /// The server shut down cleanly, but the portal had not asked for it.
    #[error("somebody else told PostgreSQL to stop")]
    ToldToStop,
    /// Processes of an earlier run do not go away.
    #[error(
        "an earlier PostgreSQL still works in this data folder and does not stop (processes {pids}). \
             End it by hand, then start Tenantry again."
    )]
    LeftBehind {
        /// The processes, for the message.
        pids: String,
    },
    /// The folder for the socket is somebody else's.
    #[error("{} must be a folder that belongs to PostgreSQL's user and to nobody else. \
             Remove it, or use a data folder with a shorter path.", path.display())]
    SocketFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The portal went away while the server was being started.
    #[error("the start was given up because the portal ended")]
    Cancelled,
    /// Anything that can only be a defect or a strange system.
    #[error("the process that watches over PostgreSQL failed: {0}")]
    Other(String),
}

impl Failure {
    /// For `map_err`: an input or output error with the path it is about.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Failure {
        let path = path.into();
        move |error| Failure::File { path, reason: error.to_string() }
    }
}

/// The private server is gone although nobody asked it to stop; the portal can only end.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the private database is gone: {reason}")]
pub struct ServerGone {
    /// What is known about it.
    pub reason: String,
}

/// The server did not confirm a clean shutdown; its next start recovers from its log.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "the private PostgreSQL did not stop cleanly: {reason}. No data is lost; the next start takes a moment longer."
)]
pub struct StopError {
    /// What is known about it.
    pub reason: String,
}
