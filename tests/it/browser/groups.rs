//! A Reseller Admin makes groups; a Key Account Manager and a Sales Agent spend a day with what they see of them (S254-S265).

use sqlx::PgConnection;
use thirtyfour::By;

use super::{Browser, Look, pages::Tour};
use crate::portal::{
    Portal,
    walk::{self, Access, Administrator},
};

const LENA: &str = "lena@operator.example";
const TOMAS: &str = "tomas@operator.example";

/// Two people of the operator with the first administrator's password.
async fn employ(db: &mut PgConnection) {
    for (name, email, role) in
        [("Lena Baumgärtner", LENA, "key_account_manager"), ("Tomáš Krejčí", TOMAS, "sales_agent")]
    {
        let query = "with person as (
                       insert into users (id, email, email_key, display_name, password_hash, created_at)
                       select gen_random_uuid(), $2, $2, $1, (select max(password_hash) from users), now()
                       returning id)
                     insert into memberships (id, user_id, organization_id, role, created_at)
                     select gen_random_uuid(), person.id, o.id, $3, now() from person, organizations o
                     where o.parent_id is null";
        sqlx::query(query).bind(name).bind(email).bind(role).execute(&mut *db).await.expect("a person");
    }
}

/// Ticks the box whose label begins with these words.
async fn tick(browser: &Browser, words: &str) {
    let label = format!("//label[contains(normalize-space(), '{words}')]");
    let label = browser.driver.session.find(By::XPath(label)).await.expect("a label");
    label.click().await.expect("a tick");
}

/// Through the pages: a group with what a word finds, and with people.
async fn make_group(tour: &mut Tour, home: &str, name: &str, word: &str, people: &[&str]) {
    let browser = &tour.browser;
    browser.goto(&format!("{home}/groups/new")).await;
    browser.fill("name", name).await;
    browser.press("Create group").await;
    browser.arrive("/organizations").await;
    if !word.is_empty() {
        browser.fill("add", word).await;
        browser.press("Look for organizations").await;
        browser.find("fieldset input[name='organization']").await.click().await.expect("a tick");
        if name == "DACH" {
            tour.look("group-members-search").await;
        }
        let browser = &tour.browser;
        browser.press("Add the selected").await;
        browser.find("tbody td.org").await;
        if name == "DACH" {
            tour.look("group-members").await;
        }
    }
    let browser = &tour.browser;
    let path = browser.path().await.replace("/organizations", "/people");
    browser.goto(&path).await;
    for person in people {
        tick(browser, person).await;
    }
    browser.press("Assign the selected").await;
    browser.find(".list .face").await;
    if name == "DACH" {
        tour.look("group-people").await;
    }
}

#[tokio::test]
async fn a_key_account_managers_day() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    operator.create("customer", "Inside AG", Access::Later).await;
    let outside = operator.create("customer", "Outside AG", Access::Later).await;
    employ(&mut portal.database().await).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let home = operator.home.clone();
    tour.visit("groups-empty", &format!("{home}/groups")).await;
    tour.visit_and_press("group-new-with-errors", &format!("{home}/groups/new"), "Create group").await;
    make_group(&mut tour, &home, "DACH", "Inside", &["Lena Baumgärtner", "Tomáš Krejčí"]).await;
    make_group(&mut tour, &home, "Nordics", "", &["Lena Baumgärtner"]).await;
    tour.visit("groups", &format!("{home}/groups")).await;
    tour.end().await;

    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(LENA, walk::PASSWORD).await;
    tour.visit("manager-home", &home).await;
    tour.visit("manager-list", &format!("{home}/organizations")).await;
    let list = tour.browser.text("main").await;
    assert!(list.contains("Inside AG") && !list.contains("Outside AG"), "{list}");
    create_into(&mut tour, &home, "Nordics").await;
    tour.browser.goto(&format!("{home}/organizations")).await;
    assert!(tour.browser.text("main").await.contains("Fjord AS"));
    // Refused elsewhere: what is out of sight is not there, and what is not hers to do says why and whom to ask.
    tour.browser.goto(&format!("/o/{outside}")).await;
    assert!(tour.browser.text("main").await.contains("404"), "{}", tour.browser.text("main").await);
    tour.visit("manager-forbidden", &format!("{home}/groups")).await;
    assert!(tour.browser.text("main").await.contains("Ines Marin"));
    tour.browser.press("Why?").await;
    tour.browser.arrive("/why").await;
    tour.look("manager-why").await;
    ask_for_more(&mut tour).await;
    tour.end().await;

    a_sales_agents_day(&portal, &operator).await;
}

