//! Groups of a partner (S254-S261) and requests for more (S265): every handler with good, bad and forbidden input.

use tenantry::{roles::Role, types::AccountKind::Customer};

use crate::support::{
    ADMIN_EMAIL, TestApp, TestClient,
    data::{details, new_organization, new_with},
};

/// The address of a group, from where its creation leads.
async fn create(admin: &TestClient, name: &str) -> String {
    let page = admin.post(&format!("{}/groups", admin.home), &[("name", name), ("description", "")]).await;
    page.assert_redirect(&format!("{}/groups/", admin.home));
    page.location().strip_suffix("/organizations").expect("the organizations of the group").to_owned()
}

#[tokio::test]
async fn a_group_is_created_changed_archived_and_restored() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let list = format!("{}/groups", admin.home);
    admin.get(&list).await.assert_status(200).assert_contains("No groups yet");
    let group = create(&admin, "Nordics").await;
    let page = admin.get(&format!("{group}/edit")).await;
    page.assert_status(200).assert_field_value("name", "Nordics");
    let version = page.field_value("version").expect("a version");
    let form = [("version", version.as_str()), ("name", "Nordics and Baltics"), ("description", "Eight countries")];
    admin.post(&group, &form).await.assert_redirect(&group);
    // Somebody else saved meanwhile (QUALITY 21).
    admin.post(&group, &form).await.assert_status(409).assert_contains("Nordics and Baltics");
    admin.get(&list).await.assert_contains("Eight countries");
    admin.post(&format!("{group}/archive"), &[]).await.assert_redirect(&format!("{list}?view=archived"));
    assert!(!admin.get(&list).await.body.contains("Eight countries"));
    admin.get(&format!("{list}?view=archived")).await.assert_contains("Eight countries");
    admin.post(&group, &form).await.assert_status(409).assert_contains("The group is archived");
    admin.post(&format!("{group}/restore"), &[]).await.assert_redirect(&group);
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where kind like 'group.%' order by id")
        .fetch_all(&app.db)
        .await
        .unwrap();
    assert_eq!(kinds, ["group.created", "group.edited", "group.archived", "group.restored"]);
}

/// S256: unique per partner among those that are not archived.
#[tokio::test]
async fn a_name_is_unique_among_the_groups_in_use() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let first = create(&admin, "North").await;
    let list = format!("{}/groups", admin.home);
    let page = admin.post(&list, &[("name", "nORTH"), ("description", "kept")]).await;
    page.assert_status(422).assert_field_error("name", "A group with this name exists. Choose another name");
    page.assert_field_value("name", "nORTH").assert_field_value("description", "kept");
    admin.post(&list, &[("name", " ")]).await.assert_field_error("name", "Enter a name for the group");
    admin.post(&format!("{first}/archive"), &[]).await.assert_status(303);
    create(&admin, "North").await;
    let page = admin.post(&format!("{first}/restore"), &[]).await;
    page.assert_status(409).assert_contains("Another group has taken the name");
}

/// S260: any part of the name finds a group; the pages are walked by key.
#[tokio::test]
async fn the_list_is_searched_and_paged() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    for number in 0..52 {
        app.group(&scope, &format!("Group {number:02}"), &[], &[]).await;
    }
    let list = format!("{}/groups", admin.home);
    let first = admin.get(&list).await;
    assert_eq!(first.texts("tbody td.org a").len(), 50);
    let next = first.attribute("a[rel=next]", "href").expect("a second page");
    assert_eq!(admin.get(&next).await.texts("tbody td.org a"), ["Group 50", "Group 51"]);
    assert_eq!(admin.get(&format!("{list}?q=P+07")).await.texts("tbody td.org a"), ["Group 07"]);
    admin.get(&format!("{list}?q=%00%25")).await.assert_status(200).assert_contains("No group is called");
}

