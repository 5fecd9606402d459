//! The private Postgres: a server of the portal's own, so that one command is enough to start (DATABASE.md).
//!
//! The portal finds or downloads the server's programs, and runs its own executable once more as the *guard*
//! ([`guard_main`]). The guard creates the cluster, starts the server, and stops it when the portal ends, however that
//! happens. The server listens on a socket that only its own user may reach, and there are no passwords.

mod access;
mod account;
mod binaries;
mod cluster;
mod download;
mod error;
mod guard;
mod launch;
mod leftovers;
mod log;
mod place;
mod roles;

use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;

pub use self::{
    access::Access,
    error::{Failure, ServerGone, StartError, StopError},
    guard::{GUARD_COMMAND, guard_main},
};
use self::{account::Account, binaries::Wanted, guard::Task, launch::Guard, place::Place};
pub(super) use self::{account::plain_command, binaries::folder_with};

/// What decides where and how the private server runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds everything the portal keeps; made where it is missing.
    pub data_dir: PathBuf,
    /// `TENANTRY_PG_BIN`: the folder with `postgres` and `initdb`. `None` searches the usual places.
    pub bin_dir: Option<PathBuf>,
    /// Whether programs may be downloaded where none are installed (`TENANTRY_PG_DOWNLOAD`).
    pub download: bool,
    /// The executable to run as the guard; `None` is this one, which is wrong only in tests.
    pub guard_exe: Option<PathBuf>,
}

impl Options {
    /// The defaults for a data folder: search for programs, download where there are none.
    pub fn new(data_dir: impl Into<PathBuf>) -> Options {
        Options { data_dir: data_dir.into(), bin_dir: None, download: true, guard_exe: None }
    }

    fn wanted<'a>(&'a self, root: &'a Path, account: &'a Account) -> Wanted<'a> {
        let (explicit, may_download) = (self.bin_dir.as_deref(), self.download);
        Wanted { explicit, clusters: root, may_download, account }
    }
}

/// A running private server. It stops when this is dropped, in the background; [`PrivatePostgres::stop`] waits for it.
#[derive(Debug)]
pub struct PrivatePostgres {
    // The order matters when it is dropped: the pipe goes before the lock.
    guard: Guard,
    access: Access,
    _place: Place,
}

impl PrivatePostgres {
    /// Finds binaries, makes the cluster if there is none, starts it under a guard, makes roles and database; ready for
    /// connections when it returns.
    ///
    /// # Errors
    /// [`StartError`], whose text tells the operator what to do. Nothing is left running.
    pub async fn start(options: &Options) -> Result<PrivatePostgres, StartError> {
        let place = Place::take(&options.data_dir)?;
        let binaries = binaries::choose(&options.wanted(&place.root, &place.server)).await?;
        let socket_dir = place.socket_dir();
        let task = Task {
            bin_dir: binaries.dir.clone(),
            root: place.root.clone(),
            major: binaries.major,
            socket_dir: socket_dir.clone(),
            server: place.server.clone(),
            portal_user: place.me.name.clone(),
        };
        let exe = match &options.guard_exe {
            Some(exe) => exe.clone(),
            None => std::env::current_exe().map_err(StartError::folder("the running executable"))?,
        };
        let guard = Guard::launch(&exe, &task).await?;
        let access = Access::new(binaries, socket_dir, place.server.clone(), options.data_dir.clone());
        roles::ensure(access.superuser()).await?;
        Ok(PrivatePostgres { guard, access, _place: place })
    }

    /// How to connect for migrations: role `tenantry_owner`, database `tenantry`.
    pub fn owner(&self) -> PgConnectOptions {
        self.access.owner()
    }

    /// How the pool connects: role `tenantry_app`, which row-level security binds, database `tenantry`.
    pub fn app(&self) -> PgConnectOptions {
        self.access.app()
    }

    /// How to connect for backups and in tests: role `postgres`, database `tenantry`.
    pub fn superuser(&self) -> PgConnectOptions {
        self.access.superuser()
    }

    /// "private PostgreSQL 15.18 in ./data", for the start-up line and the set-up page.
    pub fn describe(&self) -> String {
        self.access.describe()
    }

    /// The folder with `pg_dump`, `pg_restore` and `psql` of the server's own version.
    pub fn bin_dir(&self) -> &Path {
        self.access.bin_dir()
    }

    /// The same as a value that can be handed on, for instance to a scheduled backup.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The process number of the guard, for diagnosis.
    pub fn guard_pid(&self) -> u32 {
        self.guard.pid()
    }

    /// Resolves when the server or its guard ends unasked; the portal should log it, turn `/readyz` off and exit with
    /// an error. It may be dropped and called again.
    pub async fn exited(&mut self) -> ServerGone {
        self.guard.gone().await
    }

    /// Closes the pipe and waits for the clean shutdown. Close the pool first: the server cuts what is still connected.
    ///
    /// # Errors
    /// [`StopError`] when the shutdown was not clean; the next start recovers.
    pub async fn stop(self) -> Result<(), StopError> {
        self.guard.stop().await
    }
}
