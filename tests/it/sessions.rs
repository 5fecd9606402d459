//! Signing in and out, and what a session stands (QUALITY 30, 31, 34-36, 40; T-28 to T-36, T-39).

use std::time::Instant;

use futures_util::future::join_all;
use reqwest::{Method, header::HeaderValue};
use time::Duration;

use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, Page, TestApp, TestClient};
use tenantry::web;

const REFUSED: &str = "Email address and password do not match. Check both; the password is case-sensitive.";

async fn try_sign_in(client: &TestClient, email: &str, password: &str) -> Page {
    client.post("/sign-in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn the_right_password_signs_in_and_leads_to_the_organization() {
    let app = TestApp::start().await;
    let home = app.reseller_admin().await.home;
    let mut client = app.client();
    let page = client.get("/sign-in").await;
    page.assert_status(200).assert_contains("Nordlicht Cloud GmbH").assert_field_value("stay", "");
    assert!(page.header("set-cookie").is_empty() && client.session().is_none(), "a visitor has no session");
    client.sign_in("INGRID@Nordlicht.Example", ADMIN_PASSWORD).await.assert_redirect("/");
    assert_eq!(client.home, home);
    client.get("/sign-in").await.assert_redirect("/");
    client.get("/organizations").await.assert_status(200).assert_contains("Nordlicht Cloud GmbH");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_address_kept() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let form = [("email", ADMIN_EMAIL), ("password", "wrong"), ("stay", "true"), ("next", "/profile")];
    let page = client.post("/sign-in", &form).await;
    page.assert_status(422).assert_field_error("password", REFUSED).assert_field_value("email", ADMIN_EMAIL);
    page.assert_field_value("password", "").assert_field_value("stay", "true").assert_field_value("next", "/profile");
    assert!(client.session().is_none());
    client.post("/sign-in", &[("email", "ingrid"), ("password", "")]).await.assert_status(422);
    let page = client.post("/sign-in", &[]).await;
    page.assert_status(422).assert_field_error("email", "Enter your email address");
    page.assert_field_error("password", "Enter your password");
    assert_eq!(app.number("select count(*) from sessions").await, 1, "only the administrator's own");
}

/// Unknown address, wrong password, no password yet, disabled: one answer, in the same time (QUALITY 31).
#[tokio::test]
async fn nobody_learns_whether_an_address_has_an_account() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    sqlx::query(
        "insert into users (id, email, email_key, display_name, password_hash, created_at, disabled_at)
         select gen_random_uuid(), e, e, 'Known', case when n % 3 = 0 then null else password_hash end, created_at,
                case when n % 3 = 1 then created_at end
         from users, generate_series(1, 30) n, lateral (select 'known' || n || '@firm.example' as e) a",
    )
    .execute(&app.db)
    .await
    .unwrap();
    let mut times = [Vec::new(), Vec::new()];
    let mut answers = Vec::new();
    for number in 1..=30 {
        app.clock.advance(Duration::minutes(10));
        for (group, name) in ["known", "other"].into_iter().enumerate() {
            let (email, client) = (format!("{name}{number}@firm.example"), app.client());
            let started = Instant::now();
            let page = try_sign_in(&client, &email, ADMIN_PASSWORD).await;
            let took = started.elapsed().as_secs_f64() * 1000.0;
            // The second third of the known has this very password, and signs in.
            if group == 0 && number % 3 == 2 {
                page.assert_redirect("/");
                continue;
            }
            times[group].push(took);
            answers.push(comparable(&page, &email));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "answers differ");
    let median = |group: &mut Vec<f64>| {
        group.sort_by(f64::total_cmp);
        group[group.len() / 2]
    };
    let [mut known, mut other] = times;
    println!("refused sign-in, median: known {:.1} ms, unknown {:.1} ms", median(&mut known), median(&mut other));
}

/// Status, headers and body without what differs from request to request anyway.
fn comparable(page: &Page, email: &str) -> (u16, Vec<(String, String)>, String) {
    let varying = ["date", "x-request-id", "content-length"];
    let mut headers: Vec<_> = page
        .headers
        .iter()
        .filter(|(name, _)| !varying.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (page.status, headers, page.body.replace(email, "EMAIL"))
}

#[tokio::test]
async fn the_password_page_answers_known_and_unknown_addresses_alike() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let mut answers = Vec::new();
    for email in [ADMIN_EMAIL, "nobody@nordlicht.example"] {
        let page = client.post("/password/forgotten", &[("email", email)]).await;
        answers.push(comparable(&page, email));
    }
    assert_eq!(answers[0], answers[1]);
}

/// A day of guessing from many addresses: at most 100 wrong passwords are evaluated, and whoever is signed in stays
/// signed in (QUALITY 30, T-33).
#[tokio::test]
async fn at_most_100_guesses_are_evaluated_per_account_and_day() {
    let app = TestApp::start_with(|settings| settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let admin = app.reseller_admin().await;
    let guess = async |from: usize| {
        let client = app.client();
        let request = client.request(Method::POST, "/sign-in").form(&[("email", ADMIN_EMAIL), ("password", "a guess")]);
        client.send(request.header("x-forwarded-for", format!("203.0.113.{from}"))).await.status
    };
    let mut evaluated = 0;
    for from in 0..12 {
        // 25 at once from each address, of which 20 are looked at.
        let statuses = join_all((0..25).map(|_| guess(from))).await;
        assert!(statuses.iter().all(|status| [422, 429].contains(status)), "{statuses:?}");
        evaluated += statuses.iter().filter(|status| **status == 422).count();
        if from < 5 {
            assert_eq!(evaluated, (from + 1) * 20);
        }
    }
    assert_eq!(evaluated, 100);
    admin.get("/profile").await.assert_status(200);
    let page = try_sign_in(&app.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await;
    page.assert_status(429);
    assert_eq!(page.header("retry-after"), "86400");
    app.clock.advance(Duration::DAY);
    try_sign_in(&app.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn one_client_cannot_try_a_password_on_many_accounts() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let mut evaluated = 0;
    for number in 0..210 {
        let page = try_sign_in(&client, &format!("person{number}@firm.example"), "Winter2026!").await;
        evaluated += usize::from(page.status == 422);
    }
    assert_eq!(evaluated, 200);
    app.clock.advance(Duration::HOUR);
    try_sign_in(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn right_passwords_use_no_tries_up() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    for _ in 0..25 {
        try_sign_in(&app.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
    }
}

/// The id is new after every sign-in, and an old one is dead on the next request (T-34, T-35).
#[tokio::test]
async fn a_session_id_is_never_carried_into_or_out_of_a_sign_in() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let mut client = app.client();
    client.set_session(Some("planted"));
    client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
    let first = client.session().unwrap();
    assert_ne!(first, "planted");
    client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
    let second = client.session().unwrap();
    assert_ne!(first, second);
    let old = app.client();
    old.set_session(Some(&first));
    old.get("/profile").await.assert_redirect("/sign-in");

    let page = client.post("/sign-out", &[]).await;
    page.assert_redirect("/sign-in");
    assert!(client.session().is_none(), "the cookie is taken back");
    old.set_session(Some(&second));
    old.get("/profile").await.assert_redirect("/sign-in");
    client.post("/sign-out", &[]).await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn a_disabled_person_is_out_on_the_next_request() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    sqlx::query("update users set disabled_at = now()").execute(&app.db).await.unwrap();
    admin.get("/profile").await.assert_redirect("/sign-in");
    assert_eq!(app.number("select count(*) from sessions").await, 0);
    try_sign_in(&app.client(), ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_status(422);
}

#[tokio::test]
async fn a_session_ends_unused_after_an_hour_and_in_any_case_after_twelve() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    app.clock.advance(Duration::minutes(59));
    admin.get("/profile").await.assert_status(200);
    app.clock.advance(Duration::minutes(60));
    admin.get("/profile").await.assert_redirect("/sign-in");

    let admin = app.reseller_admin().await;
    for _ in 0..14 {
        app.clock.advance(Duration::minutes(50));
        admin.get("/profile").await.assert_status(200);
    }
    app.clock.advance(Duration::minutes(20));
    admin.get("/profile").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn on_a_device_one_stays_signed_in_on_it_lasts_fourteen_days() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let form = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD), ("stay", "true")];
    client.post("/sign-in", &form).await.assert_redirect("/");
    app.clock.advance(Duration::days(13));
    client.get("/profile").await.assert_status(200);
    app.clock.advance(Duration::DAY);
    client.get("/profile").await.assert_redirect("/sign-in");
}

#[tokio::test]
async fn the_warning_before_the_end_extends_the_session() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let ends = |page: &Page| page.attribute("meta[name=session-ends]", "content").unwrap().parse::<i64>().unwrap();
    let start = app.clock.now().unix_timestamp();
    assert_eq!(ends(&admin.get("/profile").await), start + 3600);
    app.clock.advance(Duration::minutes(55));
    let page = admin.post("/profile/session/extend", &[]).await;
    page.assert_status(204);
    assert_eq!(page.header("session-ends"), (start + 55 * 60 + 3600).to_string());
    app.clock.advance(Duration::minutes(55));
    admin.get("/profile").await.assert_status(200);
    // Near the twelfth hour no extension reaches further.
    for _ in 0..11 {
        app.clock.advance(Duration::minutes(50));
        admin.post("/profile/session/extend", &[]).await.assert_status(204);
    }
    assert_eq!(ends(&admin.get("/profile").await), start + 12 * 3600);
}

/// 1,000 cookies that are nearly right: none is accepted, none makes the portal stumble (T-36).
#[tokio::test]
async fn a_changed_cookie_is_no_cookie() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let right = admin.session().unwrap().into_bytes();
    let client = app.client();
    // A fixed sequence: what failed once fails again.
    let mut seed = 20_261_121_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for number in 0..1000 {
        let mut changed = right.clone();
        match number % 5 {
            0 => changed[next(right.len())] ^= 1 << next(5),
            1 => changed.truncate(next(right.len())),
            2 => drop(changed.remove(next(right.len()))),
            3 => changed.insert(next(right.len()), [b'%', b'"', b'=', 0xff, b'\t', b'a'][next(6)]),
            _ => {
                let (one, other) = (next(right.len()), next(right.len()));
                changed.swap(one, other);
            }
        }
        // White space around a cookie's value is not part of it (RFC 6265, section 5.2).
        let is_right = changed.trim_ascii() == right;
        let mut line = b"__Host-tenantry=".to_vec();
        line.extend(&changed);
        let Ok(value) = HeaderValue::from_bytes(&line) else { continue };
        let page = client.send(client.bare_request(Method::GET, "/profile").header("cookie", value)).await;
        if is_right {
            page.assert_status(200);
        } else {
            assert_eq!(page.status, 303, "{:?} {}", String::from_utf8_lossy(&changed), page.body);
        }
    }
    admin.get("/profile").await.assert_status(200);
}

/// QUALITY 35.
#[tokio::test]
async fn every_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
    let app = TestApp::start().await;
    app.reseller_admin().await;
    let client = app.client();
    let mut cookies = Vec::new();
    let mut keep = |page: &Page| {
        cookies.extend(page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()));
    };
    keep(&try_sign_in(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await);
    keep(&client.post("/profile", &[("display_name", "Ingrid"), ("zone", "UTC")]).await);
    keep(&client.get("/profile").await);
    keep(&client.post("/sign-out", &[]).await);
    assert_eq!(cookies.len(), 4);
    for cookie in cookies {
        let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
        assert!(cookie.starts_with("__Host-tenantry="), "{cookie}");
        for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&wanted), "{wanted} is missing in {cookie}");
        }
        assert!(!attributes.iter().any(|attribute| attribute.starts_with("Domain")), "{cookie}");
    }
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select key_hash from sessions").fetch_all(&app.db).await.unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32), "only the hash of a key is stored");
}

