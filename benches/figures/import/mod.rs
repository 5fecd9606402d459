//! Imports of files beside the machine's own COPY of the same rows into the same tables, with their indexes and triggers
//! (QUALITY section 1). The command line imports, because its process does nothing else: its memory is that of the import.

mod copy;
mod files;

use std::{
    cell::Cell,
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use time::OffsetDateTime;

use super::{
    MIB, line,
    list::load::Request,
    portal::{Portal, walk},
    process::Family,
    share,
};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// What the server itself holds before anything is imported, see `memory` of the other figures.
const GOAL_MEMORY: f64 = 64.0 * MIB;

/// All sizes and formats, or one size of CSV alone.
pub(crate) async fn run(only: Option<u32>) {
    if let Some(size) = only {
        return csv(size).await;
    }
    for size in SIZES {
        csv(size).await;
    }
    for (name, write) in [("XML", files::xml as fn(&Path, u32)), ("XLSX", files::xlsx)] {
        other(name, write).await;
    }
}

/// The times the portal itself wrote down.
struct Times {
    check: Duration,
    import: Duration,
    peak: f64,
}

/// A CSV file, its import, what COPY takes for the same, and its undo.
async fn csv(size: u32) {
    let portal = Portal::start().await;
    let administrator = walk::set_up(&portal).await;
    let file = portal.folder().join("rows.csv");
    files::csv(&file, size);
    let ended = Cell::new(false);
    let importing = async {
        let times = import(&portal, &administrator, &file).await;
        ended.set(true);
        times
    };
    let (times, busy) = tokio::join!(importing, pages(&administrator, |opened| opened > 0 && ended.get()));
    // Beside nothing else, with as many organizations and all that is known about them.
    copy::settle(&portal).await;
    let idle = pages(&administrator, |opened| opened == 200).await;
    let rows = f64::from(size);
    let whole = times.check + times.import;
    line(&format!("{size:>9}: rows a second, check and import"), &rate(rows, whole), "stated");
    line(&format!("{size:>9}: rows a second, import"), &rate(rows, times.import), "stated");
    let preview = format!("{size:>9}: preview, of the import's time");
    share(&preview, times.check.as_secs_f64(), times.import.as_secs_f64(), 1.0 / 3.0, &format!("{:.1?}", times.check));
    let peak = format!("{:.1} MiB", times.peak / MIB);
    share(&format!("{size:>9}: peak memory, of 64 MiB"), times.peak, GOAL_MEMORY, 1.0, &peak);
    let name = format!("{size:>9}: list page p95 while it runs, of idle");
    share(&name, busy.as_secs_f64(), idle.as_secs_f64(), 2.0, &format!("{busy:.1?}"));
    let undo = undo(&portal, &administrator).await;
    let copy = copy::copy(&portal, size).await;
    line(&format!("{size:>9}: rows a second, COPY"), &rate(rows, copy), "stated");
    let of_copy = format!("{size:>9}: COPY's time, of check and import");
    at_least(&of_copy, copy.as_secs_f64() / whole.as_secs_f64(), 0.6);
    let of_import = format!("{size:>9}: import's time, of undo");
    at_least(&of_import, times.import.as_secs_f64() / undo.as_secs_f64(), 0.5);
}

fn at_least(name: &str, share: f64, goal: f64) {
    let verdict = if share >= goal { "met" } else { "MISSED" };
    line(name, &format!("{:.1} %", share * 100.0), &format!("at least {:.0} %: {verdict}", goal * 100.0));
}

fn rate(rows: f64, time: Duration) -> String {
    format!("{:.0}", rows / time.as_secs_f64())
}

async fn other(name: &str, write: fn(&Path, u32)) {
    let portal = Portal::start().await;
    let administrator = walk::set_up(&portal).await;
    let file = portal.folder().join("rows");
    write(&file, 100_000);
    let times = import(&portal, &administrator, &file).await;
    let whole = times.check + times.import;
    line(&format!("{name}: rows a second, check and import of 100,000"), &rate(100_000.0, whole), "stated");
    line(&format!("{name}: peak memory"), &format!("{:.1} MiB", times.peak / MIB), "stated");
}

async fn import(portal: &Portal, administrator: &walk::Administrator, file: &Path) -> Times {
    let key = administrator.home.trim_start_matches("/o/");
    let file = file.to_str().expect("a path");
    let running = portal.spawn(&["import", file, "--as", walk::EMAIL, "--into", key, "--import-megabytes", "1000"]);
    let peak = tokio::task::spawn_blocking(|| watch(running)).await.expect("its memory");
    let (created, checked, started, ended): (OffsetDateTime, OffsetDateTime, OffsetDateTime, OffsetDateTime) =
        sqlx::query_as("select created_at, checked_at, started_at, ended_at from imports order by id desc limit 1")
            .fetch_one(&mut portal.database().await)
            .await
            .expect("an import that has ended");
    let between = |from: OffsetDateTime, to: OffsetDateTime| (to - from).unsigned_abs();
    Times { check: between(created, checked), import: between(started, ended), peak }
}

/// The most memory of a process until it ends well. Looked at on a thread of its own, since looking takes as long as a page.
fn watch(mut running: Child) -> f64 {
    let family = Family::of(running.id());
    let mut peak: u64 = 0;
    loop {
        if let Some(status) = running.try_wait().expect("its state") {
            assert!(status.success(), "{status}");
            return peak as f64;
        }
        peak = peak.max(family.own_memory());
        thread::sleep(Duration::from_millis(50));
    }
}

/// The first page of the list, opened now and then until it was opened often enough, as nineteen of twenty take it at most.
async fn pages(administrator: &walk::Administrator, enough: impl Fn(usize) -> bool) -> Duration {
    let mut times = Vec::new();
    while !enough(times.len()) {
        times.push(page(administrator).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    times.sort();
    times[times.len() * 95 / 100]
}

async fn page(administrator: &walk::Administrator) -> Duration {
    let path = format!("{}/organizations", administrator.home);
    let request = Request::new(administrator.client.base(), &path, &administrator.client.cookie(), "");
    let begun = Instant::now();
    request.connect().await.ask().await;
    begun.elapsed()
}

async fn undo(portal: &Portal, administrator: &walk::Administrator) -> Duration {
    let mut db = portal.database().await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from imports order by id desc limit 1")
        .fetch_one(&mut db)
        .await
        .expect("an import");
    // What is undone is written again by COPY afterwards.
    copy::keep(&mut db).await;
    let begun = Instant::now();
    administrator.client.post(&format!("{}/imports/{id}/undo", administrator.home), &[]).await.expect("an answer");
    loop {
        let state: String = sqlx::query_scalar("select state from imports where id = $1")
            .bind(id)
            .fetch_one(&mut db)
            .await
            .expect("its state");
        if state == "undone" {
            return begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
