//! The check: every row gets its verdict, and what is wrong with it is said at its field.

use std::collections::BTreeMap;

use tenantry::{
    imports::{self, Choices, Columns, Door, Incoming, Likely, State, Verdict, read::dates::DateOrder},
    organizations::{DetailsForm, FIELDS, Field},
    types::AccountKind::Customer,
};

use super::{HEAD, choose, customers, database, found, good, lines, start, upload, verdicts};
use crate::support::{
    TestApp,
    data::{details, new_with},
};

fn said(line: &imports::Line, field: &str) -> String {
    line.problems.iter().find(|problem| problem.field == field).map(|problem| problem.words.clone()).unwrap_or_default()
}

/// S212: new, existing, the same, likely, twice, wrong. Nothing is imported by checking.
#[tokio::test]
async fn every_row_has_a_verdict_and_its_own_words() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let there =
        DetailsForm { domain: "there.example".into(), customer_number: "K-1".into(), ..details(Customer, "There Ltd") };
    app.create(&scope, new_with(&there)).await;
    let other =
        DetailsForm { domain: "same.example".into(), customer_number: "K-9".into(), ..details(Customer, "Same Ltd") };
    app.create(&scope, new_with(&other)).await;
    let text = HEAD.to_owned()
        + "Neu GmbH;neu.example;it@neu.example;K-2;Köln;\n"
        + "There Ltd;there.example;;K-1;Leeds;\n"
        + ";same.example;;;;\n"
        + "THERE LIMITED;elsewhere.example;it@elsewhere.example;K-3;;\n"
        + "Noch einmal;http://www.neu.example/x;a@neu.example;;;\n"
        + "Falsch;falsch.example;it@falsch.example;;;31/02/2026\n"
        + ";leer.example;nobody;;;\n";
    let import = upload(&app, &scope, &text).await;
    assert_eq!(import.state, State::Checked, "{:?}", import.stopped);
    let lines = lines(&app, &scope, &import).await;
    assert_eq!(
        verdicts(&lines),
        [Verdict::New, Verdict::Match, Verdict::Same, Verdict::Likely, Verdict::Twice, Verdict::Error, Verdict::Error]
    );
    // The row as a spreadsheet numbers it, and the message at its field.
    assert_eq!(lines.iter().map(|line| line.row).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(said(&lines[4], "domain"), "Row 2 has the same domain");
    assert!(
        said(&lines[5], "billing_starts_on").starts_with("31 February 2026 does not exist"),
        "{:?}",
        lines[5].problems
    );
    assert_eq!(said(&lines[6], "name"), "Enter the name");
    assert!(!said(&lines[6], "notification_email").is_empty());
    assert_eq!(lines[1].organization.as_ref().map(|(_, name)| name.as_str()), Some("There Ltd"));
    let count = |verdict| import.found.of(verdict);
    assert_eq!((import.total, count(Verdict::Error), count(Verdict::New)), (7, 2, 1));
    assert_eq!(customers(&app).await, 2);
}

/// A formula that came to nothing is no text, and a day with the month first says what to do; one message at each cell.
#[tokio::test]
async fn what_a_cell_cannot_mean_is_said_at_it() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let text = HEAD.to_owned()
        + "Eins;eins.example;it@eins.example;#N/A; #BEZUG! ;31/01/2027\n"
        + "#WERT!;zwei.example;it@zwei.example;;;03/25/2027\n"
        + "Drei #N/A;drei.example;it@drei.example;;Ulm;25/03/2027\n";
    let import = upload(&app, &scope, &text).await;
    assert_eq!(import.state, State::Checked, "{:?}", import.stopped);
    let lines = lines(&app, &scope, &import).await;
    assert_eq!(verdicts(&lines), [Verdict::Error, Verdict::Error, Verdict::New], "{lines:?}");
    assert_eq!(said(&lines[0], "customer_number"), "#N/A is a formula that failed. Mend it, or empty the cell");
    assert_eq!(said(&lines[0], "city"), "#BEZUG! is a formula that failed. Mend it, or empty the cell");
    assert_eq!(said(&lines[1], "name"), "#WERT! is a formula that failed. Mend it, or empty the cell");
    assert_eq!(
        said(&lines[1], "billing_starts_on"),
        "03/25/2027 has the month first. Choose MM/DD/YYYY under “Change how the file is read”, or write 25/03/2027"
    );
    assert_eq!(lines.iter().map(|line| line.problems.len()).collect::<Vec<_>>(), [2, 2, 0]);
}

