//! What comes in at the page of the imports, and from whom: files that are refused, columns that are guessed, the template
//! (S208-S212, S263).

use reqwest::Method;
use tenantry::{roles::Role, types::AccountKind::Partner};

use super::{
    good,
    pages::{figure, send, start, uploaded},
};
use crate::support::{TestApp, data::new_organization};

#[tokio::test]
async fn what_cannot_be_read_is_refused_beside_the_field() {
    let app = TestApp::start_with(|settings| settings.import_megabytes = 1).await;
    let (admin, _) = app.operator().await;
    let imports = format!("{}/imports", admin.home);
    admin.post(&imports, &[]).await.assert_status(422).assert_field_error("file", "Choose a file");
    send(&admin, "", b"").await.assert_status(422).assert_field_error("file", "Choose a file");
    let empty = "The file is empty. Save it once more in the program it comes from";
    send(&admin, "leer.csv", b"").await.assert_status(422).assert_field_error("file", empty);
    let large = vec![b'a'; (1 << 20) + 1];
    let page = send(&admin, "gross.csv", &large).await;
    page.assert_status(422).assert_field_error("file", "The file has more than 1 MB. Divide it into several files");
    // Ten times the limit is not even read to its end.
    let request = admin.request(Method::POST, &imports).header("content-type", "multipart/form-data; boundary=edge");
    let mut body = b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n".to_vec();
    body.resize(10 << 20, b'a');
    if let Ok(answer) = request.body(body).send().await {
        assert_eq!(answer.status().as_u16(), 422);
    }
    let picture = send(&admin, "kunden.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await;
    picture.assert_status(422);
    assert!(picture.has("#file[aria-invalid=true]") && picture.has("#file-error"));
    // An upload that breaks off.
    let request = admin.request(Method::POST, &imports).header("content-type", "multipart/form-data; boundary=edge");
    let broken = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nName";
    admin.send(request.body(broken)).await.assert_status(400);
    assert_eq!(app.number("select count(*) from imports").await, 0);
}

#[tokio::test]
async fn columns_are_guessed_shown_and_changed() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let text =
        "Firma;Domäne;E-Mail;Gewicht\nBäcker;baecker.example;it@baecker.example;7\nZoo;zoo.example;it@zoo.example;\n";
    let import = uploaded(&admin, text).await;
    let page = admin.get(&import).await;
    page.assert_status(200).assert_contains("step 2 of 3").assert_field_value("c0", "name");
    page.assert_field_value("c1", "domain").assert_field_value("c2", "notification_email").assert_field_value("c3", "");
    page.assert_contains("Left out: <bdi>Gewicht</bdi>").assert_field_value("delimiter", "semicolon");
    assert_eq!(
        page.texts("tbody td bdi"),
        ["Bäcker", "Zoo", "baecker.example", "zoo.example", "it@baecker.example", "it@zoo.example", "7"]
    );
    // Another encoding is tried, and nothing is lost by one that cannot be.
    let columns = format!("{import}/columns");
    let western = [("again", "1"), ("encoding", "windows-1252"), ("delimiter", "semicolon")];
    let other = admin.post(&columns, &western).await;
    other.assert_status(200).assert_contains("BÃ¤cker").assert_field_value("encoding", "windows-1252");
    let gone = admin.post(&columns, &[("again", "1"), ("header_row", "4000")]).await;
    gone.assert_status(422).assert_contains("The file cannot be read this way").assert_field_value("c0", "name");

    let twice = [("c0", "name"), ("c1", "name"), ("encoding", "utf-8"), ("delimiter", "semicolon")];
    let page = admin.post(&columns, &twice).await;
    page.assert_status(422).assert_field_error("c1", "Name stands above two columns. Leave one of them out");
    let said =
        [("c0", "name"), ("c1", "domain"), ("c2", "notification_email"), ("c3", "customer_number"), ("country", "AT")];
    admin.post(&columns, &said).await.assert_redirect(&import);
    let page = admin.get(&import).await;
    page.assert_contains("step 3 of 3").assert_contains("cells separated by semicolons");
    start(&admin, &import, &[]).await.assert_redirect(&import);
    assert_eq!(
        app.number("select count(*) from organizations where country = 'AT' and customer_number = '7'").await,
        1
    );
    // What was said about a heading is remembered: nothing is asked any more.
    let again = uploaded(&admin, &text.replace("baecker", "becker").replace("zoo.", "zuu.")).await;
    admin.get(&again).await.assert_contains("step 3 of 3");
    admin.post(&format!("{again}/discard"), &[]).await.assert_redirect(&format!("{}/imports", admin.home));
    admin.get(&again).await.assert_status(404);
}

