//! What of imports does not stay: after its days, beyond what may wait, and with the organization it belongs to. What is
//! said about it stands beside the pages, in `doors.rs` and `files.rs`.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;
use tenantry::{
    error::Error,
    imports::{self, Choices, Door, Existing, Import, Incoming, Outcome, Undone, Verdict},
    jobs::{self, JobKind, NewJob},
    lifecycle::{self, Archiving},
    organizations::Created,
    roles::Role,
    scope::{RowScope, Scope},
    types::AccountKind::Partner,
};
use time::Duration;
use uuid::Uuid;

use super::{choose, database, found, good, lines, start, take_back, upload, verdicts};
use crate::support::{ADMIN_EMAIL, TestApp, data::new_organization};

const TEST: RowScope = RowScope::System("time passes in a test");

/// What a worker does every hour.
async fn forget(app: &TestApp) {
    let job = NewJob::new(JobKind::PurgeExpired, json!({}), app.clock.now());
    app.app.write(TEST, async |db| jobs::enqueue(db, job).await).await.expect("in the queue");
    app.run_jobs().await;
}

/// Seven days, ninety days: to the second, and by the regular work itself.
#[tokio::test]
async fn files_and_rows_are_forgotten_on_their_day_and_not_before() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let done = upload(&app, &scope, &good(2)).await;
    let done = start(&app, &scope, done.id).await;
    upload(&app, &scope, &good(3)).await;
    let counts = async || {
        let counts = "select array[(select count(*) from imports), (select count(*) from import_files),
                                   (select count(*) from import_rows), (select count(*) from import_results)]";
        let counts: Vec<i64> = sqlx::query_scalar(counts).fetch_one(&mut *database(&app).await).await.expect("counts");
        counts
    };
    assert_eq!(counts().await, [2, 2, 5, 2]);
    forget(&app).await;
    assert_eq!(counts().await, [2, 1, 5, 2], "a file is not needed any more once it is imported");
    app.clock.advance(Duration::days(7));
    forget(&app).await;
    assert_eq!(counts().await, [2, 1, 5, 2], "a week is not over");
    app.clock.advance(Duration::seconds(1));
    forget(&app).await;
    assert_eq!(counts().await, [1, 0, 2, 2], "what nobody began is gone");
    app.clock.advance(Duration::days(83) - Duration::seconds(1));
    forget(&app).await;
    assert_eq!(counts().await, [1, 0, 2, 2], "ninety days are not over");
    assert!(found(&app, &scope, done.id).await.has_rows);
    app.clock.advance(Duration::seconds(1));
    forget(&app).await;
    assert_eq!(counts().await, [1, 0, 0, 0], "the numbers stay");
    assert!(!found(&app, &scope, done.id).await.has_rows);
}

async fn bring(app: &TestApp, scope: &Scope, number: usize) -> Result<Uuid, Error> {
    let mut file = Incoming::new().expect("a place");
    file.write(b"Wer;Wo\nEins;eins.example\n").expect("written");
    imports::upload(&app.app, scope, Door::Web, &format!("datei{number}.csv"), file).await
}

/// Twenty files wait at most, also where thirty come at once: whoever comes too late has left nothing.
#[tokio::test]
async fn twenty_files_wait_however_many_come_at_once() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let answers = join_all((0..30).map(|number| bring(&app, &scope, number))).await;
    let refused = answers.iter().filter(|answer| matches!(answer, Err(Error::Refused(_)))).count();
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((taken, refused), (20, 10), "{answers:?}");
    assert_eq!(app.number("select count(*) from imports").await, 20);
    assert_eq!(app.number("select count(*) from import_files").await, 20);
}

