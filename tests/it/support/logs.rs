//! What the portal logs while the tests run, as text to search.

use std::{
    io,
    sync::{Mutex, OnceLock},
};

use tenantry::{config::Settings, telemetry};
use tracing_subscriber::util::SubscriberInitExt;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static STARTED: OnceLock<()> = OnceLock::new();

struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().expect("the lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps the logs of all tests of this process from now on, as JSON and in every detail of our own.
pub fn keep(settings: &Settings) {
    STARTED.get_or_init(|| {
        let settings = Settings { log: "info,tenantry=trace".into(), log_format: "json".into(), ..settings.clone() };
        telemetry::subscriber(&settings, || Keep).expect("a filter").try_init().expect("the first subscriber");
    });
}

/// Everything logged so far.
pub fn all() -> String {
    String::from_utf8(LINES.lock().expect("the lines").clone()).expect("UTF-8")
}
