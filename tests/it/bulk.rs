//! Changes of many organizations at once (UX 24, N5): what is chosen, the dry run, what a job does, and its undo.

use sqlx::PgConnection;
use tenantry::{
    bulk::{self, Action, Run, Selection},
    organizations::Created,
    roles::Role,
    scope::Scope,
    types::AccountKind::Customer,
};
use time::Duration;
use uuid::Uuid;

use crate::support::{
    ADMIN_EMAIL, Page, TestApp, TestClient,
    data::{details, new_organization, new_with},
};

/// So many customers of the scope's organization.
async fn customers(app: &TestApp, scope: &Scope, count: usize) -> Vec<Created> {
    let mut made = Vec::new();
    for number in 0..count {
        made.push(app.create(scope, new_organization(Customer, &format!("Customer {number:03}"))).await);
    }
    made
}

/// Copies of a customer without its people and bills, when only how many there are matters.
pub(crate) async fn multiply(db: &mut PgConnection, count: i32) {
    let query = "insert into organizations (id, key, parent_id, path, kind, name, country, status, billing_account_id,
                                            license_pool_owner_id, channel, created_at, updated_at, command_id)
                 select n.id, 'org_' || lpad(n.number::text, 12, '0'), o.parent_id,
                        o.path[1:1] || n.id, o.kind, 'Copy ' || lpad(n.number::text, 5, '0'), o.country, 'active',
                        o.billing_account_id, n.id, o.channel, o.created_at, o.updated_at, gen_random_uuid()
                 from (select * from organizations where kind = 'customer' limit 1) o,
                      (select number, gen_random_uuid() as id from generate_series(1, $1) number) n";
    sqlx::query(query).bind(count).execute(db).await.expect("copies");
}

async fn connection(app: &TestApp) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    app.db.acquire().await.expect("a connection")
}

/// Posts the form of the list and gives the address of the change.
async fn choose(admin: &TestClient, action: &str, pairs: &[(&str, &str)]) -> String {
    let form: Vec<(&str, &str)> = [("action", action)].into_iter().chain(pairs.iter().copied()).collect();
    let page = admin.post(&format!("{}/bulk", admin.home), &form).await;
    page.assert_redirect(&format!("{}/bulk/", admin.home));
    page.location()
}

/// The counts on the tabs: all, would change, already so, refused.
fn counts(page: &Page) -> Vec<String> {
    page.texts("nav.tabs a span")
}

fn id_of(run: &str) -> Uuid {
    run.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the id of a change")
}

async fn found(app: &TestApp, scope: &Scope, run: &str) -> Run {
    app.app.read(scope, async |db| bulk::find(db, scope, id_of(run)).await).await.expect("the change")
}

#[tokio::test]
async fn a_selection_is_judged_changed_and_taken_back() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 3).await;
    let group = app.group(&scope, "Nordics", &[&made[0]], &[]).await.to_string();
    let foreign = "org_zzzzzzzzzzzz";
    let ids: Vec<(&str, &str)> = made.iter().map(|one| ("id", one.key.as_str())).chain([("id", foreign)]).collect();
    let run = choose(&admin, "add_to_group", &ids).await;
    // Keys that are none of ours are left out and named.
    let page = admin.get(&run).await;
    page.assert_status(200).assert_contains("left out").assert_contains(foreign);
    let page = admin.post(&format!("{run}/parameters"), &[("group", "")]).await;
    page.assert_status(422).assert_field_error("group", "Choose a group");
    admin.post(&format!("{run}/start"), &[]).await.assert_status(409);
    admin.post(&format!("{run}/parameters"), &[("group", &group)]).await.assert_redirect(&run);
    let page = admin.get(&run).await;
    assert_eq!(counts(&page), ["3", "2", "1", "0"]);
    page.assert_contains("It is in the group already").assert_contains("Add 2 organizations to Nordics");
    // Nothing is changed by looking.
    assert_eq!(app.number("select count(*) from group_organizations").await, 1);
    let page = admin.get(&format!("{run}?only=stay")).await;
    assert_eq!(page.texts("tbody td.org a"), ["Customer 000"]);
    admin.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    admin.get(&run).await.assert_contains("2 organizations changed, 1 already so");
    assert_eq!(app.number("select count(*) from group_organizations").await, 3);
    // A second press of the button begins nothing.
    admin.post(&format!("{run}/start"), &[]).await.assert_status(409);

    app.clock.advance(Duration::minutes(1));
    let undo = admin.post(&format!("{run}/undo"), &[]).await;
    undo.assert_redirect(&format!("{}/bulk/", admin.home));
    admin.get(&undo.location()).await.assert_contains("Undo: remove 2 organizations from Nordics");
    assert_eq!(app.number("select count(*) from group_organizations").await, 1);
    admin.get(&run).await.assert_contains("This change was taken back");
    let list = admin.get(&format!("{}/bulk", admin.home)).await;
    assert_eq!(list.texts("tbody td.org a").len(), 2);
}

