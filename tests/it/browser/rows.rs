//! The fast ways to create organizations by hand, without a mouse: the quick form, and the grid with a real paste.

use thirtyfour::prelude::*;

use super::{Browser, Look};
use crate::portal::{
    Form, Portal,
    walk::{self, Access},
};

async fn organizations(portal: &Portal, channel: &str) -> i64 {
    sqlx::query_scalar("select count(*) from organizations where channel = $1")
        .bind(channel)
        .fetch_one(&mut portal.database().await)
        .await
        .expect("a count")
}

#[tokio::test]
async fn the_quick_form_is_filled_in_by_keyboard() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto(&format!("{}/organizations/quick", operator.home)).await;
    browser.type_into("name", "Kowalczyk i Wspólnicy").await;
    browser.type_into("domain", "https://www.kowalczyk.example").await;
    browser.type_into("notification_email", "it@kowalczyk.example").await;
    browser.type_into("contact_phone", "+48 22 555 01 42").await;
    browser.enter("More").await;
    browser.type_into("customer_number", "K-20411").await;
    browser.type_into("city", "Warszawa").await;
    assert_eq!(browser.value("name").await, "Kowalczyk i Wspólnicy", "opening More loses nothing");
    // Both buttons have the name "do"; the second adds another.
    browser.tab_to("do").await;
    browser.keys(Key::Tab).await;
    browser.keys(Key::Enter).await;
    browser.find(".note.ok a").await;
    let said = browser.text(".note.ok").await;
    assert!(said.contains("Kowalczyk i Wspólnicy is created"), "{said}");
    assert_eq!(browser.value("name").await, "", "an empty form for the next one");
    browser.type_into("name", "KOWALCZYK I WSPOLNICY SP. Z O.O.").await;
    browser.type_into("domain", "kowalczyk-two.example").await;
    browser.type_into("notification_email", "it@kowalczyk-two.example").await;
    browser.type_into("contact_phone", "+48 22 555 01 43").await;
    browser.keys(Key::Enter).await;
    browser.find("#twins").await;
    browser.tab_to("twin").await;
    browser.keys(" ").await;
    browser.tab_to("do").await;
    browser.keys(Key::Enter).await;
    browser.find(".dl, .stats, .cols").await;
    assert_eq!(organizations(&portal, "form").await, 2);
    browser.close().await;
}

/// What a partner wants to know besides is asked, kept and found again, all by keyboard.
#[tokio::test]
async fn an_organization_with_own_fields_is_created_and_found_by_keyboard() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let path = format!("{}/settings/fields/new", operator.home);
    for field in [
        [("name", "Region"), ("kind", "choice"), ("choices", "North\nSouth"), ("mandatory", "true")],
        [("name", "Cost centre"), ("kind", "number"), ("choices", ""), ("customer_sees", "true")],
    ] {
        operator.client.accepted(&Form::to(&operator.client.page(&path).await, &path).fill(&field)).await;
    }
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select id from custom_fields order by position")
        .fetch_all(&mut portal.database().await)
        .await
        .expect("two fields");
    let (region, cost) = (format!("custom_{}", ids[0]), format!("custom_{}", ids[1]));
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto(&format!("{}/organizations/quick", operator.home)).await;
    browser.type_into("name", "Kowalczyk").await;
    browser.type_into("domain", "kowalczyk.example").await;
    browser.type_into("notification_email", "it@kowalczyk.example").await;
    browser.type_into("contact_phone", "+48 22 555 01 42").await;
    browser.type_into(&region, "South").await;
    browser.enter("More").await;
    browser.type_into(&cost, "4711,50").await;
    let faults = browser.audit("quick-own-fields").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.keys(Key::Enter).await;
    browser.find(".dl, .stats, .cols").await;
    assert_eq!(organizations(&portal, "form").await, 1);
    browser.goto(&format!("{}/organizations", operator.home)).await;
    browser.enter("Filters").await;
    // The countries come when the filters are opened.
    browser.find("#f-country option[value=PL]").await;
    browser.enter("Your own fields").await;
    let faults = browser.audit("list-own-filters").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.type_into(&region, "South").await;
    browser.type_into(&format!("{cost}_from"), "4700").await;
    browser.keys(Key::Enter).await;
    browser.find(".chip").await;
    assert_eq!(browser.text("td.org a").await, "Kowalczyk");
    let faults = browser.audit("list-own-fields").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.goto(&format!("{}/organizations?{region}=North", operator.home)).await;
    browser.says("main", "No organization matches").await;
    browser.close().await;
}

