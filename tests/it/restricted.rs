//! Whoever is kept to groups sees the organizations of their own groups and no others, everywhere (S262-S266).

use tenantry::{organizations::Created, roles::Role, scope::Scope, types::AccountKind::Customer};

use crate::{
    onboarding::walk::{BILLING, DETAILS, SUBSCRIPTION, Walk},
    support::{
        TestApp, TestClient,
        data::{details, new_organization, new_with},
    },
};

const LENA: &str = "lena@nordlicht.example";

struct Company {
    app: TestApp,
    admin: TestClient,
    scope: Scope,
    inside: Created,
    outside: Created,
}

/// Two customers, one of them in the one group there is.
async fn company() -> Company {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let with_domain = |name: &str, domain: &str, number: &str| tenantry::organizations::DetailsForm {
        domain: domain.into(),
        customer_number: number.into(),
        ..details(Customer, name)
    };
    let inside = app.create(&scope, new_with(&with_domain("Inside AG", "inside.example", "K-1"))).await;
    let outside = app.create(&scope, new_with(&with_domain("Outside AG", "outside.example", "K-2"))).await;
    Company { app, admin, scope, inside, outside }
}

/// Lists, search, counts, figures, trials, activity, direct addresses.
#[tokio::test]
async fn an_account_manager_meets_no_other_organization_anywhere() {
    let Company { app, admin, scope, inside, outside } = company().await;
    for role in [Role::KeyAccountManager, Role::KeyAccountViewer, Role::SalesAgent] {
        let email = format!("{}@nordlicht.example", role.name());
        let person = app.member(&TestApp::own(&scope), role, &email).await;
        app.group(&scope, role.label(), &[&inside], &[&email]).await;
        let home = &person.home;
        let pages = [
            home.clone(),
            format!("{home}/organizations"),
            format!("{home}/organizations?view=ending"),
            format!("{home}/organizations?q=AG"),
            format!("{home}/organizations?q=outside.example"),
            format!("{home}/organizations?q=K-2"),
            format!("{home}/organizations?q={}", outside.key),
            format!("{home}/organizations?after={}", outside.key),
            format!("{home}/organizations?before={}", outside.key),
            format!("{home}/group-requests"),
            format!("{home}/why"),
            "/organizations".to_owned(),
        ];
        for path in pages {
            let page = person.get(&path).await;
            page.assert_status(200);
            assert!(!page.body.contains("Outside AG"), "{role:?} reads of it on {path}");
        }
        let list = person.get(&format!("{home}/organizations")).await;
        assert_eq!(list.texts("tbody td.org a"), ["Inside AG"]);
        list.assert_contains("1 organization");
        assert_eq!(person.get(home).await.text(".stats b").as_deref(), Some("1"), "the figures count it alone");
        let dashboard = person.get(&format!("/o/{}", inside.key)).await;
        dashboard.assert_status(200);
        assert_eq!(dashboard.body.contains("A licence,"), role != Role::SalesAgent, "{role:?} and what it costs");
        let foreign = person.get(&format!("/o/{}", outside.key)).await;
        foreign.assert_status(404);
        person.get(&format!("{home}/organizations/{}", inside.key)).await.assert_status(303);
        person.get(&format!("{home}/organizations/{}", outside.key)).await.assert_status(404);
    }
    let all = admin.get(&format!("{}/organizations", admin.home)).await;
    assert_eq!(all.texts("tbody td.org a"), ["Inside AG", "Outside AG"], "whoever sees everything still does");
}

/// S262: nothing, with the reason and whom to ask.
#[tokio::test]
async fn without_a_group_there_is_nothing_and_the_page_says_why() {
    let Company { app, scope, inside, .. } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    for path in [lena.home.clone(), format!("{}/organizations", lena.home)] {
        let page = lena.get(&path).await;
        page.assert_status(200).assert_contains("You are in no group yet").assert_contains("Ingrid Sørensen");
        assert!(!page.body.contains("Create New Organization"), "{path}");
        assert!(!page.has(".stats"), "{path} shows figures");
    }
    lena.get(&format!("{}/organizations/new", lena.home)).await.assert_status(403).assert_contains("Ingrid Sørensen");
    lena.post(&format!("{}/organizations/new", lena.home), &[]).await.assert_status(403);
    // On the very next request after being assigned it is different; an archived group gives nothing again.
    let group = app.group(&scope, "DACH", &[&inside], &[LENA]).await;
    lena.get(&format!("{}/organizations", lena.home)).await.assert_contains("Inside AG");
    let archived =
        app.app.write(&scope, async |db| tenantry::groups::set_archived(db, &scope, group, true).await).await;
    assert_eq!(archived.expect("archived"), "DACH");
    assert!(!lena.get(&format!("{}/organizations", lena.home)).await.body.contains("Inside AG"));
    lena.get(&format!("/o/{}", inside.key)).await.assert_status(404);
}

