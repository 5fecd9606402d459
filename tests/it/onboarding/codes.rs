//! The code: what it is bound to, when it ends, what is said (S113-S117, UX 17-19, QUALITY T-22 to T-25).

use time::Duration;

use super::walk::{ADMINISTRATOR, EMAIL, PASSWORD, Walk};
use crate::support::{ADMIN_EMAIL, TestApp};

async fn walk_with_code(app: &TestApp) -> Walk {
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(app, &admin, "verification").await;
    walk.send_code().await.assert_redirect(&walk.at("verification"));
    walk
}

#[tokio::test]
async fn a_code_is_sent_by_a_button_and_only_then() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    let page = walk.show("verification").await;
    assert_eq!(page.text("main form button.btn-primary").as_deref(), Some("Send the code"));
    walk.show("verification").await;
    assert_eq!(app.mail_kinds().await, []);
    walk.try_code("482913").await.assert_status(422).assert_contains("No code was sent to this address yet");
    walk.send_code().await.assert_status(303);
    assert_eq!(app.mail_kinds().await, [("verification_code".to_owned(), EMAIL.to_owned())]);
    let sent = walk.show("verification").await;
    sent.assert_contains(EMAIL).assert_contains("10:52 (10 minutes)").assert_contains("5 tries left");
    assert!(sent.has("a[href=\"/dev/mailbox\"]"), "without a mail server the page says where mails are");
    let stored: Vec<u8> =
        sqlx::query_scalar("select code_hash from verification_codes").fetch_one(&app.db).await.unwrap();
    assert_eq!(stored.len(), 32);
}

#[tokio::test]
async fn every_form_in_which_a_code_is_pasted_is_read() {
    for form in [
        "{a}{b}",
        "{a} {b}",
        "code: {a}-{b}",
        "Your code is {a} {b}. It works for 10 minutes.",
        "\u{a0}{a}\u{2009}{b}\n",
    ] {
        let app = TestApp::start().await;
        let walk = walk_with_code(&app).await;
        let code = app.latest_code().await;
        let typed = form.replace("{a}", &code[..3]).replace("{b}", &code[3..]);
        walk.try_code(&typed).await.assert_redirect(&walk.at("verification"));
        assert!(walk.show("verification").await.has("#password"), "{form}");
    }
}

#[tokio::test]
async fn a_wrong_code_says_how_many_tries_are_left_and_the_fifth_ends_it() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    let (right, wrong) = (app.latest_code().await, app.wrong_code().await);
    // Not six digits: nothing to compare, no try used.
    walk.try_code("12345").await.assert_status(422).assert_field_value("code", "12345");
    for left in ["4 tries are", "3 tries are", "2 tries are", "1 try is"] {
        let page = walk.try_code(&wrong).await;
        let message = format!("This code is not right. {left} left, then you need a new code.");
        page.assert_status(422).assert_field_error("code", &message).assert_field_value("code", &wrong);
    }
    walk.try_code(&wrong)
        .await
        .assert_field_error("code", "This code is not right, and no try is left. Send a new code");
    let dead = "This code no longer works, because it was tried 5 times. Send a new one";
    walk.try_code(&right).await.assert_status(422).assert_field_error("code", dead);
    walk.show("subscription").await.assert_redirect(&walk.at("verification"));
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    let code = app.latest_code().await;
    app.clock.advance(Duration::minutes(10));
    walk.show("verification").await.assert_contains("It has expired");
    walk.try_code(&code).await.assert_field_error("code", "This code has expired. Send a new one");
    walk.send_code().await.assert_status(303);
    let new = app.latest_code().await;
    app.clock.advance(Duration::seconds(599));
    walk.try_code(&new).await.assert_redirect(&walk.at("verification"));
}

#[tokio::test]
async fn a_new_code_ends_the_old_one_and_the_page_says_so() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    let old = app.latest_code().await;
    let early = walk.send_code().await;
    early.assert_status(429).assert_contains("less than a minute ago");
    assert_eq!(early.header("retry-after"), "60");
    let wait = early.attribute("[data-until]", "data-until").expect("a countdown");
    assert_eq!(wait.parse::<i64>().ok(), Some(crate::support::NOW.unix_timestamp() + 60));
    app.clock.advance(Duration::seconds(60));
    walk.send_code().await.assert_status(303);
    walk.show("verification").await.assert_contains("A new code was sent. The one before no longer works.");
    let new = app.latest_code().await;
    if old != new {
        walk.try_code(&old).await.assert_status(422);
    }
    walk.try_code(&new).await.assert_status(303);
}

