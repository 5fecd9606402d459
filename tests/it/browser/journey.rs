//! The main job from first click to first sign-in, on the real program, by keyboard alone, with real mail.

use super::{Browser, Look};
use crate::{
    portal::Portal,
    support::smtp::{Received, SmtpSink},
};

const PASSWORD: &str = "nine lanterns over a frozen harbour";
const NEW_PASSWORD: &str = "seven quiet owls above the mill";
const CUSTOMER: &str = "Weißenfelder Präzisionsguss GmbH";

/// The newest mail to an address, as soon as it has arrived.
pub(super) async fn mail_to(sink: &SmtpSink, address: &str, after: usize) -> Received {
    for _ in 0..2000 {
        let received = sink.received().into_iter().filter(|mail| mail.to.contains(address));
        if let Some(mail) = received.skip(after).last() {
            return mail;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("no mail to {address} among {:?}", sink.received().iter().map(|mail| &mail.to).collect::<Vec<_>>());
}

/// The six digits the subject begins with.
pub(super) fn code_in(mail: &Received) -> String {
    let subject = mail.header("Subject");
    let code: String = subject.chars().filter(char::is_ascii_digit).take(6).collect();
    assert_eq!(code.len(), 6, "no code in {subject:?}");
    code
}

#[tokio::test]
async fn from_the_one_time_link_to_the_first_sign_in_by_keyboard() {
    let sink = SmtpSink::start().await;
    let mut portal = Portal::start_with([("SMTP_URL", sink.url())]).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;

    set_up(&browser, &portal.first_run_link().await).await;
    assert!(browser.path().await.starts_with("/o/org_"), "{}", browser.path().await);
    let operator = browser.path().await;

    browser.enter("Organizations").await;
    browser.arrive("/organizations").await;
    browser.enter("Create New Organization").await;
    browser.arrive("/organizations/new").await;
    browser.enter("Create New Organization").await;
    browser.arrive("/details").await;
    walk_the_steps(&browser, &sink).await;

    let confirmation = browser.path().await;
    browser.reload().await;
    assert_eq!(browser.path().await, confirmation, "a reload of the confirmation is harmless");
    let present = browser.find("html").await;
    browser.enter("Sign in").await;
    browser.left(present).await;
    assert!(browser.text("main").await.contains(CUSTOMER), "{}", browser.text("main").await);
    assert_ne!(browser.path().await, operator, "it stands in the new organization");

    sign_in_as_the_new_administrator(&browser).await;
    browser.close().await;
    portal.stop().await;
}

async fn set_up(browser: &Browser, link: &str) {
    browser.goto(link).await;
    browser.type_into("company", "Nordlicht Cloud GmbH").await;
    browser.type_into("country", "Germany").await;
    browser.type_into("currency", "EUR").await;
    browser.type_into("zone", "Europe/Berlin").await;
    browser.type_into("given_name", "Ingrid").await;
    browser.type_into("family_name", "Sørensen").await;
    browser.type_into("email", "ingrid@nordlicht.example").await;
    browser.type_into("password", PASSWORD).await;
    browser.enter("Create and sign in").await;
    browser.find("nav.side").await;
    let gone = browser.path().await;
    browser.goto(link).await;
    assert!(!browser.has("input[name=company]").await, "the link works once");
    browser.goto(&gone).await;
}

/// A new address: it is verified, then a password is chosen (D1, first path).
async fn walk_the_steps(browser: &Browser, sink: &SmtpSink) {
    browser.type_into("company", CUSTOMER).await;
    browser.type_into("given_name", "Katharina").await;
    browser.type_into("family_name", "Vogt-Lindner").await;
    browser.type_into("phone", "+49 3443 555 0142").await;
    browser.type_into("size", "51").await;
    browser.type_into("state", "Sachsen-Anhalt").await;
    browser.enter("Continue").await;

    browser.arrive("/admin-user").await;
    browser.type_into("email", "katharina@guss.example").await;
    browser.enter("Continue").await;

    browser.arrive("/verification").await;
    browser.enter("Send the code").await;
    browser.find("input[name=code]").await;
    let code = code_in(&mail_to(sink, "katharina@guss.example", 0).await);
    // The sixth digit sends it.
    browser.type_into("code", &code).await;
    browser.find("input[name=password]").await;
    browser.type_into("password", NEW_PASSWORD).await;
    browser.enter("Continue").await;

    browser.arrive("/subscription").await;
    browser.enter("Continue").await;
    browser.arrive("/billing").await;
    browser.type_into("line1", "Werkstraße 8").await;
    browser.type_into("city", "Weißenfels").await;
    browser.type_into("postal_code", "06667").await;
    browser.enter("Continue").await;
    browser.arrive("/review").await;
    assert!(browser.text("main").await.contains("katharina@guss.example"));
    browser.enter("Create subscription").await;
    browser.arrive("/confirmation").await;
}

async fn sign_in_as_the_new_administrator(browser: &Browser) {
    let there = browser.path().await;
    browser.enter("Your account, Ingrid Sørensen").await;
    browser.enter("Sign out").await;
    browser.arrive("/sign-in").await;
    browser.type_into("email", "katharina@guss.example").await;
    browser.type_into("password", NEW_PASSWORD).await;
    browser.enter("Sign in").await;
    browser.find("nav.side").await;
    assert_eq!(browser.path().await, there, "the new administrator stands in the new organization");
    assert!(browser.text("main").await.contains(CUSTOMER));
}
