//! Several windows on one draft, and several drafts (UX 6, 8).

use super::walk::{BILLING, DETAILS, Walk};
use crate::support::{Page, TestApp};

#[tokio::test]
async fn a_stale_tab_gets_both_versions_and_may_keep_its_own() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let seen = walk.version("details").await;
    walk.save_with("details", &DETAILS, &[("company", "From the other tab")]).await.assert_status(303);
    let mine = [("company", "From this tab"), ("domain", "\"quoted\" <b>.example")];
    let mut form: Vec<_> =
        DETAILS.iter().filter(|(name, _)| mine.iter().all(|(other, _)| other != name)).copied().collect();
    form.extend(mine);
    let page = walk.save_seen("details", &form, &seen).await;
    page.assert_status(409).assert_contains("From the other tab").assert_contains("From this tab");
    walk.show("details").await.assert_field_value("company", "From the other tab");
    // Nothing typed is lost: the page carries all of it.
    for (name, value) in &form {
        page.assert_field_value(name, value);
    }
    let kept: Vec<(String, String)> = DETAILS
        .iter()
        .map(|(name, _)| *name)
        .chain(["people", "version"])
        .map(|name| (name.to_owned(), page.field_value(name).unwrap()))
        .collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let again = walk.client.post(&walk.at("details"), &kept).await;
    again.assert_status(422).assert_field_value("company", "From this tab");
    walk.show("details").await.assert_field_value("company", "From this tab");
}

#[tokio::test]
async fn a_stale_tab_may_take_what_is_stored() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "billing").await;
    let seen = walk.version("billing").await;
    walk.save_with("billing", &BILLING, &[("city", "Leipzig")]).await.assert_status(303);
    let page = walk.save_seen("billing", &BILLING, &seen).await;
    page.assert_status(409).assert_contains("Leipzig").assert_contains("Weißenfels");
    let take = page.attribute("form#step a.btn", "href").expect("a way to take theirs");
    admin.get(&take).await.assert_status(200).assert_field_value("city", "Leipzig");
    walk.show("review").await.assert_contains("Leipzig");
}

#[tokio::test]
async fn pressing_continue_twice_is_no_conflict() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let seen = walk.version("details").await;
    for _ in 0..3 {
        walk.save_seen("details", &DETAILS, &seen).await.assert_redirect(&walk.at("admin-user"));
    }
}

/// A tab that stands at another step has not seen this one, so it cannot overwrite it.
#[tokio::test]
async fn a_change_of_another_step_is_no_conflict() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let seen = walk.version("details").await;
    walk.save_with("billing", &BILLING, &[("city", "Leipzig")]).await.assert_status(303);
    let changed = [("company", "Renamed GmbH")];
    let form = crate::support::with(&DETAILS, &changed);
    walk.save_seen("details", &form, &seen).await.assert_status(303);
    walk.show("review").await.assert_contains("Renamed GmbH").assert_contains("Leipzig");
}

#[tokio::test]
async fn two_drafts_do_not_disturb_each_other() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let (one, two) = (Walk::begin(&admin).await, Walk::begin(&admin).await);
    assert_ne!(one.base, two.base);
    one.save_with("details", &DETAILS, &[("company", "One GmbH")]).await.assert_status(303);
    two.save_with("details", &DETAILS, &[("company", "Two GmbH")]).await.assert_status(303);
    one.show("details").await.assert_field_value("company", "One GmbH");
    two.show("details").await.assert_field_value("company", "Two GmbH");
    let list = admin.get(&format!("{}/organizations/new", admin.home)).await;
    list.assert_contains("One GmbH").assert_contains("Two GmbH");
}

#[tokio::test]
async fn reading_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "billing").await;
    let read = || async {
        let row: (i32, String) =
            sqlx::query_as("select version, data::text from drafts").fetch_one(&app.db).await.unwrap();
        row
    };
    let before = read().await;
    for step in ["details", "admin-user", "verification", "subscription", "billing", "review", "confirmation"] {
        walk.show(step).await;
    }
    admin.get(&format!("{}/organizations/new", admin.home)).await.assert_status(200);
    assert_eq!(read().await, before);
}

fn json(page: &Page) -> serde_json::Value {
    serde_json::from_str(&page.body).expect("JSON")
}

#[tokio::test]
async fn leaving_a_field_keeps_it_and_says_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let version = walk.version("details").await;
    let left = async |field: &str, value: &str, version: &str| {
        let form = [("company", "Guss"), (field, value), ("version", version), ("_field", field)];
        walk.client.post(&walk.at("details/autosave"), &form).await
    };
    let phone = left("phone", "12", &version).await;
    phone.assert_status(200);
    assert!(phone.header("content-type").contains("json"));
    let answer = json(&phone);
    assert!(answer["error"].is_string() && answer["version"].as_i64() > version.parse().ok(), "{answer}");
    assert_eq!(answer["saved"], "Saved 10:42", "the clock of the reader, in Berlin");
    walk.show("details").await.assert_field_value("phone", "12").assert_field_value("company", "Guss");
    let newer = answer["version"].to_string();
    let domain = json(&left("domain", "https://www.guss.example/", &newer).await);
    assert_eq!(domain["error"], serde_json::Value::Null);
    assert!(domain["note"].as_str().is_some_and(|note| note.contains("www.")), "{domain}");
    let country = json(&left("country", "JP", &domain["version"].to_string()).await);
    assert_eq!(country["options"]["state_label"], "Prefecture");
    assert!(country["options"]["state"].as_array().is_some_and(|states| states.len() == 47));
    // A tab that has not seen this is told, and stores nothing.
    left("country", "FR", &version).await.assert_status(409);
    walk.show("details").await.assert_field_value("country", "JP");
    // Keeping is not going on.
    walk.show("admin-user").await.assert_redirect(&walk.at("details"));
}
