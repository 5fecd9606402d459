//! Files that come in: what no database keeps, how many may wait, and how much of a large one is fetched to show its columns.

use std::{collections::BTreeMap, sync::Arc};

use tenantry::{
    app::App,
    config::Settings,
    error::Error,
    imports::{self, Columns, Door, Import, Incoming, State, Work},
    scope::Scope,
};

use super::{found, good, mended::run, pages::uploaded, upload};
use crate::support::TestApp;

/// A NUL that somebody sends is left out as one in a file is; it is no failure of the portal.
#[tokio::test]
async fn characters_no_database_keeps_are_left_out() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &(good(1) + "Bad;;it@bad.example;;;\n")).await;
    let cells = [("only", "error"), ("r3c1", "b\0ad.example"), ("r3c0", "\0")];
    admin.post(&format!("{import}/rows"), &cells).await.assert_status(303);
    let kept = "select count(*) from import_rows where cells ->> 1 = 'bad.example' and cells ->> 0 = ''";
    assert_eq!(app.number(kept).await, 1);
    let said = [
        ("c0", "name"),
        ("c1", "domain"),
        ("c2", "notification_email"),
        ("country", "\0"),
        ("sheet", "\0"),
        ("delimiter", "semicolon"),
        ("dates", "\0"),
    ];
    admin.post(&format!("{import}/columns"), &said).await.assert_redirect(&import);
    admin.get(&import).await.assert_status(200).assert_contains("step 3 of 3");
    assert_eq!(app.number("select count(*) from imports where columns -> 'country' = 'null'").await, 1);
    let unknown = [("c0", "name"), ("c1", "domain"), ("c2", "notification_email"), ("country", "Atlantis")];
    admin.post(&format!("{import}/columns"), &unknown).await.assert_redirect(&import);
    assert_eq!(app.number("select count(*) from imports where columns -> 'country' = 'null'").await, 1);
}

/// A partner's files that wait are counted, and the message says which one waits the longest.
#[tokio::test]
async fn twenty_files_wait_at_most() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let take = async |name: &str| {
        let mut file = Incoming::new().expect("a place");
        file.write(b"Wer;Wo\nEins;eins.example\n").expect("written");
        imports::upload(&app.app, &scope, Door::Web, name, file).await
    };
    let first = take("erste.csv").await.expect("taken in");
    for number in 1..20 {
        take(&format!("datei{number}.csv")).await.expect("taken in");
    }
    let refused = take("zuviel.csv").await;
    assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("erste.csv waits the longest")), "{refused:?}");
    assert_eq!(app.number("select count(*) from imports").await, 20);
    app.app.write(&scope, async |db| imports::discard(db, &scope, first).await).await.expect("forgotten");
    take("zuviel.csv").await.expect("room again");
}

/// A small file may hold many rows: the request judges some, and a worker goes on behind them.
#[tokio::test]
async fn a_request_judges_some_rows_and_a_worker_the_rest() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let head = "Name;Primary domain;Notification email\n".to_owned();
    let text = (0..5_600).fold(head, |text, n| text + format!("K{n};k{n}.example;i@k.example\n").as_str());
    assert!(text.len() < 256 * 1024, "{}", text.len());
    let mut file = Incoming::new().expect("a place");
    file.write(text.as_bytes()).expect("written");
    let id = imports::upload(&app.app, &scope, Door::Web, "kunden.csv", file).await.expect("taken in");
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.done), (State::Checking, 5_000));
    app.run_jobs().await;
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.done, import.total), (State::Checked, 5_600, 5_600));
    assert_eq!(app.number("select count(*) from import_rows where verdict = 'new'").await, 5_600);
    // The same where the rows stand in the database already.
    let look = imports::look(&app.app, &scope, &import, None).await.expect("readable");
    let columns = Columns { country: Some("AT".to_owned()), ..import.columns.clone() };
    imports::set_columns(&app.app, &scope, id, &look, &columns).await.expect("said");
    let import = found(&app, &scope, id).await;
    assert!(import.state == State::Checked || import.done >= 5_000, "{:?}, {} rows", import.state, import.done);
    app.run_jobs().await;
    let import = found(&app, &scope, id).await;
    assert_eq!((import.state, import.total), (State::Checked, 5_600));
}

