//! The second factor: set up, signing in with it, recovery codes, limits (issue 3, part 7; QUALITY 29, T-28 to T-35).

use tenantry::web::Access;
use time::{Duration, OffsetDateTime};
use totp_rs::{Builder, Secret};

use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, Page, TestApp, TestClient};

pub(crate) const FACTOR: &str = "/profile/second-factor";
const SIGN_IN: [(&str, &str); 2] = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
const WRONG: &str = "This code is not right, or was used already. Wait until your app shows the next one";

/// What the person has at hand once the factor is set up.
pub(crate) struct Phone {
    secret: String,
    pub(crate) recovery_codes: Vec<String>,
}

impl Phone {
    /// Sets an authenticator app up in a session that has just begun.
    pub(crate) async fn set_up(app: &TestApp, client: &TestClient) -> Phone {
        client.post(FACTOR, &[]).await.assert_redirect("/profile/second-factor/new");
        let secret = secret(&client.get("/profile/second-factor/new").await);
        let mut phone = Phone { secret, recovery_codes: Vec::new() };
        let page = client.post("/profile/second-factor/new", &[("code", &phone.code(app.clock.now()))]).await;
        page.assert_status(200).assert_contains("they are not shown again");
        phone.recovery_codes = page.texts("main ol code");
        assert_eq!(phone.recovery_codes.len(), 10);
        // The code of this step is used up.
        app.clock.advance(Duration::seconds(30));
        phone
    }

    /// What the app shows at an instant.
    pub(crate) fn code(&self, at: OffsetDateTime) -> String {
        let secret = Secret::try_from_base32(&self.secret).expect("a secret");
        let totp = Builder::new().with_secret(secret).with_account_name("it").build().expect("an app");
        totp.generate(u64::try_from(at.unix_timestamp()).expect("after 1970")).to_string()
    }

    /// Six digits that are none of the three that are right.
    fn wrong_code(&self, at: OffsetDateTime) -> String {
        let right = [-30, 0, 30].map(|seconds| self.code(at + Duration::seconds(seconds)));
        let mut digits = (0..4).map(|number| format!("{number:06}"));
        digits.find(|digits| !right.contains(digits)).expect("three of four at most are right")
    }
}

/// The secret as the page shows it, without the spaces between its groups.
fn secret(page: &Page) -> String {
    page.text("[data-secret]").expect("a secret to type").replace(' ', "")
}

/// A browser that has given the password and owes a code.
async fn pending(app: &TestApp) -> TestClient {
    let client = app.client();
    client.post("/sign-in", &SIGN_IN).await.assert_redirect("/sign-in/code");
    client
}

async fn enter(client: &TestClient, code: &str) -> Page {
    client.post("/sign-in/code", &[("proof_code", code)]).await
}

#[tokio::test]
async fn a_factor_counts_once_its_first_code_is_entered() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let elsewhere = app.reseller_admin().await;
    admin.get(FACTOR).await.assert_status(200).assert_contains("No second factor yet");
    admin.get("/profile/second-factor/new").await.assert_redirect(FACTOR);
    admin.post(FACTOR, &[]).await.assert_redirect("/profile/second-factor/new");
    let page = admin.get("/profile/second-factor/new").await;
    assert!(page.attribute("main svg[role=img] path", "d").is_some_and(|path| path.starts_with("M4 4h7v1h-7z")));
    assert!(!page.has("main [style]"), "the policy forbids styles in the page (QUALITY 37)");
    let phone = Phone { secret: secret(&page), recovery_codes: Vec::new() };
    assert_eq!(secret(&admin.get("/profile/second-factor/new").await), phone.secret, "a reload changes nothing");

    for (typed, message) in [
        ("", "Enter the six digits your app shows"),
        ("12ab", "Enter only the six digits your app shows"),
        (
            &phone.wrong_code(app.clock.now()),
            "This code is not right. Enter the one your app shows now; is its clock right?",
        ),
    ] {
        let page = admin.post("/profile/second-factor/new", &[("code", typed)]).await;
        page.assert_status(422).assert_field_error("code", message);
        assert_eq!(secret(&page), phone.secret, "the picture stays");
    }
    app.client().post("/sign-in", &SIGN_IN).await.assert_redirect("/");
    elsewhere.get("/profile").await.assert_status(200);

    let page = admin.post("/profile/second-factor/new", &[("code", &phone.code(app.clock.now()))]).await;
    page.assert_status(200);
    assert_eq!(page.texts("main ol code").len(), 10);
    admin.get(FACTOR).await.assert_contains("Set up on 21 Nov 2026").assert_contains("10 of 10 are unused");
    elsewhere.get("/profile").await.assert_redirect("/sign-in");
    assert_eq!(app.mails().await.last().unwrap().subject, "An authenticator app was added to your account");
    assert_eq!(app.number("select count(*) from events where kind = 'user.factor_added'").await, 1);
    admin.post(FACTOR, &[]).await.assert_status(409);
    admin.post("/profile/second-factor/new", &[("code", "123456")]).await.assert_redirect(FACTOR);
}

