//! What comes in through the doors of an import: corrected cells, columns said anew, files that wait, and rows that are run
//! again.

use std::collections::BTreeMap;

use tenantry::{
    error::Error,
    imports::{
        self, Choices, Import, Likely, Outcome, State, Verdict, Work,
        read::{Encoding, How},
    },
    organizations::{DetailsForm, Field},
    scope::{RowScope, Scope},
    settings,
    types::AccountKind::Customer,
};
use time::Duration;
use uuid::Uuid;

use super::{HEAD, choose, customers, database, found, good, lines, mended::run, start, upload, verdicts};
use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_with},
};

/// Cells by row and column.
type Typed<'a> = &'a [(i32, usize, &'a str)];

async fn correct(app: &TestApp, scope: &Scope, import: &Import, cells: Typed<'_>) -> Import {
    let mut typed: BTreeMap<i32, BTreeMap<usize, String>> = BTreeMap::new();
    for (row, column, cell) in cells {
        typed.entry(*row).or_default().insert(*column, (*cell).to_owned());
    }
    let done = app.app.write(scope, async |db| imports::correct(db, scope, import.id, &typed).await).await;
    done.expect("corrected");
    found(app, scope, import.id).await
}

/// Says of the columns what was said before, and a country for rows that name none.
async fn say_again(app: &TestApp, scope: &Scope, import: &Import, country: Option<&str>) -> Import {
    let look = imports::look(&app.app, scope, import, None).await.expect("readable");
    let columns = imports::Columns { country: country.map(str::to_owned), ..import.columns.clone() };
    imports::set_columns(&app.app, scope, import.id, &look, &columns).await.expect("said");
    found(app, scope, import.id).await
}

/// Everything that is known of the rows.
async fn judged(app: &TestApp) -> Vec<String> {
    let rows = "select concat_ws(' ', row, cells, verdict, verdict_alone, problems, problems_alone) from import_rows order by row";
    sqlx::query_scalar(rows).fetch_all(&mut *database(app).await).await.expect("rows")
}

/// Rows that come to one organization by different keys stand in the file twice (N3).
#[tokio::test]
async fn two_rows_about_one_organization_stand_twice() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let form = DetailsForm { domain: "there.example".into(), ..details(Customer, "There") };
    let there = app.create(&scope, new_with(&form)).await;
    let text = format!("Org Key;{HEAD}{};;;;;Leeds;\n;;there.example;;;York;\n", there.key);
    let import = upload(&app, &scope, &text).await;
    let rows = lines(&app, &scope, &import).await;
    assert_eq!(verdicts(&rows), [Verdict::Match, Verdict::Twice], "{rows:?}");
    assert_eq!(rows[1].problems[0].words, "Row 2 is about the same organization");
}

/// What was said of a row that stands twice is said again once it stands there alone.
#[tokio::test]
async fn what_was_said_of_a_row_comes_back() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let text = HEAD.to_owned() + "One;one.example;it@one.example;;;\nTwo;http://www.one.example/x;it@two.example;;;\n";
    let import = upload(&app, &scope, &text).await;
    assert_eq!(verdicts(&lines(&app, &scope, &import).await), [Verdict::New, Verdict::Twice]);
    let import = correct(&app, &scope, &import, &[(2, 1, "first.example")]).await;
    let rows = lines(&app, &scope, &import).await;
    assert_eq!(verdicts(&rows), [Verdict::New, Verdict::New]);
    assert!(rows[1].problems.iter().any(|problem| problem.words.contains("one.example is used")), "{rows:?}");
}

