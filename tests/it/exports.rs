//! Exports of organizations (UX 25, QUALITY 47, T-44): what is in a file, that no cell of it is a formula, and that it
//! says the same when it is read back.

use std::{io::Cursor, time::Duration};

use calamine::{Data, Reader, Xlsx};
use tenantry::{
    exports::{is_formula, unguard},
    roles::Role,
    scope::Scope,
    types::AccountKind::Customer,
};

use crate::support::{
    TestApp, TestClient,
    data::{details, new_organization, new_with},
};

/// Names as people give them and as nobody should.
const NAMES: [&str; 9] = [
    "=1+1",
    "+Plus Pharma",
    "-Minus",
    "@SUM(A1)",
    "＝full",
    "'=quoted",
    "Smith, Jones",
    "the \"best\"",
    "Ünïcode 株式会社",
];

async fn fill(app: &TestApp, scope: &Scope) {
    for (number, name) in NAMES.iter().enumerate() {
        let new =
            tenantry::organizations::DetailsForm { customer_number: format!("00{number}"), ..details(Customer, name) };
        app.create(scope, new_with(&new)).await;
    }
}

async fn export(client: &TestClient, query: &str, format: &str) -> Vec<u8> {
    client.download(&format!("{}/organizations/export{query}", client.home), &[("format", format)]).await
}

fn csv(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::str::from_utf8(bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().expect("headings").iter().map(str::to_owned).collect();
    let lines = reader.records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect();
    (heads, lines)
}

fn column(heads: &[String], name: &str) -> usize {
    heads.iter().position(|head| head == name).unwrap_or_else(|| panic!("no column {name} in {heads:?}"))
}

#[tokio::test]
async fn no_cell_of_a_csv_file_is_a_formula_and_all_are_read_back() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    fill(&app, &scope).await;
    let (heads, lines) = csv(&export(&admin, "", "csv").await);
    let (name, phone, key) = (column(&heads, "Name"), column(&heads, "Contact phone"), column(&heads, "Org Key"));
    assert_eq!(heads.len(), 25);
    assert_eq!(lines.len(), NAMES.len());
    for line in &lines {
        let guarded = line.iter().filter(|cell| is_formula(cell)).all(|cell| cell.starts_with('\''));
        assert!(guarded, "{line:?}");
        assert!(line[phone].starts_with("'+49"), "{}", line[phone]);
        assert!(unguard(&line[phone]).starts_with("+49") && line[key].starts_with("org_"));
        assert_eq!(line[column(&heads, "Country")], "Germany");
    }
    let mut read: Vec<&str> = lines.iter().map(|line| unguard(&line[name])).collect();
    let mut made = NAMES.to_vec();
    read.sort_unstable();
    made.sort_unstable();
    assert_eq!(read, made);
    // In the order of the list, and what it shows.
    let (heads, lines) = csv(&export(&admin, "?sort=-number&q=00", "csv").await);
    let numbers: Vec<&str> = lines.iter().map(|line| line[column(&heads, "Customer number")].as_str()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] > pair[1]), "{numbers:?}");
}

#[tokio::test]
async fn a_workbook_says_of_every_cell_what_it_is() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    fill(&app, &scope).await;
    let bytes = export(&admin, "", "xlsx").await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let formulas = book.worksheet_formula("Organizations").expect("the sheet");
    assert!(formulas.used_cells().next().is_none());
    let sheet = book.worksheet_range("Organizations").expect("the sheet");
    let heads: Vec<String> = sheet.rows().next().expect("headings").iter().map(ToString::to_string).collect();
    let (name, created) = (column(&heads, "Name"), column(&heads, "Created"));
    // What would be taken for a guarded text when it is read again has one apostrophe more.
    let texts = sheet.rows().skip(1).map(|row| row[name].to_string());
    let mut read: Vec<String> = texts.map(|text| unguard(&text).to_owned()).collect();
    let mut made: Vec<String> = NAMES.iter().map(ToString::to_string).collect();
    read.sort_unstable();
    made.sort_unstable();
    assert_eq!(read, made);
    for row in sheet.rows().skip(1) {
        assert!(matches!(row[created], Data::DateTime(_)), "{:?}", row[created]);
        assert!(matches!(row[column(&heads, "Licences")], Data::Float(_)));
        assert!(matches!(row[column(&heads, "Approval process")], Data::Bool(_)));
    }
}

