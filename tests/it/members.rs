//! The people of an organization: the list, changing how they stand, and the guards (T-07, T-09; QUALITY 22, 28, 34).

use futures_util::future::join;
use tenantry::{
    organizations::Created,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};
use uuid::Uuid;

use crate::support::{
    ADMIN_EMAIL, Page, TestApp, TestClient,
    data::{PASSWORD, new_organization},
};

/// A customer and its administrator.
async fn customer(app: &TestApp, name: &str) -> (Created, TestClient) {
    let (_, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, name)).await;
    let admin = app.member(&made, Role::OrgAdmin, &format!("admin@{}.example", name.to_lowercase())).await;
    (made, admin)
}

async fn user(app: &TestApp, email: &str) -> String {
    sqlx::query_scalar("select id::text from users where email = $1")
        .bind(email)
        .fetch_one(&app.db)
        .await
        .expect("a user")
}

/// The path of a person's page.
async fn path(app: &TestApp, client: &TestClient, email: &str) -> String {
    format!("{}/users/{}", client.home, user(app, email).await)
}

async fn give(client: &TestClient, path: &str, role: &str) -> Page {
    let version = client.get(path).await.field_value("version").unwrap_or_default();
    client.post(&format!("{path}/role"), &[("role", role), ("version", &version)]).await
}

/// The subjects of the mails to a person.
async fn told(app: &TestApp, email: &str) -> Vec<String> {
    app.mails().await.into_iter().filter(|mail| mail.to_address == email).map(|mail| mail.subject).collect()
}

async fn event(app: &TestApp, kind: &str) -> (Option<serde_json::Value>, Option<serde_json::Value>) {
    sqlx::query_as("select before, after from events where kind = $1 order by id desc limit 1")
        .bind(kind)
        .fetch_one(&app.db)
        .await
        .expect("an event")
}

#[tokio::test]
async fn the_list_is_searched_filtered_and_paged_by_name() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    sqlx::query(
        "with people as (
           insert into users (id, email, email_key, display_name, created_at)
           select gen_random_uuid(), 'p' || n || '@firm.example', 'p' || n || '@firm.example',
                  'Person ' || lpad(n::text, 3, '0'), now() from generate_series(1, 120) n returning id, display_name)
         insert into memberships (id, user_id, organization_id, role, created_at, suspended_at)
         select gen_random_uuid(), id, $1, case when display_name > 'Person 115' then 'approver' else 'member' end, now(),
                case when display_name > 'Person 110' then now() end from people",
    )
    .bind(made.id)
    .execute(&app.db)
    .await
    .unwrap();
    let list = format!("{}/users", admin.home);
    let first = admin.get(&list).await;
    first.assert_status(200).assert_contains("121 users");
    let names = |page: &Page| page.texts("tbody td.org a bdi");
    let mut seen = names(&first);
    let next = |page: &Page| page.attribute("a[rel=next]", "href");
    let second = admin.get(&next(&first).expect("more")).await;
    seen.extend(names(&second));
    let third = admin.get(&next(&second).expect("more")).await;
    seen.extend(names(&third));
    assert_eq!(next(&third), None);
    seen.retain(|name| name.starts_with("Person"));
    assert_eq!(seen.len(), 120);
    assert!(seen.is_sorted());
    let back = admin.get(&third.attribute("a[rel=prev]", "href").expect("a way back")).await;
    assert_eq!(names(&back), names(&second));

    let rows = async |query: &str| admin.get(&format!("{list}?{query}")).await.texts("tbody tr").len();
    assert_eq!(rows("q=PERSON+01").await, 10);
    assert_eq!(rows("q=p7%40firm").await, 1);
    assert_eq!(rows("state=suspended").await, 10);
    assert_eq!(rows("state=suspended&role=approver").await, 5);
    assert_eq!(rows("role=org_admin").await, 1);
    assert_eq!(rows("q=100%25").await, 0);
    assert_eq!(rows("q=%00%27%22&role=%27&state=x&after=1&before=%27").await, 0);
    admin.get(&format!("{list}?q=zzz")).await.assert_status(200).assert_contains("No user matches");
}