/// S261: one by one and by search; what is removed is gone for its people on their next request.
#[tokio::test]
async fn organizations_are_added_by_search_and_removed() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    for name in ["Zürichsee Yachtbau AG", "Zürcher Käsehandel GmbH", "Hüttenwerke Lüneburg"] {
        app.create(&scope, new_organization(Customer, name)).await;
    }
    let group = create(&admin, "Swiss").await;
    let page = admin.get(&format!("{group}/organizations?add=ZÜR")).await;
    assert_eq!(page.texts("fieldset label bdi"), ["Zürcher Käsehandel GmbH", "Zürichsee Yachtbau AG"]);
    let ids = |page: &crate::support::Page, name: &str| -> Vec<String> {
        let html = scraper::Html::parse_document(&page.body);
        let boxes = scraper::Selector::parse(&format!("input[name={name}]")).expect("a selector");
        html.select(&boxes).filter_map(|input| input.attr("value").map(str::to_owned)).collect()
    };
    let found = ids(&page, "organization");
    let form: Vec<_> = found.iter().map(|id| ("organization", id.as_str())).collect();
    admin.post(&format!("{group}/organizations"), &form).await.assert_redirect(&group);
    let page = admin.get(&format!("{group}/organizations")).await;
    assert_eq!(page.texts("tbody td.org a"), ["Zürcher Käsehandel GmbH", "Zürichsee Yachtbau AG"]);
    assert_eq!(page.text("nav.tabs a[aria-current] span").as_deref(), Some("2"));
    admin.get(&format!("{group}/organizations?add=zür")).await.assert_contains("Already in:");
    // The button of a line removes that one, whatever is ticked besides.
    let remove = format!("{group}/organizations/remove");
    admin.post(&remove, &[("organization", &found[1]), ("only", &found[0])]).await.assert_status(303);
    assert_eq!(admin.get(&group_page(&group)).await.texts("tbody td.org a"), ["Zürichsee Yachtbau AG"]);
    admin.post(&remove, &[("organization", &found[1])]).await.assert_status(303);
    assert!(admin.get(&group_page(&group)).await.texts("tbody td.org a").is_empty());
    assert_eq!(app.number("select organizations::bigint from groups").await, 0);
}

fn group_page(group: &str) -> String {
    format!("{group}/organizations")
}

/// All that match in one statement, with one event that carries the count.
#[tokio::test]
async fn all_that_match_a_filter_are_added_at_once() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    for number in 0..60 {
        app.create(&scope, new_organization(Customer, &format!("Werk {number:02}"))).await;
    }
    let abroad = tenantry::organizations::DetailsForm {
        country: "MC".into(),
        state: String::new(),
        ..details(Customer, "Verk")
    };
    app.create(&scope, new_with(&abroad)).await;
    let group = create(&admin, "Works").await;
    let all = format!("{group}/organizations/matching");
    let page = admin.post(&all, &[("words", "")]).await;
    page.assert_status(422).assert_contains("Enter a word, or choose a type, a country or those without a group");
    admin.post(&all, &[("kind", "club"), ("words", "W")]).await.assert_status(422).assert_field_value("words", "W");
    admin.post(&all, &[("words", "werk"), ("country", "DE")]).await.assert_redirect(&group);
    assert_eq!(app.number("select organizations::bigint from groups").await, 60);
    let events = "select count(*) from events where kind = 'group.organizations_added'
                  and after ->> 'organizations' = '60'";
    assert_eq!(app.number(events).await, 1);
    // The rest: what is in no group.
    admin.post(&all, &[("ungrouped", "true")]).await.assert_redirect(&group);
    assert_eq!(app.number("select organizations::bigint from groups").await, 61);
    assert_eq!(app.number("select count(*) from organizations where cardinality(group_ids) = 1").await, 61);
    // The pages of the group walk its own index, both ways.
    let first = admin.get(&group_page(&group)).await;
    assert_eq!(first.texts("tbody td.org a").len(), 50);
    let second = admin.get(&first.attribute("a[rel=next]", "href").expect("a second page")).await;
    assert_eq!(second.texts("tbody td.org a").len(), 11);
    let back = admin.get(&second.attribute("a[rel=prev]", "href").expect("the way back")).await;
    assert_eq!(back.texts("tbody td.org a"), first.texts("tbody td.org a"));
    assert!(!back.has("a[rel=prev]"), "it is the first page");
    assert_eq!(admin.get(&format!("{group}/organizations?q=verk")).await.texts("tbody td.org a"), ["Verk"]);
}

/// Only people whose role is kept to groups can be assigned, and only those of the partner itself.
#[tokio::test]
async fn people_are_assigned_and_taken_off() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let customer = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.member(&TestApp::own(&scope), Role::Auditor, "otto@nordlicht.example").await;
    app.member(&customer, Role::OrgAdmin, "pia@kowalczyk.example").await;
    let group = create(&admin, "DACH").await;
    let page = admin.get(&format!("{group}/people")).await;
    assert_eq!(page.texts("fieldset label bdi"), ["lena"]);
    let id = page.attribute("input[name=membership]", "value").expect("lena's membership");
    let pia: uuid::Uuid = sqlx::query_scalar("select m.id from memberships m where m.role = 'org_admin'")
        .fetch_one(&app.db)
        .await
        .expect("pia's membership");
    let people = format!("{group}/people");
    let form = [("membership", id.as_str()), ("membership", &pia.to_string()), ("membership", "no id")];
    admin.post(&people, &form).await.assert_redirect(&people);
    assert_eq!(app.number("select count(*) from group_members").await, 1);
    admin.get(&people).await.assert_contains("Key Account Manager · ");
    admin.post(&format!("{people}/remove"), &[("membership", &id)]).await.assert_redirect(&people);
    assert_eq!(app.number("select count(*) from group_members").await, 0);
    assert_eq!(app.number("select count(*) from events where kind like 'group.people%'").await, 2);
}

