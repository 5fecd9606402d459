//! What exists elsewhere, and who has an account, cannot be told by how long an answer takes (QUALITY 27, 31).

use std::{
    cmp::Ordering,
    time::{Duration, Instant},
};

use tenantry::{
    roles::Role,
    types::{AccountKind::Customer, AccountKind::Partner, OrgKey},
};

use super::times;
use crate::{
    onboarding::walk::{ADMINISTRATOR, Walk},
    support::{ADMIN_EMAIL, Page, TestApp, data::new_organization, with},
};

const PAGES: [&str; 4] = ["", "/settings", "/audit", "/organizations"];

/// As many tries as QUALITY asks for.
const FULL: usize = 500;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The two-sided p of Mann and Whitney's rank test in its normal approximation: how often two like samples would differ by
/// as much.
fn rank_test(one: &[Duration], other: &[Duration]) -> f64 {
    let (n, m) = (one.len() as f64, other.len() as f64);
    let wins: f64 = one
        .iter()
        .flat_map(|a| other.iter().map(move |b| a.cmp(b)))
        .map(|order| match order {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        })
        .sum();
    let z = (wins - n * m / 2.0).abs() / (n * m * (n + m + 1.0) / 12.0).sqrt();
    // Abramowitz and Stegun 26.2.17: the tail of the normal distribution, to seven digits.
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let tail = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    2.0 * tail * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Asks for both in turns, so that whatever else the machine does slows both, and neither always finds the portal warm.
async fn compare(what: &str, tries: usize, ask: impl AsyncFn(usize, bool) -> Duration) {
    let mut taken = [Vec::new(), Vec::new()];
    for number in 0..tries {
        for first in [number.is_multiple_of(2), !number.is_multiple_of(2)] {
            taken[usize::from(first)].push(ask(number, first).await);
        }
    }
    let p = rank_test(&taken[0], &taken[1]);
    let [one, other] = taken.map(median);
    println!("{what}: medians of {tries} {one:?} and {other:?}, goal 5 ms apart; p {p:.3}, goal 0.01");
    // The figure is one of 500 tries. A few on a busy machine move medians by more than 5 ms; what tells two cases apart
    // is beyond chance as well.
    let told = one.abs_diff(other) >= Duration::from_millis(5) && (tries >= FULL || p < 1e-4);
    assert!(!told, "{what}: {one:?} and {other:?}, p {p}");
}

#[tokio::test]
async fn a_foreign_key_takes_as_long_as_a_random_one() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let ours = app.create(&operator, new_organization(Customer, "Ours")).await;
    let foreign = app.create(&operator, new_organization(Partner, "Neighbour")).await;
    let pia = app.member(&ours, Role::OrgAdmin, "pia@ours.example").await;
    compare("random key, foreign key", times("TENANTRY_ISOLATION_TRIES", 60), async |number, exists| {
        let key = if exists { foreign.key.clone() } else { OrgKey::generate() };
        let begun = Instant::now();
        let answer = pia.get(&format!("/o/{key}{}", PAGES[number % PAGES.len()])).await;
        answer.assert_status(404);
        begun.elapsed()
    })
    .await;
}

/// Asks with the address of an account and with one of nobody: the same answer, after the same time (QUALITY 31, T-32).
async fn compare_addresses(app: &TestApp, what: &str, ask: impl AsyncFn(&str) -> Page) {
    let status = ask(ADMIN_EMAIL).await.status;
    compare(&format!("{what}: unknown, known"), times("TENANTRY_ISOLATION_TRIES", 40), async |number, known| {
        // The limits on guessing are not what is asked about here.
        sqlx::query("delete from limits").execute(&app.db).await.expect("no limits");
        let nobody = format!("n{number}@nordlicht.example");
        let begun = Instant::now();
        let answer = ask(if known { ADMIN_EMAIL } else { &nobody }).await;
        let taken = begun.elapsed();
        assert_eq!(answer.status, status, "{what}");
        taken
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_is_not_told_by_the_sign_in() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    compare_addresses(&app, "sign-in", async |email| {
        app.client().post("/sign-in", &[("email", email), ("password", "a wrong one for anybody here")]).await
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_is_not_told_by_a_forgotten_password() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    compare_addresses(&app, "forgotten password", async |email| {
        app.client().post("/password/forgotten", &[("email", email)]).await
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_is_not_told_by_the_wizard() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    compare_addresses(&app, "wizard, email", async |email| {
        walk.save("admin-user", &with(&ADMINISTRATOR, &[("email", email)])).await
    })
    .await;
}
