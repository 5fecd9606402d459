//! From the first step to the organization: every way an administrator gets in, every kind, and that it is one.

use super::walk::{ADMINISTRATOR, BILLING, DETAILS, EMAIL, PASSWORD, SUBSCRIPTION, Walk};
use crate::{
    custom_fields::{make, three},
    support::{ADMIN_EMAIL, ADMIN_PASSWORD, TestApp, TestClient},
};

#[tokio::test]
async fn the_whole_way_ends_in_the_new_organizations_dashboard() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let review = walk.show("review").await;
    review
        .assert_status(200)
        .assert_contains("Purchased, committed")
        .assert_contains("Yearly, 21 Nov 2026 to 20 Nov 2027");
    assert_eq!(review.text("main form button.btn-primary").as_deref(), Some("Create subscription"));
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 0);
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    let confirmation = walk.show("confirmation").await;
    assert_eq!(confirmation.assert_status(200).text("h1").as_deref(), Some("The subscription is active"));
    confirmation.assert_contains("You are signed in as").assert_contains("welcome");
    let key = walk.created_key().await;
    let add = confirmation.attribute("main a[aria-label^=\"Add user\"]", "href").expect("the way to more users");
    assert_eq!(add, format!("/o/{key}/users/new"), "S140, S424");
    let invite = admin.get(&add).await;
    assert_eq!(invite.assert_status(200).text("h1").as_deref(), Some("Add user"));
    assert_eq!(invite.attribute("main form", "action").as_deref(), Some(add.as_str()));
    walk.client.post(&walk.at("sign-in"), &[]).await.assert_redirect(&format!("/o/{key}"));
    assert_eq!(app.number("select count(*) from subscriptions where plan = 'purchased' and licenses = 120").await, 1);
    assert_eq!(app.number("select count(*) from billing_accounts where city = 'Weißenfels'").await, 1);
    assert_eq!(app.number("select count(*) from memberships where role = 'org_admin'").await, 1);
    let mut administrator = app.client();
    administrator.sign_in(EMAIL, PASSWORD).await.assert_status(303);
    assert_eq!(administrator.home, format!("/o/{key}"));
}

#[tokio::test]
async fn a_trial_with_instructions_needs_no_verification() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    let page = walk.save_with("admin-user", &ADMINISTRATOR, &[("access", "instructions")]).await;
    page.assert_redirect(&walk.at("subscription"));
    walk.show("verification").await.assert_redirect(&walk.at("subscription"));
    let step = walk.show("subscription").await;
    step.assert_field_value("plan", "trial").assert_field_value("licenses", "5");
    step.assert_field_value("name", "Weißenfelder Präzisionsguss GmbH & Co. KG");
    walk.save_with("subscription", &SUBSCRIPTION, &[("plan", "trial"), ("licenses", "5")]).await.assert_status(303);
    walk.take(&app, "billing").await;
    walk.show("review").await.assert_contains("Instructions are mailed when the organization is created");
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    let confirmation = walk.show("confirmation").await;
    confirmation.assert_contains("5 licences on trial until 21 Dec 2026").assert_contains("password instructions");
    assert_eq!(app.number("select count(*) from users where password_hash is null").await, 1);
    assert_eq!(app.number("select count(*) from jobs where kind = 'send_password_instructions'").await, 1);
}

#[tokio::test]
async fn without_an_administrator_nobody_is_created_and_nobody_gets_mail() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    let nobody = [("access", "later"), ("email", ""), ("given_name", ""), ("family_name", "")];
    walk.save("admin-user", &nobody).await.assert_redirect(&walk.at("subscription"));
    walk.take(&app, "subscription").await;
    walk.take(&app, "billing").await;
    let review = walk.show("review").await;
    review.assert_contains("Created later").assert_contains("None, as there is no administrator yet");
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    walk.show("confirmation").await.assert_contains("Nobody yet");
    assert_eq!(app.number("select count(*) from users").await, 1);
    assert_eq!(app.number("select count(*) from mails").await, 0);
}