#[tokio::test]
async fn neither_secret_nor_codes_stand_in_the_database() {
    let app = TestApp::start().await;
    let phone = Phone::set_up(&app, &app.reseller_admin().await).await;
    let secret = Secret::try_from_base32(&phone.secret).unwrap();
    let stored: Vec<u8> = sqlx::query_scalar("select secret from factors").fetch_one(&app.db).await.unwrap();
    assert!(!stored.windows(20).any(|window| window == secret.as_bytes()), "the secret is sealed");
    let hashes: Vec<Vec<u8>> =
        sqlx::query_scalar("select code_hash from recovery_codes").fetch_all(&app.db).await.unwrap();
    assert!(hashes.len() == 10 && hashes.iter().all(|hash| hash.len() == 32));
}

#[tokio::test]
async fn signing_in_takes_a_code_after_the_password_and_each_counts_once() {
    let app = TestApp::start().await;
    let phone = Phone::set_up(&app, &app.reseller_admin().await).await;
    let client = app.client();
    let page = client.post("/sign-in", &[SIGN_IN[0], SIGN_IN[1], ("next", "/profile/sessions")]).await;
    page.assert_redirect("/sign-in/code");
    let before = client.session().unwrap();
    client.get("/sign-in/code").await.assert_status(200).assert_contains("Enter a code");
    let page = enter(&client, &phone.wrong_code(app.clock.now())).await;
    page.assert_status(422).assert_field_error("proof_code", WRONG);

    let code = phone.code(app.clock.now());
    enter(&client, &code).await.assert_redirect("/profile/sessions");
    assert_ne!(client.session().unwrap(), before, "the session has a new id (T-35)");
    client.get("/profile").await.assert_status(200);
    let thief = app.client();
    thief.set_session(Some(&before));
    thief.get("/sign-in/code").await.assert_redirect("/sign-in");

    enter(&pending(&app).await, &code).await.assert_status(422).assert_field_error("proof_code", WRONG);
    let (now, step) = (app.clock.now(), Duration::seconds(30));
    enter(&pending(&app).await, &phone.code(now - step)).await.assert_status(422);
    enter(&pending(&app).await, &phone.code(now + 2 * step)).await.assert_status(422);
    enter(&pending(&app).await, &phone.code(now + step)).await.assert_redirect("/");
}

#[tokio::test]
async fn of_many_requests_with_one_code_one_gets_in() {
    let app = TestApp::start().await;
    let phone = Phone::set_up(&app, &app.reseller_admin().await).await;
    let code = phone.code(app.clock.now());
    let mut clients = Vec::new();
    for _ in 0..6 {
        clients.push(pending(&app).await);
    }
    let answers = futures_util::future::join_all(clients.iter().map(|client| enter(client, &code))).await;
    assert_eq!(answers.iter().filter(|page| page.status == 303).count(), 1, "QUALITY 22");
}

#[tokio::test]
async fn a_pending_session_opens_nothing_and_ends() {
    let app = TestApp::start().await;
    let phone = Phone::set_up(&app, &app.reseller_admin().await).await;
    let client = pending(&app).await;
    let key: String = sqlx::query_scalar("select key from organizations").fetch_one(&app.db).await.unwrap();
    for route in tenantry::web::table().into_iter().filter(|route| route.access != Access::Public) {
        let path = route.path.replace("{org_key}", &key).replace("{id}", &uuid::Uuid::nil().to_string());
        let page = if route.method == "GET" { client.get(&path).await } else { client.post(&path, &[]).await };
        assert!(
            page.status == 303 && page.location().starts_with("/sign-in"),
            "{} {path}: {}",
            route.method,
            page.status
        );
    }
    app.clock.advance(Duration::minutes(10));
    client.get("/sign-in/code").await.assert_redirect("/sign-in");
    enter(&client, &phone.code(app.clock.now())).await.assert_redirect("/sign-in");
    app.client().get("/sign-in/code").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn somebody_signed_in_who_gives_a_password_is_nobody_until_the_code() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    Phone::set_up(&app, &admin).await;
    admin.post("/sign-in", &SIGN_IN).await.assert_redirect("/sign-in/code");
    admin.get("/profile").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_and_is_told_by_mail() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let phone = Phone::set_up(&app, &admin).await;
    let enter = async |code: &str| pending(&app).await.post("/sign-in/code", &[("proof_recovery", code)]).await;
    let first = phone.recovery_codes[0].to_uppercase().replace('-', " ");
    enter(&first).await.assert_redirect("/");
    let refusal = "This recovery code is not right, or was used already";
    enter(&first).await.assert_status(422).assert_field_error("proof_recovery", refusal);
    let malformed = "A recovery code has 16 letters and digits, like 7k3m-p0vx-9tqa-h2wd";
    enter("7k3m").await.assert_status(422).assert_field_error("proof_recovery", malformed);
    admin.get(FACTOR).await.assert_contains("9 of 10 are unused");
    let mail = app.mails().await.pop().unwrap();
    assert_eq!(mail.subject, "A recovery code was used");
    assert!(mail.text_body.contains("9 are left."), "{}", mail.text_body);

    let page = admin.post("/profile/second-factor/recovery-codes", &[]).await;
    let renewed = page.assert_status(200).texts("main ol code");
    enter(&phone.recovery_codes[1]).await.assert_status(422);
    enter(&renewed[1]).await.assert_redirect("/");
    assert_eq!(app.number("select count(*) from events where kind = 'user.recovery_codes_made'").await, 1);
}

