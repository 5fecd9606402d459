//! Damaged and hostile files through the front door (QUALITY 44, T-49): each is refused in words or can be opened, and the
//! portal goes on. `script/test` damages more of them beside the readers, and `script/hostile` many more.

use std::{fs, path::Path};

use time::Duration;

use super::{
    good,
    mended::run,
    pages::{send, uploaded},
};
use crate::{
    portal::Form,
    support::{Page, TestApp, TestClient},
};

/// Numbers that look like chance and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// The files of real programs, by name.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/imports");
    let is_list = |name: &String| [".csv", ".txt", ".xml", ".xls", ".xlsx"].iter().any(|end| name.ends_with(end));
    let entries = fs::read_dir(&folder).expect("the corpus").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.filter_map(|name| name.into_string().ok()).filter(is_list).collect();
    names.sort();
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).expect("a file");
        (name, bytes)
    };
    names.into_iter().map(read).collect()
}

/// The beginning of a file, of several lengths in turn.
fn cut(bytes: &[u8], turn: usize) -> Vec<u8> {
    let whole = bytes.len();
    let lengths = [8, whole / 4, whole / 2, whole * 3 / 4, whole - 1];
    bytes[..lengths[turn % lengths.len()].min(whole)].to_vec()
}

/// The file with a few other bytes.
fn changed(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }
    bytes
}

/// Sends a file and goes on with it as its pages ask. Returns whether it could be opened; else it was refused in words.
async fn opens(admin: &TestClient, name: &str, bytes: &[u8]) -> bool {
    let answer = send(admin, name, bytes).await;
    if answer.status == 422 {
        let words = answer.text("#file-error").unwrap_or_default();
        assert!(words.len() > 30, "{name}: {words:?} helps nobody");
        return false;
    }
    assert_eq!(answer.status, 303, "{name}: {:?}", answer.text("main"));
    let import = answer.location();
    let page = admin.get(&import).await;
    assert_eq!(page.status, 200, "{name}: {:?}", page.text("main"));
    let columns = format!("{import}/columns");
    if page.has(&format!("form[action='{columns}']")) {
        // Somebody takes the columns as they were guessed, so that all of it is read.
        let form = Form::to(&page.body, &columns);
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let said = admin.post(&columns, &fields).await;
        assert!([303, 409, 422].contains(&said.status), "{name}: {} {:?}", said.status, said.text("main"));
        admin.get(&import).await.assert_status(200);
    }
    true
}

/// Whoever asks for the health of the portal hears that it is well.
async fn assert_healthy(app: &TestApp) {
    for probe in ["/healthz", "/readyz"] {
        app.client().get(probe).await.assert_status(200);
    }
}

/// Every file of the corpus, cut off and with other bytes in it.
#[tokio::test]
async fn damaged_files_are_refused_in_words_or_can_be_opened() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let (mut dice, mut opened, mut refused) = (Dice(7), 0, 0);
    for (turn, (name, bytes)) in fixtures().into_iter().enumerate() {
        for damaged in [cut(&bytes, turn), changed(&bytes, &mut dice)] {
            if opens(&admin, &name, &damaged).await {
                opened += 1;
            } else {
                refused += 1;
            }
            // At most twenty files wait.
            run(&app, "delete from imports").await;
        }
    }
    assert!(opened > 5 && refused > 5, "{opened} were opened and {refused} refused: that proves little");
    // Workers look after what requests have begun.
    app.clock.advance(Duration::minutes(2));
    app.run_jobs().await;
    assert_healthy(&app).await;
}

/// An archive with one part of no bytes, under this name.
fn archive(name: &str) -> Vec<u8> {
    let mut about: Vec<u8> = vec![20, 0];
    about.extend([0; 20]);
    about.extend(u16::try_from(name.len()).expect("a short name").to_le_bytes());
    about.extend([0, 0]);
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend(&about);
    bytes.extend(name.as_bytes());
    let at = bytes.len();
    bytes.extend(b"PK\x01\x02\x14\0");
    bytes.extend(&about);
    bytes.extend([0; 14]);
    bytes.extend(name.as_bytes());
    let length = bytes.len() - at;
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    for number in [length, at] {
        bytes.extend(u32::try_from(number).expect("a short archive").to_le_bytes());
    }
    bytes.extend([0, 0]);
    bytes
}

