//! How to reach a private server that runs, from the process that started it or from another one.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{
    Options,
    account::Account,
    binaries::{self, Binaries},
    error::StartError,
    roles,
};

/// How to reach a private server that runs. It keeps nothing alive.
#[derive(Debug, Clone)]
pub struct Access {
    binaries: Binaries,
    socket_dir: PathBuf,
    server: Account,
    data_dir: PathBuf,
}

impl Access {
    pub(super) fn new(binaries: Binaries, socket_dir: PathBuf, server: Account, data_dir: PathBuf) -> Access {
        Access { binaries, socket_dir, server, data_dir }
    }

    /// The server that another process of the portal runs on the same data folder: for commands that work beside a
    /// running portal, after [`StartError::InUse`].
    ///
    /// # Errors
    /// [`StartError::NotRunning`] where none is ready; others where the folder cannot be read.
    pub fn of_running(options: &Options) -> Result<Access, StartError> {
        let link = options.data_dir.join("postgres");
        let not_running = || StartError::NotRunning { data_dir: options.data_dir.clone() };
        let root = link.canonicalize().map_err(|_| not_running())?;
        let owner = root.metadata().map_err(StartError::folder(&root))?.uid();
        let server = Account::with_uid(owner)?;
        let major = binaries::newest_cluster(&root).ok_or_else(not_running)?;
        let status = fs::read_to_string(root.join(major.to_string()).join("postmaster.pid"));
        let status = status.map_err(|_| not_running())?;
        // The file's fifth line is the folder of the socket, its eighth the state of the server.
        let lines: Vec<_> = status.lines().map(str::trim).collect();
        let (Some(socket_dir), Some(&"ready")) = (lines.get(4).map(PathBuf::from), lines.get(7)) else {
            return Err(not_running());
        };
        let binaries = binaries::of_major(&options.wanted(&root, &server), major)?;
        Ok(Access::new(binaries, socket_dir, server, options.data_dir.clone()))
    }

    /// How to connect for migrations: role `tenantry_owner`, database `tenantry`.
    pub fn owner(&self) -> PgConnectOptions {
        self.connect_as(roles::OWNER)
    }

    /// How the pool connects: role `tenantry_app`, which row-level security binds, database `tenantry`.
    pub fn app(&self) -> PgConnectOptions {
        self.connect_as(roles::APP)
    }

    /// How to connect for backups and in tests: role `postgres`, database `tenantry`.
    pub fn superuser(&self) -> PgConnectOptions {
        self.connect_as(roles::SUPERUSER)
    }

    /// "private PostgreSQL 15.18 in ./data", for the start-up line and the set-up page.
    pub fn describe(&self) -> String {
        format!("private PostgreSQL {} in {}", self.binaries.version, self.data_dir.display())
    }

    /// The folder with `pg_dump`, `pg_restore` and `psql` of the server's own version.
    pub fn bin_dir(&self) -> &Path {
        &self.binaries.dir
    }

    /// A tool of the server's own version, as the server's user, who may always connect.
    pub(in crate::database) fn tool(&self, name: &str) -> Command {
        self.server.command(&self.binaries.dir.join(name))
    }

    /// Every setting is named, so that PGHOST and its like in the environment decide nothing.
    fn connect_as(&self, role: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_dir)
            .port(5432)
            .username(role)
            .database(roles::DATABASE)
            .ssl_mode(PgSslMode::Disable)
    }
}