/// Text of Central Europe that is no UTF-8 is shown before anything is read out of it; that of Western Europe is plain.
#[tokio::test]
async fn letters_that_seem_wrong_are_shown_first() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let head = "Name;Primary domain;Notification email;City\n";
    let german = format!("{head}Müller;mueller.example;it@mueller.example;Köln\n");
    let page = send(&admin, "kunden.csv", &encoding_rs::WINDOWS_1252.encode(&german).0).await;
    admin.get(&page.location()).await.assert_contains("step 3 of 3").assert_contains("Windows-1252");
    let polish = format!("{head}Bank;bank.example;it@bank.example;Łódź\n");
    let page = send(&admin, "kunden.csv", &encoding_rs::WINDOWS_1250.encode(&polish).0).await;
    let import = page.location();
    let page = admin.get(&import).await;
    page.assert_contains("step 2 of 3").assert_contains("£ódŸ").assert_field_value("encoding", "windows-1252");
    let said = [("c0", "name"), ("c1", "domain"), ("c2", "notification_email"), ("c3", "city")];
    let how = [("encoding", "windows-1250"), ("delimiter", "semicolon")];
    admin.post(&format!("{import}/columns"), &[&said[..], &how[..]].concat()).await.assert_redirect(&import);
    admin.get(&format!("{import}?only=all")).await.assert_contains("step 3 of 3").assert_contains("Łódź");
}

/// A heading of any length can be said something about.
#[tokio::test]
async fn a_heading_without_end_is_remembered_by_its_beginning() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let long: String = (1..900_u64).map(|n| format!("{:x}", n * n * 7_919_777)).collect();
    assert!(long.len() > 5_000, "{}", long.len());
    let text = format!("Name;Primary domain;Notification email;{long}\nZoo;zoo.example;it@zoo.example;Ulm\n");
    let import = uploaded(&admin, &text).await;
    let said = [("c0", "name"), ("c1", "domain"), ("c2", "notification_email"), ("c3", "city")];
    let how = [("encoding", "utf-8"), ("delimiter", "semicolon")];
    admin.post(&format!("{import}/columns"), &[&said[..], &how[..]].concat()).await.assert_redirect(&import);
    let again = uploaded(&admin, &text.replace("zoo", "zuu")).await;
    admin.get(&again).await.assert_contains("step 3 of 3").assert_contains("Ulm");
}

/// D10: the day of a cell is spelt out; and a cell of two lines comes back from a browser as it was shown.
#[tokio::test]
async fn days_are_spelt_out_and_lines_are_joined() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let text = "Name;Primary domain;Notification email;Street;Billing start date\n\
                Zoo;zoo.example;it@zoo.example;\"Storgatan 1\r\nHus B\";25/03/2027\n\
                Bad;;it@bad.example;\"Storgatan 1\r\nHus B\";25/03/2027\n";
    let import = uploaded(&admin, text).await;
    let page = admin.get(&format!("{import}?only=all")).await;
    page.assert_status(200).assert_contains("25/03/2027</bdi>").assert_contains("25 Mar 2027");
    assert_eq!(page.body.matches("25 Mar 2027").count(), 1, "a row that is corrected shows what is typed");
    page.assert_field_value("r3c3", "Storgatan 1 Hus B");
}