#[tokio::test]
async fn a_role_that_is_changed_holds_on_the_next_request_and_the_person_is_told() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let li = app.member(&made, Role::OrgAdmin, "li@kowalczyk.example").await;
    let page = path(&app, &admin, "li@kowalczyk.example").await;
    li.get(&format!("{}/settings", li.home)).await.assert_status(200);
    admin.get(&page).await.assert_status(200).assert_contains("Org Admin");
    give(&admin, &page, "approver").await.assert_redirect(&page);
    li.get(&format!("{}/settings", li.home)).await.assert_status(403);
    li.get(&format!("{}/users", li.home)).await.assert_status(403);
    assert_eq!(told(&app, "li@kowalczyk.example").await, ["Your role in Kowalczyk was changed"]);
    let mails = app.mails().await;
    assert!(mails.last().unwrap().text_body.contains("Your role is now Approver. It was Org Admin."));
    let (before, after) = event(&app, "user.role_changed").await;
    assert_eq!(
        (before.unwrap()["role"].as_str(), after.unwrap()["role"].as_str()),
        (Some("Org Admin"), Some("Approver"))
    );

    let stale = admin.post(&format!("{page}/role"), &[("role", "member"), ("version", "1")]).await;
    stale.assert_status(409).assert_contains("changed in another window");
    let wrong = admin.post(&format!("{page}/role"), &[("role", "auditor"), ("version", "2")]).await;
    wrong.assert_status(422).assert_field_error("role", "Choose a role from the list");
    give(&admin, &page, "approver").await.assert_status(303);
    assert_eq!(app.mails().await.len(), 1, "the same role is no change");
}

#[tokio::test]
async fn suspended_and_removed_people_get_in_no_more_with_open_sessions() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let li = app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let page = path(&app, &admin, "li@kowalczyk.example").await;
    let act = async |what: &str| admin.post(&format!("{page}/{what}"), &[]).await.status;
    li.get(&li.home).await.assert_status(200);
    assert_eq!(act("suspension").await, 303);
    li.get(&li.home).await.assert_status(404);
    li.get("/organizations").await.assert_contains("You belong to no organization yet");
    admin.get(&page).await.assert_contains("Resume user");
    assert_eq!(act("suspension").await, 303, "twice is once");
    assert_eq!(act("suspension/end").await, 303);
    li.get(&li.home).await.assert_status(200);

    admin.get(&format!("{page}/removal")).await.assert_status(200).assert_contains("<bdi>Member</bdi>");
    assert_eq!(act("removal").await, 303);
    li.get(&li.home).await.assert_status(404);
    li.get("/profile").await.assert_status(200);
    for what in ["", "/removal"] {
        admin.get(&format!("{page}{what}")).await.assert_status(404);
    }
    assert_eq!(act("removal").await, 404);
    let subjects = told(&app, "li@kowalczyk.example").await;
    // The test's clock stands still, so the three have one time and no order.
    let sent: std::collections::BTreeSet<_> = subjects.iter().map(String::as_str).collect();
    let expected = [
        "Your access to Kowalczyk is suspended",
        "Your access to Kowalczyk works again",
        "You no longer belong to Kowalczyk",
    ];
    assert_eq!((subjects.len(), sent), (3, expected.into()));
    assert_eq!(event(&app, "user.removed").await.0.unwrap()["role"], "Member");
}

/// What is lost is named, and with the membership the groups are gone.
#[tokio::test]
async fn who_leaves_a_partner_leaves_its_groups() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Partner")).await;
    let admin = app.member(&partner, Role::ResellerAdmin, "admin@partner.example").await;
    app.member(&partner, Role::KeyAccountManager, "kam@partner.example").await;
    group(&app, partner.id, "North", "kam@partner.example", &[]).await;
    let page = path(&app, &admin, "kam@partner.example").await;
    let confirm = admin.get(&format!("{page}/removal")).await;
    confirm.assert_contains("Key Account Manager").assert_contains("<bdi>North</bdi>");
    admin.post(&format!("{page}/removal"), &[]).await.assert_status(303);
    assert_eq!(app.number("select count(*) from group_members").await, 0);
}

