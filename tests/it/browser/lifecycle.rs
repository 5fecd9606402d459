//! The end of an organization's use, and its way back, in a browser: suspended, archived by keyboard, restored although its
//! name is taken (T-12, N14), and given to another partner (N10).

use super::pages::Tour;
use crate::portal::{
    Portal,
    walk::{self, Access},
};

#[tokio::test]
async fn archived_by_keyboard_and_restored_with_a_conflict() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let customer = operator.create("customer", "Lindner Maschinenbau", Access::Later).await;
    let home = format!("/o/{customer}");
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;

    tour.visit_and_press("suspension-with-errors", &format!("{home}/suspension"), "Suspend organization").await;
    tour.browser.fill("reason", "Bills are open").await;
    tour.browser.leave_by("Suspend organization").await;
    tour.look("customer-suspended").await;
    tour.visit("resumption", &format!("{home}/suspension")).await;
    tour.browser.leave_by("Resume organization").await;

    // Archived without a mouse.
    tour.browser.goto(&home).await;
    let page = tour.browser.find("html").await;
    tour.browser.enter("Archive…").await;
    tour.browser.left(page).await;
    tour.look("archive").await;
    tour.browser.enter("Archive organization").await;
    tour.browser.find("#errors").await;
    tour.look("archive-with-errors").await;
    tour.browser.type_into("confirm", "Lindner Maschinenbau").await;
    let page = tour.browser.find("html").await;
    tour.browser.enter("Archive organization").await;
    tour.browser.left(page).await;
    tour.look("customer-archived").await;
    assert!(tour.browser.text("main").await.contains("Archived"));

    // Somebody makes another of the same name meanwhile.
    operator.create("customer", "Lindner Maschinenbau", Access::Later).await;
    tour.visit("restore-conflict", &format!("{home}/restore")).await;
    tour.browser.press("Restore organization").await;
    tour.browser.find("#errors").await;
    tour.look("restore-with-errors").await;
    tour.browser.choose("naming", "rename").await;
    tour.browser.fill("name", "Lindner Nord").await;
    tour.browser.leave_by("Restore organization").await;
    assert!(tour.browser.text("h1").await.contains("Lindner Nord"));
    assert!(!tour.browser.text("main").await.contains("Archived"));
    tour.end().await;
}

#[tokio::test]
async fn given_to_another_partner_and_taken_back() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let customer = operator.create("customer", "Lindner Maschinenbau", Access::Later).await;
    let partner = operator.create("partner", "Sørensen IT", Access::Later).await;
    let home = format!("/o/{customer}");
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    tour.visit("transfers-empty", &format!("{}/transfers", operator.home)).await;
    tour.visit("transfer", &format!("{home}/transfer")).await;
    tour.browser.fill("to", "org_nobody").await;
    tour.browser.leave_by("See what changes").await;
    tour.browser.find("#errors").await;
    tour.look("transfer-with-errors").await;
    tour.browser.fill("to", &partner).await;
    tour.browser.leave_by("See what changes").await;
    tour.look("transfer-impact").await;
    tour.browser.leave_by("Request transfer").await;
    tour.visit("transfers", &format!("/o/{partner}/transfers")).await;
    tour.browser.leave_by("Accept").await;
    tour.look("transfers-done").await;
    assert!(tour.browser.text("main").await.contains("can be taken back until"));
    tour.browser.leave_by("Take back").await;
    assert!(tour.browser.text("main").await.contains("Taken back by"));
    tour.end().await;
}

/// Between groups (N10): chosen, what follows, done at once, taken back.
#[tokio::test]
async fn moved_to_another_group_and_taken_back() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let customer = operator.create("customer", "Lindner Maschinenbau", Access::Later).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    tour.visit("group-transfers-empty", &format!("{}/group-transfers", operator.home)).await;
    let page = format!("{}/organizations/{customer}/group", operator.home);
    tour.visit("group-transfer-in-no-group", &page).await;
    let groups = "with made as (
                    insert into groups (id, partner_id, name, created_at, updated_at)
                    select gen_random_uuid(), o.parent_id, word, now(), now()
                    from organizations o, unnest(array['Nordics', 'Alps']) word where o.key = $1
                    returning id, partner_id, name)
                  insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at)
                  select made.id, o.id, o.parent_id, o.sort_name, now() from made, organizations o
                  where o.key = $1 and made.name = 'Nordics'";
    sqlx::query(groups).bind(&customer).execute(&mut portal.database().await).await.expect("two groups");
    tour.visit("organization-in-group", &format!("/o/{customer}")).await;
    tour.visit("group-transfer", &page).await;
    tour.browser.fill("to", "Nobody").await;
    tour.browser.leave_by("See what changes").await;
    tour.browser.find("#errors").await;
    tour.look("group-transfer-with-errors").await;
    tour.browser.fill("to", "Alps").await;
    tour.browser.leave_by("See what changes").await;
    tour.look("group-transfer-impact").await;
    tour.browser.leave_by("Move it now").await;
    tour.look("group-transfers-done").await;
    assert!(tour.browser.text("main").await.contains("can be taken back until"));
    tour.browser.leave_by("Take back").await;
    assert!(tour.browser.text("main").await.contains("Taken back by"));
    tour.end().await;
}
