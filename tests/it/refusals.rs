//! Who tries to change what they may not leaves an event in the organization's log (T-09), without filling it and without
//! any word in organizations they have no part in.

use tenantry::{
    organizations::Created,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};
use time::Duration;

use crate::support::{
    TestApp, TestClient,
    data::{PASSWORD, new_organization},
};

const REFUSED: &str = "select count(*) from events where kind = 'change.refused'";

/// Who was refused what, where and by which form, in the order of time.
async fn refused(app: &TestApp) -> Vec<(String, String, String, String)> {
    sqlx::query_as(
        "select e.actor_name, e.subject_name, o.name, e.after ->> 'form' from events e
         join organizations o on o.id = e.organization_id where e.kind = 'change.refused' order by e.id",
    )
    .fetch_all(&app.db)
    .await
    .expect("events")
}

fn line(who: &str, what: &str, organization: &str, form: &str) -> (String, String, String, String) {
    (who.to_owned(), what.to_owned(), organization.to_owned(), form.to_owned())
}

/// A partner with its administrator.
async fn partner(app: &TestApp) -> (Created, TestClient) {
    let (_, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Partner, "Harbour IT")).await;
    let admin = app.member(&made, Role::ResellerAdmin, "olga@harbour.example").await;
    (made, admin)
}

#[tokio::test]
async fn a_change_without_the_permission_stands_in_the_log_and_a_page_does_not() {
    let app = TestApp::start().await;
    let (made, admin) = partner(&app).await;
    let auditor = app.member(&made, Role::Auditor, "ada@harbour.example").await;
    auditor.get(&format!("{}/settings/sign-in", auditor.home)).await.assert_status(403);
    assert_eq!(app.number(REFUSED).await, 0, "looking changes nothing");
    for path in ["/settings/prices", "/groups", "/groups"] {
        auditor.post(&format!("{}{path}", auditor.home), &[("name", "x")]).await.assert_status(403);
    }
    let expected = [
        line("ada", "change prices", "Harbour IT", "/settings/prices"),
        line("ada", "manage groups", "Harbour IT", "/groups"),
    ];
    assert_eq!(refused(&app).await, expected, "once a minute for a person and a form");
    app.clock.advance(Duration::minutes(1));
    auditor.post(&format!("{}/groups", auditor.home), &[]).await.assert_status(403);
    assert_eq!(app.number(REFUSED).await, 3);

    let log = admin.get(&format!("{}/audit?kind=change.refused", admin.home)).await;
    let lines = log.assert_status(200).texts(".log li .g");
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("ada was refused: manage groups in Harbour IT"), "{lines:?}");
    assert!(log.has("#kind option[value=\"change.refused\"][selected]"));
    let home = admin.get(&admin.home).await;
    assert!(!home.body.contains("was refused"), "the feed is for what has happened");
}

#[tokio::test]
async fn a_role_beyond_ones_own_is_refused_and_stands_in_the_log() {
    let app = TestApp::start().await;
    let (made, admin) = partner(&app).await;
    let support = app.member(&made, Role::SupportAdmin, "sam@harbour.example").await;
    app.member(&made, Role::Member, "mia@harbour.example").await;
    let id = async |email: &str| -> String {
        let ids = sqlx::query_scalar("select id::text from users where email = $1");
        ids.bind(email.to_owned()).fetch_one(&app.db).await.expect("a user")
    };
    let (mia, olga) = (id("mia@harbour.example").await, id("olga@harbour.example").await);
    let at = |path: &str| format!("{}{path}", support.home);
    let role = [("role", "reseller_admin"), ("version", "1")];
    support.post(&at(&format!("/users/{mia}/role")), &role).await.assert_status(422);
    let invitation = [("role", "reseller_admin"), ("email", "new@harbour.example")];
    support.post(&at("/users/new"), &invitation).await.assert_status(422);
    let list = [("role", "reseller_admin"), ("people", "new@harbour.example")];
    support.post(&at("/users/new/list"), &list).await.assert_status(422);
    support.post(&at(&format!("/users/{olga}/removal")), &[]).await.assert_status(409);
    // A mistake is none: the form says what to mend, the log says nothing.
    support.post(&at(&format!("/users/{mia}/suspension/end")), &[]).await.assert_status(303);
    support
        .post(&at("/users/new"), &[("role", "no-such-role"), ("email", "x@harbour.example")])
        .await
        .assert_status(422);
    let expected = [
        line("sam", "give the role Reseller Admin", "Harbour IT", "/users/{id}/role"),
        line("sam", "give the role Reseller Admin", "Harbour IT", "/users/new"),
        line("sam", "give the role Reseller Admin", "Harbour IT", "/users/new/list"),
        line("sam", "change how olga stands", "Harbour IT", "/users/{id}/removal"),
    ];
    assert_eq!(refused(&app).await, expected);

    admin
        .post(&format!("{}/users/{olga}/role", admin.home), &[("role", "member"), ("version", "1")])
        .await
        .assert_status(409);
    let last = refused(&app).await.pop().expect("an event");
    assert_eq!(last, line("olga", "take away the last administrator, olga,", "Harbour IT", "/users/{id}/role"));
}

