//! Invitations by mail: single use, seven days, sent again, taken back, accepted (QUALITY 28; T-18, T-19, T-21, T-46).

use futures_util::future::join_all;
use tenantry::{
    organizations::Created,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};
use time::Duration;

use crate::support::{
    Mail, TestApp, TestClient,
    data::{PASSWORD, new_organization},
};

const LI: &str = "li@kowalczyk.example";
const NEW: &str = "eleven swans land on thin ice";

/// A customer and its administrator.
async fn customer(app: &TestApp, name: &str) -> (Created, TestClient) {
    let (_, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, name)).await;
    let email = format!("admin@{}.example", name.to_lowercase());
    let admin = app.member(&made, Role::OrgAdmin, &email).await;
    (made, admin)
}

async fn invite(admin: &TestClient, email: &str, role: &str) {
    let path = format!("{}/users/new", admin.home);
    admin.post(&path, &[("email", email), ("name", "Li Wójcik"), ("role", role)]).await.assert_redirect(&admin.home);
}

/// The link of the newest invitation.
fn link_in(mails: &[Mail]) -> String {
    let texts = mails.iter().rev().flat_map(|mail| mail.text_body.lines());
    texts.filter(|line| line.contains("/invitations/")).map(str::trim).next().expect("a link").to_owned()
}

async fn invitation_id(app: &TestApp) -> String {
    sqlx::query_scalar("select id::text from invitations order by created_at desc, id desc limit 1")
        .fetch_one(&app.db)
        .await
        .expect("an invitation")
}

#[tokio::test]
async fn a_new_person_joins_by_the_mail_and_nobody_else_ever_sees_the_link() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    invite(&admin, LI, "member").await;
    let mails = app.mails().await;
    let mail = mails.last().expect("a mail");
    assert_eq!((mail.to_address.as_str(), mail.subject.as_str()), (LI, "admin invites you to Kowalczyk"));
    assert!(mail.text_body.contains("as Member") && mail.text_body.contains("7 days"), "{}", mail.text_body);
    let link = link_in(&mails);
    assert!(link.starts_with(&app.base_url) && mail.html_body.contains(&link));
    let token = link.rsplit('/').next().expect("a token");

    let list = admin.get(&format!("{}/users", admin.home)).await;
    assert!(
        list.texts("tbody tr").join("\n").contains("Li Wójcikli@kowalczyk.example Invited"),
        "{:?}",
        list.texts("tr")
    );
    for page in ["", "/users", "/users?state=invited", "/roles"] {
        assert!(!admin.get(&format!("{}{page}", admin.home)).await.body.contains(token), "T-19: {page}");
    }
    let stored: i64 = sqlx::query_scalar(
        "select (select count(*) from jobs where payload::text || coalesce(last_error, '') like '%' || $1 || '%')
              + (select count(*) from events where (to_jsonb(events))::text like '%' || $1 || '%')
              + (select count(*) from invitations where (to_jsonb(invitations))::text like '%' || $1 || '%')",
    )
    .bind(token)
    .fetch_one(&app.db)
    .await
    .unwrap();
    assert_eq!(stored, 0, "only the hash is stored");

    let client = app.client();
    let page = client.get(&link).await;
    page.assert_status(200).assert_contains("Kowalczyk").assert_field_value("display_name", "Li Wójcik");
    let short = [("display_name", "Li W."), ("password", "short")];
    client.post(&link, &short).await.assert_status(422).assert_field_value("display_name", "Li W.");
    client
        .post(&link, &[("password", NEW)])
        .await
        .assert_status(422)
        .assert_field_error("display_name", "Enter your name");
    let good = [("display_name", "Li W."), ("password", NEW)];
    client.post(&link, &good).await.assert_redirect(&format!("/o/{}", made.key));
    client.get(&format!("/o/{}", made.key)).await.assert_status(200).assert_contains("You are here as Member");
    for _ in 0..2 {
        client.get(&link).await.assert_status(404).assert_contains("does not work any more");
        client.post(&link, &good).await.assert_status(404);
    }
    let mut again = app.client();
    again.sign_in(LI, NEW).await.assert_status(303);
    assert_eq!(again.home, format!("/o/{}", made.key));
    let list = admin.get(&format!("{}/users?q=li%40", admin.home)).await;
    assert!(
        list.texts("tbody tr").join("\n").contains("Li W.li@kowalczyk.example ActiveMember"),
        "{:?}",
        list.texts("tr")
    );
    assert_eq!(app.number("select count(*) from events where kind in ('user.invited', 'user.joined')").await, 2);
}

