//! What load balancers and Prometheus ask.

use tenantry::{error::Error, metrics, organizations};

use crate::support::TestApp;

#[tokio::test]
async fn a_portal_lives_and_is_ready() {
    let test = TestApp::start().await;
    test.client().get("/healthz").await.assert_status(200).assert_contains("alive");
    test.client().get("/readyz").await.assert_status(200).assert_contains("ready");
}

#[tokio::test]
async fn a_portal_without_its_database_lives_and_is_not_ready() {
    let test = TestApp::start().await;
    let client = test.client();
    client.get("/readyz").await.assert_status(200);
    close_database(&test, "false").await;
    let started = std::time::Instant::now();
    client.get("/readyz").await.assert_status(503).assert_contains("the database does not answer");
    assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
    client.get("/healthz").await.assert_status(200);
    close_database(&test, "true").await;
    client.get("/readyz").await.assert_status(200);
}

/// Whoever waits for a lock holds a connection: after a while they are told to come again, so that others find one.
#[tokio::test]
async fn nobody_waits_for_ever_for_somebody_elses_lock() {
    let test = TestApp::start().await;
    let (_, scope) = test.operator().await;
    let mut holding = test.db.begin().await.expect("a transaction");
    sqlx::query("lock table organizations").execute(&mut *holding).await.expect("locked");
    let waits = test.app.read(&scope, async |db| organizations::show(db, &scope).await).await;
    assert!(matches!(waits, Err(Error::Unavailable(_))), "{waits:?}");
}

/// Lets nobody in and sends everybody out, or opens the door again.
async fn close_database(test: &TestApp, allowed: &str) {
    let server = sqlx::PgPool::connect_with(test.database.superuser().database("postgres")).await.expect("the server");
    let name = test.database.superuser().get_database().expect("a name").to_owned();
    let statements = format!(
        "alter database {name} with allow_connections {allowed};
         select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and not {allowed}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&server).await.expect("the door moves");
}

#[tokio::test]
async fn every_answer_carries_the_id_under_which_it_was_logged() {
    let test = TestApp::start().await;
    let answers = [test.client().get("/healthz").await, test.client().get("/nothing-here").await];
    let ids: Vec<&str> = answers.iter().map(|page| page.header("x-request-id")).collect();
    assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok_and(|id| !id.is_nil())), "{ids:?}");
    assert_ne!(ids[0], ids[1]);
    answers[1].assert_status(404).assert_contains(ids[1]);
}

#[actix_web::test]
async fn metrics_have_an_address_of_their_own() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let test = TestApp::start_with(move |settings| settings.metrics_listen = Some(free)).await;
    let server = metrics::serve(&test.app).expect("the address is free").expect("an address is set");
    let client = test.client();
    client.get("/healthz").await.assert_status(200);
    client.get("/metrics").await.assert_status(404);

    let shown = reqwest::get(format!("http://{free}/metrics")).await.expect("an answer");
    assert_eq!(shown.status(), 200);
    let text = shown.text().await.expect("text");
    for line in [
        "tenantry_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"2xx\"}",
        "tenantry_http_request_duration_seconds_bucket{method=\"GET\",route=\"/healthz\",le=\"0.005\"}",
        "tenantry_database_connections{state=\"idle\"}",
        "tenantry_jobs{state=\"failed\"} 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("/nothing-here"), "made-up addresses make no series");
    server.stop(false).await;
}

#[actix_web::test]
async fn without_an_address_there_are_no_metrics() {
    let test = TestApp::start().await;
    assert!(metrics::serve(&test.app).expect("nothing to fail").is_none());
}
