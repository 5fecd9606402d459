//! From the template to the undo (issue 5: Tests): 500 rows, 12 of them wrong, without a mouse; axe-core on every page.

use std::path::PathBuf;

use super::{Browser, Look, pages::Tour};
use crate::portal::{Portal, walk};

const ROWS: usize = 500;
/// Every fortieth row has an address that is none.
const WRONG: usize = 40;

/// The template, filled in as a person would who has no spreadsheet program.
fn filled(template: &str) -> String {
    let columns = template.lines().next().expect("headings").split(',').count();
    let row = |number: usize| {
        let at = if number.is_multiple_of(WRONG) && number < 12 * WRONG { "(at)" } else { "@" };
        let cells = [
            format!("Kunde {number:03}"),
            format!("kunde{number}.example"),
            String::new(),
            format!("it{at}kunde{number}.example"),
        ];
        let rest = ",".repeat(columns - cells.len());
        format!("{}{rest}\r\n", cells.join(","))
    };
    (0..ROWS).fold(template.to_owned(), |text, number| text + row(number).as_str())
}

/// Presses a button or follows a link by keyboard, and waits for the page it leads to.
async fn go(browser: &Browser, words: &str) {
    let present = browser.find("html").await;
    browser.enter(words).await;
    browser.left(present).await;
}

async fn customers(portal: &Portal) -> i64 {
    sqlx::query_scalar("select count(*) from organizations where channel = 'import'")
        .fetch_one(&mut portal.database().await)
        .await
        .expect("a count")
}

#[tokio::test]
async fn five_hundred_rows_go_from_the_template_to_the_undo_by_keyboard() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let home = operator.home.clone();
    tour.visit("imports-none", &format!("{home}/imports")).await;
    let template = operator.client.page(&format!("{home}/imports/template.csv")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("kunden.csv");
    std::fs::write(&path, filled(&template)).expect("a file");

    tour.browser.press("Read File").await;
    tour.browser.find("#errors").await;
    tour.look("imports-no-file").await;
    tour.browser.tab_to("file").await;
    tour.browser.keys(path.to_str().expect("a path")).await;
    tour.browser.tab().await;
    go(&tour.browser, "Read File").await;
    assert!(tour.browser.text("#rows").await.contains("12 rows with errors"), "{}", tour.browser.text("main").await);
    tour.look("imports-check").await;
    mend(&mut tour).await;
    assert_eq!(customers(&portal).await, 0, "nothing is created before it is said");
    go(&tour.browser, "Create 500 organizations").await;
    // The page follows the work to its end by itself.
    tour.browser.says("main", "500 created").await;
    tour.look("imports-result").await;
    assert_eq!(customers(&portal).await, 500);
    go(&tour.browser, "Undo this import…").await;
    tour.look("imports-undo").await;
    go(&tour.browser, "Undo the import").await;
    tour.browser.says("main", "500 undone").await;
    tour.look("imports-undone").await;
    assert_eq!(customers(&portal).await, 0);
    tour.visit("imports-list", &format!("{home}/imports")).await;
    tour.end().await;
}

/// Eleven rows are corrected and one is corrected twice; what was typed stays.
async fn mend(tour: &mut Tour) {
    let browser = &tour.browser;
    for number in 0..12 {
        // The headings stand in the first row, and the example of the template in the second.
        let row = number * WRONG + 3;
        let address =
            if number == 5 { "still wrong".to_owned() } else { format!("it@kunde{}.example", number * WRONG) };
        browser.type_into(&format!("r{row}c3"), &address).await;
    }
    go(browser, "Check these 12 rows again").await;
    assert!(browser.text("#rows").await.contains("1 row with errors"), "{}", browser.text("main").await);
    let row = 5 * WRONG + 3;
    assert_eq!(browser.value(&format!("r{row}c3")).await, "still wrong");
    browser.type_into(&format!("r{row}c3"), "it@kunde200.example").await;
    go(browser, "Check this row again").await;
    tour.look("imports-checked").await;
}

/// What the columns are is said on a page of its own, by keyboard; on a phone and without scripts it works as well.
#[tokio::test]
async fn columns_are_said_and_choices_made() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("kunden.csv");
    let text =
        "Firma;Internet;Post;Gewicht\nBäcker;baecker.example;it@baecker.example;7\nZoo;zoo.example;it@zoo.example;\n";
    std::fs::write(&path, text).expect("a file");
    tour.browser.goto(&format!("{}/imports", operator.home)).await;
    tour.browser.tab_to("file").await;
    tour.browser.keys(path.to_str().expect("a path")).await;
    tour.browser.tab().await;
    go(&tour.browser, "Read File").await;
    tour.look("imports-columns").await;
    let browser = &tour.browser;
    browser.tab_to("c2").await;
    browser.keys("Notif").await;
    assert_eq!(browser.value("c2").await, "notification_email");
    go(browser, "Check rows").await;
    assert_eq!(browser.text("[data-plan] .btn-primary").await, "Create 2 organizations");
    // The choices say at once what they come to.
    browser.choose("create", "no").await;
    browser.says("[data-plan]", "Nothing would be created or changed").await;
    browser.choose("create", "yes").await;
    browser.choose("tell", "true").await;
    browser.says("[data-plan]", "2 mails are sent").await;
    tour.look("imports-choices").await;
    go(&tour.browser, "Create 2 organizations").await;
    assert!(tour.browser.text("header.head").await.contains("2 created"));
    tour.end().await;
}

/// What was typed and not checked again is not lost without a word by the button that imports.
#[tokio::test]
async fn corrections_that_were_not_checked_are_asked_about() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("kunden.csv");
    let text = "Name;Primary domain;Notification email\nInn;inn.example;it@inn.example\nZoo;zoo.example;wrong\n";
    std::fs::write(&path, text).expect("a file");
    browser.goto(&format!("{}/imports", operator.home)).await;
    browser.tab_to("file").await;
    browser.keys(path.to_str().expect("a path")).await;
    browser.tab().await;
    go(&browser, "Read File").await;
    browser.type_into("r3c2", "it@zoo.example").await;
    for _ in 0..2 {
        // The page stays, and the button can be pressed again.
        browser.press("Create 1 organization").await;
        let asked = browser.driver.session.get_alert_text().await.expect("it asks");
        assert!(asked.contains("was not sent and would be lost"), "{asked}");
        browser.driver.session.dismiss_alert().await.expect("no");
        assert_eq!(browser.value("r3c2").await, "it@zoo.example");
    }
    // The choices change the plan beneath the words that are read out, and not these themselves.
    let said = browser.find("[data-plan] [role=status]").await;
    browser.choose("tell", "true").await;
    browser.says("[data-plan]", "1 mail is sent").await;
    assert!(said.text().await.is_ok_and(|words| words.contains("1 mail is sent")), "it is the same element");
    browser.leave_by("Check this row again").await;
    assert_eq!(browser.text("[data-plan] .btn-primary").await, "Create 2 organizations");
    // Back from the rows to the top, which the bar above everything else covers otherwise.
    browser.driver.session.execute("scrollTo(0, 0)", Vec::new()).await.expect("scrolled");
    browser.press("Forget this file…").await;
    browser.leave_by("Forget it").await;
    browser.says("main", "No imports yet").await;
    browser.close().await;
}
