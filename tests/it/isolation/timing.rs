//! Whether something exists elsewhere cannot be told by how long a refusal takes (QUALITY 27).

use std::time::{Duration, Instant};

use tenantry::{
    roles::Role,
    types::{AccountKind::Customer, AccountKind::Partner, OrgKey},
};

use super::times;
use crate::support::{TestApp, data::new_organization};

const PAGES: [&str; 4] = ["", "/settings", "/audit", "/organizations"];

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test]
async fn a_foreign_key_takes_as_long_as_a_random_one() {
    let tries = times("TENANTRY_ISOLATION_TRIES", 60);
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let ours = app.create(&operator, new_organization(Customer, "Ours")).await;
    let foreign = app.create(&operator, new_organization(Partner, "Neighbour")).await;
    let pia = app.member(&ours, Role::OrgAdmin, "pia@ours.example").await;
    let (mut theirs, mut nothing) = (Vec::new(), Vec::new());
    // In turns, so that whatever else the machine does slows both, and nobody always finds the portal warm.
    for number in 0..tries {
        let page = PAGES[number % PAGES.len()];
        let random = OrgKey::generate();
        let mut both = [(&foreign.key, &mut theirs), (&random, &mut nothing)];
        if number.is_multiple_of(2) {
            both.reverse();
        }
        for (key, taken) in both {
            let begun = Instant::now();
            let answer = pia.get(&format!("/o/{key}{page}")).await;
            taken.push(begun.elapsed());
            answer.assert_status(404);
        }
    }
    let (theirs, nothing) = (median(theirs), median(nothing));
    println!("foreign key against random key, medians of {tries}: {theirs:?} and {nothing:?}");
    assert!(theirs.abs_diff(nothing) < Duration::from_millis(5), "{theirs:?} and {nothing:?}");
}
