//! The pages of the imports, as a person without scripts uses them (S208-S215, N1, N2, N5).

use reqwest::Method;
use tenantry::{organizations::DetailsForm, types::AccountKind::Customer};

use super::{customers, good};
use crate::{
    portal::Form,
    support::{
        Page, TestApp, TestClient,
        data::{details, new_with},
    },
};

/// Sends a file as a browser's form does.
pub(super) async fn send(client: &TestClient, name: impl AsRef<[u8]>, bytes: &[u8]) -> Page {
    let mut body = Vec::new();
    let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(name.as_ref());
    body.extend_from_slice(b"\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = client.request(Method::POST, &format!("{}/imports", client.home));
    client.send(request.header("content-type", "multipart/form-data; boundary=edge").body(body)).await
}

/// Sends a file that can be read and gives the address of its import.
pub(super) async fn uploaded(client: &TestClient, text: &str) -> String {
    let page = send(client, "kunden.csv", text.as_bytes()).await;
    page.assert_redirect(&format!("{}/imports/", client.home));
    page.location()
}

/// Begins with the choices the page shows and the groups given.
pub(super) async fn start(client: &TestClient, import: &str, choices: &[(&str, &str)]) -> Page {
    let page = client.get(&format!("{import}?only=all")).await;
    let counted = page.field_value("counted").expect("the page says what it comes to");
    let mut form: Vec<(&str, &str)> = choices.to_vec();
    form.push(("counted", &counted));
    client.post(&format!("{import}/start"), &form).await
}

/// Fills in a form of a page, and sends it as it is.
async fn say(client: &TestClient, page: &Page, path: &str, typed: &[(&str, &str)]) -> Page {
    let form = Form::to(&page.body, path).fill(typed);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &fields).await
}

fn figures(page: &Page) -> Vec<(String, String)> {
    page.texts("nav.stats .st").into_iter().zip(page.texts("nav.stats b")).collect()
}

pub(super) fn figure(page: &Page, word: &str) -> Option<String> {
    figures(page).into_iter().find(|(known, _)| known == word).map(|(_, count)| count)
}

#[tokio::test]
async fn a_file_is_read_corrected_imported_and_undone() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let imports = format!("{}/imports", admin.home);
    let first = admin.get(&imports).await;
    first.assert_status(200).assert_contains("up to 200 MB and 1,000,000 rows").assert_contains("No imports yet");
    for kind in ["csv", "xml", "xlsx"] {
        assert!(first.has(&format!("a[href='{imports}/template.{kind}']")), "S209: {kind}");
    }
    let text =
        good(8) + "Falsch;falsch.example;it@falsch.example;K-90001;Bonn;31/02/2027\n;leer.example;nobody;K-90002;;\n";
    let import = uploaded(&admin, &text).await;
    let page = admin.get(&import).await;
    page.assert_status(200).assert_contains("Check before anything is written");
    assert_eq!(figures(&page), [("New".into(), "8".into()), ("Error".into(), "2".into())]);
    assert_eq!(customers(&app).await, 0, "S211: reading creates nothing");
    // Only the rows with errors are shown, each with its message at the cell, row and column named.
    assert_eq!(page.texts("tbody th"), ["10", "11"]);
    assert!(
        page.has("#r10c5[aria-invalid=true][aria-describedby=r10c5-error][aria-label='Billing start date, row 10']")
    );
    assert!(page.text("#r10c5-error").is_some_and(|words| words.contains("Error in row 10: Billing start date:")));
    assert!(!page.has("#r10c0[aria-invalid]"));

    let rows = format!("{import}/rows");
    let fix = [("only", "error"), ("after", "0"), ("r10c5", "28/02/2027"), ("r11c0", "Leer"), ("r11c2", "still wrong")];
    let answer = admin.post(&rows, &fix).await;
    answer.assert_redirect(&format!("{import}?only=error"));
    let page = admin.get(&answer.location()).await;
    page.assert_contains("1 row corrected, 1 left").assert_field_value("r11c0", "Leer");
    page.assert_field_value("r11c2", "still wrong");
    let answer = admin.post(&rows, &[("only", "error"), ("r11c2", "it@leer.example")]).await;
    let page = admin.get(&answer.location()).await;
    page.assert_contains("No row has errors any more");
    assert_eq!(figure(&page, "New").as_deref(), Some("10"));
    assert_eq!(page.text("[data-plan] button").as_deref(), Some("Create 10 organizations"), "S213");
    assert_eq!(customers(&app).await, 0);

    start(&admin, &import, &[]).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_status(200).assert_contains("10 created");
    assert_eq!(customers(&app).await, 10);
    let target = page.attribute("tbody td a", "href").expect("S215: a link to the organization");
    admin.get(&target).await.assert_status(200).assert_contains("Kunde 00000 GmbH");
    // Begun a second time, nothing happens.
    admin.post(&format!("{import}/start"), &[]).await.assert_status(409);
    assert_eq!(customers(&app).await, 10);
    let list = admin.get(&imports).await;
    assert_eq!(list.texts("tbody td a").first().map(String::as_str), Some("kunden.csv"));
    assert_eq!(list.texts("tbody td").into_iter().skip(1).take(4).collect::<Vec<_>>(), ["Done", "10", "0", "0"]);
    assert_eq!(list.text("tbody .phone").as_deref(), Some("10 created"), "in a narrow window");

    admin.get(&format!("{import}/undo")).await.assert_status(200).assert_contains("10 organizations it created");
    admin.post(&format!("{import}/undo"), &[]).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("10 undone").assert_contains("Undone by");
    assert_eq!(customers(&app).await, 0);
    admin.get(&format!("{import}/undo")).await.assert_status(409);
    // The history does not say that ten were created as if they were there.
    let list = admin.get(&imports).await;
    assert_eq!(list.text("tbody td br + .small").as_deref(), Some("Numbers from before it was undone"));
}

