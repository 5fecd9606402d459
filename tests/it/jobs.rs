//! The queue: every job once, none lost, whoever stops or stalls; and the operator's page of it.

use std::{collections::BTreeSet, time::Duration as StdDuration};

use serde_json::json;
use tenantry::{
    app::App,
    database::Database,
    jobs::{self, JobKind, NewJob},
    scope::RowScope,
};
use time::Duration;
use tokio::sync::watch;

use crate::{
    mail::{code, enqueue as enqueue_mail, sending_through},
    support::{ADMIN_EMAIL, TestApp, smtp::SmtpSink},
};

const TEST: RowScope = RowScope::System("a test");

async fn enqueue(app: &App, job: NewJob) {
    app.write(TEST, async |db| jobs::enqueue(db, job).await).await.expect("the queue takes it");
}

/// A job that fails at once: there is no such kind of payload.
fn hopeless(app: &App) -> NewJob {
    NewJob::new(JobKind::SendMail, json!({}), app.clock.now())
}

/// The same portal in another process, as far as the database can tell.
fn second_instance(test: &TestApp, app: &App) -> App {
    App { db: Database::open(test.database.application(), 6), ..app.clone() }
}

#[tokio::test]
async fn two_workers_do_every_job_once() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let first = sending_through(&test, &sink.url());
    let second = second_instance(&test, &first);
    for number in 0..50 {
        enqueue_mail(&first, &format!("p{number}@firm.example"), code("482913")).await;
    }
    let (one, other) = tokio::join!(jobs::run_due(&first), jobs::run_due(&second));
    let (one, other) = (one.expect("it runs"), other.expect("it runs"));
    assert_eq!(one + other, 50);
    assert!(one > 0 && other > 0, "{one} and {other}: both take part");
    let ids: BTreeSet<String> = sink.received().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((ids.len(), sink.received().len()), (50, 50));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_the_late_worker_changes_nothing() {
    let test = TestApp::start().await;
    let app = &test.app;
    enqueue(app, NewJob::new(JobKind::PurgeExpired, json!({}), app.clock.now())).await;
    let late = jobs::claim(app, 10).await.expect("a job").remove(0);
    test.clock.advance(Duration::seconds(7));
    assert!(jobs::claim(app, 10).await.expect("an answer").is_empty(), "it is in hands");
    test.clock.advance(Duration::seconds(2));
    let taken = jobs::claim(app, 10).await.expect("a job").remove(0);
    assert_eq!((taken.id, taken.attempts), (late.id, 2));

    let mut done = Vec::new();
    jobs::atomically(app, &late, async |_| {
        done.push("late");
        Ok(())
    })
    .await
    .expect("no error, and nothing done");
    assert!(!app.read(TEST, async |db| jobs::is_leased(db, &late).await).await.expect("an answer"));
    jobs::atomically(app, &taken, async |_| {
        done.push("in time");
        Ok(())
    })
    .await
    .expect("done");
    assert_eq!(done, ["in time"]);
    assert_eq!(test.number("select count(*) from jobs where finished_at is not null").await, 1);
}

#[tokio::test]
async fn work_that_fails_halfway_leaves_nothing_behind() {
    let test = TestApp::start().await;
    let app = &test.app;
    enqueue(app, NewJob::new(JobKind::PurgeExpired, json!({}), app.clock.now())).await;
    let job = jobs::claim(app, 1).await.expect("a job").remove(0);
    let failed = jobs::atomically(app, &job, async |db| {
        jobs::enqueue(db, hopeless(app)).await?;
        Err(tenantry::error::Error::NotFound)
    })
    .await;
    assert!(failed.is_err());
    assert_eq!(test.number("select count(*) from jobs").await, 1);
    assert_eq!(test.number("select count(*) from jobs where finished_at is null").await, 1);
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_hands_back_what_it_cannot_finish() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    sink.hold();
    enqueue_mail(&app, "k@guss.example", code("482913")).await;
    let (stop, stopped) = watch::channel(false);
    let worker = jobs::work(app.clone(), stopped);
    let told = async {
        while sink.conversations() == 0 {
            tokio::time::sleep(StdDuration::from_millis(20)).await;
        }
        stop.send_replace(true);
        std::time::Instant::now()
    };
    let (asked, ()) = tokio::join!(told, worker);
    assert!(asked.elapsed() < StdDuration::from_secs(10), "{:?}", asked.elapsed());
    let free =
        "select count(*) from jobs where kind = 'send_mail' and lease is null and attempts = 0 and finished_at is null";
    assert_eq!(test.number(free).await, 1, "the job is as if nobody had taken it");

    sink.release();
    assert_eq!(jobs::run_due(&app).await.expect("it runs"), 1);
    assert_eq!(test.number("select count(*) from mails where sent_at is not null").await, 1);
}

