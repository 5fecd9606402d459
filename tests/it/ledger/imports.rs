//! An import under kills (QUALITY 7): whatever is killed, every good row is imported exactly once, every bad one is reported
//! once, and nothing else comes to be. `script/ledger import` makes as many kills as QUALITY asks for.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::{moment, tries};
use crate::portal::{
    Form, Portal, Postgres,
    walk::{self, Administrator},
};

/// Every so many rows one has no domain, and so cannot be imported.
const BAD: usize = 100;
/// How long the whole may take.
const PATIENCE: Duration = Duration::from_secs(1800);

fn file(rows: usize) -> String {
    let head = "Name;Primary domain;Notification email;Customer number;City\n".to_owned();
    (1..=rows).fold(head, |text, n| {
        let domain = if n % BAD == 0 { String::new() } else { format!("kunde{n}.example") };
        text + format!("Kunde {n:06} GmbH;{domain};it@kunde{n}.example;K-{n:06};Köln\n").as_str()
    })
}

/// The server or its database is killed with -9, in turns, while a file is checked, imported and taken back.
#[tokio::test]
async fn an_import_does_each_row_once_whatever_is_killed() {
    let rows = tries("TENANTRY_LEDGER_IMPORT_ROWS", 20_000);
    let kills = tries("TENANTRY_LEDGER_IMPORT_KILLS", 5);
    let mut scene = Scene::start().await;
    let home = scene.administrator.home.clone();
    let answer = scene.administrator.client.upload(&format!("{home}/imports"), "kunden.csv", &file(rows)).await;
    let import = answer.expect("an answer").location().expect("taken in").to_owned();
    scene.until("checked", rows, 1).await;
    let began = Instant::now();
    scene.send(&import, "start").await;
    let slowest = scene.until("done", rows, kills).await;
    println!("{rows} rows imported in {:.1?} with {kills} kills, slowest way back {slowest:.1?}", began.elapsed());
    let (good, bad) = (rows - rows / BAD, rows / BAD);
    let books = books(&mut scene.postgres.connect().await).await;
    assert_eq!(books, Books::of(good, bad));
    assert!(slowest < Duration::from_secs(10), "went on only after {slowest:?}");

    scene.send(&format!("{import}/undo"), "").await;
    scene.until("undone", rows, 1).await;
    let left: i64 = sqlx::query_scalar("select count(*) from organizations where channel = 'import'")
        .fetch_one(&mut scene.postgres.connect().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
    scene.portal.stop().await;
    scene.postgres.stop().await;
}

struct Scene {
    postgres: Postgres,
    portal: Portal,
    administrator: Administrator,
    /// Which of the two is killed next.
    server_next: bool,
}

impl Scene {
    async fn start() -> Scene {
        let postgres = Postgres::start().await;
        let portal = Portal::start_with(Postgres::settings(&postgres.socket_dir())).await;
        let administrator = walk::set_up(&portal).await;
        Scene { postgres, portal, administrator, server_next: true }
    }

    /// Sends the form of the page that goes there, as it stands.
    async fn send(&self, page: &str, to: &str) {
        let body = self.administrator.client.page(page).await;
        let action = format!("{page}/{to}");
        self.administrator.client.accepted(&Form::to(&body, action.trim_end_matches('/'))).await;
    }

    /// Waits until the import is in the state, and kills on the way there: each time the next part of the rows is through.
    /// Returns the longest time from a kill to the next row.
    async fn until(&mut self, state: &str, rows: usize, kills: usize) -> Duration {
        let began = Instant::now();
        let (mut killed, mut slowest) = (0, Duration::ZERO);
        loop {
            assert!(began.elapsed() < PATIENCE, "not {state} in time\n{}", self.portal.log());
            let (now, done) = progress(&mut self.postgres.connect().await).await;
            if now == state {
                assert_eq!(killed, kills, "{state} before every kill was made");
                return slowest;
            }
            if killed < kills && done >= rows * killed / (kills + 1) {
                tokio::time::sleep(moment(Duration::from_millis(300))).await;
                self.kill().await;
                killed += 1;
                slowest = slowest.max(self.goes_on().await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn kill(&mut self) {
        if self.server_next {
            self.portal.kill();
            self.portal.start_again().await;
        } else {
            self.postgres.kill().await;
            self.postgres.start_again().await;
        }
        self.server_next = !self.server_next;
    }

    /// How long it takes until another row is through, or all are.
    async fn goes_on(&self) -> Duration {
        let mut db = self.postgres.connect().await;
        let (began, before) = (Instant::now(), progress(&mut db).await);
        while progress(&mut db).await == before {
            assert!(began.elapsed() < Duration::from_secs(120), "does not go on\n{}", self.portal.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        began.elapsed()
    }
}

/// The state, and how many rows are through in it.
async fn progress(db: &mut PgConnection) -> (String, usize) {
    let row: (String, i32) = sqlx::query_as("select state, done from imports").fetch_one(db).await.expect("the import");
    (row.0, usize::try_from(row.1).expect("a count"))
}

/// What is stored of one import of a file.
#[derive(Debug, PartialEq, Eq)]
struct Books {
    organizations: i64,
    names: i64,
    /// With billing account and exactly one event, which is the creation.
    whole: i64,
    created: i64,
    failed: i64,
    /// In the partner's totals.
    totals: i64,
    starts: i64,
    notices: i64,
}

impl Books {
    fn of(good: usize, bad: usize) -> Books {
        let [good, bad] = [good, bad].map(|count| i64::try_from(count).expect("a count"));
        Books {
            organizations: good,
            names: good,
            whole: good,
            created: good,
            failed: bad,
            totals: good,
            starts: 1,
            notices: 1,
        }
    }
}

async fn books(db: &mut PgConnection) -> Books {
    let query = "select count(*), count(distinct o.name),
               count(*) filter (where exists (select 1 from billing_accounts b
                                              where b.id = o.billing_account_id and b.organization_id = o.id)
                                  and (select array_agg(e.kind) from events e where e.organization_id = o.id)
                                      = array['organization.created']),
               (select count(*) from import_results where outcome = 'created'),
               (select count(*) from import_results where outcome = 'failed'),
               (select sum(t.organizations)::bigint from organization_totals t),
               (select count(*) from events where kind = 'import.started'),
               (select count(*) from mails where kind = 'import_ended')
        from organizations o where o.channel = 'import'";
    let row: (i64, i64, i64, i64, i64, i64, i64, i64) = sqlx::query_as(query).fetch_one(db).await.expect("the books");
    let (organizations, names, whole, created, failed, totals, starts, notices) = row;
    Books { organizations, names, whole, created, failed, totals, starts, notices }
}
