//! The profile: name, time zone, theme, password, sessions.

use reqwest::Method;
use time::Duration;

use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, TestApp};

const NEW: &str = "eleven swans land on thin ice";

#[tokio::test]
async fn name_and_time_zone_can_be_changed() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let page = admin.get("/profile").await;
    page.assert_status(200).assert_field_value("display_name", "Ingrid Sørensen");
    page.assert_field_value("zone", "Europe/Berlin").assert_contains(ADMIN_EMAIL).assert_contains("21 Nov 2026");
    let form = [
        ("display_name", "Dr. Ingrid Sørensen"),
        ("given_name", "Ingrid"),
        ("family_name", ""),
        ("zone", "Asia/Tokyo"),
    ];
    admin.post("/profile", &form).await.assert_redirect("/profile");
    let page = admin.get("/profile").await;
    page.assert_contains("Profile saved").assert_field_value("display_name", "Dr. Ingrid Sørensen");
    page.assert_field_value("family_name", "").assert_field_value("zone", "Asia/Tokyo");
    assert!(!admin.get("/profile").await.body.contains("Profile saved"), "a message is shown once");
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let form = [("display_name", " "), ("given_name", "Íngrid"), ("zone", "Mars/Olympus")];
    let page = admin.post("/profile", &form).await;
    page.assert_status(422).assert_field_error("display_name", "Enter the name others see");
    page.assert_field_error("zone", "“Mars/Olympus” is not a time zone we know. Choose one like Europe/Berlin");
    page.assert_field_value("given_name", "Íngrid");
    assert_eq!(app.number("select count(*) from users where display_name = 'Ingrid Sørensen'").await, 1);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let mut client = app.client();
    for path in ["/profile", "/profile/password", "/profile/sessions", "/organizations"] {
        let page = client.get(path).await;
        page.assert_redirect("/sign-in?next=");
        let form = client.get(&page.location()).await;
        form.assert_field_value("next", path);
    }
    for path in
        ["/profile", "/profile/theme", "/profile/password", "/profile/sessions/others/end", "/profile/session/extend"]
    {
        client.post(path, &[("display_name", "X"), ("zone", "UTC")]).await.assert_redirect("/sign-in");
    }
    let form = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD), ("next", "/profile/sessions")];
    client.post("/sign-in", &form).await.assert_redirect("/profile/sessions");
    client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn the_theme_is_kept_with_the_person_and_the_page_comes_back() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let theme = async || admin.get("/profile").await.attribute("html", "data-bs-theme");
    assert_eq!(theme().await, None);
    let switch = |to: &'static str| admin.request(Method::POST, "/profile/theme").form(&[("theme", to)]);
    let page = admin.send(switch("dark").header("referer", format!("{}/organizations?page=2", app.base_url))).await;
    page.assert_redirect("/organizations?page=2");
    assert_eq!(theme().await.as_deref(), Some("dark"));
    let page = admin.send(switch("light").header("referer", "https://evil.example/")).await;
    assert_eq!(page.location(), "/profile");
    let page = admin.send(switch("light").header("sec-fetch-mode", "cors")).await;
    page.assert_status(204);
    assert_eq!(theme().await.as_deref(), Some("light"));
    admin.send(switch("<script>")).await.assert_redirect("/profile");
    assert_eq!(theme().await, None, "any other word leaves it to the system");
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let elsewhere = app.reseller_admin().await;
    let page = admin.post("/profile/password", &[("current", "not the present one"), ("password", NEW)]).await;
    page.assert_status(422)
        .assert_field_error("current", "This is not your present password. Forgotten it? Sign out and ask for a link");
    let page = admin.post("/profile/password", &[("current", ""), ("password", "short")]).await;
    page.assert_status(422).assert_field_error("current", "Enter your password");
    assert!(page.has("#password-error"), "both fields are judged at once");
    elsewhere.get("/profile").await.assert_status(200);

    let before = admin.session().unwrap();
    admin
        .post("/profile/password", &[("current", ADMIN_PASSWORD), ("password", NEW)])
        .await
        .assert_redirect("/profile");
    let after = admin.session().unwrap();
    assert_ne!(before, after, "the session has a new id (T-35)");
    admin.get("/profile").await.assert_status(200).assert_contains("Password changed");
    elsewhere.get("/profile").await.assert_redirect("/sign-in");
    let thief = app.client();
    thief.set_session(Some(&before));
    thief.get("/profile").await.assert_redirect("/sign-in");
    app.client().sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_status(422);
    app.client().sign_in(ADMIN_EMAIL, NEW).await.assert_redirect("/");
    assert_eq!(app.mails().await.last().unwrap().subject, "Your password was changed");
}

#[tokio::test]
async fn ones_sessions_are_listed_and_can_be_ended_from_elsewhere() {
    let app = TestApp::start_with(|settings| settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let admin = app.reseller_admin().await;
    let other = app.client();
    let form = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD), ("stay", "true")];
    let request = other.request(Method::POST, "/sign-in").form(&form);
    let request =
        request.header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
    other.send(request.header("x-forwarded-for", "10.9.9.9, 203.0.113.7")).await.assert_redirect("/");
    app.clock.advance(Duration::minutes(18));

    let page = admin.get("/profile/sessions").await;
    let rows = page.texts("main ul.list li");
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains("This session"), "{rows:?}");
    assert!(rows[1].contains("Firefox on Linux") && rows[1].contains("From 203.0.113.7."), "{rows:?}");
    assert!(rows[1].contains("Last used 18 minutes ago") && rows[1].contains("Ends 5 Dec 2026, 10:42 CET"), "{rows:?}");
    let end = page.attribute("main ul.list li:nth-child(2) form", "action").unwrap();
    admin.post(&end, &[]).await.assert_redirect("/profile/sessions");
    other.get("/profile").await.assert_redirect("/sign-in");
    admin.post(&end, &[]).await.assert_status(404);
    assert!(admin.get("/profile/sessions").await.texts("main ul.list li").len() == 1);

    let here = admin.get("/profile/sessions").await.attribute("main ul.list li form", "action").unwrap();
    admin.post(&here, &[]).await.assert_redirect("/sign-in");
    admin.get("/profile").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn all_other_sessions_end_at_once_and_nobody_ends_somebody_elses() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let others = [app.reseller_admin().await, app.reseller_admin().await];
    let link = tenantry::setup::create_administrator(&app.app, "jo@nordlicht.example", "Jo").await.unwrap();
    let jo = app.client();
    jo.post(&link, &[("password", NEW)]).await.assert_redirect("/");

    let admins = admin.get("/profile/sessions").await.attribute("main ul.list li form", "action").unwrap();
    jo.post(&admins, &[]).await.assert_status(404);
    admin.post("/profile/sessions/others/end", &[]).await.assert_redirect("/profile/sessions");
    admin.get("/profile/sessions").await.assert_contains("2 other sessions ended");
    for other in others {
        other.get("/profile").await.assert_redirect("/sign-in");
    }
    jo.get("/profile").await.assert_status(200);
    admin.post("/profile/sessions/nonsense/end", &[]).await.assert_status(404);
}
