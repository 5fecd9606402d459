//! Two hundred passwords for two hundred accounts within the same second: the memory it takes to hash them, and how long
//! others wait for a page (QUALITY 33).

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use super::{
    MIB, in_parallel,
    portal::{Client, Form, Portal, walk::Administrator},
    process::Family,
    share,
};

const AT_ONCE: usize = 200;

pub(crate) async fn flood(portal: &Portal, administrator: &Administrator) {
    let idle = Family::of(portal.pid()).own_memory();
    let over = Cell::new(false);
    let tries = async {
        in_parallel(AT_ONCE, AT_ONCE, async |number| {
            let fields =
                [("email", &*format!("n{number}@elsewhere.example")), ("password", "a password that is wrong")];
            let form = Form { action: "/sign-in".into(), fields: Vec::new() }.fill(&fields);
            let answer = Client::new(&portal.base).submit(&form).await.expect("an answer");
            assert_eq!(answer.status, 422, "the hash is not made: {}", answer.summary());
        })
        .await;
        over.set(true);
    };
    let ((), seen) = tokio::join!(tries, watch(portal, administrator, &over));
    let grown = seen.memory.saturating_sub(idle) as f64;
    let name = "memory during 200 passwords at once, of 256 MiB";
    share(name, grown, 256.0 * MIB, 1.0, &format!("{:.1} MiB", grown / MIB));
    let name = "another page meanwhile, p95 of 500 ms";
    share(name, seen.p95.as_secs_f64(), 0.5, 1.0, &format!("{:.0?}", seen.p95));
}

struct Seen {
    memory: u64,
    p95: Duration,
}

/// Opens a page again and again until all are answered.
async fn watch(portal: &Portal, administrator: &Administrator, over: &Cell<bool>) -> Seen {
    let (mut memory, mut times) = (0, Vec::new());
    while !over.get() {
        let begun = Instant::now();
        administrator.client.page(&administrator.home).await;
        times.push(begun.elapsed());
        memory = memory.max(Family::of(portal.pid()).own_memory());
    }
    times.sort();
    Seen { memory, p95: times[times.len() * 95 / 100] }
}
