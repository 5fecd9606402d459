//! Each step: what is refused, that it is kept, who may come, and that none can be passed over.

use super::walk::{ADMINISTRATOR, BILLING, DETAILS, EMAIL, PASSWORD, SUBSCRIPTION, Walk};
use crate::support::TestApp;

#[tokio::test]
async fn the_pages_are_for_whoever_may_create_organizations() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    walk.create().await.assert_status(303);
    let another = Walk::begin(&admin).await;
    let list = format!("{}/organizations/new", admin.home);
    for path in [&list, &another.at("details")] {
        app.client().get(path).await.assert_redirect("/sign-in");
    }
    // The administrator of a customer: a stranger to the partner, and without the right in the customer.
    let mut customer = app.client();
    customer.sign_in(EMAIL, PASSWORD).await.assert_status(303);
    for path in [&list, &another.at("details"), &another.at("confirmation")] {
        customer.get(path).await.assert_status(404);
    }
    customer.post(&list, &[]).await.assert_status(404);
    customer.get(&format!("{}/organizations/new", customer.home)).await.assert_status(403);
    customer.post(&format!("{}/organizations/new", customer.home), &[]).await.assert_status(403);
    customer.get("/help/organizations-or-subscriptions").await.assert_status(200);
    app.client().get("/help/organizations-or-subscriptions").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn a_draft_exists_only_for_its_owner_and_beneath_its_parent() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    // A second partner with an administrator of its own, beneath the first.
    let walk = Walk::begin(&admin).await;
    walk.save_with("details", &DETAILS, &[("kind", "partner")]).await.assert_status(303);
    for step in ["admin-user", "verification", "subscription", "billing"] {
        walk.take(&app, step).await;
    }
    walk.create().await.assert_status(303);
    let partner_home = format!("/o/{}", walk.created_key().await);
    let mut partner = app.client();
    partner.sign_in(EMAIL, PASSWORD).await.assert_status(303);
    let theirs = Walk::begin(&partner).await;
    // The operator's administrator may enter the partner, but the draft is not theirs.
    let id = theirs.base.rsplit('/').next().unwrap();
    for home in [&partner_home, &admin.home] {
        let base = format!("{home}/organizations/new/{id}");
        admin.get(&format!("{base}/details")).await.assert_status(404);
        admin.post(&format!("{base}/details"), &DETAILS).await.assert_status(404);
        admin.post(&format!("{base}/details/autosave"), &DETAILS).await.assert_status(404);
        admin.post(&format!("{base}/delete"), &[]).await.assert_status(404);
        admin.post(&format!("{base}/review"), &[]).await.assert_status(404);
        admin.post(&format!("{base}/code"), &[]).await.assert_status(404);
        admin.post(&format!("{base}/sign-in"), &[]).await.assert_status(404);
    }
    // An own draft under another parent than its own is not found either.
    let own = Walk::begin(&admin).await;
    let elsewhere = own.base.replace(&admin.home, &partner_home);
    admin.get(&format!("{elsewhere}/details")).await.assert_status(404);
    admin.get(&format!("{}/organizations/new/not-a-draft/details", admin.home)).await.assert_status(404);
    theirs.show("details").await.assert_status(200);
}

#[tokio::test]
async fn details_name_every_missing_field_and_keep_the_others() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let first = walk.show("details").await;
    first.assert_field_value("country", "DE").assert_field_value("kind", "customer");
    assert_eq!(first.text("title").as_deref(), Some("Details – step 1 of 7 – New organization – Tenantry"));
    let typed = [("family_name", ""), ("phone", "03443 55501x2"), ("size", ""), ("state", ""), ("domain", "a b")];
    let page = walk.save_with("details", &DETAILS, &typed).await;
    page.assert_status(422);
    assert!(page.text("title").unwrap().starts_with("Error: Details"));
    page.assert_field_error("family_name", "Enter the last name of the primary contact");
    page.assert_field_error("size", "Choose a company size").assert_field_error("state", "Choose a state");
    page.assert_field_value("phone", "03443 55501x2").assert_field_value("domain", "a b");
    page.assert_field_value("company", "Weißenfelder Präzisionsguss GmbH & Co. KG");
    assert!(page.text("#phone-error").unwrap().contains("contains a letter"));
    assert!(page.has("details.more[open]"), "the optional part is open when it has an error");
    // What was not acceptable is there after a reload too.
    walk.show("details").await.assert_field_value("phone", "03443 55501x2");
    walk.show("admin-user").await.assert_redirect(&walk.at("details"));
}

