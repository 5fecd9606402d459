//! The portal's side of the guard: starting it, hearing from it, letting it go.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use tokio::sync::{mpsc, watch};

use super::{
    error::{Failure, ServerGone, StartError, StopError},
    guard::{GUARD_COMMAND, Report, Task, describe},
};

/// The guard may try three ways of stopping the server; this is more than all of them take.
const STOP_LIMIT: Duration = Duration::from_secs(40);

/// All the guard and the server see of the portal's environment: the rest may hold secrets, which the server's user
/// could read in `/proc`.
const ENVIRONMENT: [&str; 8] =
    ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LOCPATH", "LOCALE_ARCHIVE", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE"];

/// A running guard. Dropping it closes the pipe, which makes the guard stop the server in the background.
#[derive(Debug)]
pub(super) struct Guard {
    pid: u32,
    pipe: Option<ChildStdin>,
    ended: watch::Receiver<Option<Ended>>,
}

#[derive(Debug, Clone)]
struct Ended {
    success: bool,
    reason: String,
}

impl Guard {
    /// Runs `exe` as the guard and returns when the server accepts connections. There is no time limit: recovery after
    /// a crash takes as long as it takes, and an operator who has waited enough presses Ctrl-C.
    pub(super) async fn launch(exe: &Path, task: &Task) -> Result<Guard, StartError> {
        let argument = serde_json::to_string(task).map_err(|_| StartError::PathNotText(task.root.clone()))?;
        let mut command = Command::new(exe);
        // A group of its own, so that Ctrl-C in the terminal reaches the portal alone.
        command.args([GUARD_COMMAND, &argument]).current_dir("/").process_group(0);
        command.env_clear().envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|source| StartError::Spawn { exe: exe.to_owned(), source })?;
        let (pid, pipe) = (child.id(), child.stdin.take());
        let (told, mut reports) = mpsc::unbounded_channel();
        let (end, ended) = watch::channel(None);
        thread::spawn(move || end.send(Some(listen(child, &told))));
        let mut guard = Guard { pid, pipe, ended };
        loop {
            match reports.recv().await {
                Some(Report::Notice(text)) => tracing::info!("{text}"),
                Some(Report::Ready) => return Ok(guard),
                Some(Report::Failed(failure)) => return Err(failure.into()),
                None => return Err(StartError::GuardEnded(guard.wait().await.reason)),
            }
        }
    }

    /// The process number of the guard.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Resolves when the guard has ended; it may be dropped and called again.
    pub(super) async fn gone(&mut self) -> ServerGone {
        ServerGone { reason: self.wait().await.reason }
    }

    /// Closes the pipe and waits for the shutdown.
    pub(super) async fn stop(mut self) -> Result<(), StopError> {
        drop(self.pipe.take());
        match tokio::time::timeout(STOP_LIMIT, self.wait()).await {
            Ok(Ended { success: true, .. }) => Ok(()),
            Ok(Ended { reason, .. }) => Err(StopError { reason }),
            Err(_) => Err(StopError { reason: format!("nothing heard for {} seconds", STOP_LIMIT.as_secs()) }),
        }
    }

    async fn wait(&mut self) -> Ended {
        let ended = self.ended.wait_for(Option::is_some).await;
        let unknown = Ended { success: false, reason: "its watcher ended".to_owned() };
        ended.ok().and_then(|ended| ended.clone()).unwrap_or(unknown)
    }
}

/// Runs on a thread of its own and not on the runtime, so that the guard outlives the runtime that started it.
fn listen(mut child: Child, told: &mpsc::UnboundedSender<Report>) -> Ended {
    let mut failure: Option<Failure> = None;
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
        let Ok(report) = serde_json::from_str::<Report>(&line) else { continue };
        if let Report::Failed(reason) = &report {
            failure = Some(reason.clone());
        }
        // Nobody listens any more once the start is over.
        let _ = told.send(report);
    }
    let status = child.wait();
    let success = status.as_ref().is_ok_and(ExitStatus::success);
    let reason = failure.map_or_else(|| format!("its guard ended, {}", describe(&status)), |reason| reason.to_string());
    Ended { success, reason }
}
