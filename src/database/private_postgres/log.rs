//! What the server prints: kept in a file that cannot grow without end, and its last lines for messages.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::ChildStderr,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

const KEPT_LINES: usize = 12;
/// One older file of this size is kept beside the current one.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
/// How long the last lines may take to arrive after their writer has ended.
const LAST_LINES: Duration = Duration::from_secs(1);

pub(super) struct Log {
    lines: Arc<Mutex<VecDeque<String>>>,
    pump: Option<JoinHandle<()>>,
}

impl Log {
    /// Reads until the other end is closed, into `file` where one is given.
    pub(super) fn pump(source: Option<ChildStderr>, file: Option<PathBuf>) -> Log {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        let pump = source.map(|source| thread::spawn(move || copy(source, file.as_deref(), &kept)));
        Log { lines, pump }
    }

    /// The last lines, once the writer has ended.
    pub(super) fn tail(&self) -> String {
        let deadline = Instant::now() + LAST_LINES;
        while self.pump.as_ref().is_some_and(|pump| !pump.is_finished()) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

fn copy(source: ChildStderr, path: Option<&Path>, kept: &Mutex<VecDeque<String>>) {
    let mut source = BufReader::new(source);
    let mut file = path.and_then(open);
    let mut line = Vec::new();
    while matches!(source.read_until(b'\n', &mut line), Ok(1..)) {
        if let (Some(path), Some((log, size))) = (path, &mut file) {
            // A full disk must not stop the reading, or the server would block on its next line.
            let _ = log.write_all(&line);
            *size += line.len() as u64;
            if *size > MAX_BYTES {
                file = open(path);
            }
        }
        let mut lines = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
}

fn open(path: &Path) -> Option<(File, u64)> {
    let size = path.metadata().map_or(0, |found| found.len());
    if size > MAX_BYTES {
        let _ = fs::rename(path, path.with_extension("log.1"));
    }
    let file = File::options().append(true).create(true).open(path).ok()?;
    let size = file.metadata().map_or(0, |found| found.len());
    Some((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_grew_is_set_aside_once() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("server.log");
        fs::write(&path, vec![b'x'; usize::try_from(MAX_BYTES).expect("small") + 1]).expect("a file");
        let (mut file, size) = open(&path).expect("a log");
        assert_eq!(size, 0, "a new file");
        file.write_all(b"next").expect("a line");
        let (_, size) = open(&path).expect("a log");
        assert_eq!(size, 4, "continued");
        assert_eq!(dir.path().read_dir().expect("a folder").count(), 2, "the old one is beside it");
    }
}