#[tokio::test]
async fn json_has_types() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    fill(&app, &scope).await;
    let made = app.create(&scope, new_organization(Customer, "In a group")).await;
    app.group(&scope, "Nordics", &[&made], &[]).await;
    let read: Vec<serde_json::Value> = serde_json::from_slice(&export(&admin, "", "json").await).expect("JSON");
    assert_eq!(read.len(), NAMES.len() + 1);
    let one = read.iter().find(|one| one["name"] == "In a group").expect("the organization");
    assert!(one["licenses"].is_i64() && one["approval_required"].is_boolean());
    assert_eq!(one["groups"], serde_json::json!(["Nordics"]));
    assert_eq!(one["created_on"].as_str().map(str::len), Some(10));
    assert!(read.iter().any(|one| one["name"] == "=1+1"));
    // Of nothing it is an empty list.
    let none = export(&admin, "?q=nothing+of+the+kind", "json").await;
    assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(&none).expect("JSON").len(), 0);
}

/// Whoever is kept to groups takes away what they see; a Sales Agent no cost.
#[tokio::test]
async fn a_file_holds_what_its_reader_may_see() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Seen")).await;
    let hidden = app.create(&scope, new_organization(Customer, "Hidden")).await;
    let agent = app.member(&TestApp::own(&scope), Role::SalesAgent, "agent@nordlicht.example").await;
    app.group(&scope, "Nordics", &[&made], &["agent@nordlicht.example"]).await;
    app.group(&scope, "Secret", &[&made], &[]).await;
    let (heads, lines) = csv(&export(&agent, "", "csv").await);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0][column(&heads, "Groups")], "Nordics");
    assert!(!heads.iter().any(|head| head.starts_with("Approval")));
    let path = format!("{}/organizations/export?id={}", agent.home, hidden.key);
    agent.post(&path, &[("format", "csv")]).await.assert_status(404);
    agent.get(&path).await.assert_status(404);
    admin.get(&format!("{}/organizations/export?id=nonsense", admin.home)).await.assert_status(404);
    admin.post(&format!("{}/organizations/export", admin.home), &[("format", "exe")]).await.assert_status(400);
    let (_, lines) = csv(&export(&admin, &format!("?id={}", hidden.key), "csv").await);
    assert_eq!(lines.len(), 1);
    let events: Vec<serde_json::Value> =
        sqlx::query_scalar("select after from events where kind = 'organizations.exported' order by id")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0], serde_json::json!({ "format": "csv", "organizations": 1 }));
}

/// Statements of the portal that wait for a lock.
async fn waiting(app: &TestApp) -> i64 {
    let query = "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query not like 'lock %'";
    app.number(query).await
}

/// Whoever goes away while a workbook is written ends the work at once: the next portion is not read any more.
#[tokio::test]
async fn a_workbook_nobody_waits_for_is_not_written() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    app.create(&scope, new_organization(Customer, "First of all")).await;
    crate::bulk::multiply(&mut app.db.acquire().await.expect("a connection"), 1_203).await;
    // Every portion reads the tags, and nothing before it does: the first one waits.
    const LOCK: &str = "lock table tags in access exclusive mode";
    let mut first = app.db.begin().await.expect("a transaction");
    sqlx::query(LOCK).execute(&mut *first).await.expect("locked");
    let given_up = tokio::time::timeout(Duration::from_secs(3), export(&admin, "?q=copy", "xlsx")).await;
    assert!(given_up.is_err() && waiting(&app).await == 1, "the first portion waits");
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The next lock stands in line behind the first portion, and before any second one.
    let mut second = app.db.begin().await.expect("a transaction");
    let line = tokio::spawn(async move {
        sqlx::query(LOCK).execute(&mut *second).await.expect("locked");
        second
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    first.rollback().await.expect("released");
    let second = tokio::time::timeout(Duration::from_secs(20), line).await.expect("in time").expect("its turn");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(waiting(&app).await, 0, "a second portion is asked for");
    second.rollback().await.expect("released");
}

/// Portions are joined without a gap; the page says what is in the file.
#[tokio::test]
async fn a_long_list_is_exported_whole() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    app.create(&scope, new_organization(Customer, "First of all")).await;
    crate::bulk::multiply(&mut app.db.acquire().await.expect("a connection"), 1_203).await;
    let page = admin.get(&format!("{}/organizations/export?q=copy", admin.home)).await;
    page.assert_status(200).assert_contains("1,203 organizations").assert_contains("Billing start date");
    let (heads, lines) = csv(&export(&admin, "?q=copy", "csv").await);
    let keys: std::collections::HashSet<&str> =
        lines.iter().map(|line| line[column(&heads, "Org Key")].as_str()).collect();
    assert_eq!((lines.len(), keys.len()), (1_203, 1_203));
    let json: Vec<serde_json::Value> = serde_json::from_slice(&export(&admin, "?q=copy", "json").await).expect("JSON");
    assert_eq!(json.len(), 1_203);
}