/// Whoever is kept to groups has room for files of their own, whatever others have brought, which they do not see.
#[tokio::test]
async fn twenty_files_of_ones_own_wait_where_one_sees_no_others() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let email = "lena@nordlicht.example";
    app.member(&TestApp::own(&scope), Role::KeyAccountManager, email).await;
    app.group(&scope, "Nordics", &[], &[email]).await;
    let lena = app.scope(email, scope.organization.key.as_str()).await;
    for (who, words) in [(&scope, "20 files wait here already"), (&lena, "20 of your files wait here already")] {
        for number in 0..20 {
            bring(&app, who, number).await.expect("taken in");
        }
        let refused = bring(&app, who, 20).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.starts_with(words)), "{refused:?}");
    }
    assert_eq!(app.number("select count(*) from imports").await, 40);
}

/// A partner with everything there is of imports: one that is through, its failed row as one of its own, a file that waits,
/// and headings that were explained.
async fn importing(app: &TestApp, operator: &Scope, name: &str) -> Created {
    let partner = app.create(operator, new_organization(Partner, name)).await;
    let scope = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    let done = upload(app, &scope, &(good(2) + "Bad;;it@bad.example;;;\n")).await;
    start(app, &scope, done.id).await;
    app.app.write(&scope, async |db| imports::retry(db, &scope, done.id).await).await.expect("a new one");
    let waits = upload(app, &scope, "Wer;Wo\nEins;eins.example\n").await;
    let look = imports::look(&app.app, &scope, &waits, None).await.expect("readable");
    imports::set_columns(&app.app, &scope, waits.id, &look, &waits.columns).await.expect("said");
    partner
}

/// How many rows each table of the imports has of a partner. The database says which tables there are, so that none is
/// forgotten here.
async fn rows_of(app: &TestApp, partner_id: Uuid) -> Vec<(String, i64)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'public' and column_name = 'partner_id' and table_name like 'import%' order by 1",
    )
    .fetch_all(&app.db)
    .await
    .expect("tables");
    let mut rows = Vec::new();
    for table in tables {
        let count = format!("select count(*) from {table} where partner_id = $1");
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(partner_id);
        rows.push((table, count.fetch_one(&app.db).await.expect("a count")));
    }
    rows
}

/// An organization is archived, with all beneath it, and its day comes. Returns how many are gone.
async fn purge(app: &TestApp, scope: &Scope, id: Uuid) -> usize {
    let then = scope.now + Duration::days(7);
    let archiving = Archiving { purge_on: then.date(), reason: None, with_beneath: true, tell: false };
    let archived = app.app.write(scope, async |db| lifecycle::archive(db, scope, &[id], &archiving).await).await;
    let archived = archived.expect("outcomes").len();
    let purged = app.app.write(TEST, async |db| lifecycle::purge_due(db, then).await).await.expect("purged");
    assert_eq!(purged, archived);
    purged
}

/// All data of an organization that is purged goes (SPEC section 2), its imports included, and no others.
#[tokio::test]
async fn imports_go_with_the_organization_they_were_made_in() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let gone = importing(&app, &scope, "Sørensen IT").await;
    let stays = importing(&app, &scope, "Fjord Cloud").await;
    let (before, beside) = (rows_of(&app, gone.id).await, rows_of(&app, stays.id).await);
    assert!(before.len() >= 5 && before.iter().all(|(_, count)| *count > 0), "{before:?}");
    assert_eq!(purge(&app, &scope, gone.id).await, 3, "with the two it has imported");
    let after = rows_of(&app, gone.id).await;
    assert!(after.iter().all(|(_, count)| *count == 0), "{after:?}");
    assert_eq!(rows_of(&app, stays.id).await, beside);
}

/// What the rows of all imports say of the first of two customers, and of the second; what was replaced of each.
async fn said(app: &TestApp) -> Vec<i64> {
    let said = "select array[
                  (select count(*) from import_rows where cells ->> 1 = 'kunde0.example' or domain = 'kunde0.example'),
                  (select count(*) from import_rows where cells ->> 1 = 'kunde1.example'),
                  (select count(*) from import_results where before::text like '%kunde0.example%'),
                  (select count(*) from import_results where before::text like '%kunde1.example%')]";
    sqlx::query_scalar(said).fetch_one(&mut *database(app).await).await.expect("counts")
}

