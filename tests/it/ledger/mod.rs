//! The ledger: what the portal has acknowledged is there, once and whole, whatever is killed (QUALITY 1, 2, 5, 19).
//!
//! A few tries here; `script/ledger` makes as many as QUALITY asks for.

mod book;
mod clerk;
mod imports;
mod judge;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use self::{
    book::Book,
    clerk::{Clerk, Outcome},
};
use crate::portal::{CommitCutter, Portal, Postgres, walk};

/// Submits under way when something is killed.
const AT_ONCE: usize = 4;

/// How many faults to cause: the variable's number, or `few`.
fn tries(variable: &str, few: usize) -> usize {
    std::env::var(variable).map_or(few, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: a number")))
}

/// A random moment within the time a round of submits takes.
fn moment(within: Duration) -> Duration {
    within.mul_f64(f64::from(getrandom::u32().expect("a random number")) / f64::from(u32::MAX))
}

async fn clerk_of(portal: &Portal) -> Clerk {
    Clerk { administrator: walk::set_up(portal).await, book: Arc::new(Book::open()) }
}

/// How long a round takes when nothing happens to it.
async fn undisturbed(clerk: &Clerk) -> Duration {
    let drafts = clerk.prepare(0, AT_ONCE).await;
    let started = Instant::now();
    let outcomes = clerk.press_all(&drafts).join_all().await;
    assert!(outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Acknowledged), "{outcomes:?}");
    started.elapsed()
}

/// Every draft is pressed again until it is acknowledged: what a person does after an error.
async fn insist(clerk: &Clerk, outcomes: Vec<(walk::ReadyDraft, Outcome)>) -> usize {
    let mut unknown = 0;
    for (draft, outcome) in outcomes {
        assert!(!matches!(outcome, Outcome::Wrong(_)), "{draft:?}\n{outcome:?}");
        if outcome != Outcome::Acknowledged {
            unknown += 1;
            let again = clerk.press(&draft).await;
            assert_eq!(again, Outcome::Acknowledged, "pressed again: {draft:?}");
        }
    }
    unknown
}

/// QUALITY 1: the server is killed with -9 at a random moment, again and again, while submits are under way.
#[tokio::test]
async fn a_killed_server_loses_nothing_and_repeats_nothing() {
    let kills = tries("TENANTRY_LEDGER_KILLS", 50);
    let mut portal = Portal::start().await;
    let clerk = clerk_of(&portal).await;
    let usual = undisturbed(&clerk).await;
    let (mut unknown, mut slowest) = (0, Duration::ZERO);
    for kill in 1..=kills {
        let drafts = clerk.prepare(kill * AT_ONCE, AT_ONCE).await;
        let tasks = clerk.press_all(&drafts);
        tokio::time::sleep(moment(usual)).await;
        portal.kill();
        let outcomes = tasks.join_all().await;
        slowest = slowest.max(portal.start_again().await);
        judge::compare(&mut portal.database().await, &clerk.book.accounts()).await.assert_spotless();
        unknown += insist(&clerk, outcomes).await;
    }
    let verdict = judge::compare(&mut portal.database().await, &clerk.book.accounts()).await;
    println!(
        "{kills} kills of the server, {unknown} submits without an answer. {}. Slowest start {slowest:?}",
        verdict.words()
    );
    verdict.assert_spotless();
    assert_eq!(verdict.stored, (kills + 1) * AT_ONCE);
    assert!(unknown > 0, "no kill fell into a submit: the test proves nothing");
    portal.stop().await;
}