/// An organization in two of the groups stands in the list once; the pages are walked along both groups.
#[tokio::test]
async fn two_groups_are_one_list() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    let mut made = Vec::new();
    for number in 0..70 {
        made.push(app.create(&scope, new_organization(Customer, &format!("Werk {number:02}"))).await);
    }
    let even: Vec<&Created> = made.iter().step_by(2).collect();
    let first: Vec<&Created> = made.iter().take(40).collect();
    app.group(&scope, "Even", &even, &[LENA]).await;
    app.group(&scope, "First", &first, &[LENA]).await;
    let expected: Vec<String> =
        (0..70).filter(|number| number % 2 == 0 || *number < 40).map(|number| format!("Werk {number:02}")).collect();
    let page = lena.get(&format!("{}/organizations", lena.home)).await;
    let mut seen = page.texts("tbody td.org a");
    page.assert_contains("55 organizations");
    assert_eq!(seen.len(), 50);
    let second = lena.get(&page.attribute("a[rel=next]", "href").expect("a second page")).await;
    seen.extend(second.texts("tbody td.org a"));
    assert_eq!(seen, expected);
    let back = lena.get(&second.attribute("a[rel=prev]", "href").expect("the way back")).await;
    assert_eq!(back.texts("tbody td.org a"), expected[..50]);
    let found = lena.get(&format!("{}/organizations?q=werk+6", lena.home)).await;
    assert_eq!(found.texts("tbody td.org a"), ["Werk 60", "Werk 62", "Werk 64", "Werk 66", "Werk 68"]);
}

/// A page is full and the count right also when organizations of the group were archived or renamed (S105, S262).
#[tokio::test]
async fn an_archived_organization_leaves_the_list_of_its_group() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    let mut made = Vec::new();
    for number in 0..53 {
        made.push(app.create(&scope, new_organization(Customer, &format!("Werk {number:02}"))).await);
    }
    let group = app.group(&scope, "All", &made.iter().collect::<Vec<_>>(), &[LENA]).await;
    let change = async |statement: &'static str| {
        sqlx::query(statement).execute(&app.db).await.expect(statement);
    };
    change("update organizations set status = 'archived' where name in ('Werk 03', 'Werk 52')").await;
    change("update organizations set name = 'Zeche' where name = 'Werk 00'").await;
    let first = lena.get(&format!("{}/organizations", lena.home)).await;
    first.assert_contains("51 organizations");
    let seen = first.texts("tbody td.org a");
    assert_eq!((seen.len(), seen[0].as_str(), seen[2].as_str()), (50, "Werk 01", "Werk 04"));
    let second = lena.get(&first.attribute("a[rel=next]", "href").expect("a second page")).await;
    assert_eq!(second.texts("tbody td.org a"), ["Zeche"]);
    let back = lena.get(&second.attribute("a[rel=prev]", "href").expect("the way back")).await;
    assert_eq!(back.texts("tbody td.org a"), seen);
    let none = lena.get(&format!("{}/organizations?q=werk+03", lena.home)).await;
    assert!(none.texts("tbody td.org a").is_empty(), "an archived organization is found");
    let members = admin.get(&format!("{}/groups/{group}/members", admin.home)).await;
    assert!(!members.body.contains("Werk 03"), "an archived organization is among the members");
    change("update organizations set status = 'active' where name = 'Werk 03'").await;
    let again = lena.get(&format!("{}/organizations", lena.home)).await;
    again.assert_contains("52 organizations");
    assert_eq!(again.texts("tbody td.org a")[2], "Werk 03");
}

async fn to_review(walk: &Walk, changes: &[(&str, &str)]) {
    walk.save_with("details", &DETAILS, changes).await.assert_redirect(&walk.at("admin-user"));
    walk.save("admin-user", &[("access", "later"), ("email", "")]).await.assert_redirect(&walk.at("subscription"));
    walk.save("subscription", &SUBSCRIPTION).await.assert_redirect(&walk.at("billing"));
    walk.save("billing", &BILLING).await.assert_redirect(&walk.at("review"));
}