#[tokio::test]
async fn wrong_codes_are_counted_across_doors_and_sessions() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let phone = Phone::set_up(&app, &admin).await;
    let wrong = phone.wrong_code(app.clock.now());
    let clients = [pending(&app).await, pending(&app).await];
    let tries = (0..40).map(|number| enter(&clients[number % 2], &wrong));
    let answers = futures_util::future::join_all(tries).await;
    let judged = answers.iter().filter(|page| page.status == 422).count();
    let refused = answers.iter().filter(|page| page.status == 429).count();
    assert_eq!((judged, refused), (10, 30), "T-29");
    enter(&clients[0], &phone.code(app.clock.now())).await.assert_status(429);
    admin.get("/profile").await.assert_status(200);
    app.clock.advance(Duration::minutes(61));
    enter(&pending(&app).await, &phone.code(app.clock.now())).await.assert_redirect("/");
}

#[tokio::test]
async fn a_password_link_does_not_get_past_the_factor() {
    let app = TestApp::start().await;
    let phone = Phone::set_up(&app, &app.reseller_admin().await).await;
    let client = app.client();
    client.post("/password/forgotten", &[("email", ADMIN_EMAIL)]).await.assert_status(200);
    let mail = app.mails().await.pop().unwrap();
    let link = mail.text_body.split_whitespace().find(|word| word.contains("/password/")).unwrap().to_owned();
    let page = client.post(&link, &[("password", "eleven swans land on thin ice")]).await;
    page.assert_redirect("/sign-in/code");
    client.get("/profile").await.assert_redirect("/sign-in");
    enter(&client, &phone.code(app.clock.now())).await.assert_redirect("/");
    client.get("/profile").await.assert_status(200);
}

#[tokio::test]
async fn a_removed_factor_is_asked_for_no_longer() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    Phone::set_up(&app, &admin).await;
    admin.post("/profile/second-factor/remove", &[]).await.assert_redirect(FACTOR);
    admin.get(FACTOR).await.assert_contains("No second factor yet").assert_contains("Authenticator app removed");
    app.client().post("/sign-in", &SIGN_IN).await.assert_redirect("/");
    assert_eq!(app.mails().await.last().unwrap().subject, "The authenticator app was removed from your account");
    assert_eq!(app.number("select count(*) from recovery_codes").await, 0);
    // Somebody who comes second finds nothing to do.
    admin.post("/profile/second-factor/remove", &[]).await.assert_redirect(FACTOR);
    admin.post("/profile/second-factor/recovery-codes", &[]).await.assert_redirect(FACTOR);
}

#[tokio::test]
async fn nobody_reaches_these_pages_without_signing_in() {
    let app = TestApp::start().await;
    let client = app.client();
    client.get(FACTOR).await.assert_redirect("/sign-in?next=");
    for path in ["", "/new", "/recovery-codes", "/remove"] {
        client.post(&format!("{FACTOR}{path}"), &[]).await.assert_redirect("/sign-in");
    }
}

#[tokio::test]
async fn whoever_has_lost_everything_is_rescued_from_the_command_line() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    Phone::set_up(&app, &admin).await;
    let refused = tenantry::factors::rescue(&app.app, "nobody@nordlicht.example").await.unwrap_err();
    assert_eq!(refused.to_string(), "no account has the address nobody@nordlicht.example");
    assert!(
        tenantry::factors::rescue(&app.app, ADMIN_EMAIL).await.unwrap().starts_with("The second factor is removed")
    );
    admin.get("/profile").await.assert_redirect("/sign-in");
    app.client().post("/sign-in", &SIGN_IN).await.assert_redirect("/");
    assert_eq!(app.mails().await.last().unwrap().subject, "The authenticator app was removed from your account");
    assert_eq!(tenantry::factors::rescue(&app.app, ADMIN_EMAIL).await.unwrap(), "The person has no second factor.");
}