/// Long rows are judged fewer at once, and none grows beyond what one of a file can hold.
#[tokio::test]
async fn long_rows_are_judged_a_few_at_a_time() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let head = "Name;Primary domain;Notification email;Note A;Note B;Note C;Note D;Note E\n".to_owned();
    let notes = format!(";{}", "y".repeat(9_000)).repeat(5);
    let text = (0..150).fold(head, |text, n| text + format!("K{n};k{n}.example;i@k.example{notes}\n").as_str());
    let import = upload(&app, &scope, &text).await;
    assert_eq!(import.state, State::Uploaded, "{:?}", import.stopped);
    let look = imports::look(&app.app, &scope, &import, None).await.expect("readable");
    imports::set_columns(&app.app, &scope, import.id, &look, &import.columns).await.expect("said");
    imports::work(&app.app, Work { import_id: import.id }).await.expect("checked");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, import.done, import.total), (State::Checked, 150, 150));
    let typed = BTreeMap::from([(2, (3..8).map(|column| (column, "é".repeat(9_000))).collect())]);
    let done = app.app.write(&scope, async |db| imports::correct(db, &scope, import.id, &typed).await).await;
    let refused = matches!(&done, Err(Error::Refused(why)) if why.starts_with("Row 2 holds more than 64 KB of text"));
    assert!(refused, "{done:?}");
}

/// More than four megabytes, of which nobody has said yet what the columns are.
async fn large(app: &TestApp, scope: &Scope, head: &str, row: impl Fn(usize, &str) -> String, foot: &str) -> Import {
    let note = "x".repeat(1_000);
    let text = (0..5_000).fold(head.to_owned(), |text, number| text + row(number, &note).as_str()) + foot;
    let import = upload(app, scope, &text).await;
    assert_eq!(import.state, State::Uploaded, "{:?}", import.stopped);
    import
}

/// The page of the columns of a large text fetches its first parts and no others.
#[tokio::test]
async fn the_columns_of_a_large_text_need_its_beginning_alone() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let csv = large(&app, &scope, "Wer;Was\n", |number, note| format!("Kunde {number};{note}\n"), "").await;
    let xml = |number: usize, note: &str| format!("<kunde><wer>Kunde {number}</wer><was>{note}</was></kunde>\n");
    let xml = large(&app, &scope, "<?xml version=\"1.0\"?>\n<kunden>\n", xml, "</kunden>\n").await;
    let before = imports::look(&app.app, &scope, &xml, None).await.expect("readable");
    run(&app, "delete from import_files where part >= 4").await;
    for import in [&csv, &xml] {
        let look = imports::look(&app.app, &scope, import, None).await.expect("readable");
        assert_eq!((&look.headings, &look.how), (&import.headings, &import.how));
        assert_eq!((look.samples.len(), look.samples[0].cells[0].as_str()), (20, "Kunde 0"));
    }
    assert_eq!(imports::look(&app.app, &scope, &xml, None).await.expect("readable"), before);
    // What has to be found out needs all of it, and says that it is not whole any more.
    let anew = imports::read::How::of(imports::read::FileKind::Xml);
    assert!(matches!(imports::look(&app.app, &scope, &xml, Some(anew)).await, Err(Error::Refused(_))));
}

/// What one process took in, another one goes on with that would take in less: the command may be told of another limit than
/// the portal beside it.
#[tokio::test]
async fn a_worker_reads_what_was_taken_in() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let mut file = Incoming::new().expect("a place");
    file.write(good(16_000).as_bytes()).expect("written");
    let id = imports::upload(&app.app, &scope, Door::Web, "kunden.csv", file).await.expect("taken in");
    let less = Settings { import_megabytes: 1, ..(*app.app.settings).clone() };
    let worker = App { settings: Arc::new(less), ..app.app.clone() };
    imports::work(&worker, Work { import_id: id }).await.expect("checked");
    let import = found(&app, &scope, id).await;
    assert!(import.bytes > 1 << 20, "{}", import.bytes);
    assert_eq!((import.state, import.total), (State::Checked, 16_000));
}