#[tokio::test]
async fn somebody_with_an_account_signs_in_and_accepts_and_belongs_to_both() {
    let app = TestApp::start().await;
    let (first, _) = customer(&app, "Kowalczyk").await;
    let (_, admin) = customer(&app, "Lindner").await;
    let li = app.member(&first, Role::OrgAdmin, LI).await;
    let other = app.member(&first, Role::Member, "kim@kowalczyk.example").await;
    invite(&admin, "LI@Kowalczyk.example", "billing_contact").await;
    let link = link_in(&app.mails().await);

    let stranger = app.client();
    let page = stranger.get(&link).await;
    page.assert_status(200).assert_contains("Sign in to accept");
    assert!(!page.has("input[name=password]"), "an account keeps its password");
    stranger.post(&link, &[("display_name", "Me"), ("password", NEW)]).await.assert_redirect("/invitations/");
    other.get(&link).await.assert_status(200).assert_contains("This invitation is for");
    other.post(&link, &[]).await.assert_redirect("/invitations/");
    assert_eq!(app.number("select count(*) from invitations where accepted_at is not null").await, 0);

    let next = page.attribute("main a.btn", "href").expect("a way to sign in");
    let form = app.client().get(&next).await;
    assert!(form.field_value("next").is_some_and(|next| next.starts_with("/invitations/")), "sign-in leads back");
    li.get(&link).await.assert_status(200).assert_contains("Accept the invitation");
    li.post(&link, &[]).await.assert_redirect(&admin.home);
    li.get(&link).await.assert_status(404);
    let page = li.get("/organizations").await;
    assert_eq!(page.texts("tbody tr").len(), 2, "{:?}", page.texts("tr"));
    li.get(&format!("{}/settings/billing", admin.home)).await.assert_status(200);
    li.get(&format!("{}/users", admin.home)).await.assert_status(403);
}

#[tokio::test]
async fn a_link_dies_by_time_by_revocation_by_a_newer_one_and_by_one_wrong_letter() {
    let app = TestApp::start().await;
    let (_, admin) = customer(&app, "Kowalczyk").await;
    invite(&admin, LI, "member").await;
    let old = link_in(&app.mails().await);
    let client = app.client();
    let start = old.rfind('/').unwrap() + 1;
    for (position, letter) in old.char_indices().skip(start) {
        let mut other = old.clone();
        other.replace_range(position..=position, if letter == 'a' { "b" } else { "a" });
        client.get(&other).await.assert_status(404);
    }
    app.clock.advance(Duration::days(6));
    client.get(&old).await.assert_status(200);
    // Days pass, so a session does not last.
    let again = async || {
        let mut admin = app.client();
        admin.sign_in("admin@kowalczyk.example", PASSWORD).await.assert_status(303);
        admin
    };
    let act = async |id: &str, what: &str| {
        let admin = again().await;
        admin.post(&format!("{}/invitations/{id}/{what}", admin.home), &[]).await
    };
    let id = invitation_id(&app).await;
    act(&id, "resend").await.assert_redirect(&admin.home);
    client.get(&old).await.assert_status(404);
    let link = link_in(&app.mails().await);
    assert_ne!(link, old);
    client.get(&old).await.assert_status(404);
    app.clock.advance(Duration::days(7) - Duration::SECOND);
    client.get(&link).await.assert_status(200);
    app.clock.advance(Duration::SECOND);
    client.get(&link).await.assert_status(404);
    client.post(&link, &[("display_name", "Li"), ("password", NEW)]).await.assert_status(404);

    act(&id, "resend").await.assert_redirect(&admin.home);
    let link = link_in(&app.mails().await);
    client.get(&link).await.assert_status(200);
    act(&id, "revocation").await.assert_redirect(&admin.home);
    client.get(&link).await.assert_status(404);
    act(&id, "resend").await.assert_status(404);
    act(&id, "revocation").await.assert_status(404);
    assert_eq!(app.number("select count(*) from users where email_key = 'li@kowalczyk.example'").await, 0);
    // Once it is taken back the address can be invited anew.
    invite(&again().await, LI, "member").await;
}