/// S263-S264: exactly one of one's own groups, judged by the server; the organization is in it from the first moment.
#[tokio::test]
async fn an_account_manager_creates_into_exactly_one_own_group() {
    let Company { app, scope, inside, .. } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    let dach = app.group(&scope, "DACH", &[&inside], &[LENA]).await.to_string();
    let nordics = app.group(&scope, "Nordics", &[], &[LENA]).await.to_string();
    let foreign = app.group(&scope, "Secret", &[], &[]).await.to_string();
    let walk = Walk::begin(&lena).await;
    let page = walk.show("details").await;
    assert_eq!(page.texts("select[name=groups] option"), ["Choose a group", "DACH", "Nordics"]);
    let refused = async |groups: &[(&str, &str)]| {
        let form: Vec<_> = DETAILS.iter().chain(groups).copied().collect();
        walk.save("details", &form).await
    };
    refused(&[]).await.assert_status(422).assert_field_error("groups", "Choose an organization group");
    refused(&[("groups", &foreign)]).await.assert_field_error("groups", "Choose one of your own groups");
    refused(&[("groups", "everything")]).await.assert_field_error("groups", "Choose one of your own groups");
    let message = "Choose one group. A Reseller Admin can add the organization to more";
    refused(&[("groups", &dach), ("groups", &nordics)]).await.assert_field_error("groups", message);
    // Also beside the other messages of an empty form.
    walk.save("details", &[]).await.assert_field_error("groups", "Choose an organization group");
    to_review(&walk, &[("groups", &nordics)]).await;
    walk.show("review").await.assert_contains("Nordics");
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    walk.show("confirmation").await.assert_contains("Ask for more groups");
    let key = walk.created_key().await;
    lena.get(&format!("/o/{key}")).await.assert_status(200);
    lena.post(&format!("{}/sign-in", walk.base), &[]).await.assert_redirect(&format!("/o/{key}"));
    let stored: Vec<String> = sqlx::query_scalar(
        "select g.name from group_organizations go join groups g on g.id = go.group_id
         join organizations o on o.id = go.organization_id where o.key = $1 and o.group_ids = array[g.id]",
    )
    .bind(&key)
    .fetch_all(&app.db)
    .await
    .expect("its groups");
    assert_eq!(stored, ["Nordics"]);
    assert_eq!(app.number("select organizations::bigint from groups where name = 'Nordics'").await, 1);
}

/// The group is asked again at the last moment: who was taken off it meanwhile creates nothing.
#[tokio::test]
async fn a_group_that_is_lost_on_the_way_creates_nothing() {
    let Company { app, scope, .. } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::SalesAgent, LENA).await;
    let dach = app.group(&scope, "DACH", &[], &[LENA]).await;
    app.group(&scope, "Nordics", &[], &[LENA]).await;
    let walk = Walk::begin(&lena).await;
    to_review(&walk, &[("groups", &dach.to_string())]).await;
    let remove = "delete from group_members where group_id = $1";
    sqlx::query(remove).bind(dach).execute(&app.db).await.expect("taken off");
    let before = app.number("select count(*) from organizations").await;
    let page = walk.create().await;
    page.assert_status(422).assert_contains("Change the organization groups");
    assert_eq!(app.number("select count(*) from organizations").await, before);
}

/// Whoever is not kept to groups may choose any number of them, or none.
#[tokio::test]
async fn a_reseller_admin_chooses_any_number_of_groups() {
    let Company { app, admin, scope, .. } = company().await;
    let dach = app.group(&scope, "DACH", &[], &[]).await.to_string();
    let nordics = app.group(&scope, "Nordics", &[], &[]).await.to_string();
    let walk = Walk::begin(&admin).await;
    to_review(&walk, &[]).await;
    let two: Vec<_> =
        DETAILS.iter().copied().chain([("groups", dach.as_str()), ("groups", nordics.as_str())]).collect();
    walk.save("details", &two).await.assert_status(303);
    walk.show("review").await.assert_contains("Nordics");
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    assert_eq!(app.number("select count(*) from group_organizations").await, 2);
}

