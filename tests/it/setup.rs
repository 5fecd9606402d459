//! The first run.

use crate::support::{ADMIN_EMAIL, SETUP_FORM, TestApp};
use tenantry::setup;

async fn link(app: &TestApp) -> String {
    let link = setup::first_run_link(&app.app).await.expect("an answer").expect("not set up yet");
    link.strip_prefix(&app.base_url).expect("a link of this portal").to_owned()
}

#[tokio::test]
async fn the_link_makes_operator_and_administrator_and_signs_in() {
    let app = TestApp::start().await;
    let link = link(&app).await;
    let client = app.client();
    let page = client.get(&link).await;
    page.assert_status(200).assert_contains("PostgreSQL for tests").assert_contains(&app.base_url);
    assert!(page.header("set-cookie").is_empty(), "a visitor has no session yet");

    let page = client.post(&link, &SETUP_FORM).await;
    page.assert_redirect("/o/org_");
    assert!(client.session().is_some());
    assert_eq!(client.get("/").await.location(), page.location());
    assert_eq!(app.number("select count(*) from organizations where parent_id is null and kind = 'partner'").await, 1);
    assert_eq!(app.number("select count(*) from partner_settings where currency = 'EUR'").await, 1);
    let person: (String, String, String) =
        sqlx::query_as("select u.email, u.display_name, m.role from users u join memberships m on m.user_id = u.id")
            .fetch_one(&app.db)
            .await
            .expect("one administrator");
    assert_eq!(person, (ADMIN_EMAIL.into(), "Ingrid Sørensen".into(), "reseller_admin".into()));
}