/// The wizard with its mandatory field.
async fn create_into(tour: &mut Tour, home: &str, group: &str) {
    tour.browser.goto(&format!("{home}/organizations")).await;
    tour.browser.press("Create New Organization").await;
    tour.browser.arrive("/organizations/new").await;
    tour.browser.press("Create New Organization").await;
    tour.browser.arrive("/details").await;
    let browser = &tour.browser;
    for (name, value) in
        [("company", "Fjord AS"), ("given_name", "Kari"), ("family_name", "Nordmann"), ("phone", "+49 3443 5550142")]
    {
        browser.fill(name, value).await;
    }
    browser.choose("size", "11-50").await;
    browser.choose("state", "ST").await;
    browser.press("Continue").await;
    browser.find("#groups-error").await;
    tour.look("wizard-details-without-group").await;
    let browser = &tour.browser;
    browser.find("select[name='groups']").await.send_keys(group).await.expect("a group");
    browser.press("Continue").await;
    browser.arrive("/admin-user").await;
    browser.choose("access", "later").await;
    browser.press("Continue").await;
    browser.arrive("/subscription").await;
    browser.press("Continue").await;
    browser.arrive("/billing").await;
    for (name, value) in [("line1", "Werkstraße 8"), ("city", "Weißenfels"), ("postal_code", "06667")] {
        browser.fill(name, value).await;
    }
    browser.press("Continue").await;
    browser.arrive("/review").await;
    assert!(browser.text("main").await.contains(group));
    browser.press("Create subscription").await;
    browser.arrive("/confirmation").await;
    tour.look("manager-confirmation").await;
}

async fn ask_for_more(tour: &mut Tour) {
    let home: String = tour.browser.path().await.split('/').take(3).collect::<Vec<_>>().join("/");
    let path = format!("{home}/group-requests/new");
    tour.visit_and_press("group-request-with-errors", &path, "Send request").await;
    tour.browser.fill("message", "Fjord AS also belongs to DACH").await;
    tour.browser.press("Send request").await;
    tour.browser.arrive("/group-requests").await;
    assert!(tour.browser.text("main").await.contains("Waits for an answer"));
    tour.look("group-requests").await;
}

/// Sees the one group, and neither billing nor prices.
async fn a_sales_agents_day(portal: &Portal, operator: &Administrator) {
    let browser = Browser::open(Look::PHONE, &portal.base).await;
    browser.sign_in(TOMAS, walk::PASSWORD).await;
    browser.goto(&format!("{}/organizations", operator.home)).await;
    let list = browser.text("main").await;
    assert!(list.contains("Inside AG") && !list.contains("Outside AG") && !list.contains("Fjord AS"), "{list}");
    browser.leave_by("Inside AG").await;
    let inside = browser.path().await;
    browser.goto(&format!("{inside}/settings")).await;
    browser.find("[name='name']").await;
    for refused in [format!("{inside}/settings/billing"), format!("{}/settings/prices", operator.home)] {
        browser.goto(&refused).await;
        assert!(browser.text("main").await.contains("403"), "{refused}");
    }
    let faults = browser.audit("agent-forbidden").await;
    assert!(faults.is_empty(), "{faults:?}");
    browser.close().await;
}