#[tokio::test]
async fn what_undoing_kept_is_listed() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &good(60)).await;
    start(&admin, &import, &[]).await.assert_redirect(&import);
    let page = admin.get(&format!("{import}?after=51")).await;
    let target = page.attribute("tbody tr:last-child td a", "href").expect("an organization");
    let settings = format!("{target}/settings");
    say(&admin, &admin.get(&settings).await, &settings, &[("city", "Bonn")]).await.assert_status(303);
    admin.post(&format!("{import}/undo"), &[]).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("59 undone, 1 kept, because changed since");
    let kept = admin.get(&format!("{import}?only=kept")).await;
    assert_eq!(kept.texts("tbody th"), ["61"], "the one that was edited, by its row");
    kept.assert_contains("It was changed since");
}

#[tokio::test]
async fn choices_say_what_they_come_to_before_anything_begins() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let form = DetailsForm { customer_number: "K-00001".into(), ..details(Customer, "Kunde 00001 GmbH") };
    app.create(&scope, new_with(&form)).await;
    let import = uploaded(&admin, &(good(3) + "Schlecht;schlecht;x;;;\n")).await;
    let page = admin.get(&import).await;
    page.assert_contains("rows with errors are not imported").assert_contains("Corrections count only");
    let page = admin.get(&format!("{import}?only=match")).await;
    assert_eq!(figure(&page, "Exists").as_deref(), Some("1"));
    // What an update would change stands in words, before and after.
    assert!(
        page.text(".why").is_some_and(|words| words.contains("Primary domain: Before: nothing")),
        "{:?}",
        page.text(".why")
    );
    page.assert_contains("kunde1.example");
    let stale = [("existing", "update"), ("counted", "2 0")];
    let answer = admin.post(&format!("{import}/start"), &stale).await;
    let page = admin.get(&answer.location()).await;
    page.assert_contains("Look at it, then begin").assert_field_value("existing", "update");
    assert_eq!(page.text("[data-plan] button").as_deref(), Some("Import 3 organizations"));
    assert_eq!(customers(&app).await, 1, "nothing is begun that was not said");

    let whole = [("existing", "update"), ("whole", "true"), ("tell", "true")];
    admin.post(&format!("{import}/choices"), &whole).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("2 mails are sent").assert_contains("you chose all or nothing");
    page.assert_contains("nothing is imported while a row has errors");
    assert!(!page.has("[data-plan] button"));
    start(&admin, &import, &[("existing", "update"), ("tell", "true")]).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("2 created, 1 updated, 1 failed");
    let mails = app.mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.to_address.starts_with("it@kunde")).count(), 2, "N5: as was said");
    // The failed row: as a file with the user's own columns, and as an import of its own.
    let file = admin.get(&format!("{import}/errors")).await;
    file.assert_status(200).assert_contains("Schlecht");
    assert!(file.header("content-disposition").contains("kunden-errors.csv"));
    let text = file.body.trim_start_matches('\u{feff}');
    assert!(text.starts_with("Row;What is wrong;Name;"), "{text}");
    assert!(file.body.contains("Primary domain: "), "{}", file.body);
    let again = admin.post(&format!("{import}/retry"), &[]).await;
    again.assert_redirect(&format!("{}/imports/", admin.home));
    let page = admin.get(&again.location()).await;
    page.assert_field_value("r5c0", "Schlecht").assert_field_value("r5c1", "schlecht");
    // The same file once more: the page leads to the first import.
    let twice = uploaded(&admin, &(good(3) + "Schlecht;schlecht;x;;;\n")).await;
    let page = admin.get(&twice).await;
    page.assert_contains("The same file was imported before");
    assert!(page.has(&format!(".note a[href='{import}']")));
}

