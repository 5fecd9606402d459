//! A proof of the last ten minutes before roles, memberships, factors or passwords are changed (issue 3, part 7).

use tenantry::web::{Access, RouteRow};
use time::Duration;
use uuid::Uuid;

use crate::{
    factors::Phone,
    support::{ADMIN_EMAIL, ADMIN_PASSWORD, TestApp, TestClient},
};

/// The path of a fresh route in the administrator's own organization; what else it names does not exist.
fn path(route: &RouteRow, home: &str) -> String {
    let path = route.path.replace("/o/{org_key}", home);
    let filled =
        path.split('/').map(|part| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() });
    filled.collect::<Vec<_>>().join("/")
}

async fn stale(app: &TestApp) -> TestClient {
    let admin = app.reseller_admin().await;
    app.clock.advance(Duration::minutes(10));
    admin
}

#[tokio::test]
async fn every_route_declared_fresh_asks_whoever_proved_themselves_long_ago() {
    let app = TestApp::start().await;
    let admin = stale(&app).await;
    let fresh: Vec<_> = tenantry::web::table().into_iter().filter(|route| route.fresh).collect();
    assert!(fresh.len() >= 9, "{fresh:?}");
    for route in fresh {
        assert_ne!(route.access, Access::Public, "{}: there is nobody to ask", route.path);
        let path = path(&route, &admin.home);
        if route.method == "GET" {
            let next = serde_urlencoded::to_string([("next", &path)]).unwrap();
            admin.get(&path).await.assert_redirect(&format!("/confirm?{next}"));
            continue;
        }
        let form = [
            ("note", "käse & <b>"),
            ("password", "whisper one"),
            ("current", "whisper two"),
            ("code", "whisper three"),
        ];
        let page = admin.post(&path, &form).await;
        page.assert_status(403).assert_contains("Confirm that it is you").assert_field_value("note", "käse & <b>");
        assert_eq!(page.attribute("main form", "action").as_deref(), Some(path.as_str()));
        assert!(page.has("#proof_password") && !page.body.contains("whisper"), "secrets are never carried");
    }
}

#[tokio::test]
async fn what_was_posted_too_late_is_posted_on_with_the_proof() {
    let app = TestApp::start().await;
    let admin = stale(&app).await;
    let path = format!("{}/settings/sign-in", admin.home);
    let chosen = [("version", "0"), ("role-auditor", "true")];
    let page = admin.post(&path, &chosen).await;
    page.assert_status(403).assert_field_value("role-auditor", "true");
    assert_eq!(app.number("select count(*) from sign_in_rules").await, 0);
    let page = admin.post(&path, &[chosen[0], chosen[1], ("proof_password", "not the password at all")]).await;
    page.assert_status(422).assert_field_value("role-auditor", "true");
    page.assert_field_error("proof_password", "This is not your password. Passwords are case-sensitive");
    let before = admin.session();
    let page = admin.post(&path, &[chosen[0], chosen[1], ("proof_password", ADMIN_PASSWORD)]).await;
    page.assert_redirect(&path);
    assert_ne!(admin.session(), before, "the session has a new id (T-35)");
    assert_eq!(app.number("select count(*) from sign_in_rules where factor_roles = '{auditor}'").await, 1);
    admin.get(&path).await.assert_status(200).assert_field_value("role-auditor", "true");
    let thief = app.client();
    thief.set_session(before.as_deref());
    thief.get("/profile").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn a_page_asked_for_too_late_comes_after_the_proof() {
    let app = TestApp::start().await;
    let admin = stale(&app).await;
    let path = format!("{}/settings/sign-in", admin.home);
    let page = admin.get(&path).await;
    page.assert_redirect(&format!("/confirm?next={}", path.replace('/', "%2F")));
    let page = admin.get(&page.location()).await;
    page.assert_status(200).assert_field_value("next", &path);
    let form = [("next", path.as_str()), ("proof_password", "")];
    admin.post("/confirm", &form).await.assert_status(422).assert_field_error("proof_password", "Enter your password");
    let form = [("next", "//elsewhere.example"), ("proof_password", ADMIN_PASSWORD)];
    let page = admin.post("/confirm", &form).await;
    assert_eq!(page.location(), "/", "only ever a page of ours (QUALITY 40)");
    admin.get(&path).await.assert_status(200);
    admin.get(&format!("/confirm?next={path}")).await.assert_redirect(&path);
    // What is not declared fresh never asks.
    app.clock.advance(Duration::minutes(11));
    admin.get("/profile").await.assert_status(200);
}

#[tokio::test]
async fn whoever_has_a_second_factor_proves_themselves_by_it() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let phone = Phone::set_up(&app, &admin).await;
    app.clock.advance(Duration::minutes(10));
    let remove = "/profile/second-factor/remove";
    let page = admin.post(remove, &[]).await;
    page.assert_status(403);
    assert!(page.has("#proof_code") && !page.has("#proof_password"));
    let page = admin.post(remove, &[("proof_password", ADMIN_PASSWORD)]).await;
    page.assert_status(422).assert_field_error("proof_code", "Enter the six digits your app shows");
    admin.post(remove, &[("proof_code", &phone.code(app.clock.now()))]).await.assert_redirect("/profile/second-factor");
    assert_eq!(app.number("select count(*) from factors").await, 0);
}

#[tokio::test]
async fn too_many_wrong_proofs_are_refused_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let admin = stale(&app).await;
    let path = format!("{}/settings/sign-in", admin.home);
    let form = [("version", "0"), ("role-auditor", "true"), ("proof_password", "not the password at all")];
    let mut last = admin.post(&path, &form).await;
    for _ in 0..20 {
        last = admin.post(&path, &form).await;
    }
    last.assert_status(429).assert_field_value("role-auditor", "true").assert_contains("Too many tries");
    assert!(!last.header("retry-after").is_empty());
    admin.get("/profile").await.assert_status(200);
    let page = app.client().post("/sign-in", &[("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)]).await;
    page.assert_status(429);
}

/// The form asks for the password itself, so it is given once; a code is asked for besides where there is one.
#[tokio::test]
async fn a_new_password_takes_the_present_one_once() {
    let app = TestApp::start().await;
    let admin = stale(&app).await;
    let path = "/profile/password";
    let new = "entirely different words 27";
    admin.get(path).await.assert_status(200);
    let wrong = [("current", "not the password at all"), ("password", new)];
    let page = admin.post(path, &wrong).await;
    page.assert_status(422);
    assert!(page.has("#current") && !page.has("#proof_password"));
    admin.post(path, &[("current", ADMIN_PASSWORD), ("password", new)]).await.assert_redirect("/profile");
    let phone = Phone::set_up(&app, &admin).await;
    app.clock.advance(Duration::minutes(10));
    admin.get(path).await.assert_redirect("/confirm?next=%2Fprofile%2Fpassword");
    let change = [("current", new), ("password", "yet another row of words")];
    let page = admin.post(path, &change).await;
    page.assert_status(403);
    assert!(page.has("#proof_code") && !page.body.contains(new));
    let code = phone.code(app.clock.now());
    admin.post(path, &[change[0], change[1], ("proof_code", &code)]).await.assert_redirect("/profile");
}
