//! Choosing a password through a mailed link (QUALITY 34, 39; T-18, T-21, T-24, T-32).

use futures_util::future::join_all;
use reqwest::Method;
use time::Duration;

use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, Mail, TestApp, TestClient};
use tenantry::{
    scope::RowScope,
    types::{DisplayName, EmailAddress, TimeZone},
    users::{self, NewUser},
};

const NEW: &str = "eleven swans land on thin ice";

async fn ask(client: &TestClient, email: &str) {
    client.post("/password/forgotten", &[("email", email)]).await.assert_status(200);
}

/// The link of the newest mail.
fn link_in(mails: &[Mail]) -> String {
    let text = &mails.last().expect("a mail").text_body;
    let line = text.lines().find(|line| line.contains("/password/")).expect("a link");
    line.trim().to_owned()
}

#[tokio::test]
async fn the_link_sets_the_password_signs_in_and_ends_every_other_session() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let elsewhere = app.reseller_admin().await;
    let client = app.client();
    ask(&client, "Ingrid@NORDLICHT.example").await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to_address, ADMIN_EMAIL, "to the address of the account, not to what was typed");
    assert!(
        mails[0].text_body.contains("1 hour") && mails[0].text_body.contains("127.0.0.1"),
        "{}",
        mails[0].text_body
    );
    let link = link_in(&mails);
    assert!(link.starts_with(&app.base_url), "{link}");

    client.get(&link).await.assert_status(200).assert_contains("Ingrid Sørensen");
    client.get(&link).await.assert_status(200);
    client.post(&link, &[("password", "too short")]).await.assert_status(422).assert_field_error(
        "password",
        "Use at least 15 characters. This has 9. A sentence of four or more words works well",
    );
    client.post(&link, &[("password", NEW)]).await.assert_redirect("/");
    client.get("/profile").await.assert_status(200);
    for ended in [&admin, &elsewhere] {
        ended.get("/profile").await.assert_redirect("/sign-in");
    }
    let mut other = app.client();
    other.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_status(422);
    other.sign_in(ADMIN_EMAIL, NEW).await.assert_redirect("/");
    let mails = app.mails().await;
    assert_eq!(mails.last().unwrap().subject, "Your password was changed");
    assert!(mails.last().unwrap().text_body.contains(&format!("{}/password/forgotten", app.base_url)));
    assert_eq!(app.number("select count(*) from events where kind = 'user.password_set'").await, 1);
}

#[tokio::test]
async fn a_link_works_once_for_an_hour_and_only_as_it_was_sent() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    ask(&client, ADMIN_EMAIL).await;
    let old = link_in(&app.mails().await);
    ask(&client, ADMIN_EMAIL).await;
    let link = link_in(&app.mails().await);
    assert_ne!(old, link);
    let start = link.rfind('/').unwrap() + 1;
    for (position, letter) in link.char_indices().skip(start) {
        let mut other = link.clone();
        other.replace_range(position..=position, if letter == 'a' { "b" } else { "a" });
        client.get(&other).await.assert_status(404).assert_contains("does not work any more");
    }
    client.post(&link, &[("password", NEW)]).await.assert_redirect("/");
    for used in [&old, &link] {
        client.get(used).await.assert_status(404);
        client.post(used, &[("password", "another long sentence here")]).await.assert_status(404);
    }
    ask(&client, ADMIN_EMAIL).await;
    let late = link_in(&app.mails().await[..=3]);
    app.clock.advance(Duration::minutes(59));
    client.get(&late).await.assert_status(200);
    app.clock.advance(Duration::minutes(1));
    client.get(&late).await.assert_status(404);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_succeeds() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    ask(&app.client(), ADMIN_EMAIL).await;
    let link = link_in(&app.mails().await);
    let clients: Vec<_> = (0..8).map(|_| app.client()).collect();
    let form = [("password", NEW)];
    let pages = join_all(clients.iter().map(|client| client.post(&link, &form))).await;
    let statuses: Vec<_> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 7, "{statuses:?}");
}

#[tokio::test]
async fn an_unknown_or_disabled_account_gets_no_mail_and_the_same_page() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let post = async |email: &str| {
        let page = client.post("/password/forgotten", &[("email", email)]).await;
        page.assert_status(200);
        page.body.replace(email, "EMAIL")
    };
    let unknown = post("nobody@nordlicht.example").await;
    assert!(app.mails().await.is_empty());
    assert_eq!(post(ADMIN_EMAIL).await, unknown);
    assert_eq!(app.mails().await.len(), 1);
    sqlx::query("update users set disabled_at = now()").execute(&app.db).await.unwrap();
    assert_eq!(post(ADMIN_EMAIL).await, unknown);
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn several_addresses_in_one_request_are_refused() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let twice = [("email", ADMIN_EMAIL), ("email", "thief@evil.example")];
    client.post("/password/forgotten", &twice).await.assert_status(400);
    client
        .post("/password/forgotten", &[("email[]", ADMIN_EMAIL), ("email[]", "thief@evil.example")])
        .await
        .assert_status(422);
    for typed in [
        "ingrid@nordlicht.example,thief@evil.example",
        "ingrid@nordlicht.example;thief@evil.example",
        "ingrid@nordlicht.example thief@evil.example",
        "ingrid@nordlicht.example\r\nBcc: thief@evil.example",
        "ingrid@nordlicht.example\0thief@evil.example",
        "{\"email\":[\"ingrid@nordlicht.example\",\"thief@evil.example\"]}",
        "",
    ] {
        // Reading HTML makes line ends one character, and drops what no page can hold.
        let kept = typed.replace("\r\n", "\n").replace('\0', "\u{fffd}");
        client
            .post("/password/forgotten", &[("email", typed)])
            .await
            .assert_status(422)
            .assert_field_value("email", &kept);
    }
    let json = client.request(Method::POST, "/password/forgotten").json(&serde_json::json!({ "email": [ADMIN_EMAIL] }));
    assert!(client.send(json).await.status >= 400);
    assert!(app.mails().await.is_empty());
}

