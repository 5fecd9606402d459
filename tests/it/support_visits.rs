//! Support access that customers can see and end (issue 3, part 8; N9).

use tenantry::{
    organizations::{Created, NewOrganization},
    roles::Role,
    scope::Scope,
    types::AccountKind,
};
use time::Duration;

use crate::support::{ADMIN_EMAIL, Page, TestApp, TestClient, data, with};

const UNKNOWN: &str = "No organization beneath yours has exactly this Org Key, primary domain or customer number";
const AGENT: &str = "ada@nordlicht.example";

struct Scene {
    app: TestApp,
    operator: TestClient,
    scope: Scope,
    /// Where the agent stands.
    partner: Created,
    customer: Created,
    agent: TestClient,
}

impl Scene {
    async fn start() -> Scene {
        let app = TestApp::start().await;
        let (operator, scope) = app.operator().await;
        let partner = app.create(&scope, data::new_organization(AccountKind::Partner, "Harbour IT")).await;
        let there = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
        let details = tenantry::organizations::DetailsForm {
            domain: "kowalczyk.example".into(),
            customer_number: "K-20418".into(),
            ..data::details(AccountKind::Customer, "Kowalczyk")
        };
        let customer = app.create(&there, data::new_with(&details)).await;
        let agent = app.member(&partner, Role::SupportAgent, AGENT).await;
        Scene { app, operator, scope, partner, customer, agent }
    }

    fn home(&self) -> String {
        format!("/o/{}", self.customer.key)
    }

    async fn ask(&self, changes: &[(&str, &str)]) -> Page {
        let key = self.customer.key.to_string();
        let form = [
            ("target", key.as_str()),
            ("reason", "Ticket 4711: mail does not arrive"),
            ("requested_by", "Katharina Vogt"),
            ("hours", "1"),
        ];
        self.agent.post(&format!("{}/support", self.agent.home), &with(&form, changes)).await
    }

    /// The agent proves themselves again.
    async fn prove(&self) {
        let proof = [("next", "/profile"), ("proof_password", data::PASSWORD)];
        self.agent.post("/confirm", &proof).await.assert_redirect("/profile");
    }

    async fn enter(&self) {
        self.ask(&[]).await.assert_redirect(&self.home());
    }
}

#[tokio::test]
async fn a_visit_opens_the_organization_until_its_time() {
    let scene = Scene::start().await;
    let admin = scene.app.member(&scene.customer, Role::OrgAdmin, "kim@customer.example").await;
    scene.agent.get(&scene.home()).await.assert_status(404);
    scene.enter().await;
    let page = scene.agent.get(&scene.home()).await;
    page.assert_status(200).assert_contains("ada is in").assert_contains("Ticket 4711: mail does not arrive");
    page.assert_contains("21 Nov 2026, 11:42 CET");
    assert!(page.text("nav.side .switch").is_some_and(|switch| switch.contains("Support")));
    scene.agent.get("/profile").await.assert_contains("ada is in");
    scene.agent.get(&format!("{}/settings", scene.home())).await.assert_status(200);
    scene.agent.get(&format!("{}/support-access", scene.home())).await.assert_status(200);
    for forbidden in ["/settings/billing", "/settings/sign-in"] {
        scene.agent.get(&format!("{}{forbidden}", scene.home())).await.assert_status(403);
        scene.agent.post(&format!("{}{forbidden}", scene.home()), &[]).await.assert_status(403);
    }
    assert!(!admin.get(&admin.home).await.body.contains("ada is in"), "the bar is the visitor's");

    let mails = scene.app.mails().await;
    let mail =
        mails.iter().find(|mail| mail.subject == "ada of Harbour IT is in Kowalczyk for support").expect("a mail");
    assert_eq!(mail.to_address, "kim@customer.example");
    for words in ["Ticket 4711", "Katharina Vogt", "/support-access"] {
        assert!(mail.text_body.contains(words), "{}", mail.text_body);
    }
    scene.app.clock.advance(Duration::minutes(59));
    scene.agent.get(&scene.home()).await.assert_status(200);
    scene.app.clock.advance(Duration::minutes(1));
    scene.agent.get(&scene.home()).await.assert_status(404);
    assert!(!scene.agent.get("/profile").await.body.contains("ada is in"));
    scene.prove().await;
    scene.agent.get(&format!("{}/support", scene.agent.home)).await.assert_contains("Ended by itself");
}