#[tokio::test]
async fn the_template_holds_the_partners_own_columns_and_is_read_back() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let template = admin.get(&format!("{}/imports/template.csv", admin.home)).await;
    template.assert_status(200).assert_contains("Name (mandatory)");
    assert!(template.header("content-disposition").contains("organizations-template.csv"));
    let row = "Zoo;zoo.example;;it@zoo.example;;;;;;;;;;;;;".replace(';', ",");
    let filled = format!("{}{row}\r\n", template.body);
    let import = uploaded(&admin, &filled).await;
    let page = admin.get(&import).await;
    page.assert_contains("step 3 of 3");
    assert_eq!(figure(&page, "New").as_deref(), Some("1"), "the example is passed over");
    assert!(page.texts("thead th").iter().any(|heading| heading == "Approval limit a year (EUR)"));
    // What the partner asks for itself says how it is written, and a limit what it is in.
    crate::custom_fields::make(&app, &admin, &[("name", "Since"), ("kind", "date"), ("hint", "Ask sales.")]).await;
    let xml = admin.get(&format!("{}/imports/template.xml", admin.home)).await;
    xml.assert_contains("Approval process limit. In EUR. Only what costs more waits");
    xml.assert_contains("Since. Ask sales. A date, DD/MM/YYYY");
    for wrong in ["xls", "exe", ""] {
        admin.get(&format!("{}/imports/template.{wrong}", admin.home)).await.assert_status(404);
    }
}

#[tokio::test]
async fn only_whoever_may_create_imports_and_nobody_sees_the_imports_of_others() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = uploaded(&admin, &good(2)).await;
    let auditor = app.member(&TestApp::own(&scope), Role::Auditor, "auditor@nordlicht.example").await;
    let page = auditor.get(&format!("{}/imports", auditor.home)).await;
    page.assert_status(200).assert_contains("kunden.csv");
    assert!(!page.has("input[type=file]"));
    let page = auditor.get(&import).await;
    page.assert_status(200);
    assert!(!page.has("main form") && !page.has("main input"), "an auditor reads");
    send(&auditor, "kunden.csv", b"Name\nA\n").await.assert_status(403);
    for act in ["rows", "choices", "start", "cancel", "discard", "retry", "undo", "columns"] {
        auditor.post(&format!("{import}/{act}"), &[]).await.assert_status(403);
    }
    // Another partner: the import is not there, whatever the address says.
    let partner = app.create(&scope, new_organization(Partner, "Sørensen IT")).await;
    let other = app.member(&partner, Role::ResellerAdmin, "mads@soerensen.example").await;
    let id = import.rsplit('/').next().expect("an id");
    other.get(&import).await.assert_status(404);
    for path in ["", "/progress", "/stream", "/errors", "/undo"] {
        other.get(&format!("{}/imports/{id}{path}", other.home)).await.assert_status(404);
    }
    for act in ["rows", "choices", "start", "cancel", "discard", "retry", "undo", "columns"] {
        other.post(&format!("{}/imports/{id}/{act}", other.home), &[]).await.assert_status(404);
    }
    other.get(&format!("{}/imports", other.home)).await.assert_contains("No imports yet");
}

/// S263: into their own group, and only their own imports are theirs to see.
#[tokio::test]
async fn whoever_is_kept_to_groups_imports_into_their_own() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let theirs = uploaded(&admin, &good(1)).await;
    let email = "lena@nordlicht.example";
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, email).await;
    let text = good(3).replace("unde", "onde");
    let page = lena.get(&format!("{}/imports", lena.home)).await;
    page.assert_status(200).assert_contains("You are in no group yet");
    assert!(!page.has("input[type=file]"));
    send(&lena, "kunden.csv", text.as_bytes()).await.assert_status(403);
    let north = app.group(&scope, "Nordics", &[], &[email]).await.to_string();
    app.group(&scope, "South", &[], &[email]).await;
    let foreign = app.group(&scope, "Foreign", &[], &[]).await.to_string();
    lena.get(&theirs).await.assert_status(404);
    let import = uploaded(&lena, &text).await;
    let page = lena.get(&import).await;
    assert_eq!(page.texts("select[name=groups] option").len(), 3, "a prompt and both groups");
    let refused = start(&lena, &import, &[]).await;
    refused.assert_status(422);
    assert!(refused.has("#groups[aria-invalid=true]"));
    start(&lena, &import, &[("groups", &foreign)]).await.assert_status(422);
    start(&lena, &import, &[("groups", "no id")]).await.assert_status(422);
    start(&lena, &import, &[("groups", &north)]).await.assert_redirect(&import);
    lena.get(&import).await.assert_contains("3 created");
    assert_eq!(app.number("select count(*) from group_organizations").await, 3);
    assert_eq!(lena.get(&format!("{}/organizations", lena.home)).await.texts("tbody td.org a").len(), 3, "S215");
}