/// A corrected row is compared only with those that have something in common with it, and that comes to the same as
/// comparing all of them.
#[tokio::test]
async fn corrected_rows_are_judged_as_in_a_whole_check() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let form = DetailsForm { domain: "d3.example".into(), customer_number: "n5".into(), ..details(Customer, "There") };
    app.create(&scope, new_with(&form)).await;
    let mut chance = 7_u64;
    let mut any = |most: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % most
    };
    let mut domain = || match any(16) {
        0 => "none".to_owned(),
        number => format!("d{number}.example"),
    };
    let text =
        (0..60).fold(HEAD.to_owned(), |text, n| format!("{text}Kunde {n};{};it@k.example;n{};;\n", domain(), n % 17));
    let mut import = upload(&app, &scope, &text).await;
    for round in 0..8 {
        let cells: Vec<(i32, usize, String)> = (0..4)
            .map(|n| (2 + (round * 13 + n * 17) % 60, 1, domain()))
            .chain([(5 + round, 3, "n5".to_owned())])
            .collect();
        let cells: Vec<(i32, usize, &str)> = cells.iter().map(|(row, at, cell)| (*row, *at, cell.as_str())).collect();
        import = correct(&app, &scope, &import, &cells).await;
        let few = judged(&app).await;
        let all = say_again(&app, &scope, &import, None).await;
        assert_eq!(few, judged(&app).await, "round {round}");
        assert_eq!((&import.found, import.total), (&all.found, 60), "round {round}");
        assert!(import.found.of(Verdict::Twice) > 5 && import.found.of(Verdict::New) > 0, "{:?}", import.found);
    }
}

/// Changing a column loses nothing that was corrected: the file is read again only where it is read otherwise.
#[tokio::test]
async fn corrected_cells_outlive_a_change_of_columns() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &(good(2) + "Bad;;it@bad.example;;;\n")).await;
    let import = correct(&app, &scope, &import, &[(4, 1, "bad.example")]).await;
    let import = say_again(&app, &scope, &import, Some("AT")).await;
    assert_eq!((import.state, import.found.of(Verdict::New)), (State::Checked, 3));
    let how = How { encoding: Some(Encoding::Windows1252), ..import.how.clone() };
    let look = imports::look(&app.app, &scope, &import, Some(how)).await.expect("readable");
    imports::set_columns(&app.app, &scope, import.id, &look, &import.columns).await.expect("said");
    let import = found(&app, &scope, import.id).await;
    assert_eq!(import.found.of(Verdict::Error), 1, "read anew, as the file has it");
}

/// A partner that demands a country has one for rows that name none where that is said of the whole file.
#[tokio::test]
async fn a_country_for_all_rows_is_as_good_as_a_column() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let saved = app.app.write(&scope, async |db| settings::save_required_fields(db, &scope, &["country"]).await).await;
    saved.expect("demanded");
    let import = upload(&app, &scope, &good(2)).await;
    assert_eq!(import.state, State::Uploaded, "a mandatory field stands in no column");
    let import = say_again(&app, &scope, &import, Some("AT")).await;
    let missing = app.app.read(&scope, async |db| imports::missing(db, &scope, &import.columns).await).await;
    assert_eq!(missing.expect("fields"), Vec::<Field>::new());
    assert_eq!(import.found.of(Verdict::New), 2, "{:?}", lines(&app, &scope, &import).await);
    start(&app, &scope, import.id).await;
    assert_eq!(app.number("select count(*) from organizations where country = 'AT'").await, 2);
}

/// A check that was ended halfway goes on behind the last row it has written down.
#[tokio::test]
async fn a_check_goes_on_where_it_was_ended() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(4_000)).await;
    assert_eq!((import.state, import.total), (State::Checked, 4_000), "{:?}", import.stopped);
    run(&app, "update imports set state = 'checking', has_rows = false, reached = 1001, done = 1000").await;
    run(&app, "delete from import_rows where row > 1001").await;
    run(&app, "update import_rows set verdict = 'same' where row = 2").await;
    imports::work(&app.app, Work { import_id: import.id }).await.expect("checked");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, import.done, import.total), (State::Checked, 4_000, 4_000));
    assert_eq!((import.found.of(Verdict::Same), import.found.of(Verdict::New)), (1, 3_999), "row 2 was not read again");
}

/// N3: a row that only looks like an organization can be linked to it.
#[tokio::test]
async fn a_row_is_linked_to_the_organization_it_looks_like() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let there = app.create(&scope, new_with(&details(Customer, "Kunde 00000 GmbH"))).await;
    let import = upload(&app, &scope, &good(2)).await;
    assert_eq!(import.found.of(Verdict::Likely), 1);
    choose(&app, &scope, import.id, &Choices { likely: Likely::Update, ..Choices::default() }).await;
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.choices.creates(&import.found), import.choices.updates(&import.found)), (1, 1));
    let rows = lines(&app, &scope, &import).await;
    let read = app.app.read(&scope, async |db| imports::changes(db, &scope, &import, &rows).await).await;
    assert!(
        read.expect("changes")[&2].iter().any(|change| change.after.as_deref() == Some("Köln")),
        "shown beforehand"
    );
    let import = start(&app, &scope, import.id).await;
    assert_eq!((import.outcomes.of(Outcome::Created), import.outcomes.of(Outcome::Updated)), (1, 1));
    let linked: (Uuid, String) =
        sqlx::query_as("select id, domain from organizations where city = 'Köln' and version = 2")
            .fetch_one(&mut *database(&app).await)
            .await
            .expect("the organization");
    assert_eq!(linked, (there.id, "kunde0.example".to_owned()));
    assert_eq!(customers(&app).await, 2);
}