/// Every route that changes something, asked in every way another site could ask (QUALITY 36).
#[tokio::test]
async fn requests_of_other_sites_are_refused_on_every_route() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let ways: [&[(&str, &str)]; 9] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &app.base_url)],
        &[("sec-fetch-site", "")],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", &format!("{}.evil.example", app.base_url))],
        &[("referer", &format!("{}/profile", app.base_url))],
    ];
    let mut seen = 0;
    for route in web::table().into_iter().filter(|route| route.method != "GET") {
        let path = address(route.path, &admin.home);
        for headers in ways {
            let mut request = admin.bare_request(Method::POST, &path).form(&[("email", ADMIN_EMAIL)]);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let page = admin.send(request).await;
            page.assert_status(403).assert_contains("request");
            assert!(page.header("set-cookie").is_empty(), "{path} {headers:?}");
            seen += 1;
        }
    }
    assert!(seen >= 9 * 8, "only {seen} requests: the table of routes is not complete");
    let page = admin.get("/profile/sessions").await;
    page.assert_status(200);
    let ours = admin.bare_request(Method::POST, "/profile/session/extend").header("origin", &app.base_url);
    admin.send(ours).await.assert_status(204);
}

/// A GET changes nothing: where only a POST does something, it is no address at all, or a page.
#[tokio::test]
async fn a_get_never_does_what_a_post_does() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let table = web::table();
    for route in table.iter().filter(|route| route.method == "POST") {
        if !table.iter().any(|other| other.path == route.path && other.method == "GET") {
            let page = admin.get(&address(route.path, &admin.home)).await;
            assert!([404, 405].contains(&page.status), "GET {} answers {}", route.path, page.status);
        }
    }
    admin.get("/profile").await.assert_status(200);
}