/// D1: one person, one password. The verified address has an account, so its password is asked for.
#[tokio::test]
async fn an_address_with_an_account_gives_the_password_it_has() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", ADMIN_EMAIL)]).await.assert_status(303);
    let before = walk.show("verification").await;
    assert!(!before.has("input[type=password]"), "nothing is told before the address is proved");
    walk.send_code().await.assert_status(303);
    walk.try_code(&app.latest_code().await).await.assert_status(303);
    let page = walk.show("verification").await;
    assert_eq!(page.text("label[for=password]").as_deref(), Some("Present password of the account"));
    let wrong = walk.client.post(&walk.at("verification"), &[("password", "not the one at all")]).await;
    wrong
        .assert_status(422)
        .assert_field_error("password", "This is not the password of the account. Passwords are case-sensitive");
    let right = walk.client.post(&walk.at("verification"), &[("password", ADMIN_PASSWORD)]).await;
    right.assert_redirect(&walk.at("subscription"));
    walk.take(&app, "subscription").await;
    walk.take(&app, "billing").await;
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    assert_eq!(app.number("select count(*) from users").await, 1);
    assert_eq!(app.number("select count(*) from memberships").await, 2);
}

/// With instructions or without: an address that has an account becomes a member, never a second account.
#[tokio::test]
async fn instructions_to_an_address_with_an_account_make_a_member_of_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    let changes = [("access", "instructions"), ("email", "INGRID@nordlicht.example")];
    walk.save_with("admin-user", &ADMINISTRATOR, &changes).await.assert_redirect(&walk.at("subscription"));
    walk.take(&app, "subscription").await;
    walk.take(&app, "billing").await;
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    assert_eq!(app.number("select count(*) from users").await, 1);
    assert_eq!(app.number("select count(*) from memberships").await, 2);
    assert_eq!(app.number("select count(*) from jobs where kind = 'send_password_instructions'").await, 0);
}

#[tokio::test]
async fn a_password_chosen_here_does_not_open_an_account_made_meanwhile() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let first = Walk::up_to(&app, &admin, "review").await;
    app.clock.advance(time::Duration::minutes(2));
    let second = Walk::begin(&admin).await;
    second.save_with("details", &DETAILS, &[("domain", ""), ("customer_number", "")]).await.assert_status(303);
    for step in ["admin-user", "verification", "subscription", "billing"] {
        second.take(&app, step).await;
    }
    first.create().await.assert_redirect(&first.at("confirmation"));
    second.create().await.assert_redirect(&second.at("verification"));
    assert!(second.show("verification").await.has("label[for=password]"));
    second.client.post(&second.at("verification"), &[("password", PASSWORD)]).await.assert_status(303);
    second.create().await.assert_redirect(&second.at("confirmation"));
    assert_eq!(app.number("select count(*) from users").await, 2);
}

async fn create_kind(app: &TestApp, client: &TestClient, kind: &str) -> String {
    let walk = Walk::begin(client).await;
    let company = format!("A {kind}");
    let changes = [("kind", kind), ("company", company.as_str()), ("domain", ""), ("customer_number", "")];
    walk.save_with("details", &DETAILS, &changes).await.assert_redirect(&walk.at("admin-user"));
    walk.save_with("admin-user", &ADMINISTRATOR, &[("access", "instructions")]).await.assert_status(303);
    let named = if kind == "enterprise" { "an enterprise" } else { &format!("a {kind}") };
    let step = walk.show("subscription").await;
    assert_eq!(step.text("h1"), Some(format!("Account plan for {named}")), "the title names the kind (S416)");
    walk.take(app, "subscription").await;
    walk.take(app, "billing").await;
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    walk.created_key().await
}

#[tokio::test]
async fn every_kind_can_be_created_beneath_a_partner() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    for kind in ["customer", "partner", "enterprise"] {
        create_kind(&app, &admin, kind).await;
    }
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from organizations where parent_id is not null order by created_at, id")
            .fetch_all(&app.db)
            .await
            .unwrap();
    assert_eq!(kinds, ["customer", "partner", "enterprise"]);
}