/// Days that could be either are asked about, unless a cell of any column of days says which comes first.
#[tokio::test]
async fn days_that_could_be_either_are_asked_about() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let text = |day: &str| HEAD.to_owned() + "Eins;eins.example;it@eins.example;;;" + day + "\n";
    for day in ["2027-02-05", "02/02/2027", "25/02/2027", "02/25/2027"] {
        assert_eq!(upload(&app, &scope, &text(day)).await.state, State::Checked, "{day}");
    }
    let other = "Vier;vier.example;it@vier.example;;;32/13/2027\n";
    let import = upload(&app, &scope, &(text("05/02/2027") + other)).await;
    assert_eq!((import.state, import.columns.dates), (State::Uploaded, None));
    let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
    page.assert_status(200).assert_contains("05/02/2027 could be two days");
    let look = imports::look(&app.app, &scope, &import, None).await.expect("readable");
    let columns = Columns { dates: Some(DateOrder::MonthFirst), ..import.columns.clone() };
    imports::set_columns(&app.app, &scope, import.id, &look, &columns).await.expect("said");
    let import = found(&app, &scope, import.id).await;
    assert_eq!(import.state, State::Checked);
    let lines = lines(&app, &scope, &import).await;
    assert_eq!(said(&lines[1], "billing_starts_on"), "32/13/2027 is not a date; use MM/DD/YYYY");
    // A template says how days are written in it.
    let ours = FIELDS.iter().map(|info| info.heading).collect::<Vec<_>>().join(";");
    let row: Vec<&str> = FIELDS
        .iter()
        .map(|info| match info.name {
            "name" => "Zwei",
            "domain" => "zwei.example",
            "notification_email" => "it@zwei.example",
            "billing_starts_on" => "05/02/2027",
            _ => "",
        })
        .collect();
    let import = upload(&app, &scope, &format!("{ours}\n{}\n", row.join(";"))).await;
    assert_eq!((import.state, import.found.of(Verdict::New)), (State::Checked, 1));
    // A partner's own days say so as well.
    crate::custom_fields::make(&app, &admin, &[("name", "Since"), ("kind", "date")]).await;
    let own = text("05/02/2027;25/03/2026").replace("date\n", "date;Since\n");
    let import = upload(&app, &scope, &own).await;
    assert_eq!((import.state, import.columns.dates), (State::Checked, Some(DateOrder::DayFirst)));
}

/// N2: a corrected cell is judged again, with what stands twice.
#[tokio::test]
async fn rows_are_corrected_in_place_and_judged_again() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let text = good(3) + "Kopie;kunde1.example;it@kopie.example;;;\n" + "Ohne;;it@ohne.example;;;\n";
    let import = upload(&app, &scope, &text).await;
    assert_eq!((import.found.of(Verdict::Twice), import.found.of(Verdict::Error)), (1, 1));
    let typed = BTreeMap::from([
        (5, BTreeMap::from([(1, "kopie.example".to_owned())])),
        (6, BTreeMap::from([(1, "ohne.example".to_owned()), (99, "nowhere".to_owned())])),
    ]);
    let done = app.app.write(&scope, async |db| imports::correct(db, &scope, import.id, &typed).await).await;
    done.expect("corrected");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.found.of(Verdict::New), import.total), (5, 5));
    assert_eq!(start(&app, &scope, import.id).await.done, 5);
    assert_eq!(customers(&app).await, 5);
}

