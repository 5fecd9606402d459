//! The reseller's list with 10,000, 100,000 and 1,000,000 organizations directly beneath the operator, one after another in
//! one run (QUALITY section 1).

mod bare;
pub(crate) mod load;
mod queries;
mod seed;

use std::time::Duration;

use tenantry::{database::Database, types::OrgKey};
use uuid::Uuid;

use self::{
    bare::Bare,
    load::{Reply, Request},
    queries::Asking,
};
use super::{
    line,
    portal::{Client, Portal, walk},
    process::Family,
    share,
};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// What a browser says it takes.
const CODINGS: &str = "gzip, deflate, br, zstd";
const CONNECTIONS: usize = 32;
const REQUESTS: usize = 3000;

pub(crate) async fn run() {
    let portal = Portal::start().await;
    let administrator = walk::set_up(&portal).await;
    let operator = seed::operator(&mut portal.database().await).await;
    let mut have = 0;
    let mut found = Vec::new();
    for size in SIZES {
        let taken = seed::fill(&portal, (have + 1, size), &[operator]).await;
        line(&format!("{} organizations filled in", size - have), &format!("{taken:.1?}"), "stated");
        have = size;
        let (manager, group) = seed::manager(&portal, operator, size).await;
        let (middle, of_group) = seed::middles(&mut portal.database().await, operator, group).await;
        let list = List { administrator: &administrator, manager, group, middle, of_group, size };
        found.push(list.times().await);
        if size == SIZES[2] {
            let of = |index: usize| (SIZES[index], found[index]);
            compare(of(2), of(1), of(0));
            list.figures(&portal, operator).await;
        }
    }
}

/// The list at one size.
struct List<'a> {
    administrator: &'a walk::Administrator,
    manager: Client,
    group: Uuid,
    middle: String,
    of_group: String,
    size: u32,
}

/// The middle of the times of its pages.
#[derive(Clone, Copy)]
struct Times {
    first: Duration,
    middle: Duration,
    manager: Duration,
}

impl List<'_> {
    fn page(&self, query: &str, codings: &str) -> Request {
        let path = format!("{}/organizations{query}", self.administrator.home);
        Request::new(self.administrator.client.base(), &path, &self.administrator.client.cookie(), codings)
    }

    fn managers(&self, query: &str) -> Request {
        let path = format!("{}/organizations{query}", self.administrator.home);
        Request::new(self.manager.base(), &path, &self.manager.cookie(), CODINGS)
    }

    async fn times(&self) -> Times {
        let pages = [
            ("first page", self.page("", CODINGS)),
            ("page in the middle", self.page(&format!("?after={}", self.middle), CODINGS)),
            ("customer number", self.page("?q=K-4242", CODINGS)),
            ("word of one in a hundred", self.page("?q=vogtmann", CODINGS)),
            ("word of every eighth", self.page("?q=meridian", CODINGS)),
            ("group page", self.page(&format!("?group={}", self.group), CODINGS)),
            ("account manager, first page", self.managers("")),
            ("account manager, in the middle", self.managers(&format!("?after={}", self.of_group))),
        ];
        let mut times = Vec::new();
        for (name, request) in pages {
            let time = request.median(200).await;
            line(&format!("{:>9}: {name}", self.size), &ms(time), "p50, stated");
            times.push(time);
        }
        Times { first: times[0], middle: times[1], manager: times[6] }
    }

    /// What is asked of the list at the largest size.
    async fn figures(&self, portal: &Portal, operator: Uuid) {
        weights(self).await;
        for codings in [CODINGS, ""] {
            self.under_load(portal, codings).await;
        }
        // What sub-partners have counts where they are included.
        let beneath = seed::partners_beneath(&mut portal.database().await, operator).await;
        let (last, tags) = (self.size, seed::tags(&mut portal.database().await).await);
        seed::fill(portal, (last + 1, last + 1000), &beneath).await;
        let db = Database::open(portal.access().app(), 1);
        let key = OrgKey::parse(self.administrator.home.trim_start_matches("/o/")).expect("a key");
        let mut asking = Asking {
            db: &db,
            email: walk::EMAIL,
            key: &key,
            group: self.group,
            tag: tags.0,
            rare: tags.1,
            middle: &self.middle,
        };
        queries::figures(&asking).await;
        let email = format!("manager{last}@operator.example");
        (asking.email, asking.middle) = (&email, &self.of_group);
        queries::of_manager(&asking).await;
        db.close().await;
    }

    /// First pages at 32 connections, beside a bare page of as many bytes.
    async fn under_load(&self, portal: &Portal, codings: &str) {
        let sent = if codings.is_empty() { "plain" } else { "compressed" };
        let request = self.page("", codings);
        let Reply { body, .. } = request.connect().await.ask().await;
        let bytes = body.len();
        request.load(REQUESTS / 4, CONNECTIONS).await;
        let before = Family::of(portal.pid()).cpu();
        let (rate, times) = request.load(REQUESTS, CONNECTIONS).await;
        let cpu = (Family::of(portal.pid()).cpu() - before) / REQUESTS as u32;
        let bare = Bare::start(body);
        let limit = Request::new(&bare.base, "/", "", "").load(10 * REQUESTS, CONNECTIONS).await.0;
        bare.stop().await;
        line(&format!("list at 32 connections, {sent}, p50"), &ms(times[times.len() / 2]), "stated");
        line(&format!("list at 32 connections, {sent}, p99"), &ms(times[times.len() * 99 / 100]), "stated");
        let of_bare = rate / limit;
        let verdict = if of_bare >= 0.03 { "met" } else { "MISSED" };
        let goal = format!(
            "{:.1} % of {limit:.0} bare pages of {bytes} bytes, at least 3 %, aim 6: {verdict}",
            of_bare * 100.0
        );
        line(&format!("list pages a second, {sent}"), &format!("{rate:.0}"), &goal);
        let name = format!("list, CPU a page with PostgreSQL, {sent}, of 0.7 ms");
        share(&name, cpu.as_secs_f64(), 0.0007, 1.0, &format!("{cpu:.0?}"));
    }
}

/// What 50 lines weigh, as each browser gets them.
async fn weights(list: &List<'_>) {
    for codings in ["gzip", "br", CODINGS] {
        let reply = list.page("", codings).connect().await.ask().await;
        let (sent, coding) = (reply.body.len(), if reply.coding.is_empty() { "plain" } else { &reply.coding });
        let name = format!("50 lines for who takes {codings}, of 12 KB");
        share(&name, sent as f64, 12.0 * 1024.0, 1.0, &format!("{sent} B {coding}"));
    }
}

fn compare((most, at_most): (u32, Times), (_, at_some): (u32, Times), (_, at_few): (u32, Times)) {
    let of = |name: &str, value: Duration, of: Duration, goal: f64| {
        share(name, value.as_secs_f64(), of.as_secs_f64(), goal, &ms(value));
    };
    of("first page at 100,000, of 10,000", at_some.first, at_few.first, 1.3);
    of("first page at 1,000,000, of 10,000", at_most.first, at_few.first, 1.3);
    of(&format!("page in the middle of {most}, of the first"), at_most.middle, at_most.first, 1.5);
    of("account manager's first page, of the plain one", at_most.manager, at_most.first, 5.0);
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
