//! axe-core on every page, light and dark, at 320 pixels, with a silent console (issue 2: Tests). Each visit is named;
//! the pictures of the same names are in `target/screenshots/`.

use sqlx::Row;
use thirtyfour::Key;

use super::{Browser, Look};
use crate::portal::{
    Form, Portal, Postgres,
    walk::{self, Access, Administrator},
};

/// The faults of all visits, told together at the end.
pub(super) struct Tour {
    pub(super) browser: Browser,
    faults: Vec<String>,
}

impl Tour {
    pub(super) async fn start(base: &str) -> Tour {
        Tour { browser: Browser::open(Look::DESKTOP, base).await, faults: Vec::new() }
    }

    /// The page as it stands now.
    pub(super) async fn look(&mut self, name: &str) {
        self.faults.extend(self.browser.audit(name).await);
    }

    pub(super) async fn visit(&mut self, name: &str, path: &str) {
        self.browser.goto(path).await;
        self.look(name).await;
    }

    /// The page as it comes back when its form is sent as it is.
    pub(super) async fn visit_and_press(&mut self, name: &str, path: &str, words: &str) {
        self.browser.goto(path).await;
        self.browser.press(words).await;
        self.browser.find("#errors").await;
        self.look(name).await;
    }

    pub(super) async fn end(self) {
        self.browser.close().await;
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// Before anybody is signed in.
#[tokio::test]
async fn pages_of_the_gate_are_accessible() {
    let portal = Portal::start().await;
    let mut tour = Tour::start(&portal.base).await;
    let link = portal.first_run_link().await;
    tour.visit("sign-in-before-set-up", "/sign-in").await;
    tour.visit("set-up", &link).await;
    tour.visit_and_press("set-up-with-errors", &link, "Create and sign in").await;
    walk::set_up(&portal).await;
    tour.visit("sign-in", "/sign-in").await;
    tour.visit_and_press("sign-in-with-errors", "/sign-in", "Sign in").await;
    tour.visit("password-forgotten", "/password/forgotten").await;
    tour.browser.fill("email", walk::EMAIL).await;
    tour.browser.press("Send the link").await;
    tour.look("password-link-sent").await;
    let link = link_in_newest_mail(&portal, "/password/").await;
    tour.visit("password-reset", &link).await;
    tour.visit("password-link-unknown", "/password/no-such-link").await;
    tour.visit("mailbox", "/dev/mailbox").await;
    tour.visit("not-found", "/no-such-page").await;
    too_many(&portal).await;
    tour.visit("sign-in-too-often", "/sign-in").await;
    tour.browser.sign_in_refused("nobody@elsewhere.example").await;
    tour.look("too-many").await;
    tour.end().await;
}

/// Wrong passwords until no more are taken.
async fn too_many(portal: &Portal) {
    let client = crate::portal::Client::new(&portal.base);
    let fields = [("email", "nobody@elsewhere.example"), ("password", "wrong")];
    let form = Form { action: "/sign-in".into(), fields: Vec::new() }.fill(&fields);
    for _ in 0..200 {
        if client.submit(&form).await.expect("an answer").status == 429 {
            return;
        }
    }
    panic!("200 wrong passwords are taken");
}

async fn link_in_newest_mail(portal: &Portal, path: &str) -> String {
    let start = format!("{}{path}", portal.base);
    for _ in 0..500 {
        let rows = sqlx::query("select text_body from mails order by created_at desc");
        let rows = rows.fetch_all(&mut portal.database().await).await.expect("the mails");
        let mut bodies = rows.iter().map(|row| row.get::<String, _>(0));
        let link =
            bodies.find_map(|body| body.split_whitespace().find(|word| word.starts_with(&start)).map(str::to_owned));
        if let Some(link) = link {
            return link;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no mail with a link to {path}");
}

/// What one works with every day.
#[tokio::test]
async fn pages_of_organizations_are_accessible() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let home = operator.home.clone();
    tour.visit("home-empty", &home).await;
    tour.visit("organizations-empty", &format!("{home}/organizations")).await;
    let customer =
        operator.create("customer", "Kowalczyk i Wspólnicy", Access::Instructions("k@customer.example")).await;
    let partner = operator.create("partner", "Sørensen IT", Access::Later).await;
    let enterprise = operator.create("enterprise", "Meridian Holding", Access::Later).await;
    tour.visit("home", &home).await;
    tour.visit("organizations", &format!("{home}/organizations")).await;
    tour.visit("organizations-not-found", &format!("{home}/organizations?q=kovalchik")).await;
    tour.visit("organizations-quick", &format!("{home}/organizations/quick")).await;
    tour.visit_and_press("organizations-quick-errors", &format!("{home}/organizations/quick"), "Create").await;
    tour.visit("organizations-rows", &format!("{home}/organizations/rows")).await;
    tour.visit_and_press("organizations-rows-errors", &format!("{home}/organizations/rows"), "Create organizations")
        .await;
    tour.visit("organizations-ending", &format!("{home}/organizations?view=ending")).await;
    tour.visit("all-organizations", "/organizations").await;
    tour.visit("customer", &format!("/o/{customer}")).await;
    tour.visit("partner", &format!("/o/{partner}")).await;
    tour.visit("enterprise", &format!("/o/{enterprise}")).await;
    tour.visit("settings-of-partner", &format!("{home}/settings")).await;
    tour.visit("settings-of-customer", &format!("/o/{customer}/settings")).await;
    tour.visit("audit-log", &format!("{home}/audit")).await;
    tour.browser.find(".diff summary").await.click().await.expect("a click");
    tour.look("audit-log-open").await;
    tour.visit("audit-log-not-found", &format!("{home}/audit?person=nobody&from=2026-01-01")).await;
    tour.visit("audit-log-with-errors", &format!("{home}/audit?from=tomorrow")).await;
    tour.visit("probe", &format!("{home}/probe")).await;
    tour.visit("jobs", &format!("{home}/jobs")).await;
    for part in ["billing", "prices", "support"] {
        tour.visit(&format!("settings-{part}"), &format!("{home}/settings/{part}")).await;
    }
    tour.visit("profile", "/profile").await;
    tour.visit("profile-password", "/profile/password").await;
    tour.visit_and_press("profile-password-with-errors", "/profile/password", "Change password").await;
    tour.visit("profile-sessions", "/profile/sessions").await;
    tour.visit("help", "/help").await;
    tour.visit("help-subscriptions", "/help/organizations-or-subscriptions").await;
    tour.visit("forbidden", &format!("/o/{customer}/organizations")).await;
    tour.visit("not-found-in-frame", "/o/org_zzzzzzzzzzzz").await;
    tour.visit("mailbox-with-mails", "/dev/mailbox").await;
    tour.browser.find("main a[href^='/dev/mailbox/']").await.click().await.expect("a click");
    tour.look("mail").await;
    tour.end().await;
}

/// Every step of the wizard: empty, with errors, filled, contradicted.
#[tokio::test]
async fn pages_of_the_wizard_are_accessible() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let mut tour = Tour::start(&portal.base).await;
    tour.browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    let fresh = operator.begin().await;
    tour.visit("wizard-details", &fresh).await;
    tour.visit_and_press("wizard-details-with-errors", &fresh, "Continue").await;
    conflict(&mut tour, &operator).await;
    let ready = operator.draft("Öresund Fastigheter AB", Access::Instructions("vogt@oresund.example")).await;
    let draft = ready.create.action.trim_end_matches("/review").to_owned();
    tour.visit("wizard-drafts", &format!("{}/organizations/new", operator.home)).await;
    for step in ["details", "admin-user", "subscription", "billing", "review"] {
        tour.visit(&format!("wizard-{step}-filled"), &format!("{draft}/{step}")).await;
    }
    tour.visit("wizard-edit-from-review", &format!("{draft}/details?from=review")).await;
    invalid_steps(&mut tour, &draft).await;
    verification(&mut tour, &portal, &draft).await;
    let other = operator.draft("Kowalczyk i Wspólnicy", Access::Later).await;
    let confirmation = operator.client.accepted(&other.create).await;
    tour.visit("wizard-confirmation", &confirmation).await;
    beneath_an_enterprise(&mut tour, &operator).await;
    tour.end().await;
}

async fn invalid_steps(tour: &mut Tour, draft: &str) {
    let steps = [
        ("admin-user", "email", "x", "vogt@oresund.example"),
        ("subscription", "licenses", "0", "5"),
        ("billing", "line1", "", "Werkstraße 8"),
    ];
    for (step, field, wrong, right) in steps {
        tour.browser.goto(&format!("{draft}/{step}?from=review")).await;
        tour.browser.fill(field, wrong).await;
        tour.browser.press("Save and return to the review").await;
        tour.browser.find("#errors").await;
        tour.look(&format!("wizard-{step}-with-errors")).await;
        tour.browser.fill(field, right).await;
        // By the keyboard: the message goes as soon as the field is left, and what stands beneath it moves up.
        tour.browser.keys(Key::Enter).await;
        tour.browser.arrive("/review").await;
    }
}

/// Another tab writes the step while this one is open (UX 8).
async fn conflict(tour: &mut Tour, operator: &Administrator) {
    let path = operator.begin().await;
    tour.browser.goto(&path).await;
    let form = Form::to(&operator.client.page(&path).await, &path);
    operator.client.submit(&form.fill(&[("company", "Written elsewhere")])).await.expect("an answer");
    tour.browser.fill("company", "Written here").await;
    tour.browser.press("Continue").await;
    tour.browser.find("#conflict").await;
    tour.look("wizard-conflict").await;
}

/// Before the code, after it, with a wrong one, and the password.
async fn verification(tour: &mut Tour, portal: &Portal, draft: &str) {
    let address = "vogt.lindner@oresund.example";
    tour.browser.goto(&format!("{draft}/admin-user")).await;
    tour.browser.choose("access", "code").await;
    tour.browser.fill("email", address).await;
    tour.browser.press("Continue").await;
    tour.browser.arrive("/verification").await;
    tour.look("wizard-verification-before").await;
    tour.browser.press("Send the code").await;
    tour.browser.find("input[name=code]").await;
    tour.look("wizard-verification-sent").await;
    tour.browser.fill("code", "00000").await;
    tour.browser.press("Verify").await;
    tour.browser.find("#errors").await;
    tour.look("wizard-verification-wrong").await;
    let code = code_for(portal, address).await;
    tour.browser.fill("code", &code).await;
    tour.browser.find("input[name=password]").await;
    tour.look("wizard-verification-password").await;
    tour.browser.fill("password", "short").await;
    tour.browser.press("Continue").await;
    tour.browser.find("#errors").await;
    tour.look("wizard-verification-password-with-errors").await;
}

/// The code of the newest mail to an address; its subject begins with it.
async fn code_for(portal: &Portal, address: &str) -> String {
    let newest = sqlx::query_scalar("select subject from mails where to_address = $1 order by created_at desc limit 1");
    let subject: String = newest.bind(address).fetch_one(&mut portal.database().await).await.expect("a mail");
    subject.chars().take(6).collect()
}

/// Licences come from the enterprise's pool, and it is billed.
async fn beneath_an_enterprise(tour: &mut Tour, operator: &Administrator) {
    let enterprise = operator.create("enterprise", "Meridian Holding", Access::Later).await;
    let there = Administrator { home: format!("/o/{enterprise}"), ..operator.clone() };
    let ready = there.draft("Meridian Norte", Access::Later).await;
    let draft = ready.create.action.trim_end_matches("/review").to_owned();
    for step in ["subscription", "billing", "review"] {
        tour.visit(&format!("wizard-{step}-beneath-enterprise"), &format!("{draft}/{step}")).await;
    }
}

/// What the portal shows while its database is away.
#[tokio::test]
async fn the_page_without_a_database_is_accessible() {
    let mut postgres = Postgres::start().await;
    let portal = Portal::start_with(Postgres::settings(&postgres.socket_dir())).await;
    walk::set_up(&portal).await;
    postgres.kill().await;
    let mut tour = Tour::start(&portal.base).await;
    tour.visit("unavailable", "/sign-in").await;
    assert!(tour.browser.has("h1").await);
    tour.end().await;
}