/// What somebody changed since stays as it is.
#[tokio::test]
async fn an_undo_leaves_alone_what_was_changed_since() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 2).await;
    let group = app.group(&scope, "Nordics", &[], &[]).await.to_string();
    let ids: Vec<(&str, &str)> = made.iter().map(|one| ("id", one.key.as_str())).collect();
    let run = choose(&admin, "add_to_group", &ids).await;
    admin.post(&format!("{run}/parameters"), &[("group", &group)]).await;
    admin.post(&format!("{run}/start"), &[]).await;
    app.clock.advance(Duration::minutes(1));
    let members = format!("{}/groups/{group}/organizations", admin.home);
    let id = made[0].id.to_string();
    admin.post(&format!("{members}/remove"), &[("only", &id)]).await.assert_status(303);
    admin.post(&members, &[("organization", &id)]).await.assert_status(303);
    let undo = admin.post(&format!("{run}/undo"), &[]).await.location();
    let page = admin.get(&undo).await;
    page.assert_contains("1 organization changed, 1 refused").assert_contains("It was changed again since");
    assert_eq!(app.number("select count(*) from group_organizations").await, 1);
    // What was refused is tried again: judged anew first, with nothing to do as things stand.
    let again = admin.post(&format!("{undo}/retry"), &[]).await.location();
    admin.get(&again).await.assert_contains("It would change nothing");
}

#[tokio::test]
async fn all_that_match_are_changed_by_a_job_in_steps() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    customers(&app, &scope, 1).await;
    multiply(&mut *connection(&app).await, 600).await;
    let run = choose(&admin, "tag", &[("all", "1"), ("query", "q=copy")]).await;
    admin.post(&format!("{run}/parameters"), &[("new_tag", "Priority")]).await.assert_redirect(&run);
    assert_eq!(counts(&admin.get(&run).await), ["600", "600", "0", "0"]);
    admin.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    let page = admin.get(&run).await;
    page.assert_contains("Running").assert_contains("0 of 600 organizations").assert_contains("http-equiv=\"refresh\"");
    // One step, as a worker does that is killed after it.
    let more = app.app.write(&scope, async |db| bulk::step(db, &scope, id_of(&run)).await).await.expect("a step");
    assert!(more);
    assert_eq!(app.number("select count(*) from organization_tags").await, 250);
    // And one that is killed within it: nothing of it stays.
    let killed = app.app.read(&scope, async |db| bulk::step(db, &scope, id_of(&run)).await).await;
    assert!(killed.is_ok());
    assert_eq!(app.number("select count(*) from organization_tags").await, 250);
    admin.get(&format!("{run}/progress")).await.assert_contains("250 of 600 organizations");
    app.run_jobs().await;
    admin.get(&run).await.assert_contains("600 organizations changed");
    // The same job once more does nothing.
    bulk::work(&app.app, bulk::Work { run_id: id_of(&run), start: false }).await.expect("done already");
    assert_eq!(found(&app, &scope, &run).await.result.change, 600);
    assert_eq!(app.number("select count(*) from organization_tags").await, 600);
    let undo = admin.post(&format!("{run}/undo"), &[]).await.location();
    app.run_jobs().await;
    admin.get(&undo).await.assert_contains("600 organizations changed");
    assert_eq!(app.number("select count(*) from organization_tags").await, 0);
}