/// Files about the same two customers: one has created them, one has changed them, and one waits.
async fn three(app: &TestApp, scope: &Scope) -> [Import; 3] {
    let created = upload(app, scope, &good(2)).await;
    let created = start(app, scope, created.id).await;
    let changed = upload(app, scope, &good(2).replace("Köln", "Bonn")).await;
    let update = Choices { existing: Existing::Update, create: false, ..Choices::default() };
    choose(app, scope, changed.id, &update).await;
    let changed = start(app, scope, changed.id).await;
    assert_eq!(changed.outcomes.of(Outcome::Updated), 2);
    let alike = "Kunde 00000 GmbH;alike.example;it@alike.example;N-1;Köln;\n";
    let waits = upload(app, scope, &(good(2).replace("Köln", "Ulm") + alike)).await;
    assert_eq!(verdicts(&lines(app, scope, &waits).await), [Verdict::Match, Verdict::Match, Verdict::Likely]);
    [created, changed, waits]
}

/// What a partner's imports say of a customer goes with the customer, and nothing of others; the pages say why.
#[tokio::test]
async fn what_imports_say_of_an_organization_goes_with_it() {
    const GONE: &str = "The organization was purged, and with it what stood here";
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let [created, changed, waits] = three(&app, &scope).await;
    assert_eq!(said(&app).await, [3, 3, 1, 1]);
    let first = "select id from organizations where domain = 'kunde0.example'";
    let first: Uuid = sqlx::query_scalar(first).fetch_one(&mut *database(&app).await).await.expect("the first");
    assert_eq!(purge(&app, &scope, first).await, 1);
    assert_eq!(said(&app).await, [0, 3, 0, 1]);
    for import in [&created, &changed] {
        let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
        page.assert_status(200).assert_contains(GONE).assert_contains("Kunde 00001 GmbH");
        assert!(!page.body.contains("Kunde 00000"), "{:?}", page.texts("tbody tr"));
    }
    let page = admin.get(&format!("{}/imports/{}?only=match", admin.home, waits.id)).await;
    page.assert_status(200).assert_contains(GONE).assert_contains("kunde1.example");
    // A row that only looks like the organization is about another; the one that was emptied may be filled in anew.
    let cells = [(0, "Neu GmbH"), (1, "neu.example"), (2, "it@neu.example")];
    let cells: BTreeMap<usize, String> = cells.map(|(column, cell)| (column, cell.to_owned())).into();
    let typed = BTreeMap::from([(2, cells)]);
    let corrected = app.app.write(&scope, async |db| imports::correct(db, &scope, waits.id, &typed).await).await;
    corrected.expect("filled in");
    let rows = lines(&app, &scope, &waits).await;
    assert_eq!(verdicts(&rows), [Verdict::New, Verdict::Match, Verdict::Likely]);
    assert_eq!((rows[0].cells.len(), rows[2].cells[1].as_str()), (6, "alike.example"));
    // Nothing of it can be brought back.
    let created = take_back(&app, &scope, created.id).await;
    let undone = lines(&app, &scope, &created).await.into_iter().filter_map(|line| line.undone);
    assert_eq!(undone.map(|(undone, _)| undone).collect::<Vec<_>>(), [Undone::Impossible, Undone::Kept]);
}

/// What an undo removes was never more than the file, which is kept as long as those of other imports.
#[tokio::test]
async fn rows_of_what_is_undone_stay() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(2)).await;
    start(&app, &scope, import.id).await;
    take_back(&app, &scope, import.id).await;
    assert_eq!(app.number("select count(*) from organizations where kind = 'customer'").await, 0);
    assert_eq!(said(&app).await[..2], [1, 1]);
}
