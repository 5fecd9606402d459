//! The figures of QUALITY section 1, one line each: name, value, goal. `script/bench` runs it on the release binary; with
//! `list` those of the reseller's list, with up to a million organizations, with `import` those of imports, with up to a million rows.
//!
//! Goals that compare with another product use its figure as measured once on a quiet machine; the value here is from
//! this machine as it is now, so a figure near its goal is worth a second run.

mod flood;
#[path = "../../tests/it/http.rs"]
mod http;
mod import;
mod list;
mod pages;
mod permission;
#[path = "../../tests/it/portal/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the tests, which use the rest of it")]
mod portal;
mod process;

use std::time::{Duration, Instant};

use tenantry::{database::Database, types::OrgKey};

use self::{
    portal::{
        Form, Portal,
        walk::{self, Access, Administrator},
    },
    process::Family,
};

const MIB: f64 = 1024.0 * 1024.0;
/// Django with three workers: start to the first 200, and idle memory.
const DJANGO_START: Duration = Duration::from_millis(600);
const DJANGO_MEMORY: f64 = 212.0 * MIB;
const DJANGO_INSTALLED: f64 = 103.0e6;
/// formtools: processor time of one run through its wizard, hash not counted.
const FORMTOOLS_CPU: Duration = Duration::from_millis(130);

#[tokio::main]
async fn main() {
    println!("{:<54} {:>16}  goal", "figure", "value");
    if std::env::args().any(|argument| argument == "list") {
        return list::run().await;
    }
    if std::env::args().any(|argument| argument == "import") {
        let only = std::env::args().filter_map(|argument| argument.parse().ok()).next_back();
        return import::run(only).await;
    }
    let mut portal = starts().await;
    let administrator = walk::set_up(&portal).await;
    page_weights(&administrator).await;
    permission_check(&portal, &administrator).await;
    memory(&mut portal).await;
    wizard(&portal, &administrator).await;
    flood::flood(&portal, &administrator).await;
    portal.stop().await;
    binary();
}

fn line(name: &str, value: &str, goal: &str) {
    println!("{name:<54} {value:>16}  {goal}");
}

/// A value that must not exceed a share of another's.
fn share(name: &str, value: f64, of: f64, at_most: f64, shown: &str) {
    let verdict = if value <= of * at_most { "met" } else { "MISSED" };
    line(name, shown, &format!("ratio {:.3}, at most {at_most:.3}: {verdict}", value / of));
}

async fn starts() -> Portal {
    let begun = Instant::now();
    let mut portal = Portal::start().await;
    line("start from nothing to the first 200", &format!("{:.2?}", begun.elapsed()), "stated");
    let mut times = Vec::new();
    for _ in 0..7 {
        portal.stop().await;
        times.push(portal.start_again().await);
    }
    times.sort();
    let median = times[times.len() / 2];
    let name = "cold start with a database to the first 200, of Django";
    share(name, median.as_secs_f64(), DJANGO_START.as_secs_f64(), 1.0 / 3.0, &format!("{median:.2?}"));
    portal
}

/// Each step of a draft that lacks only the last button; then the two that such a draft does not show.
async fn page_weights(administrator: &Administrator) {
    let draft = administrator.draft("Weighed Ltd", Access::Instructions("weighed@customer.example")).await;
    let wizard = format!("{}/organizations/new/{}", administrator.home, draft.id);
    for step in ["details", "admin-user", "subscription", "billing", "review"] {
        page_weight(administrator, &format!("{wizard}/{step}")).await;
    }
    let path = format!("{wizard}/admin-user");
    let form = Form::to(&administrator.client.page(&path).await, &path);
    let verification = administrator.client.accepted(&form.fill(&[("access", "code")])).await;
    page_weight(administrator, &verification).await;
    let other = administrator.draft("Created Ltd", Access::Later).await;
    let confirmation = administrator.client.accepted(&other.create).await;
    page_weight(administrator, &confirmation).await;
}

