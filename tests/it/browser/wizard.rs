//! The wizard as people use it: back and forth, again, changed at the end, without script.

use super::{
    Browser, Look,
    journey::{code_in, mail_to},
};
use crate::{
    portal::{Portal, walk},
    support::smtp::SmtpSink,
};

struct Stage {
    sink: SmtpSink,
    portal: Portal,
    browser: Browser,
}

/// A portal that is set up, and its administrator at the first step of the wizard.
async fn stage(look: Look) -> Stage {
    let sink = SmtpSink::start().await;
    let portal = Portal::start_with([("SMTP_URL", sink.url())]).await;
    walk::set_up(&portal).await;
    let browser = Browser::open(look, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    if look.size.0 < 900 {
        browser.find("button[popovertarget=side]").await.click().await.expect("the menu");
    }
    browser.press("Organizations").await;
    browser.press("Create New Organization").await;
    browser.arrive("/organizations/new").await;
    browser.press("Create New Organization").await;
    browser.arrive("/details").await;
    Stage { sink, portal, browser }
}

impl Stage {
    async fn end(mut self) {
        self.browser.close().await;
        self.portal.stop().await;
    }

    async fn fill_details(&self) {
        for (name, text) in DETAILS {
            self.browser.fill(name, text).await;
        }
        self.browser.choose("size", "11-50").await;
        self.browser.choose("country", "DE").await;
        self.browser.choose("state", "ST").await;
    }

    async fn fill_administrator(&self, email: &str) {
        self.browser.choose("access", "code").await;
        self.browser.fill("email", email).await;
    }

    /// Sends the code and types it in; it counts the mails so that a second code is not taken for the first.
    async fn verify(&self, email: &str, nth: usize) {
        self.browser.press("Send the code").await;
        self.browser.find("input[name=code]").await;
        let code = code_in(&mail_to(&self.sink, email, nth).await);
        self.browser.fill("code", &code).await;
    }

    async fn fill_billing(&self) {
        for (name, text) in [("line1", "Werkstraße 8"), ("city", "Weißenfels"), ("postal_code", "06667")] {
            self.browser.fill(name, text).await;
        }
    }

    async fn go_on(&self, to: &str) {
        self.browser.press("Continue").await;
        self.browser.arrive(to).await;
    }
}

const DETAILS: [(&str, &str); 4] = [
    ("company", "Öresund Fastigheter AB"),
    ("given_name", "Katharina"),
    ("family_name", "Vogt"),
    ("phone", "+49 3443 555 0142"),
];

/// UX 3: Back shows what was typed, forward needs nothing again, a reload changes nothing; at every step.
#[tokio::test]
async fn back_forward_and_reload_keep_every_step() {
    let stage = stage(Look::DESKTOP).await;
    let browser = &stage.browser;
    stage.fill_details().await;
    stage.go_on("/admin-user").await;
    stage.there_and_back("/details", &DETAILS, "/admin-user").await;
    stage.fill_administrator("vogt@oresund.example").await;
    stage.go_on("/verification").await;
    stage.there_and_back("/admin-user", &[("email", "vogt@oresund.example")], "/verification").await;
    stage.verify("vogt@oresund.example", 0).await;
    browser.find("input[name=password]").await;
    browser.reload().await;
    browser.fill("password", "seven quiet owls above the mill").await;
    stage.go_on("/subscription").await;
    // The password is never shown again, and never asked for again.
    stage.there_and_back("/verification", &[], "/subscription").await;
    browser.fill("licenses", "7").await;
    // On leaving the field; a price of something else would be worse than none.
    browser.fill("name", "Main subscription").await;
    browser.says("[data-price]", "7 licences").await;
    stage.go_on("/billing").await;
    stage.there_and_back("/subscription", &[("name", "Main subscription")], "/billing").await;
    stage.fill_billing().await;
    stage.go_on("/review").await;
    stage.there_and_back("/billing", &[("line1", "Werkstraße 8"), ("postal_code", "06667")], "/review").await;
    browser.press("Create subscription").await;
    browser.arrive("/confirmation").await;
    let created = browser.text("main").await;
    browser.reload().await;
    assert_eq!(browser.text("main").await, created);
    browser.back().await;
    browser.find("h1").await;
    // The browser may show the review as it was; its button is harmless (UX 9).
    if browser.path().await.ends_with("/review") {
        browser.press("Create subscription").await;
    }
    browser.arrive("/confirmation").await;
    assert_eq!(browser.text("main").await, created);
    stage.end().await;
}

impl Stage {
    /// Back to the step before, where everything typed is still there, a reload, and forward again.
    async fn there_and_back(&self, before: &str, typed: &[(&str, &str)], now: &str) {
        self.browser.reload().await;
        self.browser.arrive(now).await;
        self.browser.back().await;
        self.browser.arrive(before).await;
        self.browser.reload().await;
        for (name, value) in typed {
            assert_eq!(self.browser.value(name).await, *value, "{name} at {before}");
        }
        self.browser.forward().await;
        self.browser.arrive(now).await;
    }
}

/// D1, second path: the address has an account, so its present password is asked for; S131: an edit from the review
/// returns there and keeps the rest, and another address has to be verified again.
#[tokio::test]
async fn an_existing_account_keeps_its_password_and_an_edit_returns_to_the_review() {
    let stage = stage(Look::PHONE).await;
    let browser = &stage.browser;
    stage.fill_details().await;
    stage.go_on("/admin-user").await;
    stage.fill_administrator(walk::EMAIL).await;
    stage.go_on("/verification").await;
    stage.verify(walk::EMAIL, 0).await;
    browser.says("main", "already has an account").await;
    browser.fill("password", "not the password of this account").await;
    browser.press("Continue").await;
    browser.find("#password-error").await;
    browser.fill("password", walk::PASSWORD).await;
    stage.go_on("/subscription").await;
    stage.go_on("/billing").await;
    stage.fill_billing().await;
    stage.go_on("/review").await;

    browser.find("a[aria-label*='Company name']").await.click().await.expect("a click");
    browser.arrive("/details").await;
    browser.fill("company", "Öresund Fastigheter Norr AB").await;
    browser.press("Save and return to the review").await;
    browser.arrive("/review").await;
    let review = browser.text("main").await;
    assert!(review.contains("Öresund Fastigheter Norr AB") && review.contains("Werkstraße 8"), "{review}");

    browser.find("a[aria-label*='Email']").await.click().await.expect("a click");
    browser.arrive("/admin-user").await;
    browser.fill("email", "somebody.else@oresund.example").await;
    browser.press("Save and return to the review").await;
    browser.arrive("/verification").await;
    stage.end().await;
}

/// Everything posts and works without script; the states follow the country by a button (UX 14).
#[tokio::test]
async fn the_whole_wizard_works_without_script() {
    let stage = stage(Look::WITHOUT_SCRIPT).await;
    let browser = &stage.browser;
    browser.press("Continue").await;
    assert!(browser.text("#errors").await.contains("company"), "{}", browser.text("#errors").await);
    assert!(browser.title().await.starts_with("Error: "));
    stage.fill_details().await;
    browser.choose("country", "US").await;
    browser.press("Update").await;
    browser.find("select[name=state] option[value=CA]").await;
    assert_eq!(browser.value("company").await, "Öresund Fastigheter AB", "what was typed is kept");
    browser.choose("country", "DE").await;
    browser.press("Update").await;
    browser.choose("state", "ST").await;
    stage.go_on("/admin-user").await;
    stage.fill_administrator("vogt@oresund.example").await;
    stage.go_on("/verification").await;
    stage.verify("vogt@oresund.example", 0).await;
    browser.press("Verify").await;
    browser.fill("password", "seven quiet owls above the mill").await;
    stage.go_on("/subscription").await;
    stage.go_on("/billing").await;
    stage.fill_billing().await;
    stage.go_on("/review").await;
    browser.press("Create subscription").await;
    browser.arrive("/confirmation").await;
    browser.leave_by("Sign in").await;
    assert!(browser.text("main").await.contains("Öresund Fastigheter AB"), "{}", browser.text("main").await);
    stage.end().await;
}