/// Rows that were not reached are run again, by a worker where they are many.
#[tokio::test]
async fn rows_that_were_not_reached_run_again() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(300)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    app.app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await.expect("ended");
    let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
    page.assert_contains("Run the 300 rows that were not reached…").assert_contains("The rows are kept until");
    let again = app.app.write(&scope, async |db| imports::retry(db, &scope, import.id).await).await.expect("a new one");
    assert_eq!(found(&app, &scope, again).await.state, State::Checking, "not within the request");
    imports::work(&app.app, Work { import_id: again }).await.expect("checked");
    let again = found(&app, &scope, again).await;
    assert_eq!((again.state, again.total, again.found.of(Verdict::New)), (State::Checked, 300, 300));
    assert_eq!(start(&app, &scope, again.id).await.outcomes.of(Outcome::Created), 300);
}

/// What nobody begins is kept for a week after somebody last did something about it; a running check is never forgotten.
#[tokio::test]
async fn files_wait_for_a_week() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &(good(1) + "Bad;;it@bad.example;;;\n")).await;
    admin.get(&format!("{}/imports/{}", admin.home, import.id)).await.assert_contains("Kept until");
    let checking = upload(&app, &scope, &good(2)).await;
    run(&app, "update imports set state = 'checking' where total = 2 and found ? 'new' and not found ? 'error'").await;
    let purge = async || {
        let rows = RowScope::System("forget in a test");
        app.app.write(rows, async |db| imports::purge(db, app.clock.now()).await).await.expect("forgotten")
    };
    app.clock.advance(Duration::days(5));
    let later = app.scope(ADMIN_EMAIL, scope.organization.key.as_str()).await;
    correct(&app, &later, &import, &[(3, 1, "bad.example")]).await;
    app.clock.advance(Duration::days(5));
    assert_eq!(purge().await, 0);
    app.clock.advance(Duration::days(3));
    assert_eq!(purge().await, 1);
    assert_eq!(found(&app, &scope, checking.id).await.state, State::Checking);
    assert_eq!(app.number("select count(*) from imports").await, 1);
}

/// Ninety days after an import only its numbers are left.
#[tokio::test]
async fn rows_are_kept_for_ninety_days() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &(good(2) + "Bad;;it@bad.example;;;\n")).await;
    let import = start(&app, &scope, import.id).await;
    assert!(import.rows_kept_until().is_some_and(|until| until == app.clock.now() + Duration::days(90)));
    app.clock.advance(Duration::days(91));
    let rows = RowScope::System("forget in a test");
    app.app.write(rows, async |db| imports::purge(db, app.clock.now()).await).await.expect("forgotten");
    let left = "select (select count(*) from import_rows) + (select count(*) from import_results)";
    assert_eq!(app.number(left).await, 0);
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.outcomes.of(Outcome::Created), import.outcomes.of(Outcome::Failed)), (2, 1));
    let client = app.reseller_admin().await;
    let home = format!("/o/{}/imports/{}", scope.organization.key, import.id);
    let page = client.get(&home).await;
    page.assert_status(200).assert_contains("The rows are gone").assert_contains("2 created, 1 failed");
    assert!(!page.has("form[action$='/retry']") && !page.has("a[href$='/undo']") && !page.has("a[href$='/errors']"));
    client.get(&format!("{home}/errors")).await.assert_status(409);
    let undone = imports::undo(&app.app, &scope, import.id).await;
    assert!(matches!(undone, Err(Error::Refused(why)) if why.contains("90 days")));
    let again = app.app.write(&scope, async |db| imports::retry(db, &scope, import.id).await).await;
    assert!(matches!(again, Err(Error::Refused(_))));
}
