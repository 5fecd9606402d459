//! Workers that are paused in the middle of a file and go on when it is not theirs any more (QUALITY 9), and an import that
//! is ended behind its last row.

use std::{
    future::Future,
    path::Path,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Wake, Waker},
    time::Duration,
};

use tenantry::{
    app::App,
    database::Database,
    error::Result,
    imports::{self, Choices, Door, Incoming, Outcome, State, Verdict, Work, read::Encoding},
    scope::Scope,
};
use tokio::sync::Notify;
use uuid::Uuid;

use super::{choose, customers, found, good, upload};
use crate::{portal::CommitCutter, support::TestApp};

/// Nobody is in the middle of writing, and so holds no locks.
const QUIET: &str = "not exists (select 1 from pg_stat_activity
                                 where datname = current_database() and usename = 'tenantry_app' and backend_xid is not null)";

/// Says when an answer has come which the work waits for.
#[derive(Default)]
struct Answered(Notify);

impl Wake for Answered {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// A worker whose answers pass through a wire of this thread: they come only while nobody works, one at a time, so that
/// [`pause`] sees the database as it is behind each of them.
pub(super) fn worker(app: &TestApp) -> (CommitCutter, App) {
    let (socket, _) = app.database.server();
    let wire = CommitCutter::before(Path::new(&socket));
    let db = Database::open(app.database.application().socket(wire.socket_dir()), 4);
    (wire, App { db, ..app.app.clone() })
}

/// Goes on with the work of such a worker until this is so, and leaves it there as it is: a process that was stopped. Looks
/// whenever an answer has come and before the work takes notice of it, once the database has nothing more to answer.
pub(super) async fn pause(app: &TestApp, mut work: Pin<&mut impl Future<Output = Result<()>>>, so: &str) {
    let so = format!("select {so}");
    let answered = Arc::new(Answered::default());
    let waker = Waker::from(Arc::clone(&answered));
    for _ in 0..20_000 {
        let is_through = work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        assert!(!is_through, "it came to its end before: {so}");
        tokio::time::timeout(Duration::from_secs(60), answered.0.notified()).await.expect("an answer to the work");
        tokio::time::timeout(Duration::from_secs(60), still(app)).await.expect("the database to be through");
        if is(app, &so).await {
            return;
        }
    }
    panic!("it never came to this: {so}");
}

/// Nothing is being answered, but for answers nobody reads on and questions that wait for another's end.
const STILL: &str = "select not exists (select 1 from pg_stat_activity
                                        where datname = current_database() and usename = 'tenantry_app' and state = 'active'
                                              and coalesce(wait_event_type, '') not in ('Client', 'Lock'))";

async fn still(app: &TestApp) {
    while !is(app, STILL).await {}
}

async fn is(app: &TestApp, so: &str) -> bool {
    // What was sent a moment ago has been begun by then.
    tokio::time::sleep(Duration::from_millis(3)).await;
    sqlx::query_scalar(sqlx::AssertSqlSafe(so.to_owned())).fetch_one(&app.db).await.expect("an answer")
}

/// A file that is too large to be checked in the request.
async fn bring(app: &TestApp, scope: &Scope, text: &str) -> Uuid {
    let mut file = Incoming::new().expect("a place");
    file.write(text.as_bytes()).expect("written");
    imports::upload(&app.app, scope, Door::Web, "kunden.csv", file).await.expect("taken in")
}

/// Whoever was paused behind the last row and wakes up while the file is read anew does not end that.
#[tokio::test]
async fn a_paused_worker_does_not_end_the_check_of_another() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let (_wire, worker) = worker(&app);
    let id = bring(&app, &scope, &good(5_000)).await;
    let work = Work { import_id: id };
    let mut late = pin!(imports::work(&worker, work));
    pause(&app, late.as_mut(), &format!("(select reached from imports) = 5001 and {QUIET}")).await;
    imports::work(&app.app, work).await.expect("checked by another");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.total), (State::Checked, 5_000));
    // Somebody has it read otherwise.
    let mut how = import.how.clone();
    how.encoding = Some(Encoding::Windows1252);
    let look = imports::look(&app.app, &scope, &import, Some(how)).await.expect("readable");
    imports::set_columns(&app.app, &scope, id, &look, &import.columns).await.expect("said");
    let mut third = pin!(imports::work(&worker, work));
    pause(&app, third.as_mut(), &format!("(select reached from imports) = 1001 and {QUIET}")).await;
    late.await.expect("nothing to do any more");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.done, import.total), (State::Checking, 1_000, 0));
    third.await.expect("checked");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.total, import.found.of(Verdict::New)), (State::Checked, 5_000, 5_000));
}

/// Whoever was paused in the middle of the check finds it done, and takes nothing back of what was begun since.
#[tokio::test]
async fn a_paused_check_leaves_the_import_alone() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let (_wire, worker) = worker(&app);
    let id = bring(&app, &scope, &good(5_000)).await;
    let work = Work { import_id: id };
    let mut late = pin!(imports::work(&worker, work));
    pause(&app, late.as_mut(), &format!("(select reached from imports) = 2001 and {QUIET}")).await;
    imports::work(&app.app, work).await.expect("checked by another");
    imports::start(&app.app, &scope, id).await.expect("begun");
    let mut importing = pin!(imports::work(&worker, work));
    // Behind the first 2,000 rows it stands where the check stood.
    pause(&app, importing.as_mut(), &format!("(select reached from imports) = 2001 and {QUIET}")).await;
    late.await.expect("nothing to do any more");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.done), (State::Running, 2_000));
    importing.await.expect("imported");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.outcomes.of(Outcome::Created)), (State::Done, 5_000));
}

/// Whoever was paused between two steps of an import does nothing a second time.
#[tokio::test]
async fn a_paused_import_does_no_row_twice() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let (_wire, worker) = worker(&app);
    let import = upload(&app, &scope, &good(4_500)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    let work = Work { import_id: import.id };
    let mut late = pin!(imports::work(&worker, work));
    pause(&app, late.as_mut(), &format!("(select done from imports) = 2000 and {QUIET}")).await;
    imports::work(&app.app, work).await.expect("imported by another");
    assert_eq!(found(&app, &scope, import.id).await.state, State::Done);
    late.await.expect("nothing to do any more");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.done, import.outcomes.of(Outcome::Created)), (4_500, 4_500));
    assert_eq!(customers(&app).await, 4_500);
    assert_eq!(app.number("select count(distinct organization_id) from import_results").await, 4_500);
}

/// All or nothing: who ends it behind the last row gets nothing, and not everything.
#[tokio::test]
async fn a_whole_import_that_is_ended_at_its_end_leaves_nothing() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let (_wire, worker) = worker(&app);
    let import = upload(&app, &scope, &good(150)).await;
    choose(&app, &scope, import.id, &Choices { whole: true, ..Choices::default() }).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    let mut work = pin!(imports::work(&worker, Work { import_id: import.id }));
    // All rows are written and shown as done, in a transaction that is still open.
    pause(&app, work.as_mut(), "(select done from imports) = 150").await;
    app.app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await.expect("ended");
    work.await.expect("it takes everything back");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, import.outcomes.of(Outcome::Created)), (State::Cancelled, 0));
    assert_eq!(customers(&app).await, 0);
    assert_eq!(app.number("select count(*) from import_results").await, 0);
    assert_eq!(
        app.number("select count(*) from events where kind = 'organization.created' and channel = 'import'").await,
        0
    );
}