async fn page_weight(administrator: &Administrator, path: &str) {
    let (client, http) = (&administrator.client, crate::http::client());
    let weight = pages::weigh(&http, client.base(), path, &client.cookie()).await;
    let step = path.rsplit('/').next().unwrap_or_default();
    let parts = format!("html {} css {} script {} bytes", weight.html, weight.style, weight.script);
    let value = format!("{:.1} kB", weight.total() as f64 / 1000.0);
    line(&format!("page weight of {step}, compressed"), &value, &format!("{} requests, {parts}", weight.requests));
}

/// As the portal does it before every request, on a pool like its own (QUALITY 23).
async fn permission_check(portal: &Portal, administrator: &Administrator) {
    let user_id = sqlx::query_scalar("select id from users where email = $1").bind(walk::EMAIL);
    let user_id = user_id.fetch_one(&mut portal.database().await).await.expect("the administrator");
    let key = OrgKey::parse(administrator.home.trim_start_matches("/o/")).expect("a key");
    let db = Database::open(portal.access().app(), 1);
    let (queries, median) = permission::check(&db, user_id, &key).await;
    let value = format!("{} us", median.as_micros());
    line("permission check of a request, median of 1,000", &value, &format!("{queries} queries: stated"));
    db.close().await;
}

async fn memory(portal: &mut Portal) {
    // A start of its own: what the pages above have used does not count as idle.
    portal.stop().await;
    portal.start_again().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let family = Family::of(portal.pid());
    let (idle, with_database) = (family.own_memory() as f64, family.memory() as f64);
    share("idle memory of the portal, of Django", idle, DJANGO_MEMORY, 1.0 / 8.0, &format!("{:.1} MiB", idle / MIB));
    line("idle memory with the private database", &format!("{:.1} MiB", with_database / MIB), "stated");
    let begun = Instant::now();
    in_parallel(1000, 8, async |_| {
        walk::sign_in(&portal.base, walk::EMAIL, walk::PASSWORD).await;
    })
    .await;
    let rate = 1000.0 / begun.elapsed().as_secs_f64();
    line("sign-ins a second at 8 connections", &format!("{rate:.1}"), "stated");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let grown = Family::of(portal.pid()).own_memory() as f64 - idle;
    let name = "memory after 1,000 sign-ins above idle, of 64 MiB";
    share(name, grown, 64.0 * MIB, 1.0, &format!("{:.1} MiB", grown / MIB));
}

async fn wizard(portal: &Portal, administrator: &Administrator) {
    const RUNS: usize = 200;
    let before = Family::of(portal.pid()).cpu();
    let begun = Instant::now();
    in_parallel(RUNS, 8, async |number| {
        let draft = administrator.draft(&format!("Company {number}"), Access::Later).await;
        administrator.client.accepted(&draft.create).await;
    })
    .await;
    let elapsed = begun.elapsed();
    let cpu = (Family::of(portal.pid()).cpu() - before) / RUNS as u32;
    line("wizard runs a second without the hash", &format!("{:.1}", RUNS as f64 / elapsed.as_secs_f64()), "stated");
    let name = "wizard, CPU a run without the hash, of formtools";
    share(name, cpu.as_secs_f64(), FORMTOOLS_CPU.as_secs_f64(), 1.0 / 10.0, &format!("{cpu:.2?}"));
}

fn binary() {
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_tenantry")).expect("the binary").len() as f64;
    share(
        "binary with assets, of Django installed",
        size,
        DJANGO_INSTALLED,
        1.0 / 4.0,
        &format!("{:.1} MB", size / 1e6),
    );
}

/// Does something `count` times, `at_once` at a time.
async fn in_parallel(count: usize, at_once: usize, work: impl AsyncFn(usize)) {
    use futures_util::{StreamExt, stream};

    stream::iter(0..count).for_each_concurrent(at_once, |number| work(number)).await;
}
