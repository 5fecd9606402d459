//! A portal in a process of its own that does nothing but hold a private server, so that a test may end it in any way.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use tenantry::database::private_postgres::{Options, PrivatePostgres};

const DATA_DIR: &str = "TENANTRY_TEST_HOLD";
/// Exit code after the server went away by itself.
pub(super) const SERVER_GONE: i32 = 3;
/// Exit code when the server could not be started.
pub(super) const NOT_STARTED: i32 = 4;

pub(super) struct Held {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Held {
    /// The command that runs this test program once more as the holder of a server in `dir`.
    pub(super) fn command(dir: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("the test program"));
        command.args(["--exact", "private_postgres::held::holds_a_server_while_asked_to", "--nocapture"]);
        command.env(DATA_DIR, dir).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        command
    }

    /// Starts the command without waiting for its server.
    pub(super) fn spawn(mut command: Command) -> Held {
        let mut child = command.spawn().expect("the test program");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Held { child, output }
    }

    /// A holder whose server is ready.
    pub(super) fn start(dir: &Path) -> Held {
        let mut held = Held::spawn(Held::command(dir));
        let said = held.says();
        assert!(said.starts_with("holding "), "{said}");
        held
    }

    /// The next line from the holder itself.
    pub(super) fn says(&mut self) -> String {
        let lines = self.output.by_ref().lines().map_while(Result::ok);
        let mut ours = lines.filter_map(|line| line.split_once("HOLDER ").map(|(_, said)| said.to_owned()));
        ours.next().unwrap_or_default()
    }

    /// What Ctrl-C does: a signal to every process of the terminal's foreground group.
    pub(super) fn interrupt(&self) {
        killpg(self.pid(), Signal::SIGINT).expect("it is still there");
    }

    pub(super) fn kill(&self) {
        kill(self.pid(), Signal::SIGKILL).expect("it is still there");
    }

    pub(super) fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("our own child")
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().expect("a process number"))
    }
}

/// Not a test by itself: the tests of this module run it in a process of its own.
#[tokio::test]
async fn holds_a_server_while_asked_to() {
    let Some(dir) = std::env::var_os(DATA_DIR).map(PathBuf::from) else { return };
    let options = Options { guard_exe: Some(env!("CARGO_BIN_EXE_tenantry").into()), ..Options::new(dir) };
    let mut server = match PrivatePostgres::start(&options).await {
        Ok(server) => server,
        Err(error) => {
            println!("\nHOLDER {}", error.to_string().replace('\n', " | "));
            std::process::exit(NOT_STARTED);
        }
    };
    // Before the word that it is ready: from then on a test may interrupt it.
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).expect("a handler");
    println!("\nHOLDER holding {}", server.guard_pid());
    tokio::select! {
        _ = interrupt.recv() => {}
        gone = server.exited() => {
            println!("\nHOLDER {}", gone.to_string().replace('\n', " | "));
            std::process::exit(SERVER_GONE);
        }
    }
    server.stop().await.expect("a clean stop");
}
