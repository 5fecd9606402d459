//! The settings pages of an organization: details, billing address, prices, support contact.

use tenantry::{
    organizations,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};

use crate::support::{
    ADMIN_EMAIL, Page, TestApp, TestClient,
    data::{billing, new_organization, record},
};

/// The fields of a form as pairs, with some replaced.
fn filled(form: &impl serde::Serialize, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = serde_urlencoded::to_string(form).expect("a form");
    let mut fields: Vec<(String, String)> = serde_urlencoded::from_str(&text).expect("fields");
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn post(client: &TestClient, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &fields).await
}

#[tokio::test]
async fn details_are_changed_and_the_event_says_what() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    let page = client.get(&path).await;
    page.assert_status(200);
    page.assert_field_value("name", "Kowalczyk").assert_field_value("state", "ST").assert_field_value("version", "1");
    let changes = [("version", "1"), ("name", "Kowalczyk i Wspólnicy"), ("domain", "www.kowalczyk.example")];
    post(&client, &path, &filled(&record(""), &changes)).await.assert_redirect(&path);
    let page = client.get(&path).await;
    page.assert_field_value("name", "Kowalczyk i Wspólnicy").assert_field_value("domain", "kowalczyk.example");
    page.assert_field_value("version", "2").assert_contains("The details are saved");
    let (before, after): (serde_json::Value, serde_json::Value) =
        sqlx::query_as("select before, after from events where kind = 'organization.edited'")
            .fetch_one(&app.db)
            .await
            .expect("an event");
    assert_eq!(before, serde_json::json!({ "name": "Kowalczyk", "domain": null }));
    assert_eq!(after, serde_json::json!({ "name": "Kowalczyk i Wspólnicy", "domain": "kowalczyk.example" }));
}

#[tokio::test]
async fn wrong_details_come_back_as_typed() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    let changes =
        [("version", "1"), ("name", " "), ("contact_phone", "03443 55501x2"), ("country", "AT"), ("city", "x")];
    let page = post(&client, &path, &filled(&record("Neu"), &changes)).await;
    page.assert_status(422).assert_field_error("name", "Enter the name");
    assert!(page.text("#contact_phone-error").is_some_and(|message| message.contains("contains a letter")));
    assert!(page.has("#state-error"), "Saxony-Anhalt is not in Austria");
    page.assert_field_value("city", "x").assert_field_value("contact_phone", "03443 55501x2");
    assert!(page.text("title").is_some_and(|title| title.starts_with("Error: ")));
    assert_eq!(app.number("select count(*) from organizations where version > 1").await, 0);
}

#[tokio::test]
async fn without_script_a_button_brings_the_states_of_another_country() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    let changes = [("version", "1"), ("country", "JP"), ("state", ""), ("do", "update")];
    let page = post(&client, &path, &filled(&record("Neu"), &changes)).await;
    page.assert_status(200).assert_field_value("name", "Neu").assert_field_value("country", "JP");
    assert_eq!(page.text("label[for=state]").as_deref(), Some("Prefecture (optional)"));
    assert!(!page.has("#errors"));
    let monaco = filled(&record("Neu"), &[("version", "1"), ("country", "MC"), ("state", ""), ("do", "update")]);
    assert!(post(&client, &path, &monaco).await.has("[data-states][hidden] #state"), "Monaco has no states");
}

/// Two administrators edit at the same time: the second is shown both versions and decides (QUALITY 21).
#[tokio::test]
async fn a_second_editor_never_overwrites_silently() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    let hers = filled(&record("Hers"), &[("version", "1")]);
    post(&client, &path, &hers).await.assert_status(303);
    let mine = filled(&record("Mine"), &[("version", "1"), ("notification_email", "it@mine.example")]);
    let page = post(&client, &path, &mine).await;
    page.assert_status(409).assert_contains("Hers").assert_contains("Mine");
    assert_eq!(page.texts("tbody th"), ["Name", "Notification email"]);
    client.get(&path).await.assert_field_value("name", "Hers");
    assert!(page.has("input[type=radio][name=name][value=Hers]"), "each field can be chosen from either version");
    // Whatever is chosen is posted under the newer version.
    page.assert_field_value("version", "2").assert_field_value("name", "Mine");
    let again = filled(&record("Hers"), &[("version", "2"), ("notification_email", "it@mine.example")]);
    post(&client, &path, &again).await.assert_status(303);
    client
        .get(&path)
        .await
        .assert_field_value("name", "Hers")
        .assert_field_value("notification_email", "it@mine.example");
}