/// T-09: whoever can read their own standing cannot raise it, whatever their role, and the try is known.
#[tokio::test]
async fn nobody_raises_themselves_and_every_try_stands_in_the_log() {
    let app = TestApp::start().await;
    let (made, _) = partner(&app).await;
    let mut tried = 0;
    for role in Role::in_kind(Partner).filter(|role| *role != Role::ResellerAdmin) {
        let email = format!("{}@harbour.example", role.name());
        let person = app.member(&made, role, &email).await;
        let id: String = sqlx::query_scalar("select id::text from users where email = $1")
            .bind(&email)
            .fetch_one(&app.db)
            .await
            .expect("a user");
        let form = [("role", "reseller_admin"), ("version", "1")];
        let answer = person.post(&format!("{}/users/{id}/role", person.home), &form).await;
        assert!(matches!(answer.status, 403 | 409 | 422), "{role:?}: {}", answer.status);
        tried += 1;
        let last = refused(&app).await.pop().expect("an event");
        assert_eq!((last.0.as_str(), last.3.as_str()), (role.name(), "/users/{id}/role"), "{role:?}");
    }
    assert!(tried > 9, "{tried} roles");
    assert_eq!(app.number(REFUSED).await, tried);
    let raised = "select count(*) from memberships m join organizations o on o.id = m.organization_id
                  where o.name = 'Harbour IT' and m.role = 'reseller_admin'";
    assert_eq!(app.number(raised).await, 1);
}

#[tokio::test]
async fn a_role_made_of_more_than_one_holds_stands_in_the_log() {
    let app = TestApp::start().await;
    let (made, _) = partner(&app).await;
    let local = app.member(&made, Role::OrgAdmin, "lee@harbour.example").await;
    let form = [("name", "Too much"), ("base", "reseller_admin"), ("may_create_organizations", "true")];
    let page = local.post(&format!("{}/roles/new", local.home), &form).await;
    page.assert_status(422);
    let found = refused(&app).await;
    assert_eq!(found.len(), 1, "{:?}", page.body);
    assert!(found[0].1.starts_with("give the permission “"), "{found:?}");
}

/// An organization in which somebody has no part answers as if it did not exist, and nothing is written there.
#[tokio::test]
async fn nothing_is_written_in_an_organization_that_does_not_exist_for_the_person() {
    let app = TestApp::start().await;
    let (made, admin) = partner(&app).await;
    let (_, scope) = app.operator().await;
    let foreign = app.create(&scope, new_organization(Customer, "Neighbour")).await;
    let auditor = app.member(&made, Role::Auditor, "ada@harbour.example").await;
    for client in [&auditor, &admin] {
        for path in ["/settings", "/users/new", "/groups", "/no-such-page"] {
            client.post(&format!("/o/{}{path}", foreign.key), &[]).await.assert_status(404);
        }
    }
    app.client().post(&format!("/o/{}/settings", made.key), &[]).await.assert_redirect("/sign-in");
    assert_eq!(app.number(REFUSED).await, 0);
}

#[tokio::test]
async fn nobody_fills_the_log_by_being_refused() {
    let app = TestApp::start().await;
    let (made, _) = partner(&app).await;
    let mut auditor = app.member(&made, Role::Auditor, "ada@harbour.example").await;
    let home = auditor.home.clone();
    let forms = ["/settings", "/settings/prices", "/settings/support", "/groups", "/settings/billing"];
    for _ in 0..14 {
        for form in forms {
            auditor.post(&format!("{home}{form}"), &[]).await.assert_status(403);
        }
        app.clock.advance(Duration::minutes(1));
    }
    assert_eq!(app.number(REFUSED).await, 60, "sixty an hour of one person");
    app.clock.advance(Duration::hours(1));
    auditor.sign_in("ada@harbour.example", PASSWORD).await.assert_status(303);
    auditor.post(&format!("{home}/settings"), &[]).await.assert_status(403);
    assert_eq!(app.number(REFUSED).await, 61);
}