/// The job of an older mail makes no token once a newer one was asked for.
#[tokio::test]
async fn of_two_mails_on_their_way_only_the_newer_one_is_sent() {
    let app = TestApp::start().await;
    let (_, admin) = customer(&app, "Kowalczyk").await;
    invite(&admin, LI, "member").await;
    let id = invitation_id(&app).await;
    admin.post(&format!("{}/invitations/{id}/resend", admin.home), &[]).await.assert_status(303);
    let mails = app.mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.text_body.contains("/invitations/")).count(), 1);
    app.client().get(&link_in(&mails)).await.assert_status(200);
}

#[tokio::test]
async fn a_pasted_list_invites_everybody_or_nobody() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    app.member(&made, Role::Member, "kim@kowalczyk.example").await;
    let path = format!("{}/users/new/list", admin.home);
    let list = "li@kowalczyk.example\nnobody\n\nKim <KIM@kowalczyk.example>\nLI@kowalczyk.example";
    let page = admin.post(&path, &[("people", list), ("role", "member")]).await;
    page.assert_status(422).assert_field_value("people", list).assert_field_value("role", "member");
    let said = page.texts("#errors li");
    assert_eq!(said.len(), 2, "what cannot be read comes first: {said:?}");
    assert!(said[0].starts_with("Line 2: ") && said[1].starts_with("Line 5: "), "{said:?}");
    let list = "li@kowalczyk.example\nKim <KIM@kowalczyk.example>";
    let page = admin.post(&path, &[("people", list), ("role", "member")]).await;
    page.assert_status(422);
    assert_eq!(page.texts("#errors li"), ["Line 2: KIM@kowalczyk.example belongs to Kowalczyk already, as kim"]);
    assert_eq!(app.number("select count(*) from invitations").await, 0);
    assert!(app.mails().await.is_empty());

    let list = "li@kowalczyk.example;Li Wójcik\nAnna Berg <anna@kowalczyk.example>\nbo@kowalczyk.example";
    admin.post(&path, &[("people", list), ("role", "approver")]).await.assert_redirect(&admin.home);
    assert_eq!(app.mails().await.len(), 3);
    let page =
        admin.post(&path, &[("people", "zoe@kowalczyk.example\nbo@kowalczyk.example"), ("role", "member")]).await;
    page.assert_status(422);
    assert!(
        page.text("#errors li").is_some_and(|line| line.starts_with("Line 2: bo@kowalczyk.example is invited already"))
    );
    assert_eq!(app.number("select count(*) from invitations").await, 3, "nobody of the refused list");
}

#[tokio::test]
async fn of_many_at_once_one_invites_and_one_accepts() {
    let app = TestApp::start().await;
    let (_, admin) = customer(&app, "Kowalczyk").await;
    let path = format!("{}/users/new", admin.home);
    let form = [("email", LI), ("role", "member")];
    let pages = join_all((0..16).map(|_| admin.post(&path, &form))).await;
    let statuses: Vec<_> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 15, "{statuses:?}");
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    let link = link_in(&mails);
    let clients: Vec<_> = (0..8).map(|_| app.client()).collect();
    let form = [("display_name", "Li"), ("password", NEW)];
    let pages = join_all(clients.iter().map(|client| client.post(&link, &form))).await;
    assert_eq!(pages.iter().filter(|page| page.location().starts_with("/o/")).count(), 1);
    assert_eq!(app.number("select count(*) from events where kind = 'user.joined'").await, 1);
}