/// What a long list shows is found out and judged by a job: the request only writes down what is wanted.
#[tokio::test]
async fn a_long_list_is_found_out_and_judged_by_a_job() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    customers(&app, &scope, 1).await;
    multiply(&mut *connection(&app).await, 2_500).await;
    let run = choose(&admin, "tag", &[("all", "1"), ("query", "q=copy")]).await;
    assert_eq!(app.number("select count(*) from bulk_items").await, 0, "nothing is looked up in the request");
    admin.get(&run).await.assert_status(200).assert_contains("everything the list shows");
    admin.post(&format!("{run}/parameters"), &[("new_tag", "Priority")]).await.assert_redirect(&run);
    let page = admin.get(&run).await;
    page.assert_contains("Dry run").assert_contains("Nothing is changed yet").assert_contains("found so far");
    admin.post(&format!("{run}/start"), &[]).await.assert_status(409);
    app.run_jobs().await;
    assert_eq!(counts(&admin.get(&run).await), ["2,500", "2,500", "0", "0"]);
    // Judged anew: once more by a job, with the same result.
    admin.post(&format!("{run}/check"), &[]).await.assert_redirect(&run);
    app.run_jobs().await;
    assert_eq!(counts(&admin.get(&run).await), ["2,500", "2,500", "0", "0"]);
    admin.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    app.run_jobs().await;
    admin.get(&run).await.assert_contains("2,500 organizations changed");
    // Taking it back needs nobody to look first: the job judges, then does it.
    let undo = admin.post(&format!("{run}/undo"), &[]).await.location();
    app.run_jobs().await;
    admin.get(&undo).await.assert_contains("2,500 organizations changed");
    assert_eq!(app.number("select count(*) from organization_tags").await, 0);
}

/// A dry run that is killed begins anew, one that is cancelled ends, and of two workers the later one goes on.
#[tokio::test]
async fn a_dry_run_is_killed_doubled_and_cancelled() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    customers(&app, &scope, 1).await;
    multiply(&mut *connection(&app).await, 1_200).await;
    let run = choose(&admin, "untag", &[("all", "1"), ("query", "q=copy")]).await;
    let name = tenantry::types::TagName::parse("Old").expect("a name");
    let tag = app.app.write(&scope, async |db| tenantry::tags::create(db, &scope, &name).await).await;
    let tag = tag.expect("a tag").to_string();
    admin.post(&format!("{run}/parameters"), &[("tag", &tag)]).await.assert_redirect(&run);
    // What a killed worker left: some organizations, and a number that is not true any more.
    let left = "update bulk_runs set total = 7, would_stay = 7, check_id = gen_random_uuid()";
    sqlx::query(left).execute(&app.db).await.expect("left behind");
    let work = bulk::Work { run_id: id_of(&run), start: false };
    let (one, other) = tokio::join!(bulk::work(&app.app, work), bulk::work(&app.app, work));
    one.and(other).expect("both end");
    assert_eq!(counts(&admin.get(&run).await), ["1,200", "0", "1,200", "0"]);
    admin.post(&format!("{run}/check"), &[]).await.assert_redirect(&run);
    admin.post(&format!("{run}/cancel"), &[]).await.assert_redirect(&run);
    app.run_jobs().await;
    admin.get(&run).await.assert_contains("Cancelled");
}