/// No header of a request decides where a link in a mail leads (QUALITY 39, T-27).
#[tokio::test]
async fn links_lead_to_the_configured_address_whatever_the_headers_say() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let evil = "evil.example";
    let variants: [&[(&str, &str)]; 12] = [
        &[("host", evil)],
        &[("host", "evil.example:443")],
        &[("host", "127.0.0.1:80@evil.example")],
        &[("x-forwarded-host", evil)],
        &[("x-host", evil)],
        &[("x-original-host", evil)],
        &[("forwarded", "for=1.2.3.4;host=evil.example;proto=https")],
        &[("x-forwarded-proto", "https"), ("x-forwarded-host", evil)],
        &[("x-forwarded-port", "8443"), ("x-forwarded-server", evil)],
        &[("x-original-url", "https://evil.example/password"), ("x-rewrite-url", "//evil.example/")],
        &[("referer", "https://evil.example/"), ("x-forwarded-prefix", "//evil.example")],
        &[("x-forwarded-scheme", "javascript"), ("x-url-scheme", "data")],
    ];
    let client = app.client();
    for (number, headers) in variants.into_iter().enumerate() {
        app.clock.advance(Duration::HOUR);
        let mut request = client.request(Method::POST, "/password/forgotten").form(&[("email", ADMIN_EMAIL)]);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client.send(request).await.assert_status(200);
        let mails = app.mails().await;
        assert_eq!(mails.len(), number + 1, "{headers:?}");
        let mail = mails.last().unwrap();
        let links = |body: &str| body.matches("://").count();
        assert!(links(&mail.text_body) > 0 && links(&mail.html_body) > 0);
        assert_eq!(links(&mail.text_body), mail.text_body.matches(&app.base_url).count(), "{}", mail.text_body);
        assert!(!mail.text_body.contains(evil) && !mail.html_body.contains(evil), "{headers:?}");
        assert!(link_in(&mails).starts_with(&format!("{}/password/", app.base_url)), "{headers:?}");
    }
}

#[tokio::test]
async fn too_many_wishes_are_refused_alike_for_known_and_unknown_addresses() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    for email in [ADMIN_EMAIL, "nobody@nordlicht.example"] {
        for _ in 0..4 {
            ask(&client, email).await;
        }
        let page = client.post("/password/forgotten", &[("email", email)]).await;
        page.assert_status(429);
        assert_eq!(page.header("retry-after"), "3600");
    }
    assert_eq!(app.mails().await.len(), 4);
}

#[tokio::test]
async fn whoever_owns_the_mailbox_is_not_kept_out_by_the_guesses_of_others() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    sqlx::query("insert into limits select sha256(convert_to('sign_in_account', 'UTF8') || '\\x00'::bytea || convert_to($1, 'UTF8')), 100, $2")
        .bind(ADMIN_EMAIL)
        .bind(app.clock.now() + Duration::DAY)
        .execute(&app.db)
        .await
        .unwrap();
    let mut client = app.client();
    client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_status(429);
    ask(&client, ADMIN_EMAIL).await;
    let link = link_in(&app.mails().await);
    app.client().post(&link, &[("password", NEW)]).await.assert_redirect("/");
    client.sign_in(ADMIN_EMAIL, NEW).await.assert_redirect("/");
}

#[tokio::test]
async fn instructions_let_a_new_administrator_choose_the_first_password_within_seven_days() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let new = NewUser {
        id: uuid::Uuid::now_v7(),
        email: EmailAddress::parse("li@kowalczyk.example").unwrap(),
        given_name: None,
        family_name: None,
        display_name: DisplayName::parse("Li Wójcik").unwrap(),
        password: None,
        time_zone: TimeZone::utc(),
    };
    let now = app.clock.now();
    app.app
        .write(RowScope::System("test"), async |db| {
            users::create(db, &new, now).await?;
            let organization: uuid::Uuid =
                sqlx::query_scalar("select id from organizations").fetch_one(&mut *db).await?;
            users::enqueue_password_instructions(db, new.id, organization, "Ingrid Sørensen", now).await
        })
        .await
        .unwrap();
    let mails = app.mails().await;
    assert_eq!(mails[0].to_address, "li@kowalczyk.example");
    assert!(mails[0].text_body.contains("Li Wójcik") && mails[0].text_body.contains("Ingrid Sørensen"));
    assert!(mails[0].text_body.contains("7 days"));
    let link = link_in(&mails);
    let stored: i64 = app.number("select count(*) from password_links where purpose = 'instructions'").await;
    assert_eq!(stored, 1);
    let leaked: i64 = sqlx::query_scalar("select count(*) from jobs where payload::text like '%' || $1 || '%'")
        .bind(link.rsplit('/').next().unwrap())
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(leaked, 0, "no job holds the token");

    app.clock.advance(Duration::days(6));
    let client = app.client();
    client.post("/sign-in", &[("email", "li@kowalczyk.example"), ("password", NEW)]).await.assert_status(422);
    client.post(&link, &[("password", NEW)]).await.assert_redirect("/");
    client.get("/").await.assert_redirect("/organizations");
    client.get("/organizations").await.assert_status(200).assert_contains("You belong to no organization yet");
    assert_eq!(app.mails().await.len(), 1, "a first password is no change to warn about");
    drop(admin);
}
