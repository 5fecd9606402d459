//! Files that come in: what no database keeps, how many may wait, and how much of a large one is fetched to show its columns.

use tenantry::{
    error::Error,
    imports::{self, Door, Import, Incoming, State},
    scope::Scope,
};

use super::{good, mended::run, pages::uploaded, upload};
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
