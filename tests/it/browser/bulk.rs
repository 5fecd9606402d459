//! The second half of a reseller's morning: 300 organizations are found, put into a group, watched, and taken out again.

use thirtyfour::By;

use super::pages::Tour;
use crate::{
    bulk::multiply,
    portal::{
        Portal,
        walk::{self, Access},
    },
};

#[tokio::test]
async fn a_reseller_changes_three_hundred_organizations_and_takes_it_back() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    operator.create("customer", "Zebra AG", Access::Later).await;
    multiply(&mut portal.database().await, 300).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let home = operator.home.clone();
    tour.visit("bulk-none", &format!("{home}/bulk")).await;
    tour.browser.goto(&format!("{home}/groups/new")).await;
    tour.browser.fill("name", "Nordics").await;
    tour.browser.leave_by("Create group").await;

    tour.browser.goto(&format!("{home}/organizations?q=copy")).await;
    tour.browser.find("tbody input[name=id]").await.click().await.expect("a tick");
    tour.look("organizations-selected").await;
    let browser = &tour.browser;
    browser.find(".bulk input[name=all]").await.click().await.expect("a tick");
    assert!(browser.text(".bulk").await.contains("Select all 300"), "{}", browser.text(".bulk").await);
    browser.leave_by("Add to group…").await;
    tour.look("bulk-ask").await;
    let browser = &tour.browser;
    let group = "//select[@name='group']/option[.='Nordics']";
    browser.driver.session.find(By::XPath(group)).await.expect("the group").click().await.expect("chosen");
    browser.leave_by("See what it changes").await;
    tour.look("bulk-plan").await;
    let browser = &tour.browser;
    browser.leave_by("Add 300 organizations to Nordics").await;
    // The page follows the job to its end by itself.
    browser.find("form[action$='/undo']").await;
    assert!(browser.text("header.head").await.contains("300 organizations changed"));
    tour.look("bulk-done").await;
    tour.browser.leave_by("Undo").await;
    tour.browser.find("form[action$='/undo']").await;
    assert!(tour.browser.text("header.head").await.contains("Undo: remove 300 organizations from Nordics"));
    tour.look("bulk-undone").await;
    tour.visit("bulk-list", &format!("{home}/bulk")).await;
    tour.visit("export", &format!("{home}/organizations/export?q=copy")).await;
    tour.end().await;
    let left: i64 = sqlx::query_scalar("select count(*) from group_organizations")
        .fetch_one(&mut portal.database().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}
