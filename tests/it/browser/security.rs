//! The second factor, the proof of the last ten minutes and support access, as people meet them (issue 3, parts 7, 8).

use time::{Duration, OffsetDateTime};
use totp_rs::{Builder, Secret};

use super::{Browser, Look};
use crate::portal::{
    Portal,
    walk::{self, Access},
};

/// What the app shows at an instant.
fn code(secret: &str, at: OffsetDateTime) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret");
    let totp = Builder::new().with_secret(secret).with_account_name("it").build().expect("an app");
    totp.generate(u64::try_from(at.unix_timestamp()).expect("after 1970")).to_string()
}

#[expect(clippy::disallowed_methods, reason = "the portal under test runs on the real clock")]
fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

async fn sign_out(browser: &Browser) {
    browser.find("button[popovertarget='me']").await.click().await.expect("a click");
    browser.press("Sign out").await;
    browser.arrive("/sign-in").await;
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for_at_sign_in() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto("/profile/second-factor").await;
    let mut faults = browser.audit("second-factor-none").await;
    browser.press("Set up an authenticator app").await;
    browser.arrive("/profile/second-factor/new").await;
    faults.extend(browser.audit("second-factor-new").await);
    let secret = browser.text("[data-secret]").await.replace(' ', "");
    let used = now();
    browser.fill("code", &code(&secret, used)).await;
    browser.find("main ol code").await;
    faults.extend(browser.audit("second-factor-recovery-codes").await);
    browser.press("I have kept them").await;
    browser.arrive("/profile/second-factor").await;
    faults.extend(browser.audit("second-factor-active").await);
    browser.goto(&format!("{}/settings/sign-in", operator.home)).await;
    faults.extend(browser.audit("sign-in-rules").await);

    sign_out(&browser).await;
    browser.fill("email", walk::EMAIL).await;
    browser.fill("password", walk::PASSWORD).await;
    browser.press("Sign in").await;
    browser.arrive("/sign-in/code").await;
    faults.extend(browser.audit("sign-in-code").await);
    // The code of the set-up is used up; the next one is taken early, too.
    browser.fill("proof_code", &code(&secret, now().max(used + Duration::seconds(30)))).await;
    browser.find("nav.side").await;
    browser.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn an_old_proof_is_renewed_on_the_way() {
    let portal = Portal::start().await;
    walk::set_up(&portal).await;
    let browser = Browser::open(Look::PHONE, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser.goto("/profile/second-factor").await;
    make_sessions_old(&portal).await;
    // A form that was open meanwhile, and then a page.
    browser.press("Set up an authenticator app").await;
    browser.find("[name=proof_password]").await;
    let mut faults = browser.audit("confirm").await;
    browser.press("Confirm and continue").await;
    browser.find("#errors").await;
    faults.extend(browser.audit("confirm-with-errors").await);
    browser.fill("proof_password", walk::PASSWORD).await;
    browser.press("Confirm and continue").await;
    browser.arrive("/profile/second-factor/new").await;
    make_sessions_old(&portal).await;
    browser.goto("/profile/second-factor/new").await;
    browser.arrive("/confirm").await;
    browser.fill("proof_password", walk::PASSWORD).await;
    browser.press("Confirm and continue").await;
    browser.arrive("/profile/second-factor/new").await;
    browser.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

async fn make_sessions_old(portal: &Portal) {
    let query = "update sessions set created_at = created_at - interval '11 minutes' where user_id is not null";
    sqlx::query(query).execute(&mut portal.database().await).await.expect("older sessions");
}

#[tokio::test]
async fn support_access_is_seen_and_ended_by_the_customer() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let key = operator.create("customer", "Kowalczyk", Access::Instructions("kim@customer.example")).await;
    add_agent(&portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in("ada@operator.example", walk::PASSWORD).await;
    browser.press("Support").await;
    browser.arrive("/support").await;
    let mut faults = browser.audit("support-visit-new").await;
    browser.fill("target", &key).await;
    browser.fill("reason", "Ticket 4711: mail does not arrive").await;
    browser.fill("requested_by", "Katharina Vogt").await;
    browser.press("Enter organization").await;
    browser.arrive(&key).await;
    assert!(browser.text("main section.note").await.contains("Ada is in Kowalczyk for support until"));
    faults.extend(browser.audit("support-visit-inside").await);
    sign_out(&browser).await;

    browser.sign_in("kim@customer.example", walk::PASSWORD).await;
    browser.goto(&format!("/o/{key}/support-access")).await;
    assert!(browser.text("main ul.list").await.contains("asked for by Katharina Vogt"));
    faults.extend(browser.audit("support-access").await);
    browser.press("End the visit of Ada").await;
    browser.find(".toast-x").await;
    assert!(browser.text("main ul.list").await.contains("Ended"));
    sign_out(&browser).await;

    browser.sign_in("ada@operator.example", walk::PASSWORD).await;
    browser.goto(&format!("/o/{key}")).await;
    assert!(browser.text("main").await.contains("404"), "the visit is over");
    assert!(!browser.has("main section.note").await);
    browser.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A Support Agent of the operator; everybody has the password of the first administrator.
async fn add_agent(portal: &Portal) {
    let query = "with ada as (
        insert into users (id, email, email_key, display_name, created_at)
        values (gen_random_uuid(), 'ada@operator.example', 'ada@operator.example', 'Ada', now()) returning id),
      part as (
        insert into memberships (id, user_id, organization_id, role, created_at)
        select gen_random_uuid(), ada.id, o.id, 'support_agent', now() from ada, organizations o where o.parent_id is null)
      select 1";
    let mut db = portal.database().await;
    sqlx::query(query).execute(&mut db).await.expect("an agent");
    let query = "update users set password_hash = (select password_hash from users where password_hash is not null)";
    sqlx::query(query).execute(&mut db).await.expect("passwords");
}