#[tokio::test]
async fn of_many_editors_at_once_exactly_one_wins_each_round() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    for round in 1..=5_i64 {
        let version = round.to_string();
        let tries = (0..8).map(|editor| {
            let fields = filled(&record(&format!("Round {round} editor {editor}")), &[("version", &version)]);
            let (client, path) = (client.clone(), path.clone());
            async move { post(&client, &path, &fields).await.status }
        });
        let mut answers = futures_util::future::join_all(tries).await;
        answers.sort_unstable();
        assert_eq!(answers, [303, 409, 409, 409, 409, 409, 409, 409]);
    }
    assert_eq!(app.number("select count(*) from events where kind = 'organization.edited'").await, 5);
}

#[tokio::test]
async fn a_siblings_domain_is_refused_without_its_name() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let first = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let second = app.create(&scope, new_organization(Customer, "Secret Neighbour")).await;
    let domain = [("version", "1"), ("domain", "kowalczyk.example"), ("customer_number", "K-1")];
    let at = |key: &tenantry::types::OrgKey| format!("/o/{key}/settings");
    post(&client, &at(&second.key), &filled(&record("Secret Neighbour"), &domain)).await.assert_status(303);
    let page = post(&client, &at(&first.key), &filled(&record("Kowalczyk"), &domain)).await;
    page.assert_status(422)
        .assert_field_error("domain", "This domain already belongs to another organization. Use another domain");
    assert!(!page.body.contains("Secret Neighbour"));
}

#[tokio::test]
async fn the_billing_address_follows_the_rules_of_its_country() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings/billing", made.key);
    client.get(&path).await.assert_status(200).assert_field_value("postal_code", "06667");
    let wrong = filled(&billing(), &[("version", "1"), ("postal_code", "K1A 0B1"), ("city", "")]);
    let page = post(&client, &path, &wrong).await;
    page.assert_status(422).assert_field_error("city", "Enter the city").assert_field_value("postal_code", "K1A 0B1");
    assert!(page.has("#postal_code-error"));
    let gulf =
        [("version", "1"), ("billing_country", "AE"), ("billing_state", "DU"), ("postal_code", ""), ("city", "Dubai")];
    post(&client, &path, &filled(&billing(), &gulf)).await.assert_redirect(&path);
    let page = client.get(&path).await;
    page.assert_field_value("billing_country", "AE").assert_field_value("version", "2");
    assert!(page.has("[data-postal][hidden] #postal_code"), "the emirates have none");
    let stale = post(&client, &path, &filled(&billing(), &[("version", "1")])).await;
    stale.assert_status(409).assert_contains("Weißenfels").assert_contains("Dubai");
    assert_eq!(app.number("select count(*) from events where kind = 'billing.edited'").await, 1);
}

fn prices<'a>(version: &'a str, monthly: &'a str, days: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("version", version),
        ("currency", "EUR"),
        ("monthly_price", monthly),
        ("yearly_price", "6,25"),
        ("trial_days", days),
    ]
}

#[tokio::test]
async fn prices_hold_for_everything_beneath_until_a_partner_sets_its_own() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let path = format!("{}/settings/prices", client.home);
    client.get(&path).await.assert_status(200).assert_field_value("currency", "EUR").assert_field_value("version", "1");
    client.post(&path, &prices("1", "7.50", "14")).await.assert_redirect(&path);
    client.get(&path).await.assert_field_value("monthly_price", "7.50").assert_field_value("yearly_price", "6.25");
    let bad = client.post(&path, &prices("2", "-3", "0")).await;
    bad.assert_status(422).assert_field_error("monthly_price", "A price cannot be below zero");
    bad.assert_field_error("trial_days", "Enter a whole number of days from 1 to 365")
        .assert_field_value("monthly_price", "-3");
    client.post(&path, &prices("1", "9", "14")).await.assert_status(409);
    // A partner beneath starts from what holds above it.
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let theirs = format!("/o/{}/settings/prices", partner.key);
    client.get(&theirs).await.assert_field_value("monthly_price", "7.50").assert_field_value("version", "0");
    client.post(&theirs, &prices("0", "8.00", "14")).await.assert_redirect(&theirs);
    client.get(&theirs).await.assert_field_value("monthly_price", "8.00").assert_field_value("version", "1");
    client.get(&path).await.assert_field_value("monthly_price", "7.50");
    client.post(&theirs, &prices("0", "1.00", "14")).await.assert_status(409);
    assert_eq!(app.number("select count(*) from events where kind = 'settings.edited'").await, 2);
}

