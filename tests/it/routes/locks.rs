//! What holds for every route alike: cross-site requests, headers, cookies (QUALITY 35, 36, 37).

use reqwest::{
    Method,
    header::{HeaderMap, SET_COOKIE},
};
use tenantry::web::RouteRow;

use super::{Names, name};
use crate::portal::{
    Client, Portal,
    walk::{self, Administrator},
};

/// What a browser says about a request that another site caused, and what one says that says nothing.
const ELSEWHERE: [&[(&str, &str)]; 9] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "SELF")],
    &[("sec-fetch-site", "something-new")],
    &[("origin", "null")],
    &[("origin", "https://elsewhere.example")],
    &[("origin", "SELF.elsewhere.example")],
    &[("origin", "")],
];

/// A path for a route in the administrator's own organization.
fn path(route: &RouteRow, administrator: &Administrator) -> String {
    Names::of_nothing(&administrator.home).fill(route)
}

#[tokio::test]
async fn every_change_from_another_site_is_refused() {
    let portal = Portal::start().await;
    let administrator = walk::set_up(&portal).await;
    let mut passed = Vec::new();
    for route in tenantry::web::table().iter().filter(|route| route.method != "GET") {
        for headers in ELSEWHERE {
            let path = path(route, &administrator);
            let answer = administrator.client.bare(Method::POST, &path, &own(headers, &portal.base)).await;
            if answer.status != 403 {
                passed.push(format!("{} with {headers:?} {}", name(route), answer.summary()));
            }
        }
        let answer = administrator.client.get(&path(route, &administrator)).await.expect("an answer");
        let reads = tenantry::web::table().iter().any(|other| other.path == route.path && other.method == "GET");
        if !reads && answer.status != 405 {
            passed.push(format!("GET {} {}", route.path, answer.summary()));
        }
    }
    assert!(passed.is_empty(), "{}", passed.join("\n"));
    let home = administrator.client.get(&administrator.home).await.expect("an answer");
    assert_eq!(home.status, 200, "the session is as it was");
}

fn own(headers: &[(&'static str, &str)], base: &str) -> Vec<(&'static str, String)> {
    headers.iter().map(|(name, value)| (*name, value.replace("SELF", base))).collect()
}

/// Behind TLS, as it is meant to be run.
#[tokio::test]
async fn every_answer_carries_the_headers_and_locked_cookies() {
    let settings = [("TENANTRY_PUBLIC_URL", "https://portal.example.com"), ("SMTP_URL", "smtp://127.0.0.1:1")];
    let portal = Portal::start_with(settings.map(|(name, value)| (name, value.to_owned()))).await;
    let administrator = walk::set_up(&portal).await;
    let mut wrong = Vec::new();
    for route in tenantry::web::table() {
        for client in [Client::new(&portal.base), administrator.second_device().await] {
            let path = path(&route, &administrator);
            let method = Method::from_bytes(route.method.as_bytes()).expect("a method");
            let ours = [("sec-fetch-site", "same-origin".to_owned())];
            let answer = client.bare(method, &path, &ours).await;
            let found = header_faults(&answer.headers, route.path).into_iter().chain(cookie_faults(&answer.headers));
            wrong.extend(found.map(|fault| format!("{} {path}: {fault}", route.method)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn header_faults(headers: &HeaderMap, pattern: &str) -> Vec<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut faults = Vec::new();
    let mut must = |holds: bool, name: &str| {
        if !holds {
            faults.push(format!("{name}: {:?}", text(name)));
        }
    };
    let policy = text("content-security-policy");
    must(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "content-security-policy");
    let is_mail = pattern.starts_with("/dev/mailbox/") && pattern.ends_with("/html");
    must(!policy.contains("unsafe-") || (is_mail && policy.contains("sandbox")), "content-security-policy");
    must(text("x-content-type-options") == "nosniff", "x-content-type-options");
    must(matches!(text("referrer-policy"), "same-origin" | "no-referrer"), "referrer-policy");
    let age = text("strict-transport-security").split(';').next().and_then(|age| age.strip_prefix("max-age="));
    must(age.and_then(|age| age.parse::<u64>().ok()).is_some_and(|age| age >= 31_536_000), "strict-transport-security");
    let is_asset = pattern.starts_with("/static/") || pattern == "/favicon.ico";
    must(is_asset || text("cache-control").contains("no-store"), "cache-control");
    faults
}

fn cookie_faults(headers: &HeaderMap) -> Vec<String> {
    let cookies = headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap_or("unreadable"));
    let locked = |cookie: &&str| {
        let has = |attribute: &str| cookie.split("; ").any(|part| part.eq_ignore_ascii_case(attribute));
        let same_site = has("SameSite=Lax") || has("SameSite=Strict");
        cookie.starts_with("__Host-") && has("Secure") && has("HttpOnly") && has("Path=/") && same_site
    };
    cookies.filter(|cookie| !locked(cookie)).map(|cookie| format!("set-cookie: {cookie}")).collect()
}