#[tokio::test]
async fn the_exact_number_of_people_must_be_in_the_band() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let page = walk.save_with("details", &DETAILS, &[("people", "12")]).await;
    page.assert_status(422)
        .assert_field_error("people", "12 people is not within “51–200 people”. Change one of the two");
    walk.save_with("details", &DETAILS, &[("people", "many")])
        .await
        .assert_field_error("people", "Enter a whole number of people, like 73");
    walk.save_with("details", &DETAILS, &[("people", "73")]).await.assert_status(303);
    for step in ["admin-user", "verification", "subscription", "billing"] {
        walk.take(&app, step).await;
    }
    walk.show("review").await.assert_contains("73 people");
}

#[tokio::test]
async fn the_country_decides_about_states_without_script() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let page = walk.save_with("details", &DETAILS, &[("country", "JP"), ("state", ""), ("do", "country")]).await;
    page.assert_status(200).assert_field_value("company", "Weißenfelder Präzisionsguss GmbH & Co. KG");
    assert_eq!(page.text("label[for=state]").as_deref(), Some("Prefecture"));
    assert!(page.has("#state option[value=\"13\"]"));
    let monaco = walk.save_with("details", &DETAILS, &[("country", "MC"), ("state", ""), ("do", "country")]).await;
    assert!(monaco.has("[data-states][hidden]"), "no list, no question");
    let phone = [("country", "MC"), ("state", ""), ("phone", "+377 99 99 55 00")];
    walk.save_with("details", &DETAILS, &phone).await.assert_redirect(&walk.at("admin-user"));
}

#[tokio::test]
async fn a_domain_that_is_taken_is_shown_with_whom_it_belongs_to() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let first = Walk::up_to(&app, &admin, "review").await;
    first.create().await.assert_status(303);
    let key = first.created_key().await;
    let second = Walk::begin(&admin).await;
    let typed = [("domain", "https://www.praezisionsguss.example/kontakt"), ("customer_number", "K-20418")];
    let page = second.save_with("details", &DETAILS, &typed).await;
    page.assert_status(422).assert_field_value("domain", "https://www.praezisionsguss.example/kontakt");
    for field in ["domain", "customer_number"] {
        let link = page.attribute(&format!("#{field}-error a"), "href");
        assert_eq!(link, Some(format!("/o/{key}")), "{field}");
    }
    let partner =
        second.save_with("details", &DETAILS, &[("domain", "other.example"), ("customer_number", "K-9")]).await;
    partner.assert_status(303);
}

#[tokio::test]
async fn the_administrator_starts_as_the_contact_and_is_checked() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    let first = walk.show("admin-user").await;
    first.assert_field_value("given_name", "Katharina").assert_field_value("family_name", "Vogt-Lindner");
    first.assert_field_value("access", "code");
    let page = walk
        .save("admin-user", &[("access", "code"), ("email", "k.vogt"), ("given_name", ""), ("family_name", "")])
        .await;
    page.assert_status(422).assert_field_value("email", "k.vogt");
    page.assert_field_error("given_name", "Enter the administrator’s first name");
    assert!(page.has("#email-error"));
    let none = walk.save_with("admin-user", &ADMINISTRATOR, &[("access", "")]).await;
    none.assert_field_error("access", "Choose how the administrator gets in");
    // One address, however it is written (T-24).
    for several in
        ["a@b.example,c@d.example", "a@b.example\r\nbcc: c@d.example", "a@b.example c@d.example", "[a@b.example]"]
    {
        walk.save_with("admin-user", &ADMINISTRATOR, &[("email", several)]).await.assert_status(422);
    }
    let twice =
        [("access", "code"), ("email", EMAIL), ("email", "c@d.example"), ("given_name", "A"), ("family_name", "B")];
    walk.save_seen("admin-user", &twice, "9").await.assert_status(400);
}

#[tokio::test]
async fn a_subscription_needs_licences_a_name_and_a_commitment() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "subscription").await;
    let empty = walk.save("subscription", &[("plan", ""), ("name", ""), ("licenses", "0"), ("commitment", "")]).await;
    empty.assert_status(422).assert_field_error("licenses", "Enter at least 1 licence");
    empty.assert_field_error("plan", "Choose a plan").assert_field_error("commitment", "Choose a commitment");
    let words = walk.save_with("subscription", &SUBSCRIPTION, &[("licenses", "a hundred")]).await;
    words.assert_status(422).assert_field_value("licenses", "a hundred").assert_field_value("plan", "purchased");
    let price = walk.save_with("subscription", &SUBSCRIPTION, &[("licenses", "7"), ("do", "price")]).await;
    price.assert_status(200).assert_field_value("licenses", "7").assert_contains("Price");
    walk.show("billing").await.assert_redirect(&walk.at("subscription"));
}