#[tokio::test]
async fn the_currency_stays_once_a_subscription_is_priced() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let path = format!("{}/settings/prices", client.home);
    client.post(&path, &prices("1", "7.50", "30")).await.assert_status(303);
    assert!(client.get(&path).await.has("select#currency"));
    let mut new = new_organization(Customer, "Kowalczyk");
    let form = tenantry::subscriptions::SubscriptionForm {
        plan: "purchased".into(),
        ..tenantry::subscriptions::SubscriptionForm::starting("Kowalczyk")
    };
    new.subscription = Some(form.parse().expect("a purchase"));
    let made = app.create(&scope, new).await;
    let kept: (i64, String, time::Date) =
        sqlx::query_as("select unit_price_minor, currency, renews_on from subscriptions where organization_id = $1")
            .bind(made.id)
            .fetch_one(&app.db)
            .await
            .expect("a subscription");
    assert_eq!(kept, (625, "EUR".to_owned(), time::macros::date!(2027 - 11 - 21)));
    let page = client.get(&path).await;
    assert!(!page.has("select#currency"));
    let fields: Vec<_> =
        prices("2", "7.50", "30").map(|(name, value)| (name, if name == "currency" { "SEK" } else { value })).into();
    client.post(&path, &fields).await.assert_status(422).assert_contains("so the currency stays");
    // What exists keeps its price.
    client.post(&path, &prices("2", "99", "30")).await.assert_status(303);
    assert_eq!(app.number("select unit_price_minor from subscriptions").await, 625);
    client.get(&format!("/o/{}", made.key)).await.assert_contains("€6.25");
}

#[tokio::test]
async fn a_support_contact_is_checked_field_by_field() {
    let app = TestApp::start().await;
    let (client, _) = app.operator().await;
    let path = format!("{}/settings/support", client.home);
    let wrong =
        [("version", "1"), ("support_email", "help"), ("support_phone", "12"), ("support_url", "javascript:alert(1)")];
    let page = client.post(&path, &wrong).await;
    page.assert_status(422).assert_field_value("support_url", "javascript:alert(1)");
    assert_eq!(page.texts("#errors li").len(), 3);
    let right = [
        ("version", "1"),
        ("support_email", "help@nordlicht.example"),
        ("support_phone", "+49 30 5550 123"),
        ("support_url", "https://help.nordlicht.example/"),
    ];
    client.post(&path, &right).await.assert_redirect(&path);
    client
        .get(&path)
        .await
        .assert_field_value("support_email", "help@nordlicht.example")
        .assert_field_value("version", "2");
    let help = client.get("/help").await;
    assert_eq!(help.text("a[href='tel:+49305550123']").as_deref(), Some("+49 30 5550123"));
}

