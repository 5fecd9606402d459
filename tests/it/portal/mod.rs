//! The real program, served as somebody would serve it: for what must hold when it is killed, restarted or measured.

mod client;
mod form;
mod postgres;
mod proxy;
pub(crate) mod walk;

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions, PgConnection};
use tempfile::TempDir;
use tenantry::database::private_postgres::{Access, Options};

pub(crate) use self::{
    client::{Answer, Client},
    form::Form,
    postgres::Postgres,
    proxy::CommitCutter,
};

/// How long a start may take before the test gives up; recovery included.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running portal with a folder of its own. Dropping it stops it.
pub(crate) struct Portal {
    /// Scheme, host and port.
    pub(crate) base: String,
    settings: Vec<(&'static str, String)>,
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Portal {
    /// Starts it with a private database and returns when it answers.
    pub(crate) async fn start() -> Portal {
        Portal::start_with([]).await
    }

    /// The same with settings by the names of the environment, such as `DATABASE_URL`.
    pub(crate) async fn start_with(settings: impl IntoIterator<Item = (&'static str, String)>) -> Portal {
        let listen = free_address();
        let mut portal = Portal {
            base: format!("http://{listen}"),
            settings: settings.into_iter().chain([("TENANTRY_LISTEN", listen)]).collect(),
            folder: folder(),
            running: None,
        };
        portal.start_again().await;
        portal
    }

    /// Starts it on the data it had, and returns how long it took to the first 200.
    pub(crate) async fn start_again(&mut self) -> Duration {
        let client = crate::http::client();
        let started = Instant::now();
        self.running = Some(self.launch());
        let address = format!("{}/sign-in", self.base);
        loop {
            if client.get(&address).send().await.is_ok_and(|answer| answer.status() == 200) {
                return started.elapsed();
            }
            let ended = self.child().try_wait().expect("the state of the portal").is_some();
            assert!(!ended && started.elapsed() < PATIENCE, "the portal does not start\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Kills it without warning, as a crash does.
    pub(crate) fn kill(&mut self) {
        let mut running = self.running.take().expect("a running portal");
        running.child.kill().expect("SIGKILL");
        running.child.wait().expect("its end");
    }

    /// Stops it as a service manager does.
    pub(crate) async fn stop(&mut self) {
        let status = self.end().await;
        assert!(status.is_some_and(|status| status.success()), "the portal did not stop cleanly\n{}", self.log());
    }

    /// The one-time link of the first run.
    pub(crate) async fn first_run_link(&self) -> String {
        let started = Instant::now();
        loop {
            let said = self.running.as_ref().expect("a running portal").said.lock().expect("its output").clone();
            let link = said.iter().find_map(|line| line.split_once("open ")?.1.split_whitespace().next());
            if let Some(link) = link {
                return link.to_owned();
            }
            assert!(started.elapsed() < PATIENCE, "no link among {said:?}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The process number.
    #[allow(dead_code, reason = "the figures ask for it")]
    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().expect("a running portal").child.id()
    }

    /// Whether the process still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child().try_wait().expect("the state of the portal").is_none()
    }

    /// Runs another command of the program on the same data, with the portal's settings.
    #[allow(dead_code, reason = "the figures do not")]
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Output {
        self.program().args(arguments).output().expect("the program")
    }

    /// Begins another command beside the portal.
    #[allow(dead_code, reason = "only the figures do")]
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.program().args(arguments).stdout(Stdio::null()).spawn().expect("the program")
    }

    /// The folder of its data.
    #[allow(dead_code, reason = "only the figures ask")]
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The private database as its superuser, who sees every row.
    pub(crate) async fn database(&self) -> PgConnection {
        self.access().superuser().connect().await.expect("a connection")
    }

    /// How to reach the private database.
    pub(crate) fn access(&self) -> Access {
        let options = Options { download: false, ..Options::new(self.folder.path()) };
        Access::of_running(&options).expect("a running private database")
    }

    /// The end of what it logged, for messages.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(40).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("portal.log")
    }

    fn child(&mut self) -> &mut Child {
        &mut self.running.as_mut().expect("a running portal").child
    }

    fn launch(&self) -> Running {
        let log = File::options().create(true).append(true).open(self.log_file()).expect("a log");
        let mut command = self.program();
        command.arg("serve");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the portal");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (output, lines) = (child.stdout.take().expect("its output is piped"), said.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                lines.lock().expect("its output").push(line);
            }
        });
        Running { child, said }
    }

    /// The program with the portal's folder and settings.
    fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.current_dir(self.folder.path()).env_clear();
        command
            .envs(["PATH", "HOME", "TENANTRY_PG_BIN"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("TENANTRY_DATA_DIR", self.folder.path()).env("TENANTRY_PG_DOWNLOAD", "off");
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn end(&mut self) -> Option<std::process::ExitStatus> {
        let mut running = self.running.take()?;
        terminate(&running.child);
        for _ in 0..3000 {
            if let Some(status) = running.child.try_wait().expect("the state of the portal") {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        running.child.kill().expect("SIGKILL");
        Some(running.child.wait().expect("its end"))
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        terminate(&running.child);
        for _ in 0..1500 {
            if running.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // Nothing more can be done about one that does not listen.
        let _ = running.child.kill();
        let _ = running.child.wait();
    }
}

fn terminate(child: &Child) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
    // It may have ended by itself.
    let _ = kill(pid, Signal::SIGTERM);
}

/// A folder another user may enter, since under root the database server is another user.
pub(crate) fn folder() -> TempDir {
    let open = std::fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().prefix("tenantry-").permissions(open).tempdir().expect("a temporary folder")
}

/// An address nobody listens on. Another process could take it before the portal does, which then says so.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}