/// SPEC section 3: nobody grants what they do not hold; T-05: every door of the change is shut alike.
#[tokio::test]
async fn nobody_invites_with_more_than_they_hold() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Partner")).await;
    let support = app.member(&partner, Role::SupportAdmin, "support@partner.example").await;
    let path = format!("{}/users/new", support.home);
    let offered = support.get(&path).await;
    let options = offered.texts("#role option");
    assert!(
        options.contains(&"Support Admin".to_owned()) && !options.contains(&"Reseller Admin".to_owned()),
        "{options:?}"
    );
    for role in ["reseller_admin", "billing_admin", "org_admin", "billing_contact"] {
        let page = support.post(&path, &[("email", LI), ("role", role)]).await;
        page.assert_status(422).assert_field_value("email", LI);
        assert!(page.text("#role-error").is_some_and(|text| text.contains("includes more than you hold")), "{role}");
        let page = support.post(&format!("{path}/list"), &[("people", LI), ("role", role)]).await;
        page.assert_status(422).assert_field_value("people", LI);
    }
    for role in ["captain", "", "00000000-0000-0000-0000-000000000000"] {
        support.post(&path, &[("email", LI), ("role", role)]).await.assert_status(422);
    }
    for role in [Role::Auditor, Role::BillingAdmin] {
        let reader = app.member(&partner, role, &format!("{}@partner.example", role.name())).await;
        reader.get(&path).await.assert_status(403);
        reader.post(&path, &[("email", LI), ("role", "member")]).await.assert_status(403);
    }
    assert_eq!(app.number("select count(*) from invitations").await, 0);

    // An invitation with more than one holds is not theirs to send again or to take back either.
    let owner = app.member(&partner, Role::ResellerAdmin, "owner@partner.example").await;
    invite(&owner, LI, "reseller_admin").await;
    let id = invitation_id(&app).await;
    for what in ["resend", "revocation"] {
        let page = support.post(&format!("{}/invitations/{id}/{what}", support.home), &[]).await;
        page.assert_status(409).assert_contains("more than you hold here");
    }
    let (_, stranger) = customer(&app, "Kowalczyk").await;
    for what in ["resend", "revocation"] {
        stranger.post(&format!("{}/invitations/{id}/{what}", stranger.home), &[]).await.assert_status(404);
    }
}

#[tokio::test]
async fn fields_the_page_does_not_have_change_nothing() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let (other, _) = customer(&app, "Lindner").await;
    let elsewhere = other.id.to_string();
    let extra: Vec<(&str, &str)> = [
        "organization_id",
        "tenant_id",
        "parent_id",
        "partner_id",
        "org_key",
        "user_id",
        "id",
        "is_admin",
        "admin",
        "custom_role_id",
        "token",
        "token_hash",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
        "sending",
        "invited_by",
        "email_key",
        "created_at",
        "permissions",
        "permissions[]",
        "reach",
        "groups",
        "group_ids",
        "suspended_at",
        "version",
        "disabled_at",
        "password_hash",
        "scope",
    ]
    .map(|name| (name, elsewhere.as_str()))
    .to_vec();
    let mut form = vec![("email", LI), ("role", "member")];
    form.extend(extra.iter().copied());
    let path = format!("{}/users/new", admin.home);
    admin.post(&path, &form).await.assert_status(303);
    let link = link_in(&app.mails().await);
    let client = app.client();
    let mut join = vec![("display_name", "Li"), ("password", NEW), ("role", "org_admin"), ("email", "x@y.example")];
    join.extend(extra.iter().copied());
    client.post(&link, &join).await.assert_redirect(&format!("/o/{}", made.key));
    let rows: Vec<(uuid::Uuid, String)> = sqlx::query_as(
        "select m.organization_id, m.role from memberships m join users u on u.id = m.user_id where u.email = $1",
    )
    .bind(LI)
    .fetch_all(&app.db)
    .await
    .unwrap();
    assert_eq!(rows, [(made.id, "member".to_owned())]);
    assert_eq!(
        app.number("select count(*) from users where email = 'x@y.example' or disabled_at is not null").await,
        0
    );
}
