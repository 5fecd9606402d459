//! Chromium without a window, driven through a chromedriver of its own.

use std::{
    io::{BufRead, BufReader, ErrorKind},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{BrowserLogEntry, ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Two browsers at a time: one leaves cores idle while it waits for the portal, more make each other slow enough to run into
/// their time limits.
static TURN: Semaphore = Semaphore::const_new(2);

const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
];

/// How the browser is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) size: (u32, u32),
    pub(crate) script: bool,
}

impl Look {
    pub(crate) const DESKTOP: Look = Look { size: (1280, 900), script: true };
    pub(crate) const PHONE: Look = Look { size: (390, 844), script: true };
    pub(crate) const WITHOUT_SCRIPT: Look = Look { size: (1280, 900), script: false };
}

/// The driver, its browser and their folder; all of it is gone when this is dropped.
pub(super) struct Driver {
    pub(super) session: WebDriver,
    _process: Chromedriver,
    _profile: TempDir,
    _turn: SemaphorePermit<'static>,
}

impl Driver {
    pub(super) async fn start(look: Look) -> Driver {
        let turn = TURN.acquire().await.expect("it is never closed");
        let profile = tempfile::Builder::new().prefix("tenantry-browser-").tempdir().expect("a temporary folder");
        let process = Chromedriver::start();
        let capabilities = capabilities(look, profile.path());
        let session = WebDriver::builder(format!("http://127.0.0.1:{}", process.port), capabilities)
            .client(crate::http::client())
            .await
            .unwrap_or_else(|error| panic!("chromedriver could not start chromium (is it installed?): {error}"));
        session.set_page_load_timeout(Duration::from_secs(30)).await.expect("a time limit");
        Driver { session, _process: process, _profile: profile, _turn: turn }
    }

    /// What the browser had to say since the last call.
    pub(super) async fn console(&self) -> Vec<BrowserLogEntry> {
        self.session.browser_log().await.expect("the console's messages")
    }

    /// Runs one command of the browser's own protocol.
    pub(super) async fn command(&self, method: &str, parameters: serde_json::Value) {
        self.session.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"));
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Otherwise the session would wait for an answer on a runtime that is waiting for it. The browser belongs to the
        // driver's process group and is killed with it.
        let _ = self.session.clone().leak();
    }
}

fn capabilities(look: Look, profile: &Path) -> ChromeCapabilities {
    let mut wanted = ChromeCapabilities::new();
    let own =
        [format!("--window-size={},{}", look.size.0, look.size.1), format!("--user-data-dir={}", profile.display())];
    for flag in FLAGS.iter().copied().chain(own.iter().map(String::as_str)) {
        wanted.add_arg(flag).expect("a flag");
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a log level");
    if !look.script {
        let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
        wanted.add_experimental_option("prefs", off).expect("a preference");
    }
    wanted
}

/// The running program; killed with everything it started.
struct Chromedriver {
    child: Child,
    port: u16,
}

impl Chromedriver {
    fn start() -> Chromedriver {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => {
                panic!("the browser tests need chromedriver and chromium: apt-get install chromium chromium-driver")
            }
            _ => panic!("chromedriver: {error}"),
        });
        let output = child.stdout.take().expect("its output is piped");
        let port = BufReader::new(output).lines().map_while(Result::ok).find_map(|line| port_in(&line));
        let port = port.expect("chromedriver says which port it took");
        Chromedriver { child, port }
    }
}

/// Of "ChromeDriver was started successfully on port 35189."
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let group = Pid::from_raw(i32::try_from(self.child.id()).expect("a process number"));
        // It may have ended by itself.
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}