#[tokio::test]
async fn both_names_and_whatever_is_done_stand_in_the_log_of_the_organization() {
    let scene = Scene::start().await;
    scene.enter().await;
    let page = scene.agent.get(&format!("{}/settings", scene.home())).await;
    let kept = ["version", "company_size", "country", "state", "domain", "customer_number"];
    let kept: Vec<(&str, String)> =
        kept.iter().map(|name| (*name, page.field_value(name).unwrap_or_default())).collect();
    let mut form = vec![
        ("name", "Kowalczyk i Syn"),
        ("contact_given_name", "Jan"),
        ("contact_family_name", "Kowalczyk"),
        ("contact_phone", "+49 3443 555 0142"),
    ];
    form.extend(kept.iter().map(|(name, value)| (*name, value.as_str())));
    scene.agent.post(&format!("{}/settings", scene.home()), &form).await.assert_status(303);
    let log: Vec<(String, String, Option<String>)> =
        sqlx::query_as("select kind, actor_name, subject_name from events where actor_name like 'ada %' order by id")
            .fetch_all(&scene.app.db)
            .await
            .unwrap();
    let actor = "ada (support, Harbour IT)".to_owned();
    assert_eq!(log[0], ("support_visit.started".into(), actor.clone(), Some("asked for by Katharina Vogt".into())));
    assert_eq!((log[1].0.as_str(), &log[1].1), ("organization.edited", &actor));
}

#[tokio::test]
async fn the_organization_sees_and_ends_a_visit() {
    let scene = Scene::start().await;
    let admin = scene.app.member(&scene.customer, Role::OrgAdmin, "kim@customer.example").await;
    let member = scene.app.member(&scene.customer, Role::Member, "lee@customer.example").await;
    let path = format!("{}/support-access", scene.home());
    admin.get(&path).await.assert_contains("Nobody has come in for support");
    scene.enter().await;
    let page = admin.get(&path).await;
    page.assert_contains("Katharina Vogt").assert_contains("Harbour IT").assert_contains("Open until");
    let end = page.attribute("main ul.list form", "action").unwrap();
    member.get(&path).await.assert_status(403);
    member.post(&end, &[]).await.assert_status(403);
    let elsewhere = end.replace(scene.customer.key.as_str(), scene.partner.key.as_str());
    scene.operator.post(&elsewhere, &[]).await.assert_status(404);
    scene.agent.get(&scene.home()).await.assert_status(200);

    admin.post(&end, &[]).await.assert_redirect(&path);
    scene.agent.get(&scene.home()).await.assert_status(404);
    admin.get(&path).await.assert_contains("by kim").assert_contains("The visit of ada has ended");
    admin.post(&end, &[]).await.assert_status(404);
    assert_eq!(scene.app.number("select count(*) from events where kind = 'support_visit.ended'").await, 1);
}

#[tokio::test]
async fn the_visitor_ends_it_and_comes_back_only_with_a_new_reason() {
    let scene = Scene::start().await;
    scene.enter().await;
    scene.enter().await;
    assert_eq!(scene.app.number("select count(*) from support_visits").await, 1, "asking twice opens one visit");
    let end = scene.agent.get(&scene.home()).await.attribute("main section.note form", "action").unwrap();
    let back = format!("/o/{}/support", scene.partner.key);
    scene.agent.post(&end, &[]).await.assert_redirect(&back);
    scene.agent.get(&back).await.assert_contains("Your visit to Kowalczyk has ended");
    scene.agent.get(&scene.home()).await.assert_status(404);
    scene.enter().await;
    assert_eq!(scene.app.number("select count(*) from support_visits").await, 2);
}

#[tokio::test]
async fn an_organization_is_found_by_key_domain_or_customer_number_and_only_beneath() {
    let scene = Scene::start().await;
    let sibling = scene.app.create(&scene.scope, data::new_organization(AccountKind::Customer, "Elsewhere")).await;
    let (foreign, own) = (sibling.key.to_string(), scene.partner.key.to_string());
    for target in [foreign.as_str(), "org_zzzzzzzzzzzz", "kowalczyk", "K-2041", "sub.kowalczyk.example", own.as_str()] {
        let page = scene.ask(&[("target", target)]).await;
        page.assert_status(422).assert_field_error("target", UNKNOWN).assert_field_value("target", target);
        page.assert_field_value("reason", "Ticket 4711: mail does not arrive");
    }
    scene.ask(&[("target", "Kowalczyk.example")]).await.assert_redirect(&scene.home());
    scene.ask(&[("target", "K-20418")]).await.assert_redirect(&scene.home());
    let page = scene.operator.get(&format!("{}/support", scene.operator.home)).await;
    page.assert_status(200);
    let form = [("target", foreign.as_str()), ("reason", "x1"), ("requested_by", "Jo"), ("hours", "4")];
    let page = scene.operator.post(&format!("{}/support", scene.operator.home), &form).await;
    let reached = "You reach Elsewhere without a visit. Open it from your list of organizations";
    page.assert_status(422).assert_field_error("target", reached);
}

