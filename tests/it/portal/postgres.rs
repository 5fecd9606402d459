//! A Postgres of the test's own, that may be killed and started again beside the portal that uses it (QUALITY 2).

use std::path::{Path, PathBuf};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use tenantry::database::private_postgres::{Options, PrivatePostgres};

/// A server in a temporary folder, which the portal reaches by `DATABASE_URL`.
pub(crate) struct Postgres {
    server: Option<PrivatePostgres>,
    folder: TempDir,
}

impl Postgres {
    pub(crate) async fn start() -> Postgres {
        let mut postgres = Postgres { server: None, folder: super::folder() };
        postgres.start_again().await;
        postgres
    }

    /// Starts it on the data it had; it recovers by itself.
    pub(crate) async fn start_again(&mut self) {
        let options = Options {
            guard_exe: Some(env!("CARGO_BIN_EXE_tenantry").into()),
            download: false,
            ..Options::new(self.folder.path())
        };
        self.server = Some(PrivatePostgres::start(&options).await.expect("a database server"));
    }

    /// Kills the postmaster without warning and waits until all of it is gone.
    pub(crate) async fn kill(&mut self) {
        let mut server = self.server.take().expect("a running database server");
        kill(Pid::from_raw(self.postmaster()), Signal::SIGKILL).expect("SIGKILL");
        server.exited().await;
    }

    /// The folder of its socket.
    pub(crate) fn socket_dir(&self) -> PathBuf {
        let server = self.server.as_ref().expect("a running database server");
        server.app().get_socket().expect("it listens on a socket").to_owned()
    }

    /// What the portal needs to reach it through the socket in `socket_dir`, which may be a proxy's.
    pub(crate) fn settings(socket_dir: &Path) -> [(&'static str, String); 2] {
        let url = |role| format!("postgres://{role}@localhost/tenantry?sslmode=disable&host={}", socket_dir.display());
        [("DATABASE_URL", url("tenantry_app")), ("DATABASE_OWNER_URL", url("tenantry_owner"))]
    }

    /// Connects as the superuser, who sees every row.
    pub(crate) async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.server.as_ref().expect("a running database server").superuser();
        options.connect().await.expect("a connection")
    }

    /// Stops it in order.
    pub(crate) async fn stop(mut self) {
        self.server.take().expect("a running database server").stop().await.expect("a clean stop");
    }

    fn postmaster(&self) -> i32 {
        let clusters = self.folder.path().join("postgres");
        let files = std::fs::read_dir(&clusters).expect("the clusters").map_while(Result::ok);
        let text = files.filter_map(|entry| std::fs::read_to_string(entry.path().join("postmaster.pid")).ok()).next();
        let line = text.as_deref().and_then(|text| text.lines().next()).expect("a postmaster");
        line.trim().parse().expect("a process number")
    }
}