/// A domain taken by an organization out of sight: that it is, and whom to ask, and nothing more.
#[tokio::test]
async fn a_duplicate_out_of_sight_keeps_its_name() {
    let Company { app, scope, inside, .. } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    let dach = app.group(&scope, "DACH", &[&inside], &[LENA]).await.to_string();
    let walk = Walk::begin(&lena).await;
    let page = walk.save_with("details", &DETAILS, &[("groups", &dach), ("domain", "outside.example")]).await;
    let message = "outside.example already belongs to an organization that is in none of your groups. \
                   Ask Ingrid Sørensen, or use another domain";
    page.assert_status(422).assert_field_error("domain", message);
    assert!(!page.body.contains("Outside AG"));
    let page = walk.save_with("details", &DETAILS, &[("groups", &dach), ("customer_number", "K-2")]).await;
    page.assert_status(422).assert_contains("K-2 already belongs to an organization");
    assert!(!page.body.contains("Outside AG"));
    // One within sight is named, with the way to it.
    let page = walk.save_with("details", &DETAILS, &[("groups", &dach), ("domain", "inside.example")]).await;
    page.assert_status(422).assert_contains("Open <bdi>Inside AG</bdi>");
}

/// What happened to groups and their organizations is told only to those who see them.
#[tokio::test]
async fn the_activity_of_other_groups_is_not_told() {
    let Company { app, admin, scope, inside, outside } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    app.group(&scope, "DACH", &[&inside], &[LENA]).await;
    app.group(&scope, "Secret plans", &[&outside], &[]).await;
    admin.get(&admin.home).await.assert_contains("Secret plans");
    let page = lena.get(&lena.home).await;
    page.assert_contains("DACH").assert_contains("Inside AG");
    assert!(!page.body.contains("Secret plans") && !page.body.contains("Outside AG"));
}

/// A partner's Org Admin sees nothing beneath it: no figures instead of zeros.
#[tokio::test]
async fn an_org_admin_of_a_partner_is_shown_no_empty_figures() {
    let Company { app, scope, .. } = company().await;
    let olga = app.member(&TestApp::own(&scope), Role::OrgAdmin, "olga@nordlicht.example").await;
    let page = olga.get(&olga.home).await;
    page.assert_status(200);
    assert!(!page.has(".stats") && !page.body.contains("Needs attention"));
    assert!(!page.body.contains("Outside AG") && !page.body.contains("You are in no group"));
}

/// However much happens elsewhere meanwhile, what happened in the own groups is not crowded out.
#[tokio::test]
async fn the_activity_of_ones_groups_goes_back_further_than_that_of_others() {
    let Company { app, scope, inside, outside, .. } = company().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    app.group(&scope, "DACH", &[&inside], &[LENA]).await;
    sqlx::query(
        "insert into events (id, organization_id, parent_id, at, actor_name, kind, subject_name)
         select overlay('ffffffff-ffff-7fff-8fff-000000000000' placing lpad(to_hex(n), 12, '0') from 25)::uuid, $1, $2,
                now(), 'Somebody', 'billing.edited', 'Elsewhere' from generate_series(1, 2500) n",
    )
    .bind(outside.id)
    .bind(scope.organization.id)
    .execute(&app.db)
    .await
    .unwrap();
    // Organizations of a small group are asked one by one, those of a large one are looked for among all events.
    for organizations in [1, 100_000] {
        sqlx::query("update groups set organizations = $1").bind(organizations).execute(&app.db).await.unwrap();
        let page = lena.get(&lena.home).await;
        let feed = page.assert_status(200).texts("ol.tl li").join("\n");
        assert!(feed.contains("created Inside AG"), "{feed}");
        assert!(!page.body.contains("Somebody") && !page.body.contains("Outside AG"));
    }
}

/// What only others can do about the partner is no list for an account manager.
#[tokio::test]
async fn only_whoever_can_set_the_partner_up_sees_the_list_of_what_is_open() {
    let Company { app, admin, scope, inside, .. } = company().await;
    assert!(admin.get(&admin.home).await.has("#setup"));
    for role in [Role::KeyAccountManager, Role::KeyAccountViewer, Role::SalesAgent, Role::Auditor] {
        let email = format!("{}@nordlicht.example", role.name());
        let person = app.member(&TestApp::own(&scope), role, &email).await;
        if role != Role::Auditor {
            app.group(&scope, role.label(), &[&inside], &[&email]).await;
        }
        let page = person.get(&person.home).await;
        assert!(!page.assert_status(200).has("#setup"), "{role:?}");
        let there = person.get(&format!("/o/{}", inside.key)).await;
        let acts = matches!(role, Role::KeyAccountManager | Role::SalesAgent);
        assert_eq!(there.assert_status(200).has("#setup"), acts, "{role:?}");
    }
}