#[tokio::test]
async fn reason_and_who_asked_are_mandatory_and_hours_are_limited() {
    let scene = Scene::start().await;
    let page = scene.ask(&[("target", " "), ("reason", ""), ("requested_by", " "), ("hours", "24")]).await;
    page.assert_status(422).assert_field_error("target", "Enter what you know the organization by");
    page.assert_field_error("reason", "Enter why you go in");
    page.assert_field_error("requested_by", "Enter the name of whoever asked for it");
    page.assert_field_error("hours", "Choose 1, 4 or 8 hours");
    assert_eq!(scene.app.number("select count(*) from support_visits").await, 0);
}

#[tokio::test]
async fn a_visit_ends_with_the_right_to_make_one() {
    let scene = Scene::start().await;
    scene.enter().await;
    let auditor = scene.app.member(&scene.partner, Role::Auditor, "aud@nordlicht.example").await;
    auditor.get(&format!("{}/support", auditor.home)).await.assert_status(403);
    auditor.post(&format!("{}/support", auditor.home), &[]).await.assert_status(403);
    for (lost, regained) in [
        (
            "update memberships set role = 'member' where role = 'support_agent'",
            "update memberships set role = 'support_agent' where role = 'member'",
        ),
        (
            "update memberships set suspended_at = now() where role = 'support_agent'",
            "update memberships set suspended_at = null",
        ),
        (
            "update organizations set status = 'archived' where name = 'Kowalczyk'",
            "update organizations set status = 'active'",
        ),
    ] {
        scene.agent.get(&scene.home()).await.assert_status(200);
        sqlx::query(lost).execute(&scene.app.db).await.unwrap();
        scene.agent.get(&scene.home()).await.assert_status(404);
        sqlx::query(regained).execute(&scene.app.db).await.unwrap();
    }
}

#[tokio::test]
async fn a_visitor_sees_nothing_beneath_and_nothing_beside() {
    let scene = Scene::start().await;
    let there = scene.app.scope(ADMIN_EMAIL, scene.partner.key.as_str()).await;
    let enterprise = scene.app.create(&there, data::new_organization(AccountKind::Enterprise, "Meridian")).await;
    let inside = scene.app.scope(ADMIN_EMAIL, enterprise.key.as_str()).await;
    let beneath = data::new_organization(AccountKind::Customer, "Meridian Norte");
    let branch = scene.app.create(&inside, NewOrganization { subscription: None, billing: None, ..beneath }).await;
    let key = enterprise.key.to_string();
    scene.ask(&[("target", &key)]).await.assert_redirect(&format!("/o/{key}"));
    let page = scene.agent.get(&format!("/o/{key}")).await;
    page.assert_status(200);
    assert!(!page.body.contains("Meridian Norte"), "what is beneath is not part of the visit");
    scene.agent.get(&format!("/o/{key}/organizations")).await.assert_status(403);
    scene.agent.get(&format!("/o/{}", branch.key)).await.assert_status(404);
    scene.agent.get(&scene.home()).await.assert_status(404);
}

#[tokio::test]
async fn every_administrator_reads_the_end_in_their_own_time() {
    let scene = Scene::start().await;
    for (email, zone) in [("kim@customer.example", "America/New_York"), ("jan@customer.example", "Asia/Kolkata")] {
        scene.app.member(&scene.customer, Role::OrgAdmin, email).await;
        let change = sqlx::query("update users set time_zone = $2 where email = $1").bind(email).bind(zone);
        change.execute(&scene.app.db).await.unwrap();
    }
    scene.enter().await;
    let mails = scene.app.mails().await;
    for (email, until) in
        [("kim@customer.example", "21 Nov 2026, 05:42 EST"), ("jan@customer.example", "21 Nov 2026, 16:12 IST")]
    {
        let mail = mails.iter().find(|mail| mail.to_address == email && mail.subject.contains("for support"));
        let mail = mail.expect("a mail");
        let text = mail.text_body.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(until) && mail.html_body.contains(until), "{text}");
    }
}

/// Going into somebody else's organization is no less than changing one's own.
#[tokio::test]
async fn a_visit_takes_a_proof_of_the_last_ten_minutes() {
    let scene = Scene::start().await;
    scene.app.clock.advance(Duration::minutes(10));
    let page = scene.ask(&[]).await;
    page.assert_status(403)
        .assert_contains("Confirm that it is you")
        .assert_field_value("requested_by", "Katharina Vogt");
    assert_eq!(scene.app.number("select count(*) from support_visits").await, 0);
    scene.prove().await;
    scene.enter().await;
}