/// QUALITY 2: the database is killed with -9 under load. The portal stays up, asks to try again, and recovers.
#[tokio::test]
async fn a_killed_database_loses_nothing_and_the_portal_recovers() {
    let kills = tries("TENANTRY_LEDGER_DATABASE_KILLS", 3);
    let mut postgres = Postgres::start().await;
    let mut portal = Portal::start_with(Postgres::settings(&postgres.socket_dir())).await;
    let clerk = clerk_of(&portal).await;
    let usual = undisturbed(&clerk).await;
    let (mut unknown, mut slowest) = (0, Duration::ZERO);
    for kill in 1..=kills {
        let drafts = clerk.prepare(kill * AT_ONCE, AT_ONCE).await;
        let tasks = clerk.press_all(&drafts);
        tokio::time::sleep(moment(usual)).await;
        postgres.kill().await;
        let outcomes = tasks.join_all().await;
        assert_unavailable(&clerk).await;
        assert!(portal.is_running(), "the portal ended with its database\n{}", portal.log());
        postgres.start_again().await;
        slowest = slowest.max(recovery(&clerk).await);
        unknown += insist(&clerk, outcomes).await;
    }
    let verdict = judge::compare(&mut postgres.connect().await, &clerk.book.accounts()).await;
    println!(
        "{kills} kills of the database, {unknown} submits to repeat. {}. Slowest recovery {slowest:?}",
        verdict.words()
    );
    verdict.assert_spotless();
    assert_eq!(verdict.stored, (kills + 1) * AT_ONCE);
    assert!(slowest < Duration::from_secs(5), "recovered only after {slowest:?}");
    portal.stop().await;
    postgres.stop().await;
}

/// While the database is gone, the answer is 503 and says when to try again.
async fn assert_unavailable(clerk: &Clerk) {
    let administrator = &clerk.administrator;
    let answer = administrator.client.get(&administrator.home).await.expect("an answer");
    assert_eq!(answer.status, 503, "{}", answer.summary());
    assert!(answer.headers.contains_key("retry-after"), "{:?}", answer.headers);
}

/// How long until a page is there again.
async fn recovery(clerk: &Clerk) -> Duration {
    let administrator = &clerk.administrator;
    let started = Instant::now();
    loop {
        let answer = administrator.client.get(&administrator.home).await.expect("an answer");
        if answer.status == 200 {
            return started.elapsed();
        }
        assert_eq!(answer.status, 503, "{}", answer.summary());
        assert!(started.elapsed() < Duration::from_secs(60), "does not recover");
    }
}

/// QUALITY 5: the connection is cut right after `COMMIT` was sent. The same draft pressed again is the same organization.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_repeated() {
    let wanted = tries("TENANTRY_LEDGER_CUTS", 20);
    let postgres = Postgres::start().await;
    let cutter = CommitCutter::before(&postgres.socket_dir());
    // Without a cache every statement travels in full, so that the wire can see what it carries.
    let uncached = ("TENANTRY_DATABASE_STATEMENT_CACHE", "0".to_owned());
    let settings = Postgres::settings(cutter.socket_dir()).into_iter().chain([uncached]);
    let mut portal = Portal::start_with(settings).await;
    let clerk = clerk_of(&portal).await;
    let mut unknown = 0;
    for cut in 0..wanted {
        let drafts = clerk.prepare(cut, 1).await;
        cutter.arm();
        let outcomes = clerk.press_all(&drafts).join_all().await;
        unknown += insist(&clerk, outcomes).await;
    }
    let verdict = judge::compare(&mut postgres.connect().await, &clerk.book.accounts()).await;
    println!("{} commits cut, {unknown} submits to repeat. {}", cutter.cuts(), verdict.words());
    verdict.assert_spotless();
    assert_eq!(verdict.stored, wanted);
    assert_eq!(cutter.cuts(), wanted as u64, "each submit is one transaction");
    assert_eq!(unknown, wanted, "a cut cannot be acknowledged");
    portal.stop().await;
    postgres.stop().await;
}

/// QUALITY 19: 64 presses of one button at once are one organization, and all answers agree.
#[tokio::test]
async fn many_presses_of_one_button_are_one_organization() {
    let mut portal = Portal::start().await;
    let clerk = clerk_of(&portal).await;
    let drafts = clerk.prepare(1, 1).await;
    let outcomes = clerk.press_all(&vec![drafts[0].clone(); 64]).join_all().await;
    let refused: Vec<_> = outcomes.iter().filter(|(_, outcome)| *outcome != Outcome::Acknowledged).collect();
    assert!(refused.is_empty(), "{refused:?}");
    let verdict = judge::compare(&mut portal.database().await, &clerk.book.accounts()).await;
    verdict.assert_spotless();
    assert_eq!(verdict.stored, 1);
    portal.stop().await;
}
