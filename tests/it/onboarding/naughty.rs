//! Every naughty text in every field of the wizard: never a failure, never markup, always kept (QUALITY 38).

use scraper::{Html, Selector};

use super::walk::{ADMINISTRATOR, BILLING, DETAILS, SUBSCRIPTION, Walk};
use crate::{
    naughty,
    support::{Page, TestApp},
};

/// What a browser makes of a text in the value of a one-line field: no line breaks, and a sign in place of NUL.
fn as_a_browser_keeps_it(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}")
}

/// Elements of a page by name, without those of an error and without the choices of lists, which come and go.
fn elements(page: &Page) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let named = |selector: &str| html.select(&Selector::parse(selector).unwrap()).count();
    let suspicious = [
        "script",
        "img",
        "svg[onload]",
        "iframe",
        "[onerror]",
        "[onfocus]",
        "[autofocus]",
        "textarea",
        "b b",
        "i",
        "a[href^='javascript:']",
        "a[href^='data:']",
    ];
    suspicious.iter().map(|selector| format!("{selector}: {}", named(selector))).collect()
}

/// Puts every text into every field of a step, all fields at once, and looks at the answer and at the page afterwards.
async fn fill(walk: &Walk, step: &str, form: &[(&str, &str)]) {
    let clean = elements(&walk.show(step).await);
    for text in naughty::texts() {
        let filled: Vec<(&str, &str)> = form.iter().map(|(name, _)| (*name, text.as_str())).collect();
        let page = walk.save(step, &filled).await;
        assert!(page.status == 422 || page.status == 303 || page.status == 400, "{step} {text:?}: {}", page.status);
        if page.status != 422 {
            continue;
        }
        assert_eq!(elements(&page), clean, "{step} {text:?} became markup");
        let shown = walk.show(step).await;
        shown.assert_status(200);
        assert_eq!(elements(&shown), clean, "{step} {text:?} became markup after a reload");
        for (name, _) in form {
            if page.has(&format!("input[type=radio][name={name}], input[type=checkbox][name={name}]")) {
                continue;
            }
            let expected = as_a_browser_keeps_it(&text);
            for kept in [&page, &shown] {
                let value = kept.field_value(name).unwrap_or_default();
                let blank_choice = expected.trim().is_empty() && value.is_empty();
                assert!(value == expected || blank_choice, "{step} {name}: {value:?} instead of {expected:?}");
            }
        }
    }
}

#[tokio::test]
async fn details_bear_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::begin(&admin).await;
    let mut form = DETAILS.to_vec();
    form.push(("people", ""));
    fill(&walk, "details", &form).await;
    let list = admin.get(&format!("{}/organizations/new", admin.home)).await;
    list.assert_status(200);
}

#[tokio::test]
async fn the_administrator_bears_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    fill(&walk, "admin-user", &ADMINISTRATOR).await;
}

#[tokio::test]
async fn the_subscription_bears_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "subscription").await;
    fill(&walk, "subscription", &SUBSCRIPTION).await;
}

#[tokio::test]
async fn billing_bears_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "billing").await;
    // Ticked, the box fills names left empty, which is not what is asked here.
    let form: Vec<_> = BILLING.into_iter().filter(|(name, _)| *name != "same_as_contact").collect();
    fill(&walk, "billing", &form).await;
}

#[tokio::test]
async fn code_and_password_bear_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    walk.send_code().await.assert_status(303);
    let clean = elements(&walk.show("verification").await);
    for text in naughty::texts() {
        let page = walk.try_code(&text).await;
        assert!(page.status < 500, "{text:?}");
        assert_eq!(elements(&page), clean, "{text:?}");
    }
    walk.try_code(&app.latest_code().await).await.assert_status(303);
    let clean = elements(&walk.show("verification").await);
    for text in naughty::texts().into_iter().filter(|text| text.chars().count() < 15) {
        let page = walk.client.post(&walk.at("verification"), &[("password", &text)]).await;
        page.assert_status(422);
        assert_eq!(elements(&page), clean, "{text:?}");
    }
}

/// The hidden fields around a form are read as carefully as the others.
#[tokio::test]
async fn version_from_and_button_bear_every_text() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    for text in naughty::texts() {
        let form =
            [("version", text.as_str()), ("from", text.as_str()), ("do", text.as_str()), ("_field", text.as_str())];
        for step in ["details", "review", "details/autosave", "code"] {
            let page = walk.client.post(&walk.at(step), &form).await;
            assert!(page.status < 500, "{step} {text:?}: {}", page.status);
        }
    }
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 0);
}
