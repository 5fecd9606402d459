//! Limits on guessing and sending, also against many at once (QUALITY 22, 29; T-28 to T-30).

use time::Duration;

use super::walk::{ADMINISTRATOR, EMAIL, Walk};
use crate::support::{ADMIN_EMAIL, TestApp};

#[tokio::test]
async fn two_hundred_guesses_at_once_get_five_comparisons() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    walk.send_code().await.assert_status(303);
    let (right, wrong) = (app.latest_code().await, app.wrong_code().await);
    let guesses = (0..200).map(|_| {
        let (walk, wrong) = (walk.clone(), wrong.clone());
        tokio::spawn(async move { walk.try_code(&wrong).await })
    });
    let mut compared = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let page = guess.await.unwrap();
        assert!([422, 429, 503].contains(&page.status), "{}", page.status);
        compared += usize::from(page.body.contains("This code is not right"));
    }
    assert!(compared <= 5, "{compared} guesses were compared");
    assert_eq!(app.number("select tries_left::bigint from verification_codes").await, 0);
    let late = walk.try_code(&right).await;
    assert!([422, 429].contains(&late.status));
}

#[tokio::test]
async fn four_codes_an_hour_and_no_more() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    for _ in 0..4 {
        walk.send_code().await.assert_status(303);
        app.clock.advance(Duration::seconds(61));
    }
    let page = walk.send_code().await;
    page.assert_status(429).assert_contains("up to 4 an hour").assert_contains("56 minutes");
    // Another address does not get around it.
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", "b@praezisionsguss.example")]).await.assert_status(303);
    walk.send_code().await.assert_status(429);
    assert_eq!(app.mail_kinds().await.len(), 4);
    app.clock.advance(Duration::minutes(57));
    walk.send_code().await.assert_status(303);
}

#[tokio::test]
async fn sending_from_many_tabs_at_once_sends_one_code() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    let sends = (0..12).map(|_| {
        let walk = walk.clone();
        tokio::spawn(async move { walk.send_code().await.status })
    });
    for send in sends.collect::<Vec<_>>() {
        assert!([303, 429].contains(&send.await.unwrap()));
    }
    assert_eq!(app.mail_kinds().await, [("verification_code".to_owned(), EMAIL.to_owned())]);
}

/// A guesser with many codes: 100 wrong ones a day for one address, whatever the draft (1e-4 a day).
#[tokio::test]
async fn wrong_codes_for_one_address_are_counted_over_all_drafts() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "verification").await;
    walk.send_code().await.assert_status(303);
    let wrong = app.wrong_code().await;
    for _ in 0..100 {
        walk.try_code(&wrong).await.assert_status(422);
    }
    let late = walk.try_code(&app.latest_code().await).await;
    late.assert_status(429).assert_contains("Too many wrong codes");
    let twin = Walk::up_to(&app, &admin, "verification").await;
    twin.send_code().await.assert_status(303);
    twin.try_code(&app.latest_code().await).await.assert_status(429);
}

/// T-31: the password of an existing account is asked for with the limits of signing in.
#[tokio::test]
async fn the_wizard_is_no_way_around_the_limit_on_passwords() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "admin-user").await;
    walk.save_with("admin-user", &ADMINISTRATOR, &[("email", ADMIN_EMAIL)]).await.assert_status(303);
    walk.send_code().await.assert_status(303);
    walk.try_code(&app.latest_code().await).await.assert_status(303);
    let mut last = 0;
    for _ in 0..30 {
        last = walk.client.post(&walk.at("verification"), &[("password", "a wrong guess of mine")]).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "the sign-in limit per account and client holds here too");
}
