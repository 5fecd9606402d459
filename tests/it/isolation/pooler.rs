//! PgBouncer in transaction mode before the test server. `script/test` and `script/isolation` install it from Debian.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{ConnectOptions, Row};
use tempfile::TempDir;

use crate::support::TestDatabase;

pub(super) struct Pooler {
    child: Child,
    folder: TempDir,
}

impl Pooler {
    /// With so many connections to the server.
    pub(super) async fn before(database: &TestDatabase, connections: u32) -> Pooler {
        let folder = tempfile::Builder::new().prefix("tenantry-pooler-").tempdir().expect("a folder");
        // Under root the pooler is another user: it refuses to be root.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("our own folder");
        let at = folder.path().display();
        let ((host, port), pooler_port) = (database.server(), TestDatabase::POOLER_PORT);
        let settings = format!(
            "[databases]\n* = host={host} port={port}\n[pgbouncer]\nlisten_port = {pooler_port}\nunix_socket_dir = {at}\n\
             auth_type = trust\nauth_file = {at}/users\npool_mode = transaction\ndefault_pool_size = {connections}\n\
             max_client_conn = 100\nadmin_users = tenantry_app\nignore_startup_parameters = extra_float_digits\n"
        );
        std::fs::write(folder.path().join("settings"), settings).expect("its settings");
        std::fs::write(folder.path().join("users"), "\"tenantry_app\" \"\"\n").expect("its users");
        let mut command = if nix::unistd::Uid::effective().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "/usr/sbin/pgbouncer"]);
            command
        } else {
            Command::new("/usr/sbin/pgbouncer")
        };
        command.arg(folder.path().join("settings")).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("pgbouncer: script/test installs it");
        let pooler = Pooler { child, folder };
        pooler.wait().await;
        pooler
    }

    /// The folder of its socket.
    pub(super) fn socket_dir(&self) -> &Path {
        self.folder.path()
    }

    /// How many transactions it has passed on.
    pub(super) async fn served(&self) -> i64 {
        let options = sqlx::postgres::PgConnectOptions::new_without_pgpass()
            .socket(self.folder.path())
            .port(TestDatabase::POOLER_PORT)
            .username("tenantry_app")
            .database("pgbouncer");
        let mut console = options.connect().await.expect("its console");
        let rows = sqlx::raw_sql("show stats").fetch_all(&mut console).await.expect("its figures");
        rows.iter()
            .filter_map(|row| row.try_get_unchecked::<String, _>("total_xact_count").ok()?.parse::<i64>().ok())
            .sum()
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(format!(".s.PGSQL.{}", TestDatabase::POOLER_PORT))
    }

    async fn wait(&self) {
        for _ in 0..500 {
            if self.socket().exists() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("pgbouncer does not listen on {}", self.socket().display());
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // runuser passes the signal on to the pooler.
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).expect("a process number"));
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _ = self.child.wait();
    }
}