/// S407: the enterprise's organizations draw from its licences and are billed to it.
#[tokio::test]
async fn beneath_an_enterprise_there_is_a_pool_instead_of_a_plan() {
    let app = TestApp::start().await;
    let mut admin = app.reseller_admin().await;
    let key = create_kind(&app, &admin, "enterprise").await;
    admin.home = format!("/o/{key}");
    let walk = Walk::begin(&admin).await;
    let details = walk.show("details").await;
    assert_eq!(details.texts("label.pick b"), ["Customer"]);
    let partner = walk.save_with("details", &DETAILS, &[("kind", "partner")]).await;
    partner.assert_status(422);
    assert!(partner.has("#kind-error"));
    walk.take(&app, "details").await;
    walk.save_with("admin-user", &ADMINISTRATOR, &[("access", "later")]).await.assert_status(303);
    walk.show("subscription").await.assert_contains("draws from them and has no plan of its own");
    walk.save("subscription", &[]).await.assert_redirect(&walk.at("billing"));
    walk.show("billing").await.assert_contains("Billed to");
    walk.save("billing", &[]).await.assert_redirect(&walk.at("review"));
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    assert_eq!(app.number("select count(*) from subscriptions").await, 1);
    assert_eq!(app.number("select count(*) from billing_accounts").await, 2, "operator and enterprise");
}

/// QUALITY 19: any number of presses, at once and later, make one organization and lead to it.
#[tokio::test]
async fn sixty_four_presses_at_once_create_one_organization() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let version = walk.version("review").await;
    let presses = (0..64).map(|_| {
        let (walk, version) = (walk.clone(), version.clone());
        tokio::spawn(async move { walk.client.post(&walk.at("review"), &[("version", &version)]).await })
    });
    for answer in presses.collect::<Vec<_>>() {
        answer.await.unwrap().assert_redirect(&walk.at("confirmation"));
    }
    walk.client.post(&walk.at("review"), &[("version", &version)]).await.assert_redirect(&walk.at("confirmation"));
    walk.client.post(&walk.at("review"), &[]).await.assert_redirect(&walk.at("confirmation"));
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 1);
    assert_eq!(app.number("select count(*) from users").await, 2);
    assert_eq!(app.number("select count(*) from subscriptions").await, 1);
    assert_eq!(app.number("select count(*) from mails where kind = 'welcome'").await, 1);
}

#[tokio::test]
async fn the_confirmation_survives_a_reload_and_every_step_leads_to_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    walk.create().await.assert_status(303);
    let first = walk.show("confirmation").await;
    assert_eq!(walk.show("confirmation").await.text("main"), first.text("main"));
    for step in ["details", "admin-user", "verification", "subscription", "billing", "review"] {
        walk.show(step).await.assert_redirect(&walk.at("confirmation"));
    }
    walk.save_seen("details", &DETAILS, "1").await.assert_redirect(&walk.at("confirmation"));
    walk.client.post(&walk.at("details/autosave"), &DETAILS).await.assert_status(409);
    let stored: serde_json::Value = sqlx::query_scalar("select data from drafts").fetch_one(&app.db).await.unwrap();
    assert!(!stored.to_string().contains("argon2"), "the hash is not kept once it is the user's");
}

#[tokio::test]
async fn what_was_taken_meanwhile_is_said_on_the_review_and_can_be_mended() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let first = Walk::up_to(&app, &admin, "review").await;
    app.clock.advance(time::Duration::minutes(2));
    let second = Walk::up_to(&app, &admin, "review").await;
    first.create().await.assert_status(303);
    let refused = second.create().await;
    // The account exists now, so the password comes first; then the domain is taken.
    refused.assert_redirect(&second.at("verification"));
    second.client.post(&second.at("verification"), &[("password", PASSWORD)]).await.assert_status(303);
    let refused = second.create().await;
    refused.assert_status(422).assert_contains("praezisionsguss.example already belongs to");
    assert!(refused.has("a[href$=\"/details?from=review#domain\"]"));
    let mended = [("domain", "guss.example"), ("customer_number", "K-20419"), ("from", "review")];
    second.save_with("details", &DETAILS, &mended).await.assert_redirect(&second.at("review"));
    second.create().await.assert_redirect(&second.at("confirmation"));
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 2);
}