#[tokio::test]
async fn the_price_shows_every_step_of_the_sum() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    sqlx::query("update partner_settings set monthly_price_minor = 750, yearly_price_minor = 625")
        .execute(&app.db)
        .await
        .unwrap();
    let walk = Walk::up_to(&app, &admin, "subscription").await;
    let page = walk.save_with("subscription", &SUBSCRIPTION, &[("do", "price")]).await;
    page.assert_contains("120 licences × €6.25 × 12 months")
        .assert_contains("€9,000.00")
        .assert_contains("excluding tax");
    walk.take(&app, "subscription").await;
    walk.take(&app, "billing").await;
    walk.show("review").await.assert_contains("€9,000.00").assert_contains("21 Nov 2027");
}

#[tokio::test]
async fn billing_follows_the_rules_of_its_country() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "billing").await;
    let first = walk.show("billing").await;
    first.assert_field_value("billing_given_name", "Katharina").assert_field_value("billing_state", "ST");
    let empty = [("line1", ""), ("city", ""), ("postal_code", "123"), ("billing_state", "")];
    let page = walk.save_with("billing", &BILLING, &empty).await;
    page.assert_status(422)
        .assert_field_error("line1", "Enter the street and number")
        .assert_field_error("city", "Enter the city");
    page.assert_field_value("postal_code", "123");
    assert!(page.has("#postal_code-error"));
    let gulf = [("billing_country", "AE"), ("billing_state", "DU"), ("postal_code", ""), ("city", "Dubai")];
    walk.save_with("billing", &BILLING, &gulf).await.assert_redirect(&walk.at("review"));
}

#[tokio::test]
async fn the_contact_is_billed_where_the_names_are_left_empty() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "billing").await;
    let names = [("billing_given_name", ""), ("billing_family_name", "")];
    walk.save_with("billing", &BILLING, &[names[0], names[1], ("same_as_contact", "")]).await.assert_status(422);
    walk.save_with("billing", &BILLING, &names).await.assert_redirect(&walk.at("review"));
    walk.show("billing").await.assert_field_value("billing_given_name", "Katharina");
}

/// S117, T-23: whatever address is asked for, one stands at the first step that is not done.
#[tokio::test]
async fn no_step_can_be_passed_over() {
    let app = TestApp::start().await;
    let steps = ["details", "admin-user", "verification", "subscription", "billing", "review", "confirmation"];
    for (number, open) in steps.iter().enumerate().take(6) {
        let admin = app.reseller_admin().await;
        let walk = Walk::up_to(&app, &admin, open).await;
        for later in &steps[number + 1..] {
            walk.show(later).await.assert_redirect(&walk.at(open));
        }
        for (later, form) in [("subscription", &SUBSCRIPTION[..]), ("billing", &BILLING[..]), ("review", &[][..])] {
            let later_number = steps.iter().position(|step| *step == later).unwrap();
            if later_number > number {
                walk.client.post(&walk.at(later), form).await.assert_redirect(&walk.at(open));
            }
        }
        walk.show("confirmation").await.assert_redirect(&walk.at(open));
        app.clock.advance(time::Duration::hours(2));
    }
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 0);
}

#[tokio::test]
async fn what_was_sent_too_early_is_kept_but_counts_for_nothing() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    walk.save_seen("billing", &BILLING, "1").await.assert_redirect(&walk.at("details"));
    for step in ["details", "admin-user", "verification", "subscription"] {
        walk.take(&app, step).await;
    }
    walk.show("billing").await.assert_status(200).assert_field_value("line1", "Merseburger Straße 118");
    walk.show("review").await.assert_redirect(&walk.at("billing"));
}

