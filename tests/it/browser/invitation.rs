//! From "Add user" to the first sign-in of a new person, on the real program with a real mail (issue 3), and every page of
//! users and roles held to axe-core in light and dark.

use super::{Browser, Look, journey::mail_to};
use crate::{
    portal::{
        Portal,
        walk::{self, Access},
    },
    support::smtp::SmtpSink,
};

const LI: &str = "li@guss.example";
const PASSWORD: &str = "seven quiet owls above the mill";

#[tokio::test]
async fn from_the_invitation_to_the_first_sign_in_by_a_real_mail() {
    let sink = SmtpSink::start().await;
    let mut portal = Portal::start_with([("SMTP_URL", sink.url())]).await;
    let operator = walk::set_up(&portal).await;
    let key = operator.create("customer", "Weißenfelder Guss", Access::Later).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let mut faults = invite(&browser, &key).await;

    browser.enter("Your account, Ines Marin").await;
    browser.enter("Sign out").await;
    browser.arrive("/sign-in").await;
    let mail = mail_to(&sink, LI, 0).await;
    let start = format!("{}/invitations/", portal.base);
    let link = mail.text().split_whitespace().find(|word| word.starts_with(&start)).expect("a link").to_owned();
    browser.goto(&link).await;
    faults.extend(browser.audit("invitation").await);
    browser.press("Accept and sign in").await;
    browser.find("#errors").await;
    faults.extend(browser.audit("invitation-with-errors").await);
    browser.fill("display_name", "Li Wójcik").await;
    browser.fill("password", PASSWORD).await;
    browser.press("Accept and sign in").await;
    browser.find("nav.side").await;
    assert_eq!(browser.path().await, format!("/o/{key}"));
    assert!(browser.text("main").await.contains("Weißenfelder Guss"));

    browser.enter("Your account, Li Wójcik").await;
    browser.enter("Sign out").await;
    browser.arrive("/sign-in").await;
    browser.sign_in(LI, PASSWORD).await;
    assert_eq!(browser.path().await, format!("/o/{key}"), "the first sign-in leads into the organization");
    browser.goto(&link).await;
    faults.extend(browser.audit("invitation-used").await);
    assert!(browser.text("main").await.contains("does not work any more"));

    faults.extend(people_and_roles(&browser, &key).await);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    browser.close().await;
    portal.stop().await;
}

/// From the new organization's dashboard by its checklist (S140, S424).
async fn invite(browser: &Browser, key: &str) -> Vec<String> {
    browser.goto(&format!("/o/{key}")).await;
    browser.press("Add user").await;
    browser.arrive("/users/new").await;
    let mut faults = browser.audit("user-new").await;
    browser.press("Invite user").await;
    browser.find("#errors").await;
    faults.extend(browser.audit("user-new-with-errors").await);
    browser.fill("email", LI).await;
    browser.choose("role", "org_admin").await;
    browser.press("Invite user").await;
    browser.arrive("/users").await;
    assert!(browser.text("main").await.contains("Invited"), "{}", browser.text("main").await);
    faults.extend(browser.audit("users-invited").await);
    browser.goto(&format!("/o/{key}/users/new/list")).await;
    browser.fill("people", "nobody").await;
    browser.press("Invite users").await;
    browser.find("#errors").await;
    faults.extend(browser.audit("users-list-with-errors").await);
    faults
}

async fn people_and_roles(browser: &Browser, key: &str) -> Vec<String> {
    let home = format!("/o/{key}");
    browser.goto(&format!("{home}/users")).await;
    let mut faults = browser.audit("users").await;
    browser.press("Li Wójcik").await;
    browser.find("select[name=role]").await;
    faults.extend(browser.audit("user").await);
    browser.press("Leave…").await;
    browser.arrive("/removal").await;
    faults.extend(browser.audit("user-removal").await);
    browser.goto(&format!("{home}/roles")).await;
    faults.extend(browser.audit("roles").await);
    browser.goto(&format!("{home}/roles/new")).await;
    browser.press("Save role").await;
    browser.find("#errors").await;
    faults.extend(browser.audit("role-new-with-errors").await);
    browser.fill("name", "Front desk").await;
    browser.choose("base", "org_admin").await;
    browser.choose("may_view_users", "true").await;
    browser.press("Save role").await;
    browser.arrive("/roles").await;
    faults.extend(browser.audit("roles-own").await);
    browser.goto(&format!("{home}/users?q=zzz")).await;
    faults.extend(browser.audit("users-none").await);
    faults
}