#[tokio::test]
async fn work_in_the_background_is_followed() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &good(300)).await;
    start(&admin, &import, &[]).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("Importing kunden.csv")
        .assert_contains("0 of 300 rows")
        .assert_contains("http-equiv=\"refresh\"");
    assert!(page.has(&format!("[data-stream='{import}/stream']")));
    // What changes every second is not what is read out.
    assert!(page.has("[data-told][role=status]") && !page.has("[data-stream] [role=status]"));
    admin.get(&format!("{import}/progress")).await.assert_status(200).assert_contains("0 of 300 rows");
    let mut stream = admin.request(Method::GET, &format!("{import}/stream")).send().await.expect("a stream");
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let piece = stream.chunk().await.expect("an answer").expect("an event");
    let event = String::from_utf8(piece.to_vec()).expect("text");
    assert!(
        event.starts_with("retry: 1000\nevent: progress\ndata: <div") && event.contains("0 of 300 rows"),
        "{event}"
    );
    app.run_jobs().await;
    let mut rest = String::new();
    while let Some(piece) = stream.chunk().await.expect("an answer") {
        rest.push_str(&String::from_utf8_lossy(&piece));
    }
    assert!(rest.ends_with("event: end\ndata: \n\n"), "{rest}");
    admin.get(&import).await.assert_contains("300 created");
    // Cancelled before it began to work, nothing of it is there.
    let other = uploaded(&admin, &good(900).replace("unde", "inde")).await;
    start(&admin, &other, &[]).await.assert_redirect(&other);
    admin.post(&format!("{other}/cancel"), &[]).await.assert_redirect(&other);
    admin.get(&other).await.assert_contains("Cancelled").assert_contains("900 not reached");
    app.run_jobs().await;
    assert_eq!(customers(&app).await, 300);
    admin.post(&format!("{other}/cancel"), &[]).await.assert_status(409);
}

/// Reading a file otherwise keeps what was said of its columns, and what nobody has seen so is not checked.
#[tokio::test]
async fn a_file_is_read_again_with_what_was_said() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let text = "Firma;Domäne;E-Mail;Gewicht\nBäcker;b.example;it@b.example;7\nZoo;z.example;it@z.example;8\n";
    let import = uploaded(&admin, text).await;
    let columns = format!("{import}/columns");
    let page = admin.get(&import).await;
    assert!(page.has("#forget form[action$='/discard'] .btn-danger") && !page.has("main header form"));
    let said = [("c3", "customer_number"), ("country", "AT"), ("encoding", "windows-1252"), ("again", "1")];
    let page = say(&admin, &page, &columns, &said).await;
    page.assert_status(200).assert_contains("BÃ¤cker").assert_field_value("c1", "domain");
    page.assert_field_value("c3", "customer_number").assert_field_value("country", "AT");
    for wrong in ["abc", "0"] {
        let page = say(&admin, &page, &columns, &[("header_row", wrong), ("c1", "")]).await;
        page.assert_status(422).assert_field_value("header_row", wrong).assert_field_value("c1", "");
        page.assert_field_error("header_row", "Give the number of a row, such as 2, or leave it empty");
    }
    // The first row of the list as headings: other columns, as many as before.
    let other = say(&admin, &page, &columns, &[("header_row", "2"), ("again", "1")]).await;
    other.assert_status(200).assert_field_value("c3", "").assert_field_value("country", "AT");
    // "Check rows" with another reading shows it first.
    let page = say(&admin, &page, &columns, &[("encoding", "utf-8")]).await;
    page.assert_status(200).assert_contains("The file is read otherwise now").assert_contains("Bäcker");
    page.assert_field_value("c3", "customer_number");
    assert_eq!(app.number("select count(*) from imports where state = 'uploaded'").await, 1);
    say(&admin, &page, &columns, &[]).await.assert_redirect(&import);
    assert_eq!(figure(&admin.get(&import).await, "New").as_deref(), Some("2"));
}

/// An update is nothing to choose for rows that only repeat an earlier one; and what stops an import says so.
#[tokio::test]
async fn what_is_asked_about_rows_concerns_them() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let text = good(2) + "Zweimal;kunde1.example;it@zweimal.example;;;\n";
    let import = uploaded(&admin, &text).await;
    let page = admin.get(&import).await;
    assert_eq!(page.text("#existing-legend").as_deref(), Some("Rows that repeat an earlier row"));
    assert_eq!(page.attributes("input[name=existing]", "value"), ["skip", "stop"]);
    let behind = admin.get(&format!("{import}?only=twice&after=90")).await;
    behind.assert_contains("No more rows behind these");
    assert!(behind.has(&format!("a[href='{import}?only=twice#rows']")));
    start(&admin, &import, &[]).await.assert_redirect(&import);
    let twice = uploaded(&admin, &text).await;
    admin.post(&format!("{twice}/choices"), &[("existing", "stop")]).await.assert_redirect(&twice);
    let page = admin.get(&twice).await;
    page.assert_contains("empty cells change nothing. Rows that repeat an earlier row are left out");
    for verdict in ["same", "twice"] {
        let stat = page.text(&format!("a.stat[href*='only={verdict}']"));
        assert!(stat.as_ref().is_some_and(|words| words.ends_with("stop the import")), "{verdict}: {stat:?}");
    }
}