/// Whoever reads may look and not touch; whoever is kept to groups does not see the page at all; customers have none.
#[tokio::test]
async fn groups_are_for_those_who_manage_them() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let customer = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let here = TestApp::own(&scope);
    let auditor = app.member(&here, Role::Auditor, "otto@nordlicht.example").await;
    let lena = app.member(&here, Role::KeyAccountManager, "lena@nordlicht.example").await;
    let group = create(&admin, "DACH").await;
    auditor.get(&group_page(&group)).await.assert_status(200);
    assert!(!auditor.get(&group_page(&group)).await.has("form[action$='/matching']"));
    for path in ["", "/archive", "/restore", "/organizations", "/organizations/matching", "/people", "/people/remove"] {
        auditor.post(&format!("{group}{path}"), &[("name", "Mine")]).await.assert_status(403);
    }
    lena.get(&format!("{}/groups", lena.home)).await.assert_status(403).assert_contains("Missing: see all groups");
    admin.get(&format!("/o/{}/groups", customer.key)).await.assert_status(403);
    let unknown = format!("{}/groups/{}", admin.home, uuid::Uuid::nil());
    for path in ["/archive", "/restore", "/organizations", "/people", "/people/remove", "/organizations/matching"] {
        admin.post(&format!("{unknown}{path}"), &[("words", "x")]).await.assert_status(404);
    }
    assert_eq!(app.number("select count(*) from groups where archived_at is not null").await, 0);
}

/// S265: asked by an account manager, answered by a Reseller Admin with a mail; nobody else sees it.
#[tokio::test]
async fn more_groups_are_asked_for_and_granted() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let here = TestApp::own(&scope);
    let lena = app.member(&here, Role::KeyAccountManager, "lena@nordlicht.example").await;
    let tomas = app.member(&here, Role::SalesAgent, "tomas@nordlicht.example").await;
    let inside = app.create(&scope, new_organization(Customer, "Inside")).await;
    let outside = app.create(&scope, new_organization(Customer, "Outside")).await;
    app.group(&scope, "DACH", &[&inside], &["lena@nordlicht.example"]).await;
    let nordics = app.group(&scope, "Nordics", &[], &["lena@nordlicht.example"]).await;
    let foreign = app.group(&scope, "Secret", &[&outside], &[]).await;
    let requests = format!("{}/group-requests", lena.home);
    let ask = async |organization: &str, group: &str| {
        let form = [("message", "They moved north"), ("organization", organization), ("groups", group)];
        lena.post(&requests, &form).await
    };
    lena.get(&format!("{requests}/new?organization={}", inside.key))
        .await
        .assert_field_value("organization", inside.key.as_str());
    lena.post(&requests, &[("message", " ")]).await.assert_field_error("message", "Say what you need and why");
    let page = ask(outside.key.as_str(), "").await;
    page.assert_status(422).assert_field_error("organization", "You see no organization with this Org Key");
    ask(inside.key.as_str(), &foreign.to_string()).await.assert_status(422);
    ask(inside.key.as_str(), &nordics.to_string()).await.assert_redirect(&requests);
    lena.get(&requests).await.assert_contains("Waits for an answer");
    assert!(!tomas.get(&requests).await.body.contains("They moved north"), "it is nobody else's");
    admin.get(&format!("{}/groups", admin.home)).await.assert_contains("1 request to answer");
    let page = admin.get(&requests).await;
    let answer = page.attribute("form[action$='/answer']", "action").expect("a form to answer");
    lena.post(&answer, &[("answer", "grant")]).await.assert_status(403);
    admin.post(&answer, &[("answer", "grant"), ("reply", "x\u{202e}y")]).await.assert_status(422);
    admin.post(&answer, &[("answer", "grant"), ("reply", "Done, good luck")]).await.assert_redirect(&requests);
    admin.post(&answer, &[("answer", "decline")]).await.assert_status(409).assert_contains("answered already");
    lena.get(&requests).await.assert_contains("Done, good luck").assert_contains("Granted");
    let groups = sqlx::query_scalar::<_, i64>("select cardinality(group_ids)::bigint from organizations where id = $1");
    assert_eq!(groups.bind(inside.id).fetch_one(&app.db).await.expect("the organization"), 2);
    let mails = app.mails().await;
    let mail = mails.iter().find(|mail| mail.to_address == "lena@nordlicht.example").expect("a mail");
    assert!(mail.subject.contains("granted") && mail.text_body.contains("Done, good luck"), "{mail:?}");
    assert!(mails.iter().all(|mail| mail.to_address != ADMIN_EMAIL || !mail.subject.contains("granted")));
    assert_eq!(app.number("select count(*) from events where kind like 'group.request%'").await, 2);
}