#[tokio::test]
async fn later_and_back_keep_what_was_typed() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let list = format!("{}/organizations/new", admin.home);
    walk.save("details", &[("company", "Half a na"), ("do", "later")]).await.assert_redirect(&list);
    let page = walk.client.get(&list).await;
    page.assert_contains("Half a na").assert_contains("Step 1 of 7, Details").assert_contains("just now");
    walk.show("details").await.assert_field_value("company", "Half a na");
    walk.take(&app, "details").await;
    walk.save("admin-user", &[("email", "half@"), ("do", "back")]).await.assert_redirect(&walk.at("details"));
    walk.show("admin-user").await.assert_field_value("email", "half@");
    let page = walk.client.get(&list).await;
    page.assert_contains("Step 2 of 7, Administrator");
    assert!(page.has(&format!("a[href='{}']", walk.at("admin-user"))), "it goes on at the first step that is open");
    // Also after signing out and in again.
    walk.client.post("/sign-out", &[]).await;
    let again = app.reseller_admin().await;
    again.get(&walk.at("admin-user")).await.assert_field_value("email", "half@");
}

#[tokio::test]
async fn a_draft_can_be_deleted_and_ends_by_itself() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    walk.client.post(&walk.at("delete"), &[]).await.assert_redirect(&format!("{}/organizations/new", admin.home));
    walk.show("details").await.assert_status(404);
    let kept = Walk::up_to(&app, &admin, "admin-user").await;
    app.clock.advance(time::Duration::days(31));
    let admin = app.reseller_admin().await;
    admin.get(&kept.at("details")).await.assert_status(404);
    let list = admin.get(&format!("{}/organizations/new", admin.home)).await;
    assert!(!list.has("ul.list time"), "an ended draft is not offered");
}

#[tokio::test]
async fn an_edit_from_the_review_leads_back_to_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let review = walk.show("review").await;
    let edit = review.attribute("dl.dl a[href*='/details?from=review']", "href").expect("an edit link");
    let page = admin.get(edit.split('#').next().unwrap()).await;
    page.assert_status(200).assert_field_value("from", "review");
    assert_eq!(page.text("form#step button.btn-primary").as_deref(), Some("Save and return to the review"));
    let changed = [("company", "Neuer Name GmbH"), ("from", "review")];
    walk.save_with("details", &DETAILS, &changed).await.assert_redirect(&walk.at("review"));
    walk.show("review").await.assert_contains("Neuer Name GmbH").assert_contains("Verified");
    // An edit that opens a step again leads there (S131).
    let other = [("email", "other@praezisionsguss.example"), ("from", "review")];
    walk.save_with("admin-user", &ADMINISTRATOR, &other).await.assert_redirect(&walk.at("verification"));
    walk.create().await.assert_redirect(&walk.at("verification"));
}

/// QUALITY 28, T-11: what a form does not ask for changes nothing.
#[tokio::test]
async fn thirty_extra_fields_change_nothing() {
    const EXTRA: [&str; 30] = [
        "id",
        "user_id",
        "parent_id",
        "organization_id",
        "tenant_id",
        "role",
        "is_admin",
        "admin",
        "status",
        "version_id",
        "step",
        "data",
        "proof",
        "created",
        "submitted",
        "changed",
        "email_key",
        "password_hash",
        "price",
        "unit_price",
        "currency",
        "trial_days",
        "trial_ends_at",
        "channel",
        "command_id",
        "billing_account_id",
        "is_holding",
        "license_pool_owner_id",
        "expires_at",
        "created_by",
    ];
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let read = || async {
        sqlx::query_as::<_, (serde_json::Value, uuid::Uuid, uuid::Uuid)>(
            "select data - 'changed', user_id, parent_id from drafts",
        )
        .fetch_one(&app.db)
        .await
        .unwrap()
    };
    let before = read().await;
    let other = uuid::Uuid::nil().to_string();
    for (step, form) in [
        ("details", &DETAILS[..]),
        ("admin-user", &ADMINISTRATOR),
        ("subscription", &SUBSCRIPTION),
        ("billing", &BILLING),
    ] {
        let mut form = form.to_vec();
        form.extend(EXTRA.iter().map(|name| (*name, other.as_str())));
        walk.save(step, &form).await.assert_status(303);
        walk.client.post(&walk.at(&format!("{step}/autosave")), &form).await.assert_status(200);
    }
    assert_eq!(read().await, before);
    let mut form: Vec<_> = EXTRA.iter().map(|name| (*name, other.as_str())).collect();
    let version = walk.version("review").await;
    form.push(("version", &version));
    walk.client.post(&walk.at("review"), &form).await.assert_redirect(&walk.at("confirmation"));
    let parent =
        "select count(*) from organizations c join organizations p on p.id = c.parent_id where p.parent_id is null";
    assert_eq!(app.number(parent).await, 1);
}
