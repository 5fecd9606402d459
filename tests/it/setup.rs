//! The first run.

use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, SETUP_FORM, TestApp, with};
use futures_util::future::join_all;
use tenantry::{scope::RowScope, setup};

async fn link(app: &TestApp) -> String {
    let link = setup::first_run_link(&app.app).await.unwrap().expect("not set up yet");
    link.strip_prefix(&app.base_url).expect("a link of this portal").to_owned()
}

#[tokio::test]
async fn the_link_makes_operator_and_administrator_and_signs_in() {
    let app = TestApp::start().await;
    let link = link(&app).await;
    let client = app.client();
    let page = client.get(&link).await;
    page.assert_status(200).assert_contains("PostgreSQL for tests").assert_contains(&app.base_url);
    page.assert_contains("/dev/mailbox");
    assert!(page.header("set-cookie").is_empty(), "a visitor has no session yet");

    let page = client.post(&link, &SETUP_FORM).await;
    page.assert_redirect("/o/org_");
    assert!(client.session().is_some());
    assert_eq!(client.get("/").await.location(), page.location());
    assert_eq!(app.number("select count(*) from organizations where parent_id is null and kind = 'partner'").await, 1);
    assert_eq!(app.number("select count(*) from partner_settings where currency = 'EUR'").await, 1);
    assert_eq!(app.number("select count(*) from billing_accounts").await, 1);
    assert_eq!(app.number("select count(*) from events where kind = 'installation.set_up'").await, 1);
    let person: (String, String, String, String) = sqlx::query_as(
        "select u.email, u.display_name, u.time_zone, m.role from users u join memberships m on m.user_id = u.id",
    )
    .fetch_one(&app.db)
    .await
    .expect("one administrator");
    assert_eq!(person, (ADMIN_EMAIL.into(), "Ingrid Sørensen".into(), "Europe/Berlin".into(), "reseller_admin".into()));
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept() {
    let app = TestApp::start().await;
    let link = link(&app).await;
    let client = app.client();
    let changes = [("company", ""), ("currency", "XYZ"), ("password", "twelve chars"), ("zone", "Mars/Olympus")];
    let page = client.post(&link, &with(&SETUP_FORM, &changes)).await;
    page.assert_status(422)
        .assert_field_error("company", "Enter the name of your company")
        .assert_field_error("currency", "Choose a currency from the list")
        .assert_field_error(
            "password",
            "Use at least 15 characters. This has 12. A sentence of four or more words works well",
        )
        .assert_no_field_error("email")
        .assert_field_value("email", ADMIN_EMAIL)
        .assert_field_value("country", "DE")
        .assert_field_value("given_name", "Ingrid")
        .assert_field_value("password", "");
    assert!(page.text("title").unwrap().starts_with("Error: "));
    assert_eq!(app.number("select count(*) from users").await, 0);

    let page = client.post(&link, &[]).await;
    page.assert_status(422);
    assert_eq!(page.texts("#errors a").len(), 8, "every field is asked for");
    client.post(&link, &SETUP_FORM).await.assert_redirect("/o/org_");
}

#[tokio::test]
async fn the_password_may_not_be_the_company_or_the_name() {
    let app = TestApp::start().await;
    let link = link(&app).await;
    let changes = [("password", "Nordlicht Cloud GmbH")];
    let page = app.client().post(&link, &with(&SETUP_FORM, &changes)).await;
    page.assert_status(422);
    assert!(page.text("#password-error").unwrap().contains("easy to guess"), "{}", page.body);
}

#[tokio::test]
async fn only_the_printed_link_opens_the_page_and_only_until_it_was_used() {
    let app = TestApp::start().await;
    let first = link(&app).await;
    let newest = link(&app).await;
    let client = app.client();
    client.get(&first).await.assert_status(404);
    for (position, letter) in newest.char_indices().skip("/setup/".len()) {
        let mut other = newest.clone();
        other.replace_range(position..=position, if letter == '0' { "1" } else { "0" });
        client.get(&other).await.assert_status(404);
    }
    client.get(&newest.to_uppercase().replace("/SETUP/", "/setup/")).await.assert_status(404);
    client.post(&first, &SETUP_FORM).await.assert_status(404);
    client.post(&newest, &SETUP_FORM).await.assert_redirect("/o/org_");

    let other = app.client();
    other.get(&newest).await.assert_status(404);
    other.post(&newest, &SETUP_FORM).await.assert_status(404);
    assert_eq!(setup::first_run_link(&app.app).await.unwrap(), None, "there is no further link");
    assert_eq!(app.number("select count(*) from organizations").await, 1);
}

#[tokio::test]
async fn of_many_posts_at_once_exactly_one_sets_the_installation_up() {
    let app = TestApp::start().await;
    let link = link(&app).await;
    let clients: Vec<_> = (0..16).map(|_| app.client()).collect();
    let pages = join_all(clients.iter().map(|client| client.post(&link, &SETUP_FORM))).await;
    let statuses: Vec<_> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [303, 404].contains(status)), "{statuses:?}");
    assert_eq!(app.number("select count(*) from organizations").await, 1);
    assert_eq!(app.number("select count(*) from users").await, 1);
}

#[tokio::test]
async fn the_secret_of_the_cookies_is_made_once() {
    let app = TestApp::start().await;
    let read = || app.app.write(RowScope::System("test"), async |db| setup::cookie_secret(db).await);
    assert_eq!(read().await.unwrap(), app.cookie_secret);
    app.reseller_admin().await;
    assert_eq!(read().await.unwrap(), app.cookie_secret);
    assert!(app.cookie_secret.iter().any(|byte| *byte != 0));
}

#[tokio::test]
async fn before_the_set_up_the_front_page_says_so() {
    let app = TestApp::start().await;
    let client = app.client();
    client.get("/").await.assert_redirect("/sign-in");
    client.get("/sign-in").await.assert_status(200).assert_contains("not set up yet");
    client.get("/help").await.assert_status(200);
}

#[tokio::test]
async fn the_command_line_makes_an_administrator_through_a_link_that_works_once() {
    let app = TestApp::start().await;
    let refused = setup::create_administrator(&app.app, "jo@nordlicht.example", "Jo Berg").await.unwrap_err();
    assert!(refused.to_string().contains("not set up yet"), "{refused}");
    app.reseller_admin().await;

    let link = setup::create_administrator(&app.app, "jo@nordlicht.example", "Jo Berg").await.unwrap();
    let mut client = app.client();
    client.get(&link).await.assert_status(200).assert_contains("Jo Berg");
    client.post(&link, &[("password", "seven geese cross the canal")]).await.assert_redirect("/");
    assert!(client.get("/").await.location().starts_with("/o/org_"));
    client.get(&link).await.assert_status(404);

    // The same command for somebody who has an account: the way back in, with the same account.
    let link = setup::create_administrator(&app.app, &ADMIN_EMAIL.to_uppercase(), "Ingrid").await.unwrap();
    client.get(&link).await.assert_status(200).assert_contains("Ingrid Sørensen");
    assert_eq!(app.number("select count(*) from users").await, 2);
    client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
    assert!(setup::create_administrator(&app.app, "no address", "X").await.is_err());
}