#[tokio::test]
async fn a_worker_finds_what_is_put_into_the_queue_and_ends_at_once_when_idle() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    let (stop, stopped) = watch::channel(false);
    let told = async {
        enqueue_mail(&app, "k@guss.example", code("482913")).await;
        while test.number("select count(*) from mails where sent_at is not null").await == 0 {
            tokio::time::sleep(StdDuration::from_millis(20)).await;
        }
        stop.send_replace(true);
        std::time::Instant::now()
    };
    let (asked, ()) = tokio::join!(told, jobs::work(app.clone(), stopped));
    assert!(asked.elapsed() < StdDuration::from_secs(2), "{:?}", asked.elapsed());
    let waiting = "select count(*) from jobs where kind = 'purge_expired' and run_at = '2026-11-21 10:00:00Z'";
    assert_eq!(test.number(waiting).await, 1, "the next full hour removes what has expired");
    assert_eq!(test.number("select count(*) from jobs where kind = 'backup'").await, 1);
}

#[tokio::test]
async fn regular_work_waits_once_however_many_workers_ask_for_it() {
    let test = TestApp::start().await;
    for _ in 0..3 {
        jobs::schedule(&test.app).await.expect("it is scheduled");
    }
    assert_eq!(test.number("select count(*) from jobs where kind = 'purge_expired'").await, 1);
    test.clock.advance(Duration::minutes(19));
    assert_eq!(jobs::run_due(&test.app).await.expect("it runs"), 1);
    jobs::schedule(&test.app).await.expect("it is scheduled");
    let next = "select count(*) from jobs where kind = 'purge_expired' and run_at = '2026-11-21 11:00:00Z'";
    assert_eq!(test.number(next).await, 1);
}