/// A tag that was taken off and put on again since stays.
#[tokio::test]
async fn an_undo_leaves_alone_what_was_tagged_anew() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 2).await;
    let ids: Vec<(&str, &str)> = made.iter().map(|one| ("id", one.key.as_str())).collect();
    let run = choose(&admin, "tag", &ids).await;
    admin.post(&format!("{run}/parameters"), &[("new_tag", "Priority")]).await;
    admin.post(&format!("{run}/start"), &[]).await;
    app.clock.advance(Duration::minutes(1));
    let page = format!("{}/organizations/{}/tags", admin.home, made[0].key);
    admin.post(&page, &[]).await.assert_status(303);
    admin.post(&page, &[("new", "Priority")]).await.assert_status(303);
    let undo = admin.post(&format!("{run}/undo"), &[]).await.location();
    let page = admin.get(&undo).await;
    page.assert_contains("1 organization changed, 1 refused").assert_contains("It was changed again since");
    assert_eq!(app.number("select count(*) from organization_tags").await, 1);
}

#[tokio::test]
async fn a_cancelled_change_keeps_what_is_done() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    customers(&app, &scope, 1).await;
    multiply(&mut *connection(&app).await, 400).await;
    let run = choose(&admin, "tag", &[("all", "1"), ("query", "")]).await;
    admin.post(&format!("{run}/parameters"), &[("new_tag", "Priority")]).await;
    admin.post(&format!("{run}/start"), &[]).await;
    app.app.write(&scope, async |db| bulk::step(db, &scope, id_of(&run)).await).await.expect("a step");
    admin.post(&format!("{run}/cancel"), &[]).await.assert_redirect(&run);
    app.run_jobs().await;
    let page = admin.get(&run).await;
    page.assert_contains("Cancelled").assert_contains("250 organizations changed, 151 not reached");
    assert_eq!(app.number("select count(*) from organization_tags").await, 250);
}

/// Rights are those at the time of each step.
#[tokio::test]
async fn a_right_that_is_withdrawn_stops_the_change() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    customers(&app, &scope, 1).await;
    multiply(&mut *connection(&app).await, 300).await;
    let colleague = app.member(&TestApp::own(&scope), Role::SupportAdmin, "support@nordlicht.example").await;
    let run = choose(&colleague, "tag", &[("all", "1")]).await;
    colleague.post(&format!("{run}/parameters"), &[("new_tag", "Priority")]).await;
    colleague.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    sqlx::query("update memberships set role = 'auditor' where role = 'support_admin'").execute(&app.db).await.unwrap();
    app.run_jobs().await;
    colleague.get(&run).await.assert_contains("This change was stopped").assert_contains("may not tag organizations");
    assert_eq!(app.number("select count(*) from organization_tags").await, 0);
}

#[tokio::test]
async fn organizations_are_suspended_resumed_archived_and_restored_together() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 2).await;
    app.member(&made[0], Role::OrgAdmin, "katharina@kunde.example").await;
    let ids: Vec<(&str, &str)> = made.iter().map(|one| ("id", one.key.as_str())).collect();
    let run = choose(&admin, "suspend", &ids).await;
    let page = admin.post(&format!("{run}/parameters"), &[("reason", " "), ("tell", "true")]).await;
    page.assert_status(422).assert_field_error("reason", "Say why. The people of the organizations read it");
    admin.post(&format!("{run}/parameters"), &[("reason", "Bills are open"), ("tell", "true")]).await;
    // The mails it would send (N5).
    let page = admin.get(&run).await;
    page.assert_contains("1, to an administrator").assert_contains("katharina@kunde.example");
    admin.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    assert_eq!(app.number("select count(*) from organizations where status = 'suspended'").await, 2);
    app.clock.advance(Duration::minutes(1));
    admin.post(&format!("{run}/undo"), &[]).await.assert_status(303);
    assert_eq!(app.number("select count(*) from organizations where status = 'suspended'").await, 0);

    let run = choose(&admin, "archive", &ids).await;
    let page = admin.post(&format!("{run}/parameters"), &[("purge_on", "1/1/27")]).await;
    page.assert_status(422).assert_field_value("purge_on", "1/1/27");
    admin.post(&format!("{run}/parameters"), &[("purge_on", "01/06/2027")]).await.assert_redirect(&run);
    let page = admin.post(&format!("{run}/start"), &[("confirm", "yes")]).await;
    page.assert_status(422).assert_field_error("confirm", "Type “archive 2” to confirm");
    admin.post(&format!("{run}/start"), &[("confirm", "Archive 2")]).await.assert_redirect(&run);
    assert_eq!(app.number("select count(*) from organizations where status = 'archived'").await, 2);
    app.clock.advance(Duration::minutes(1));
    admin.post(&format!("{run}/undo"), &[]).await.assert_status(303);
    assert_eq!(app.number("select count(*) from organizations where status = 'archived'").await, 0);
}

