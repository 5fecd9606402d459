//! No room on the disk (QUALITY 6): whoever asked is told to come again, nothing is there by half, and what was begun goes on
//! by itself. Here the database says what it says of a full disk, at a row of the test's choice; that of uploads is
//! `/dev/full`, beside `imports::Incoming` and the page that takes them in.

use time::Duration;

use super::{
    customers, good,
    pages::{self, send, uploaded},
};
use crate::support::{Page, TestApp};

/// From now on there is no room for some rows of a table.
async fn fill(app: &TestApp, table: &str, rows: &str) {
    let statements = format!(
        "create function no_room() returns trigger language plpgsql as $$
         begin
           raise exception 'could not extend file: No space left on device'
             using errcode = 'disk_full', hint = 'Check free disk space.';
         end $$;
         create trigger no_room before insert or update on {table} for each row when ({rows})
           execute function no_room()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&app.db).await.expect("a full disk");
}

async fn make_room(app: &TestApp) {
    sqlx::raw_sql("drop function no_room() cascade").execute(&app.db).await.expect("room");
}

/// Not now, in words and for programs.
#[track_caller]
fn assert_later(page: &Page) {
    page.assert_status(503).assert_contains("There is no room left on the server's disk");
    page.assert_contains("What was saved before is safe").assert_contains("try again in 2 minutes");
    assert_eq!(page.header("retry-after"), "120");
}

/// The job is to be done once there is room. No attempt was used up, so that it waits as long as it takes.
async fn assert_waits(app: &TestApp, kind: &str) {
    let waits = "select count(*) from jobs where kind = $1 and attempts = 0 and finished_at is null
                   and failed_at is null and last_error is null";
    let waiting: i64 = sqlx::query_scalar(waits).bind(kind).fetch_one(&app.db).await.expect("a count");
    assert_eq!(waiting, 1, "{kind}");
}

/// Organizations without all that belongs to one.
async fn halves(app: &TestApp) -> i64 {
    let halves = "select count(*) from organizations o where kind = 'customer'
                    and not (exists (select 1 from billing_accounts b
                                     where b.id = o.billing_account_id and b.organization_id = o.id)
                             and (select array_agg(e.kind) from events e where e.organization_id = o.id)
                                 = array['organization.created'])";
    app.number(halves).await
}

/// A worker comes by later, also for what requests had begun.
async fn later(app: &TestApp) {
    app.clock.advance(Duration::minutes(2));
    app.run_jobs().await;
}

/// There is room for the first megabyte of a file and not for the second.
#[tokio::test]
async fn a_file_there_is_no_room_for_is_not_taken_in() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let note = "x".repeat(1_000);
    let text = (0..1_200).fold("Wer;Was\n".to_owned(), |text, number| format!("{text}Kunde {number};{note}\n"));
    fill(&app, "import_files", "new.part > 0").await;
    assert_later(&send(&admin, "kunden.csv", text.as_bytes()).await);
    let left = "select (select count(*) from imports) + (select count(*) from import_files)
                       + (select count(*) from jobs where kind = 'check_import')";
    assert_eq!(app.number(left).await, 0);
    admin.get(&format!("{}/imports", admin.home)).await.assert_status(200).assert_contains("No imports yet");
    app.client().get("/readyz").await.assert_status(200);
    make_room(&app).await;
    let import = uploaded(&admin, &text).await;
    admin.get(&import).await.assert_status(200).assert_contains("step 2 of 3");
    assert_eq!(app.number("select count(*) from import_files").await, 2);
}

/// What was read is kept; the rest is read when there is room.
#[tokio::test]
async fn a_check_goes_on_behind_the_last_rows_there_was_room_for() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    fill(&app, "import_rows", "new.row > 2001").await;
    let import = uploaded(&admin, &good(4_000)).await;
    for _ in 0..3 {
        app.run_jobs().await;
        assert_waits(&app, "check_import").await;
        admin.get(&import).await.assert_status(200);
        assert_eq!(app.number("select done::bigint from imports where state = 'checking'").await, 2_000);
        assert_eq!(app.number("select count(*) from import_rows").await, 2_000);
        app.clock.advance(Duration::seconds(3));
    }
    make_room(&app).await;
    app.run_jobs().await;
    admin.get(&import).await.assert_status(200).assert_contains("Create 4,000 organizations");
    assert_eq!(app.number("select count(*) from import_rows").await, 4_000);
    assert_eq!(customers(&app).await, 0);
}