/// An address for a pattern: the parameters need not lead anywhere.
fn address(pattern: &str, home: &str) -> String {
    let path = pattern.replace("/o/{org_key}", home);
    path.split('/')
        .map(|part| if part.starts_with('{') { "01930000-0000-7000-8000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// QUALITY 40, T-39: 40 and more forms of an address elsewhere, at both doors of the parameter.
#[tokio::test]
async fn sign_in_never_leads_to_another_site() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let mut forms: Vec<String> = Vec::new();
    for start in ["//", "///", "/\\", "\\/", "\\\\", "/%2f", "/%5c", "/\t/", "/\r\n/", "https://", "HTTP:", "/.//", "@"]
    {
        for host in ["evil.example", "evil.example:443/x", "user@evil.example", "[::1]"] {
            forms.push(format!("{start}{host}"));
        }
    }
    forms.extend(
        ["javascript:alert(1)", "data:text/html,x", "/x\r\nLocation: //evil.example", " //evil.example"]
            .map(String::from),
    );
    assert!(forms.len() >= 40);
    let visitor = app.client();
    for next in &forms {
        let query = serde_urlencoded::to_string([("next", next)]).unwrap();
        assert_eq!(admin.get(&format!("/sign-in?{query}")).await.location(), "/", "{next:?}");
        assert_eq!(visitor.get(&format!("/sign-in?{query}")).await.field_value("next"), None, "{next:?}");
        let form = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD), ("next", next)];
        assert_eq!(app.client().post("/sign-in", &form).await.location(), "/", "{next:?}");
    }
}

#[tokio::test]
async fn an_unreachable_database_is_503_with_when_to_try_again_and_no_cookie_is_lost() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let statement = |allowed: bool| {
        let name = app.database.application().get_database().unwrap().to_owned();
        sqlx::AssertSqlSafe(format!(
            "alter database {name} with allow_connections {allowed};
             select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tenantry_app' and datname = '{name}'"
        ))
    };
    let mut maintenance = {
        use sqlx::ConnectOptions;
        app.database.superuser().database("postgres").connect().await.unwrap()
    };
    sqlx::raw_sql(statement(false)).execute(&mut maintenance).await.unwrap();
    let page = admin.get("/profile").await;
    page.assert_status(503);
    assert!(!page.header("retry-after").is_empty());
    assert!(!page.header("content-security-policy").is_empty(), "also this page has its headers");
    sqlx::raw_sql(statement(true)).execute(&mut maintenance).await.unwrap();
    admin.get("/profile").await.assert_status(200);
}