/// A group of a partner with one person and some organizations.
async fn group(app: &TestApp, partner: Uuid, name: &str, email: &str, organizations: &[Uuid]) {
    let mut db = app.db.acquire().await.unwrap();
    let id = Uuid::now_v7();
    sqlx::query("insert into groups (id, partner_id, name, created_at, updated_at) values ($1, $2, $3, now(), now())")
        .bind(id)
        .bind(partner)
        .bind(name)
        .execute(&mut *db)
        .await
        .unwrap();
    sqlx::query(
        "insert into group_members (group_id, membership_id, partner_id)
         select $1, m.id, $2 from memberships m join users u on u.id = m.user_id where u.email = $3 and m.organization_id = $2",
    )
    .bind(id)
    .bind(partner)
    .bind(email)
    .execute(&mut *db)
    .await
    .unwrap();
    sqlx::query(
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at)
         select $1, o.id, $2, o.sort_name, now() from organizations o where o.id = any ($3)",
    )
    .bind(id)
    .bind(partner)
    .bind(organizations)
    .execute(&mut *db)
    .await
    .unwrap();
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let (mut above, _) = app.operator().await;
    above.home.clone_from(&admin.home);
    let page = path(&app, &admin, "admin@kowalczyk.example").await;
    for client in [&admin, &above] {
        give(client, &page, "member")
            .await
            .assert_status(409)
            .assert_contains("is the last administrator of Kowalczyk");
        client.post(&format!("{page}/removal"), &[]).await.assert_status(409);
    }
    above.post(&format!("{page}/suspension"), &[]).await.assert_status(409).assert_contains("the last administrator");
    admin
        .post(&format!("{page}/suspension"), &[])
        .await
        .assert_status(409)
        .assert_contains("Nobody can suspend themselves");
    // One who is suspended, or has only a part of the role, administers nothing.
    app.member(&made, Role::OrgAdmin, "li@kowalczyk.example").await;
    let li = path(&app, &admin, "li@kowalczyk.example").await;
    admin.post(&format!("{li}/suspension"), &[]).await.assert_status(303);
    give(&admin, &page, "member").await.assert_status(409);
    admin.post(&format!("{li}/suspension/end"), &[]).await.assert_status(303);
    admin.post(&format!("{page}/removal"), &[]).await.assert_redirect("/organizations");
    admin.get(&admin.home).await.assert_status(404);
}