/// More often than a job is tried before it is put aside: the import is not given up, and each row is done once.
#[tokio::test]
async fn an_import_goes_on_by_itself_once_there_is_room() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &good(2_010)).await;
    fill(&app, "import_results", "new.row > 2001").await;
    pages::start(&admin, &import, &[]).await.assert_redirect(&import);
    for _ in 0..25 {
        app.run_jobs().await;
        app.clock.advance(Duration::seconds(3));
    }
    assert_waits(&app, "run_import").await;
    admin.get(&import).await.assert_status(200).assert_contains("2,000 of 2,010 rows");
    assert_eq!((customers(&app).await, halves(&app).await), (2_000, 0));
    assert_eq!(app.number("select count(*) from import_results").await, 2_000);
    make_room(&app).await;
    app.run_jobs().await;
    admin.get(&import).await.assert_status(200).assert_contains("2,010 created");
    assert_eq!((customers(&app).await, halves(&app).await), (2_010, 0));
    assert_eq!(app.number("select count(distinct organization_id) from import_results").await, 2_010);
}

/// All or nothing: until there is room for everything, there is nothing, and the page does not say that there were something.
#[tokio::test]
async fn a_whole_import_waits_for_room_for_all_of_it() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &good(2_010)).await;
    fill(&app, "import_results", "new.row > 2001").await;
    pages::start(&admin, &import, &[("whole", "true")]).await.assert_redirect(&import);
    app.run_jobs().await;
    assert_waits(&app, "run_import").await;
    let page = admin.get(&import).await;
    page.assert_status(200).assert_contains("Importing kunden.csv");
    assert_eq!(page.text("[data-import] [data-done]").as_deref(), Some("0 of 2,010 rows"));
    let left = "select (select count(*) from import_results)
                       + (select count(*) from events where kind = 'organization.created' and channel = 'import')";
    assert_eq!((customers(&app).await, app.number(left).await), (0, 0));
    make_room(&app).await;
    later(&app).await;
    admin.get(&import).await.assert_status(200).assert_contains("2,010 created");
    assert_eq!((customers(&app).await, halves(&app).await), (2_010, 0));
}

/// A small file is checked and imported by the requests themselves: they say that there was no room, and a worker finishes
/// what they had begun, whichever table it was.
#[tokio::test]
async fn what_a_request_could_not_finish_is_finished_by_a_worker() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    fill(&app, "import_rows", "true").await;
    assert_later(&send(&admin, "kunden.csv", good(3).as_bytes()).await);
    let list = admin.get(&format!("{}/imports", admin.home)).await;
    let import = list.attribute("td.org a", "href").expect("it was taken in");
    admin.get(&import).await.assert_status(200);
    assert_eq!(app.number("select count(*) from imports where state = 'checking'").await, 1);
    make_room(&app).await;
    later(&app).await;
    admin.get(&import).await.assert_status(200).assert_contains("Create 3 organizations");

    fill(&app, "import_results", "true").await;
    assert_later(&pages::start(&admin, &import, &[]).await);
    for table in ["organizations", "billing_accounts", "events", "import_results"] {
        make_room(&app).await;
        fill(&app, table, "true").await;
        later(&app).await;
        admin.get(&import).await.assert_status(200).assert_contains("0 of 3 rows");
        let results = app.number("select count(*) from import_results").await;
        assert_eq!((customers(&app).await, results), (0, 0), "{table}");
    }
    make_room(&app).await;
    later(&app).await;
    admin.get(&import).await.assert_status(200).assert_contains("3 created");
    assert_eq!((customers(&app).await, halves(&app).await), (3, 0));
}

/// Taking back is as patient.
#[tokio::test]
async fn an_undo_goes_on_by_itself_once_there_is_room() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &good(3)).await;
    pages::start(&admin, &import, &[]).await.assert_redirect(&import);
    fill(&app, "import_results", "new.undone is not null").await;
    assert_later(&admin.post(&format!("{import}/undo"), &[]).await);
    later(&app).await;
    assert_waits(&app, "undo_import").await;
    admin.get(&import).await.assert_status(200);
    assert_eq!(app.number("select count(*) from imports where state = 'undoing'").await, 1);
    assert_eq!((customers(&app).await, halves(&app).await), (3, 0));
    make_room(&app).await;
    later(&app).await;
    admin.get(&import).await.assert_status(200).assert_contains("3 undone");
    assert_eq!(customers(&app).await, 0);
}
