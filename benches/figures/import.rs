//! Imports of files beside the machine's own COPY of the same rows into the same tables, with their indexes and triggers
//! (QUALITY section 1). The command line imports, because its process does nothing else: its memory is that of the import.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
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
    for (name, write) in [("XML", xml as fn(&Path, u32)), ("XLSX", xlsx)] {
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
    write_csv(&file, size);
    let (times, busy) = tokio::join!(import(&portal, &administrator, &file), busy(&administrator, size));
    // As long as it was while the import ran.
    let idle = pages(&administrator).await;
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
    let copy = copy(&portal).await;
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
    let mut running = portal.spawn(&["import", file, "--as", walk::EMAIL, "--into", key, "--import-megabytes", "1000"]);
    let peak = watch(&mut running).await;
    let (created, checked, started, ended): (OffsetDateTime, OffsetDateTime, OffsetDateTime, OffsetDateTime) =
        sqlx::query_as("select created_at, checked_at, started_at, ended_at from imports order by id desc limit 1")
            .fetch_one(&mut portal.database().await)
            .await
            .expect("an import that has ended");
    let between = |from: OffsetDateTime, to: OffsetDateTime| (to - from).unsigned_abs();
    Times { check: between(created, checked), import: between(started, ended), peak }
}

/// The most memory of a process until it ends well.
async fn watch(running: &mut Child) -> f64 {
    let mut peak: u64 = 0;
    loop {
        if let Some(status) = running.try_wait().expect("its state") {
            assert!(status.success(), "{status}");
            return peak as f64;
        }
        peak = peak.max(Family::of(running.id()).own_memory());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The first page of the list, as the slowest of twenty takes it.
async fn pages(administrator: &walk::Administrator) -> Duration {
    let mut times = Vec::new();
    for _ in 0..100 {
        times.push(page(administrator).await);
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

/// The same beside the import.
async fn busy(administrator: &walk::Administrator, size: u32) -> Duration {
    let until = Instant::now() + Duration::from_millis(u64::from(size) / 10);
    let mut times = Vec::new();
    while Instant::now() < until || times.len() < 20 {
        times.push(page(administrator).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times.sort();
    times[times.len() * 95 / 100]
}

async fn undo(portal: &Portal, administrator: &walk::Administrator) -> Duration {
    let mut db = portal.database().await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from imports order by id desc limit 1")
        .fetch_one(&mut db)
        .await
        .expect("an import");
    // What is undone is written again by COPY afterwards.
    keep(&mut db).await;
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

/// The tables of an organization, in the order in which COPY fills them, and which of their rows the import made.
const TABLES: [(&str, &str); 3] = [
    ("organizations", "channel = 'import'"),
    ("billing_accounts", "organization_id in (select id from organizations where channel = 'import')"),
    ("events", "kind = 'organization.created' and channel = 'import'"),
];

/// All that are not computed.
async fn columns(db: &mut PgConnection, table: &str) -> String {
    sqlx::query_scalar(
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
    )
    .bind(table)
    .fetch_one(db)
    .await
    .expect("columns")
}

async fn keep(db: &mut PgConnection) {
    for (table, rows) in TABLES {
        let (columns, path) = (columns(db, table).await, copied(db, table).await);
        // Events stay when an import is undone: their copies need ids of their own, in the same order.
        let values = match table {
            "events" => columns.replacen("id", "overlay(id::text placing 'c' from 20 for 1)::uuid", 1),
            _ => columns,
        };
        let sql = format!("copy (select {values} from {table} where {rows}) to '{}'", path.display());
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await.expect("kept");
    }
}

/// A place the database's user may write to.
async fn copied(db: &mut PgConnection, table: &str) -> PathBuf {
    let folder: String =
        sqlx::query_scalar("select current_setting('data_directory')").fetch_one(db).await.expect("its folder");
    Path::new(&folder).join(format!("{table}.copy"))
}

/// One transaction, with everything triggers keep, as the import has it.
async fn copy(portal: &Portal) -> Duration {
    let mut db = portal.database().await;
    let begun = Instant::now();
    let mut transaction = db.begin().await.expect("a transaction");
    for (table, _) in TABLES {
        let columns = columns(&mut transaction, table).await;
        let path = copied(&mut transaction, table).await;
        let sql = format!("copy {table} ({columns}) from '{}'", path.display());
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await.expect("copied");
    }
    transaction.commit().await.expect("committed");
    begun.elapsed()
}

const HEADINGS: [&str; 17] = [
    "Name",
    "Primary domain",
    "Registration number",
    "Notification email",
    "Approval process",
    "Approval process limit",
    "Billing start date",
    "Customer number",
    "Street address",
    "Postal code",
    "City",
    "State",
    "Country",
    "Contact name",
    "Contact phone",
    "Contact email",
    "Contact cell phone",
];

/// A row as a reseller's list has it.
fn row(n: u32) -> [String; 17] {
    let kind = ["Bäckerei", "Stadtwerke", "Kowalczyk", "Meridian", "Praxis", "Autohaus"][n as usize % 6];
    [
        format!("{kind} {n} GmbH"),
        format!("c{n}.example"),
        format!("HRB {n}"),
        format!("it@c{n}.example"),
        if n.is_multiple_of(3) { "TRUE" } else { "FALSE" }.into(),
        if n.is_multiple_of(3) { "5000.00" } else { "" }.into(),
        "01/01/2027".into(),
        format!("K-{n:07}"),
        format!("Gießereistraße {}", n % 200),
        "06667".into(),
        "Weißenfels".into(),
        "Sachsen-Anhalt".into(),
        "Germany".into(),
        format!("Katharina Vogt {}", n % 1000),
        format!("+49 3443 {:06}", 100_000 + n % 800_000),
        format!("office@c{n}.example"),
        String::new(),
    ]
}

fn write_csv(path: &Path, size: u32) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    writeln!(out, "{}", HEADINGS.join(",")).expect("written");
    for n in 0..size {
        writeln!(out, "{}", row(n).join(",")).expect("written");
    }
    out.flush().expect("written");
}

fn xml(path: &Path, size: u32) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<organizations>").expect("written");
    let names: Vec<&str> = tenantry::organizations::FIELDS.iter().map(|info| info.name).collect();
    for n in 0..size {
        let cells: String = names.iter().zip(row(n)).map(|(name, cell)| format!("<{name}>{cell}</{name}>")).collect();
        writeln!(out, "<organization>{cells}</organization>").expect("written");
    }
    writeln!(out, "</organizations>").expect("written");
    out.flush().expect("written");
}

fn xlsx(path: &Path, size: u32) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().expect("a worksheet");
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading).expect("written");
    }
    for n in 0..size {
        for (column, cell) in (0..).zip(row(n)) {
            sheet.write(n + 1, column, cell).expect("written");
        }
    }
    workbook.save(path).expect("saved");
}
