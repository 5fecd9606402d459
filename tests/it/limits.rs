//! The limiter: exactly the limit, whoever asks and however many at once (QUALITY 22, 29).

use futures_util::future::join_all;
use time::Duration;

use crate::support::TestApp;
use tenantry::{
    error::Error,
    limits::{self, Limit},
};

async fn granted(app: &TestApp, limit: Limit, subject: &str, tries: usize) -> usize {
    let tries = (0..tries).map(|_| limits::take(&app.app, limit, subject));
    let answers = join_all(tries).await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(Error::TooMany { .. }))), "{answers:?}");
    answers.iter().filter(|answer| answer.is_ok()).count()
}

#[tokio::test]
async fn of_200_parallel_tries_exactly_the_limit_is_granted() {
    let app = TestApp::start().await;
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 200).await, 4);
    assert_eq!(granted(&app, Limit::CodeTriesPerAddressDay, "a", 200).await, 100);
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 20).await, 0, "nothing is left for later tries");
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "b", 20).await, 4, "another subject has tries of its own");
}

#[tokio::test]
async fn a_refusal_says_how_long_and_the_next_window_starts_afresh() {
    let app = TestApp::start().await;
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 4).await, 4);
    app.clock.advance(Duration::minutes(20));
    match limits::take(&app.app, Limit::CodeSendPerDraft, "a").await {
        Err(Error::TooMany { retry_after }) => assert_eq!(retry_after.as_secs(), 40 * 60),
        other => panic!("{other:?}"),
    }
    app.clock.advance(Duration::minutes(40));
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 200).await, 4);
}

#[tokio::test]
async fn counts_outlive_a_restart() {
    let app = TestApp::start().await;
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 3).await, 3);
    let options = app.database.application();
    let restarted = tenantry::app::App { db: tenantry::database::Database::open(options, 2), ..app.app.clone() };
    assert!(limits::take(&restarted, Limit::CodeSendPerDraft, "a").await.is_ok());
    assert!(limits::take(&restarted, Limit::CodeSendPerDraft, "a").await.is_err());
}

#[tokio::test]
async fn a_right_try_is_given_back_and_none_too_many() {
    let app = TestApp::start().await;
    let tries = [(Limit::CodeSendPerDraft, "a")];
    for _ in 0..10 {
        limits::take_all(&app.app, &tries).await.unwrap();
        limits::give_back(&app.app, &tries).await.unwrap();
    }
    limits::give_back(&app.app, &tries).await.unwrap();
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "a", 10).await, 4);
}

#[tokio::test]
async fn where_one_limit_is_used_up_the_others_keep_their_tries() {
    let app = TestApp::start().await;
    assert_eq!(granted(&app, Limit::CodeSendPerDraft, "b", 4).await, 4);
    for _ in 0..30 {
        let both = [(Limit::CodeSendPerAddress, "a"), (Limit::CodeSendPerDraft, "b")];
        assert!(limits::take_all(&app.app, &both).await.is_err());
    }
    assert_eq!(granted(&app, Limit::CodeSendPerAddress, "a", 30).await, 20);
}

#[tokio::test]
async fn the_table_does_not_tell_whose_address_was_tried() {
    let app = TestApp::start().await;
    limits::take(&app.app, Limit::SignInPerAccount, "anna@firm.example").await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar("select limits::text from limits").fetch_all(&app.db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains("anna"));
}