#[tokio::test]
async fn a_draft_changed_since_the_review_was_shown_is_not_created_unread() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let seen = walk.version("review").await;
    walk.save_with("billing", &BILLING, &[("city", "Leipzig")]).await.assert_status(303);
    let refused = walk.client.post(&walk.at("review"), &[("version", &seen)]).await;
    refused.assert_status(409).assert_contains("Something was changed in another window").assert_contains("Leipzig");
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 0);
    walk.create().await.assert_redirect(&walk.at("confirmation"));
}

/// The role of an Org Admin ends at the partner itself: who cannot see beneath it cannot create there.
#[tokio::test]
async fn an_org_admin_of_a_partner_creates_nothing_beneath_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    walk.save_with("details", &DETAILS, &[("kind", "partner")]).await.assert_status(303);
    for step in ["admin-user", "verification", "subscription", "billing"] {
        walk.take(&app, step).await;
    }
    walk.create().await.assert_status(303);
    let change = "update memberships set role = 'org_admin' where organization_id in
                    (select id from organizations where parent_id is not null)";
    sqlx::query(change).execute(&app.db).await.unwrap();
    let mut partner = app.client();
    partner.sign_in(EMAIL, PASSWORD).await.assert_status(303);
    partner.get(&format!("{}/organizations", partner.home)).await.assert_status(403);
    partner.post(&format!("{}/organizations/new", partner.home), &[]).await.assert_status(403);
}

/// What a partner demands of its organizations is asked here too, read back on the review, and kept.
#[tokio::test]
async fn the_parents_own_fields_are_part_of_the_details() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let [region, cost, since] = three(&app, &admin).await;
    let walk = Walk::begin(&admin).await;
    let page = walk.show("details").await;
    assert!(page.has(&format!("#step > .f #{cost}")), "mandatory, so not behind More");
    assert!(page.has(&format!("details select#{region} option[value=North][selected]")));
    let wrong = walk.save_with("details", &DETAILS, &[(&region, "South"), (&cost, ""), (&since, "soon")]).await;
    wrong.assert_status(422).assert_field_error(&cost, "Fill in Cost centre").assert_field_value(&since, "soon");
    walk.show("details").await.assert_field_value(&since, "soon");
    let right = [(region.as_str(), "South"), (cost.as_str(), "12,50"), (since.as_str(), "")];
    walk.save_with("details", &DETAILS, &right).await.assert_redirect(&walk.at("admin-user"));
    for step in ["admin-user", "verification", "subscription", "billing"] {
        walk.take(&app, step).await;
    }
    walk.show("review").await.assert_contains("Cost centre").assert_contains("12.5");
    // A field that became mandatory meanwhile holds it up, and says where to go.
    let more = make(&app, &admin, &[("name", "Contract"), ("kind", "text"), ("mandatory", "true")]).await;
    let refused = walk.create().await;
    refused.assert_status(422).assert_contains("Fill in Contract");
    assert!(refused.has(&format!("a[href$='/details?from=review#custom_{more}']")));
    let control = format!("custom_{more}");
    let mended = [right[0], right[1], (control.as_str(), "C-1"), ("from", "review")];
    walk.save_with("details", &DETAILS, &mended).await.assert_redirect(&walk.at("review"));
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    let kept: serde_json::Value = sqlx::query_scalar("select custom from organizations where parent_id is not null")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(kept[cost.trim_start_matches("custom_")], "12.5");
    assert_eq!(kept[more.to_string()], "C-1");
}