/// T-46: two administrators demote, suspend or remove each other at the same moment; one of them remains.
#[tokio::test]
async fn two_administrators_cannot_remove_each_other_at_once() {
    let app = TestApp::start().await;
    let (made, one) = customer(&app, "Kowalczyk").await;
    let two = app.member(&made, Role::OrgAdmin, "li@kowalczyk.example").await;
    let of_one = path(&app, &one, "admin@kowalczyk.example").await;
    let of_two = path(&app, &two, "li@kowalczyk.example").await;
    for round in 0..12 {
        sqlx::query(
            "update memberships set role = 'org_admin', suspended_at = null, version = 1 where organization_id = $1",
        )
        .bind(made.id)
        .execute(&app.db)
        .await
        .unwrap();
        let (action, form): (&str, &[(&str, &str)]) =
            if round % 2 == 0 { ("role", &[("role", "member"), ("version", "1")]) } else { ("suspension", &[]) };
        let (two_path, one_path) = (format!("{of_two}/{action}"), format!("{of_one}/{action}"));
        let (first, second) = join(one.post(&two_path, form), two.post(&one_path, form)).await;
        let statuses = [first.status, second.status];
        let left = app
            .number(
                "select count(*) from memberships m join organizations o on o.id = m.organization_id
                     where o.name = 'Kowalczyk' and m.role = 'org_admin' and m.suspended_at is null",
            )
            .await;
        assert_eq!(left, 1, "round {round}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    }
}

/// T-09: who may manage users does not thereby manage those who hold more.
#[tokio::test]
async fn nobody_changes_somebody_who_holds_more() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Partner")).await;
    let support = app.member(&partner, Role::SupportAdmin, "support@partner.example").await;
    let owner = app.member(&partner, Role::ResellerAdmin, "owner@partner.example").await;
    app.member(&partner, Role::ResellerAdmin, "second@partner.example").await;
    let page = path(&app, &support, "owner@partner.example").await;
    support.get(&page).await.assert_status(200).assert_contains("You cannot change this user");
    for what in ["suspension", "suspension/end", "removal", "sessions/end"] {
        let refused = support.post(&format!("{page}/{what}"), &[]).await;
        refused.assert_status(409).assert_contains("holds more here than you do");
    }
    support.post(&format!("{page}/role"), &[("role", "member"), ("version", "1")]).await.assert_status(409);
    let own = path(&app, &support, "support@partner.example").await;
    for role in ["reseller_admin", "org_admin", "billing_admin"] {
        give(&support, &own, role).await.assert_status(422);
    }
    owner.get(&owner.home).await.assert_status(200);
    let kept = "select count(*) from memberships where role = 'reseller_admin' and suspended_at is null";
    assert_eq!(app.number(kept).await, 3);
}

#[tokio::test]
async fn sign_out_everywhere_ends_the_sessions_of_ones_own_people_only() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let li = app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let mut phone = app.client();
    phone.sign_in("li@kowalczyk.example", PASSWORD).await.assert_status(303);
    let page = path(&app, &admin, "li@kowalczyk.example").await;
    let (_, stranger) = customer(&app, "Lindner").await;
    let foreign = path(&app, &stranger, "li@kowalczyk.example").await;
    stranger.post(&format!("{foreign}/sessions/end"), &[]).await.assert_status(404);
    li.get("/profile").await.assert_status(200);
    admin.post(&format!("{page}/sessions/end"), &[]).await.assert_redirect(&page);
    for ended in [&li, &phone] {
        ended.get("/profile").await.assert_redirect("/sign-in");
    }
    admin.get("/profile").await.assert_status(200);
    let own = path(&app, &admin, "admin@kowalczyk.example").await;
    admin.post(&format!("{own}/sessions/end"), &[]).await.assert_status(409).assert_contains("on your profile");
    assert_eq!(event(&app, "user.signed_out").await.1.unwrap()["sessions"], 2);
    assert_eq!(told(&app, "li@kowalczyk.example").await, ["You were signed out everywhere"]);
}

/// T-03, T-05: with the id of somebody elsewhere every door says what it says to an id that does not exist.
#[tokio::test]
async fn people_of_other_organizations_do_not_exist() {
    let app = TestApp::start().await;
    let (made, _) = customer(&app, "Kowalczyk").await;
    app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let (_, stranger) = customer(&app, "Lindner").await;
    for id in [user(&app, "li@kowalczyk.example").await, user(&app, ADMIN_EMAIL).await, Uuid::now_v7().to_string()] {
        let page = format!("{}/users/{id}", stranger.home);
        for what in ["", "/removal"] {
            stranger.get(&format!("{page}{what}")).await.assert_status(404);
        }
        for what in ["role", "suspension", "suspension/end", "removal", "sessions/end"] {
            stranger.post(&format!("{page}/{what}"), &[("role", "member"), ("version", "1")]).await.assert_status(404);
        }
    }
    let list = stranger.get(&format!("{}/users?q=kowalczyk", stranger.home)).await;
    assert_eq!(list.texts("tbody tr").len(), 0);
}