/// T-22: the proof is for the address that was proved, in the draft in which it was.
#[tokio::test]
async fn another_address_voids_the_proof() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let other = "someone.else@praezisionsguss.example";
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", other)]).await.assert_redirect(&walk.at("verification"));
    walk.create().await.assert_redirect(&walk.at("verification"));
    // The old address again: it is to be proved again.
    walk.save("admin-user", &ADMINISTRATOR).await.assert_redirect(&walk.at("verification"));
    assert_eq!(walk.show("verification").await.text("main form button.btn-primary").as_deref(), Some("Send the code"));
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 0);
}

#[tokio::test]
async fn a_code_works_for_its_draft_and_its_address_only() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    let code = app.latest_code().await;
    let twin = Walk::up_to(&app, &walk.client, "verification").await;
    twin.try_code(&code).await.assert_status(422).assert_contains("No code was sent to this address yet");
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", "b@praezisionsguss.example")]).await.assert_status(303);
    walk.try_code(&code).await.assert_status(422).assert_contains("No code was sent to this address yet");
    // Only the spelling changed: still the same mailbox.
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", &EMAIL.to_uppercase())]).await.assert_status(303);
    walk.try_code(&code).await.assert_status(303);
}

#[tokio::test]
async fn a_code_works_once() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    let code = app.latest_code().await;
    walk.try_code(&code).await.assert_status(303);
    // The same post again reaches the password, which it is not.
    let again = walk.client.post(&walk.at("verification"), &[("code", &code)]).await;
    again.assert_status(422).assert_field_error("password", "Choose a password");
    walk.send_code().await.assert_redirect(&walk.at("verification"));
    assert_eq!(app.mail_kinds().await.len(), 1, "a proved address needs no further code");
}

#[tokio::test]
async fn a_new_password_must_be_good_and_is_judged_in_words() {
    let app = TestApp::start().await;
    let walk = walk_with_code(&app).await;
    walk.try_code(&app.latest_code().await).await.assert_status(303);
    let choose = async |password: &str| walk.client.post(&walk.at("verification"), &[("password", password)]).await;
    choose("short").await.assert_status(422);
    let known = choose("Katharina Vogt-Lindner").await;
    known.assert_status(422);
    assert!(known.text("#password-error").unwrap().contains("easy to guess"));
    assert!(!known.body.contains("Katharina Vogt-Lindner\""), "a password is never sent back");
    let judge = async |password: &str| {
        let form = [("password", password), ("_field", "password")];
        walk.client.post(&walk.at("verification/autosave"), &form).await.body
    };
    assert!(judge(PASSWORD).await.contains("Strength: Strong"));
    assert!(judge("aaaaaaaaaaaaaaaa").await.contains("easy to guess"));
    let stored: String = sqlx::query_scalar("select data::text from drafts").fetch_one(&app.db).await.unwrap();
    assert!(!stored.contains("argon2"), "judging keeps nothing");
    choose("").await.assert_field_error("password", "Choose a password");
    choose(PASSWORD).await.assert_redirect(&walk.at("subscription"));
    // Passing through again needs no second entry (WCAG 3.3.7), and keeps the one that was chosen.
    walk.show("verification").await.assert_contains("A password is chosen and never shown");
    choose("").await.assert_redirect(&walk.at("subscription"));
    let stored: String = sqlx::query_scalar("select data::text from drafts").fetch_one(&app.db).await.unwrap();
    assert!(stored.contains("argon2") && !stored.contains(PASSWORD));
}

/// QUALITY 31: until the address is proved, nothing tells whether it has an account.
#[tokio::test]
async fn an_address_with_an_account_looks_like_any_other_before_the_code() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let mut seen = Vec::new();
    for email in [ADMIN_EMAIL, "nobody@praezisionsguss.example"] {
        let walk = Walk::up_to(&app, &admin, "admin-user").await;
        let saved = walk.save_with("admin-user", &ADMINISTRATOR, &[("email", email)]).await;
        let sent = walk.send_code().await;
        let page = walk.show("verification").await;
        let wrong = walk.try_code(&app.wrong_code().await).await;
        let plain = |text: Option<String>| text.unwrap_or_default().replace(email, "…");
        seen.push((saved.status, sent.status, plain(page.text("main")), wrong.status, plain(wrong.text("main"))));
    }
    assert_eq!(seen[0], seen[1]);
}