/// Two people correct rows of one page: what the first has corrected is not undone by the second, whose page still has the
/// cells from before.
#[tokio::test]
async fn what_somebody_else_has_corrected_stays() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import =
        upload(&app, &scope, &(HEAD.to_owned() + "Eins;eins;it@eins.example;;;\nZwei;zwei;it@zwei.example;;;\n")).await;
    let path = format!("{}/imports/{}", admin.home, import.id);
    assert_eq!(import.found.of(Verdict::Error), 2);
    admin.post(&format!("{path}/rows"), &[("r2c1", "eins.example"), ("r3c1", "zwei")]).await.assert_status(303);
    admin.post(&format!("{path}/rows"), &[("r2c1", "eins"), ("r3c1", "zwei.example")]).await.assert_status(303);
    let page = admin.get(&path).await;
    page.assert_contains("No row has errors any more. Somebody else had corrected 1 row meanwhile");
    let lines = lines(&app, &scope, &found(&app, &scope, import.id).await).await;
    assert_eq!(verdicts(&lines), [Verdict::New, Verdict::New]);
    assert_eq!((lines[0].cells[1].as_str(), lines[1].cells[1].as_str()), ("eins.example", "zwei.example"));
}

/// Unknown headings ask what they mean; what was said is remembered for the next file of the partner.
#[tokio::test]
async fn what_columns_mean_is_asked_once() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let text = "Wer;Wo im Netz;Notification email;Gewicht\nEins;eins.example;it@eins.example;7\n";
    let import = upload(&app, &scope, text).await;
    assert_eq!(import.state, State::Uploaded);
    let missing = app.app.read(&scope, async |db| imports::missing(db, &scope, &import.columns).await).await;
    assert_eq!(missing.expect("fields"), [Field::Name, Field::Domain]);
    let look = imports::look(&app.app, &scope, &import, None).await.expect("readable");
    assert_eq!((look.headings[3].as_str(), look.samples[0].cells[1].as_str()), ("Gewicht", "eins.example"));
    let mut columns = import.columns.clone();
    columns.meanings[0] = imports::Meaning::Field(Field::Name);
    columns.meanings[1] = imports::Meaning::Field(Field::Domain);
    columns.country = Some("AT".to_owned());
    imports::set_columns(&app.app, &scope, import.id, &look, &columns).await.expect("said");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, import.found.of(Verdict::New)), (State::Checked, 1));
    start(&app, &scope, import.id).await;
    let country: String = sqlx::query_scalar("select country from organizations where name = 'Eins'")
        .fetch_one(&mut *database(&app).await)
        .await
        .expect("imported");
    assert_eq!(country, "AT");
    let again = upload(&app, &scope, "Wer;Wo im Netz;Notification email\nZwei;zwei.example;it@zwei.example\n").await;
    assert_eq!((again.state, again.found.of(Verdict::New)), (State::Checked, 1));
}

/// A likely duplicate is left out unless somebody says that it is another company (N3).
#[tokio::test]
async fn likely_duplicates_are_decided_about() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    app.create(&scope, new_with(&details(Customer, "Kunde 00000 GmbH"))).await;
    let import = upload(&app, &scope, &good(2)).await;
    assert_eq!((import.found.of(Verdict::Likely), import.choices.creates(&import.found)), (1, 1));
    choose(&app, &scope, import.id, &Choices { likely: Likely::Create, ..Choices::default() }).await;
    start(&app, &scope, import.id).await;
    assert_eq!(customers(&app).await, 3);
}

/// What cannot be read says what it is and what to do, and leaves nothing behind.
#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_in_words() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    for bytes in [&b""[..], b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"<html><body>no</body></html>", b"Name;Domain\n"] {
        let mut file = Incoming::new().expect("a place");
        file.write(bytes).expect("written");
        let refused = imports::upload(&app.app, &scope, Door::Web, "kunden.xlsx", file).await;
        let words = refused.expect_err("nothing to import").to_string();
        assert!(words.starts_with("refused: ") && words.len() > 30, "{words}");
    }
    let left: i64 = sqlx::query_scalar("select count(*) from imports")
        .fetch_one(&mut *database(&app).await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}