/// 40 rows as a spreadsheet copies them: quoted cells, umlauts, commas.
fn block(from: usize) -> String {
    (from..from + 40)
        .map(|number| {
            format!(
                "\"Müller, Söhne & Co {number}\"\tmueller{number}.example\tHRB {number}\tit@mueller{number}.example\tTRUE\t1.234,56\t01/02/2027\tK-{number}\r\n"
            )
        })
        .collect()
}

/// The event a browser sends to a cell when a spreadsheet's block is pasted into it.
async fn paste(browser: &Browser, cell: &str, text: &str) {
    let script = "const data = new DataTransfer();
                  data.setData('text/plain', arguments[1]);
                  const cell = document.getElementById(arguments[0]);
                  cell.focus();
                  cell.dispatchEvent(
                    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    let given = vec![serde_json::json!(cell), serde_json::json!(text)];
    browser.driver.session.execute(script, given).await.expect("a paste");
}

#[tokio::test]
async fn forty_rows_are_pasted_mended_and_created_by_keyboard() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto(&format!("{}/organizations/rows", operator.home)).await;
    let cell = browser.find("#r2-name").await;
    paste(&browser, "r2-name", &block(1)).await;
    browser.find("#r41-name").await;
    assert_eq!(browser.value("r2-name").await, "Müller, Söhne & Co 1");
    assert_eq!(browser.value("r41-customer_number").await, "K-40");
    assert_eq!(browser.text("[data-count]").await, "Create 40 organizations");
    // Arrows, Enter, fill down, Escape.
    cell.send_keys(Key::Up + "").await.expect("up");
    assert_eq!(browser.focus().await, "r1-name");
    browser.keys("Bäcker").await;
    browser.keys(Key::Tab).await;
    browser.keys("baecker.example").await;
    browser.keys(Key::Enter).await;
    assert_eq!(browser.focus().await, "r2-domain");
    browser.keys("x").await;
    browser.keys(Key::Escape).await;
    assert_eq!(browser.value("r2-domain").await, "mueller1.example", "Escape takes back what was typed");
    browser.keys(Key::Shift + "\u{e007}").await;
    assert_eq!(browser.focus().await, "r1-domain");
    browser.tab_to("r2-city").await;
    browser.keys("Köln").await;
    browser.keys(Key::Down).await;
    browser.keys(Key::Control + "d").await;
    assert_eq!(browser.value("r3-city").await, "Köln", "as above");
    assert_eq!(browser.text("[data-count]").await, "Create 41 organizations");
    mend(&portal, &browser).await;
    browser.close().await;
}

/// Row 1 lacks an address: nothing is created, the summary leads to the cell.
async fn mend(portal: &Portal, browser: &Browser) {
    browser.leave_by("Create 41 organizations").await;
    assert_eq!(organizations(portal, "rows").await, 0, "all or nothing");
    let jump = browser.find("#errors a").await;
    assert_eq!(jump.text().await.expect("words"), "Row 1, Notification email: Enter the notification email");
    jump.send_keys(Key::Enter + "").await.expect("a jump");
    assert_eq!(browser.focus().await, "r1-notification_email");
    let faults = browser.audit("rows-with-error").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.keys("it@baecker.example").await;
    browser.leave_by("Create 41 organizations").await;
    browser.find(".note.ok li a").await;
    assert_eq!(organizations(portal, "rows").await, 41);
}