#[tokio::test]
async fn settings_are_for_those_who_may() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let customer = app.create(&scope, new_organization(Customer, "Ours")).await;
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let pia = app.member(&customer, Role::OrgAdmin, "pia@ours.example").await;
    let tabs = pia.get(&format!("{}/settings", pia.home)).await.assert_status(200).texts("nav.tabs a");
    assert_eq!(tabs, ["Details", "Billing address", "Sign-in rules", "Support access"]);
    for page in ["prices", "support"] {
        let own = format!("{}/settings/{page}", pia.home);
        pia.get(&own).await.assert_status(403);
        pia.post(&own, &prices("0", "1", "1")).await.assert_status(403);
    }
    for page in ["settings", "settings/billing", "settings/prices", "settings/support"] {
        let foreign = format!("/o/{}/{page}", partner.key);
        pia.get(&foreign).await.assert_status(404);
        pia.post(&foreign, &[("version", "1")]).await.assert_status(404);
    }
    let maryam = app.member(&partner, Role::ResellerAdmin, "maryam@suedwind.example").await;
    let tabs = maryam.get(&format!("{}/settings", maryam.home)).await.texts("nav.tabs a");
    let partners =
        ["Details", "Billing address", "Prices and trials", "Support contact", "Tags", "Fields", "Sign-in rules"];
    assert_eq!(tabs[..7], partners);
    let scope = app.scope(ADMIN_EMAIL, customer.key.as_str()).await;
    let shown = app.app.read(&scope, async |db| organizations::show(db, &scope).await).await.expect("shown");
    assert_eq!(shown.version, 1, "nothing was changed");
}

/// Only what the page asks for can be changed through it (QUALITY 28).
#[tokio::test]
async fn fields_nobody_asked_for_change_nothing() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let path = format!("/o/{}/settings", made.key);
    let state =
        "select md5(string_agg(concat(id, key, kind, parent_id, path, billing_account_id, license_pool_owner_id,
                 is_holding, allows_secondaries, status, licenses, trial_ends_at, command_id, channel), '' order by id))
                 from organizations";
    let before: String = sqlx::query_scalar(state).fetch_one(&app.db).await.expect("a sum");
    let extra = [
        ("version", "1"),
        ("kind", "partner"),
        ("parent_id", "00000000-0000-0000-0000-000000000000"),
        ("id", "1"),
        ("key", "org_000000000000"),
        ("path", "{}"),
        ("is_holding", "true"),
        ("allows_secondaries", "true"),
        ("status", "archived"),
        ("licenses", "999"),
        ("role", "reseller_admin"),
        ("organization_id", "1"),
    ];
    post(&client, &path, &filled(&record("Neu"), &extra)).await.assert_redirect(&path);
    let after: String = sqlx::query_scalar(state).fetch_one(&app.db).await.expect("a sum");
    assert_eq!(before, after);
    client.get(&path).await.assert_field_value("name", "Neu");
}

/// What no form expects is refused or kept as text, and never breaks a page (QUALITY 38).
#[tokio::test]
async fn strange_texts_break_no_page() {
    const STRANGE: [&str; 12] = [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "\u{0}",
        "\u{202e}moc.live",
        "=1+1",
        "'; drop table users; --",
        "{{7*7}}",
        "\u{feff}",
        "999999999999999999999",
        "NaN",
        "a\r\nB: c",
        "%00%ff",
    ];
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let own = |page: &str| format!("/o/{}/settings{page}", made.key);
    let forms = [
        (own(""), filled(&record("Neu"), &[])),
        (own("/billing"), filled(&billing(), &[])),
        (
            format!("{}/settings/prices", client.home),
            filled(&std::collections::BTreeMap::from(prices("1", "1", "1")), &[]),
        ),
        (
            format!("{}/settings/support", client.home),
            filled(&[("support_email", ""), ("support_phone", ""), ("support_url", "")], &[]),
        ),
    ];
    for (path, fields) in &forms {
        for (name, _) in fields.iter().filter(|(name, _)| name != "version") {
            for strange in STRANGE {
                let version = client.get(path).await.field_value("version").expect("a version");
                let fields: Vec<(String, String)> = fields
                    .iter()
                    .filter(|(field, _)| field != "version")
                    .map(|(field, value)| {
                        (field.clone(), if field == name { strange.to_owned() } else { value.clone() })
                    })
                    .chain([("version".to_owned(), version)])
                    .collect();
                let page = post(&client, path, &fields).await;
                assert!([303, 422].contains(&page.status), "{path} {name} {strange:?}: {}", page.status);
                let shown = client.get(path).await;
                shown.assert_status(200);
                for body in [&page.body, &shown.body] {
                    assert!(!body.contains("<script>alert") && !body.contains("<img src=x"), "{path} {name}");
                }
            }
        }
    }
    client.get(&format!("/o/{}", made.key)).await.assert_status(200);
    client.get(&format!("{}/organizations", client.home)).await.assert_status(200);
}