/// S262: an account manager looks after the users of the own groups' organizations, never after the partner's people.
#[tokio::test]
async fn a_key_account_manager_manages_users_of_own_organizations_only_and_grants_no_partner_role() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let partner = app.create(&operator, new_organization(Partner, "Partner")).await;
    app.member(&partner, Role::ResellerAdmin, "admin@partner.example").await;
    let scope = app.scope("admin@partner.example", partner.key.as_str()).await;
    let ours = app.create(&scope, new_organization(Customer, "Ours")).await;
    let theirs = app.create(&scope, new_organization(Customer, "Theirs")).await;
    app.member(&ours, Role::OrgAdmin, "admin@ours.example").await;
    app.member(&ours, Role::Member, "li@ours.example").await;
    let kam = app.member(&partner, Role::KeyAccountManager, "kam@partner.example").await;
    group(&app, partner.id, "North", "kam@partner.example", &[ours.id]).await;

    for place in ["/users", "/users/new", "/users/new/list", "/roles"] {
        kam.get(&format!("{}{place}", kam.home)).await.assert_status(403);
    }
    let own = path(&app, &kam, "kam@partner.example").await;
    kam.get(&own).await.assert_status(403);
    kam.post(&format!("{own}/role"), &[("role", "reseller_admin"), ("version", "1")]).await.assert_status(403);
    kam.get(&format!("/o/{}/users", theirs.key)).await.assert_status(404);

    let mut inside = kam.clone();
    inside.home = format!("/o/{}", ours.key);
    inside.get(&format!("{}/users", inside.home)).await.assert_status(200).assert_contains("li@ours.example");
    let new = format!("{}/users/new", inside.home);
    for role in ["key_account_manager", "reseller_admin", "org_admin", "billing_contact"] {
        inside.post(&new, &[("email", "x@ours.example"), ("role", role)]).await.assert_status(422);
    }
    inside.post(&new, &[("email", "x@ours.example"), ("role", "approver")]).await.assert_status(303);
    let li = path(&app, &inside, "li@ours.example").await;
    give(&inside, &li, "approver").await.assert_status(303);
    inside.post(&format!("{li}/suspension"), &[]).await.assert_status(303);
    let admin = path(&app, &inside, "admin@ours.example").await;
    inside.post(&format!("{admin}/removal"), &[]).await.assert_status(409);
}

/// SPEC section 3: who may only come in sees a small page, and whom to ask.
#[tokio::test]
async fn a_member_sees_a_small_page_and_no_people() {
    let app = TestApp::start().await;
    let (made, _) = customer(&app, "Kowalczyk").await;
    let li = app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let home = li.get(&li.home).await;
    home.assert_status(200).assert_contains("You are here as Member").assert_contains("admin@kowalczyk.example");
    assert!(!home.texts("nav.side a").contains(&"Users".to_owned()));
    for place in ["/users", "/users/new", "/roles", "/settings"] {
        li.get(&format!("{}{place}", li.home)).await.assert_status(403);
    }
    let me = path(&app, &li, "li@kowalczyk.example").await;
    for what in ["role", "suspension", "removal", "sessions/end"] {
        li.post(&format!("{me}/{what}"), &[("role", "org_admin"), ("version", "1")]).await.assert_status(403);
    }
}

/// QUALITY 28: what the role form does not have changes nothing.
#[tokio::test]
async fn fields_the_forms_do_not_have_change_nothing() {
    let app = TestApp::start().await;
    let (made, admin) = customer(&app, "Kowalczyk").await;
    let (other, _) = customer(&app, "Lindner").await;
    app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let page = path(&app, &admin, "li@kowalczyk.example").await;
    let elsewhere = other.id.to_string();
    let mut form = vec![("role", "approver"), ("version", "1")];
    for name in [
        "organization_id",
        "tenant_id",
        "parent_id",
        "user_id",
        "id",
        "membership_id",
        "is_admin",
        "custom_role_id",
        "permissions",
        "reach",
        "group_ids",
        "suspended_at",
        "disabled_at",
        "email",
        "display_name",
        "password",
        "password_hash",
        "created_at",
        "updated_at",
        "path",
        "kind",
        "status",
        "key",
        "roles",
        "role_value",
        "owner",
        "partner_id",
        "actor",
        "scope",
        "sight",
    ] {
        form.push((name, elsewhere.as_str()));
    }
    let rest = "select md5(string_agg(x, '' order by x)) from (
                  select (to_jsonb(u) - 'last_signed_in_at')::text x from users u
                  union all select to_jsonb(o)::text from organizations o
                  union all select (to_jsonb(m) - 'role' - 'version' - 'updated_at')::text from memberships m) t";
    let sum = async || sqlx::query_scalar::<_, String>(rest).fetch_one(&app.db).await.unwrap();
    let before = sum().await;
    admin.post(&format!("{page}/role"), &form).await.assert_status(303);
    for what in ["suspension", "suspension/end"] {
        admin.post(&format!("{page}/{what}"), &form).await.assert_status(303);
    }
    assert_eq!(sum().await, before);
    assert_eq!(app.number("select count(*) from memberships where role = 'approver'").await, 1);
}