/// What is no list is told by its name, with what to do.
#[tokio::test]
async fn what_is_no_list_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let nul = good(2).replace("Kunde 00001", "Kunde\0 00001");
    let files: [(&str, &[u8], &str); 4] = [
        ("kunden.csv", b"", "The file is empty"),
        ("kunden.csv", nul.as_bytes(), "neither text nor a workbook"),
        ("kunden.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0", "The file is a picture"),
        ("kunden.xlsx", &archive("../../../../tmp/kunden.csv"), "The file is an archive"),
    ];
    for (name, bytes, words) in files {
        let page = send(&admin, name, bytes).await;
        page.assert_status(422);
        let said = page.text("#file-error").unwrap_or_default();
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(app.number("select count(*) from imports").await, 0);
    assert_healthy(&app).await;
}

/// No database keeps a NUL: not in a cell far behind the beginning, not in the name of a sheet or of a value in XML.
#[tokio::test]
async fn what_no_database_keeps_is_no_failure() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &(good(900) + "Weit\0 hinten;hinten.example;it@hinten.example;;;\n")).await;
    admin.get(&import).await.assert_status(200).assert_contains("Create 901 organizations");
    assert_eq!(app.number("select count(*) from import_rows where cells ->> 0 = 'Weit hinten'").await, 1);

    let workbook = fixtures().into_iter().find(|(name, _)| name == "customers.xls");
    let mut workbook = workbook.expect("a workbook").1;
    let sheet = workbook.windows(9).position(|window| window == b"Customers").expect("the name of a sheet");
    workbook[sheet + 4] = 0;
    let xml = "\u{feff}<list><one><field name=\"na\0me\">A</field><domain>a.example</domain></one></list>";
    let xml: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [("kunden.xls", workbook), ("kunden.xml", xml)] {
        opens(&admin, name, &bytes).await;
    }
}

/// The name of a file as programs quote it in the head of the upload.
fn quoted(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The name stands in the page as it is, and is nothing but text.
#[track_caller]
fn assert_named(page: &Page, place: &str, name: &str) {
    page.assert_status(200);
    assert_eq!(page.text(place).as_deref(), Some(name));
    assert!(!page.has("img[src=x]") && !page.body.contains("<img src=x"), "{name} became a part of the page");
}

/// A name is shown, without its folders and at most 200 letters of it, and never obeyed.
#[tokio::test]
async fn the_name_of_a_file_is_only_shown() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let (long, markup) = ("ü".repeat(300), "\"><img src=x onerror=alert(1)>' &amp; \"b\".csv");
    let names = [
        ("../../../etc/passwd.csv", "passwd.csv"),
        ("C:\\fakepath\\..\\kunden.csv", "kunden.csv"),
        ("kunden/", "file"),
        (long.as_str(), long.get(..400).expect("letters of two bytes")),
        (markup, markup),
    ];
    let text = good(1) + "Falsch;;it@falsch.example;;;\n";
    for (name, shown) in names {
        let answer = send(&admin, &quoted(name), text.as_bytes()).await;
        answer.assert_redirect(&format!("{}/imports/", admin.home));
        let page = admin.get(&answer.location()).await;
        assert_named(&page, "header.head bdi", shown);
        assert!(page.text("title").is_some_and(|title| title.contains(shown)), "{:?}", page.text("title"));
        assert_named(&admin.get(&format!("{}/imports", admin.home)).await, "td.org a", shown);
        let errors = admin.get(&format!("{}/errors", answer.location())).await;
        errors.assert_status(200).assert_contains("Falsch");
        let disposition = errors.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
    }
}

/// Browsers write a quotation mark and line ends in letters of their own, and some programs write no UTF-8.
#[tokio::test]
async fn a_name_is_shown_as_the_person_sees_it() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let names: [(&[u8], &str); 4] = [
        (b"%22Kunden%22 100%25.csv", "\"Kunden\" 100%25.csv"),
        (b"Kunden%0D%0A2027.csv", "Kunden2027.csv"),
        ("Łódź.csv".as_bytes(), "Łódź.csv"),
        (b"M\xfcller.csv", "M\u{fffd}ller.csv"),
    ];
    for (name, shown) in names {
        let answer = send(&admin, name, good(1).as_bytes()).await;
        answer.assert_redirect(&format!("{}/imports/", admin.home));
        assert_named(&admin.get(&answer.location()).await, "header.head bdi", shown);
    }
}