#[tokio::test]
async fn more_than_two_hundred_rows_are_cut_and_said_so() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto(&format!("{}/organizations/rows", operator.home)).await;
    browser.fill("r5-name", "Stays").await;
    browser.choose("count", "200").await;
    browser.press("Generate Rows").await;
    browser.find("#r200-name").await;
    assert_eq!(browser.value("r5-name").await, "Stays", "generating rows wipes nothing (S234)");
    paste(&browser, "r190-name", &block(1)).await;
    let said = browser.find("[data-said]").await;
    browser.find("#r200-name").await;
    let words = said.text().await.expect("words");
    assert!(words.contains("29 rows had no place"), "{words}");
    browser.choose("count", "1").await;
    browser.press("Generate Rows").await;
    assert!(browser.has("#r200-name").await, "what is typed stays");
    // An exported file's apostrophe before what a spreadsheet may take for a formula goes; any other stays.
    paste(&browser, "r1-name", "'=1+1\t'tHooft.example").await;
    paste(&browser, "r1-contact_phone", "'+48 22 555 01 42").await;
    assert_eq!(browser.value("r1-name").await, "=1+1");
    assert_eq!(browser.value("r1-domain").await, "'tHooft.example");
    assert_eq!(browser.value("r1-contact_phone").await, "+48 22 555 01 42");
    browser.close().await;
}

/// The second editor sees both versions and chooses field by field (QUALITY 21).
#[tokio::test]
async fn two_editors_at_once_choose_field_by_field() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let key = operator.create("customer", "Kowalczyk", Access::Later).await;
    let path = format!("/o/{key}/settings");
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto(&path).await;
    let form = Form::to(&operator.client.page(&path).await, &path);
    let theirs = [("name", "Theirs"), ("city", "Łódź")];
    operator.client.submit(&form.fill(&theirs)).await.expect("an answer");
    browser.fill("name", "Mine").await;
    browser.fill("street", "ul. Moja 1").await;
    browser.leave_by("Save details").await;
    assert!(browser.text("h1").await.contains("Two versions"));
    let faults = browser.audit("two-versions").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.choose("name", "Theirs").await;
    browser.choose("city", "Łódź").await;
    browser.leave_by("Save what is chosen").await;
    browser.find("#street").await;
    assert_eq!(browser.value("name").await, "Theirs");
    assert_eq!(browser.value("city").await, "Łódź");
    assert_eq!(browser.value("street").await, "ul. Moja 1", "mine, saved on top of the newer version");
    browser.close().await;
}

/// S233: what is typed is there again after the page was left, without a button; `n` on the list opens the quick form.
#[tokio::test]
async fn typed_rows_are_there_again() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    operator.create("customer", "Lindner Maschinenbau", Access::Later).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let page = format!("{}/organizations/rows", operator.home);
    browser.goto(&page).await;
    browser.type_into("r1-name", "Kowalczyk").await;
    browser.type_into("r2-name", "Sørensen").await;
    // A moment after the last key it is kept.
    let query = "select count(*) from typed_rows where cells::text like '%Sørensen%'";
    for _ in 0..50 {
        let kept: i64 = sqlx::query_scalar(query).fetch_one(&mut portal.database().await).await.expect("a count");
        if kept == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    browser.goto(&format!("{}/organizations", operator.home)).await;
    browser.keys("n").await;
    browser.find("form [name=domain]").await;
    assert!(browser.path().await.ends_with("/organizations/quick"), "n opens the quick form");
    browser.goto(&page).await;
    assert_eq!(browser.value("r2-name").await, "Sørensen");
    assert!(browser.text("main").await.contains("2 rows are filled in and not created yet"));
    browser.leave_by("Start with empty rows").await;
    assert_eq!(browser.value("r1-name").await, "");
    browser.close().await;
}