/// Each action has its permission; account managers act on what they see, and see their own changes.
#[tokio::test]
async fn everybody_does_what_their_role_lets_them() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 2).await;
    let manager = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "kam@nordlicht.example").await;
    app.group(&scope, "Nordics", &[&made[0]], &["kam@nordlicht.example"]).await;
    let (own, other) = (made[0].key.as_str(), made[1].key.as_str());
    let list = format!("{}/bulk", manager.home);
    manager.post(&list, &[("action", "suspend"), ("id", own)]).await.assert_status(403);
    manager.post(&list, &[("action", "add_to_group"), ("id", own)]).await.assert_status(403);
    manager.post(&list, &[("action", "tag"), ("id", other)]).await.assert_status(404);
    manager.post(&list, &[("action", "tag")]).await.assert_status(409);
    manager.post(&list, &[("action", "purge"), ("id", own)]).await.assert_status(400);
    let run = choose(&manager, "tag", &[("id", own), ("id", other)]).await;
    manager.get(&run).await.assert_contains(other);
    manager.post(&format!("{run}/parameters"), &[("new_tag", "Mine")]).await.assert_redirect(&run);
    manager.post(&format!("{run}/start"), &[]).await.assert_redirect(&run);
    assert_eq!(app.number("select count(*) from organization_tags").await, 1);
    let foreign = choose(&admin, "tag", &[("id", own)]).await;
    manager.get(&foreign).await.assert_status(404);
    manager.post(&format!("{foreign}/start"), &[]).await.assert_status(404);
    assert_eq!(manager.get(&list).await.texts("tbody td.org a").len(), 1);
    assert_eq!(admin.get(&list).await.texts("tbody td.org a").len(), 2);
}

/// What another partner asked for does not exist here, whichever wall is asked.
#[tokio::test]
async fn changes_of_another_partner_do_not_exist() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = customers(&app, &scope, 1).await;
    let run = choose(&admin, "tag", &[("id", made[0].key.as_str())]).await;
    let partner = app.create(&scope, new_with(&details(tenantry::types::AccountKind::Partner, "Sub-partner"))).await;
    let there = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    let path = run.replace(&admin.home, &format!("/o/{}", partner.key));
    admin.get(&path).await.assert_status(404);
    let mut db = app.app.db.begin(&there).await.expect("a transaction");
    for query in ["select count(*) from bulk_runs", "select count(*) from bulk_items"] {
        let seen: i64 = sqlx::query_scalar(query).fetch_one(&mut *db).await.expect("a count");
        assert_eq!(seen, 0, "{query}");
    }
    // A foreign organization cannot be chosen by its key either.
    let selection = Selection::Named(vec![made[0].key.to_string()]);
    let refused = app.app.write(&there, async |db| bulk::create(db, &there, Action::Tag, &selection).await).await;
    assert!(matches!(refused, Err(tenantry::error::Error::NotFound)));
}