#[tokio::test]
async fn what_has_expired_is_removed_and_what_has_not_stays() {
    let test = TestApp::start().await;
    let client = test.reseller_admin().await;
    client.get(&format!("{}/jobs", client.home)).await.assert_status(200);
    let sessions = test.number("select count(*) from sessions").await;
    sqlx::query(
        "insert into limits values ('\\x01', 1, '2026-11-21 09:00:00Z'), ('\\x02', 1, '2026-11-22 09:00:00Z');",
    )
    .execute(&test.db)
    .await
    .expect("two limits");
    let now = test.app.clock.now();
    enqueue(&test.app, NewJob::new(JobKind::PurgeExpired, json!({}), now)).await;
    jobs::run_due(&test.app).await.expect("it runs");
    assert_eq!(test.number("select count(*) from limits where key in ('\\x01', '\\x02')").await, 1);
    assert_eq!(test.number("select count(*) from sessions").await, sessions);

    test.clock.advance(Duration::days(31));
    enqueue(&test.app, NewJob::new(JobKind::PurgeExpired, json!({}), test.app.clock.now())).await;
    jobs::run_due(&test.app).await.expect("it runs");
    assert_eq!(test.number("select count(*) from sessions").await, 0);
    assert_eq!(test.number("select count(*) from mails").await, 0);
    assert_eq!(test.number("select count(*) from jobs where finished_at < '2026-12-01'").await, 0);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_put_aside_and_the_operator_retries_it() {
    let test = TestApp::start().await;
    let operator = test.reseller_admin().await;
    jobs::run_due(&test.app).await.expect("it runs");
    let mut job = hopeless(&test.app);
    job.max_attempts = 2;
    enqueue(&test.app, job).await;
    jobs::run_due(&test.app).await.expect("it runs");
    let jobs_page = format!("{}/jobs", operator.home);
    let retrying = operator.get(&format!("{jobs_page}?state=retrying")).await;
    assert_eq!(retrying.texts("tbody td")[1..3], ["Retrying", "1 of 2"]);
    test.clock.advance(Duration::minutes(1));
    jobs::run_due(&test.app).await.expect("it runs");

    let failed = operator.get(&format!("{jobs_page}?state=failed")).await;
    let row = failed.texts("tbody td");
    assert!(row[0].starts_with("Send a mail") && row[3].contains("mail_id"), "{row:?}");
    assert_eq!(row[1..3], ["Failed", "2 of 2"]);
    assert_eq!(failed.text(".tabs [aria-current=page]").as_deref(), Some("Failed 1"));
    let action = failed.attribute("tbody form", "action").expect("a button to retry");
    operator.post(&action, &[]).await.assert_redirect(&jobs_page);
    operator.get(&jobs_page).await.assert_contains("is in the queue again.");
    assert_eq!(jobs::run_due(&test.app).await.expect("it runs"), 1, "it has another round");

    operator.post(&action, &[]).await.assert_status(404);
    operator.post(&format!("{jobs_page}/999999/retry"), &[]).await.assert_status(404);
    operator.post(&format!("{jobs_page}/x/retry"), &[]).await.assert_status(404);
}

#[tokio::test]
async fn the_page_shows_fifty_jobs_at_a_time_and_says_when_there_are_none() {
    let test = TestApp::start().await;
    let operator = test.reseller_admin().await;
    let jobs_page = format!("{}/jobs", operator.home);
    sqlx::query("delete from jobs").execute(&test.db).await.expect("an empty queue");
    operator.get(&jobs_page).await.assert_status(200).assert_contains("Nothing to do");
    operator.get(&format!("{jobs_page}?state=failed")).await.assert_contains("No job to show here");
    for _ in 0..53 {
        enqueue(&test.app, hopeless(&test.app)).await;
    }
    let first = operator.get(&jobs_page).await;
    assert_eq!(first.texts("tbody tr").len(), 50);
    let older = first.attribute(".pager a[rel=next]", "href").expect("more");
    let second = operator.get(&older).await;
    assert_eq!(second.texts("tbody tr").len(), 3);
    assert!(!second.has(".pager a[rel=next]"));
    operator.get(&format!("{jobs_page}?state=nonsense&before=x")).await.assert_status(400);
}

#[tokio::test]
async fn nobody_but_the_operator_sees_or_retries_jobs() {
    let test = TestApp::start().await;
    let operator = test.reseller_admin().await;
    enqueue(&test.app, hopeless(&test.app)).await;
    let jobs_page = format!("{}/jobs", operator.home);
    let stranger = test.client();
    stranger.get(&jobs_page).await.assert_redirect("/sign-in");

    sqlx::query("update memberships set role = 'org_admin'").execute(&test.db).await.expect("an Org Admin");
    operator.get(&jobs_page).await.assert_status(403);
    let id: i64 = test.number("select max(id) from jobs").await;
    operator.post(&format!("{jobs_page}/{id}/retry"), &[]).await.assert_status(403);
    let refusal = operator.get(&jobs_page).await;
    assert!(!refusal.has(&format!("nav a[href=\"{jobs_page}\"]")), "the menu does not offer it either");
}

/// A future that nobody polls is a process that was stopped: it holds its connections, its leases and its open
/// transactions, and goes on later as if nothing had happened (QUALITY 9).
#[tokio::test]
async fn a_worker_that_is_paused_beyond_its_leases_and_its_successor_do_every_job_once() {
    const JOBS: i64 = 50;
    let test = TestApp::start().await;
    test.reseller_admin().await;
    jobs::run_due(&test.app).await.expect("it runs");
    let second = second_instance(&test, &test.app);
    let done = "select count(*) from mails where kind = 'password_reset'";
    for (round, pause_after) in [3, 10, 25, 60].into_iter().enumerate() {
        for _ in 0..JOBS {
            let payload = json!({"email": ADMIN_EMAIL, "client": "203.0.113.7"});
            enqueue(&test.app, NewJob::new(JobKind::SendPasswordLink, payload, test.app.clock.now())).await;
        }
        let mut paused = Box::pin(jobs::run_due(&test.app));
        let early = tokio::time::timeout(StdDuration::from_millis(pause_after), &mut paused).await;
        test.clock.advance(Duration::seconds(61));
        jobs::run_due(&second).await.expect("the successor runs");
        if early.is_err() {
            paused.await.expect("the paused one runs on");
        }
        jobs::run_due(&second).await.expect("the rest runs");
        assert_eq!(test.number(done).await, JOBS * (i64::try_from(round).expect("a small number") + 1));
    }
    let links = test.number("select count(*) from password_links where purpose = 'reset'").await;
    assert_eq!(links, test.number(done).await, "a link for each mail, and none beside them");
    assert_eq!(test.number("select count(*) from jobs where finished_at is null").await, 0);
}
