//! The lifecycle of an organization (SPEC section 2, T-12, N14): every transition, every refusal, what its people meet.

use tenantry::{
    lifecycle::{self, Archiving, Outcome, Suspension, Verdict},
    mail::{self, PasswordChanged, Sender},
    organizations::Created,
    roles::Role,
    scope::Scope,
    types::{
        AccountKind::{Customer, Enterprise, Partner},
        EmailAddress, FreeText,
    },
};
use time::Duration;

use crate::support::{
    ADMIN_EMAIL, Mail, TestApp, TestClient,
    data::{details, new_organization, new_with},
};

fn suspension() -> Suspension {
    Suspension { reason: FreeText::parse("Bills are open").expect("a reason"), note: None, tell: false }
}

fn archiving(scope: &Scope, with_beneath: bool) -> Archiving {
    let purge_on = (scope.now + lifecycle::KEPT_FOR).date();
    Archiving { purge_on, reason: None, with_beneath, tell: false }
}

async fn suspend(app: &TestApp, scope: &Scope, made: &[&Created]) -> Vec<Outcome> {
    let ids: Vec<_> = made.iter().map(|one| one.id).collect();
    app.app.write(scope, async |db| lifecycle::suspend(db, scope, &ids, &suspension()).await).await.expect("outcomes")
}

async fn archive(app: &TestApp, scope: &Scope, made: &[&Created], with_beneath: bool) -> Vec<Outcome> {
    let (ids, new): (Vec<_>, _) = (made.iter().map(|one| one.id).collect(), archiving(scope, with_beneath));
    app.app.write(scope, async |db| lifecycle::archive(db, scope, &ids, &new).await).await.expect("outcomes")
}

fn words(outcomes: &[Outcome]) -> Vec<String> {
    let word = |outcome: &Outcome| match &outcome.result {
        Verdict::Done => "done".to_owned(),
        Verdict::Already => "already".to_owned(),
        Verdict::Refused(why) => why.split(['.', ',']).next().unwrap_or_default().to_owned(),
    };
    outcomes.iter().map(word).collect()
}

/// One number of a statement with a value in it.
async fn count(app: &TestApp, query: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&app.db).await.expect("a number")
}

async fn kinds(app: &TestApp) -> Vec<String> {
    let query =
        "select kind from events where kind like 'organization.%' and kind <> 'organization.created' order by id";
    sqlx::query_scalar(query).fetch_all(&app.db).await.expect("events")
}

/// Creates an organization through the domain beneath another one.
async fn beneath(app: &TestApp, parent: &Created, made: tenantry::organizations::NewOrganization) -> Created {
    let scope = app.scope(ADMIN_EMAIL, parent.key.as_str()).await;
    app.create(&scope, made).await
}

/// T-12: the session of its people ends at the next request, with the reason; those above still enter; all is as before
/// afterwards.
#[tokio::test]
async fn a_suspended_organization_lets_nobody_of_it_in_from_the_next_request_on() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Lindner")).await;
    let member = app.member(&made, Role::OrgAdmin, "li@lindner.example").await;
    member.get(&member.home).await.assert_status(200);

    let path = format!("{}/suspension", member.home);
    let page = admin.get(&path).await;
    page.assert_status(200).assert_contains("1 person who belongs to it");
    let page = admin.post(&path, &[("note", "see ticket 4")]).await;
    page.assert_status(422).assert_field_error("reason", "Say why, in words its people understand");
    page.assert_field_value("note", "see ticket 4");
    let form = [("reason", "Bills <are> open"), ("note", "see ticket 4"), ("tell", "true")];
    admin.post(&path, &form).await.assert_redirect(&member.home);

    let page = member.get(&member.home).await;
    page.assert_status(403).assert_contains("Bills &#60;are&#62; open").assert_contains("21 Nov 2026");
    assert!(!page.body.contains("see ticket 4"), "the note is for those above");
    for route in ["/users", "/settings", "/audit"] {
        member.get(&format!("{}{route}", member.home)).await.assert_status(403).assert_contains("suspended");
    }
    member.post(&format!("{}/settings", member.home), &[("company", "X")]).await.assert_status(403);
    member.get("/organizations").await.assert_status(200).assert_contains("Suspended");
    assert_eq!(member.get("/").await.location(), member.home);

    admin.get(&member.home).await.assert_status(200).assert_contains("Suspended 21 Nov 2026 by Ingrid");
    admin.get(&path).await.assert_status(200).assert_contains("see ticket 4");
    admin.post(&format!("{path}/end"), &[]).await.assert_redirect(&member.home);
    member.get(&member.home).await.assert_status(200);
    assert_eq!(kinds(&app).await, ["organization.suspended", "organization.resumed"]);
}

/// Its administrators hear of it, and nothing that was taken back meanwhile is told.
#[tokio::test]
async fn administrators_are_told_where_that_is_wanted() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Lindner")).await;
    app.member(&made, Role::OrgAdmin, "li@lindner.example").await;
    let home = format!("/o/{}", made.key);
    let told = async || {
        let mails = app.mails().await.into_iter().filter(|mail| mail.to_address == "li@lindner.example");
        let plain = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        mails.map(|mail| (mail.subject, plain(mail.text_body))).collect::<Vec<_>>()
    };
    admin.post(&format!("{home}/suspension"), &[("reason", "Quietly")]).await.assert_status(303);
    admin.post(&format!("{home}/suspension/end"), &[]).await.assert_status(303);
    assert_eq!(told().await, []);
    admin.post(&format!("{home}/suspension"), &[("reason", "Bills"), ("tell", "true")]).await.assert_status(303);
    let mails = told().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "Lindner is suspended");
    assert!(mails[0].1.contains("Reason: Bills"), "{}", mails[0].1);
    admin.post(&format!("{home}/suspension/end"), &[("tell", "true")]).await.assert_status(303);
    assert!(told().await.iter().any(|mail| mail.0 == "Lindner works again"));
    archive_page(&admin, &home, &[("confirm", "Lindner"), ("tell", "true")]).await.assert_redirect(&home);
    let mails = told().await;
    assert!(mails.iter().any(|mail| mail.0 == "Lindner is archived" && mail.1.contains("19 Feb 2027")), "{mails:?}");
}

/// A partner's people lose what is beneath it; the customers' own users keep working.
#[tokio::test]
async fn people_of_a_suspended_partner_lose_the_tree_and_its_customers_do_not() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Partner")).await;
    let customer = beneath(&app, &partner, new_organization(Customer, "Customer")).await;
    let above = app.member(&partner, Role::ResellerAdmin, "pa@partner.example").await;
    let own = app.member(&customer, Role::OrgAdmin, "cu@customer.example").await;
    above.get(&own.home).await.assert_status(200);
    assert_eq!(words(&suspend(&app, &scope, &[&partner]).await), ["done"]);
    above.get(&above.home).await.assert_status(403);
    above.get(&own.home).await.assert_status(403).assert_contains("Partner</bdi> is suspended");
    own.get(&own.home).await.assert_status(200);
    admin.get(&own.home).await.assert_status(200);
    admin.get(&above.home).await.assert_status(200);
}

/// Every refusal has its words, a dry run says the same and changes nothing, and one outcome stands for each id.
#[tokio::test]
async fn each_organization_of_many_has_an_outcome_and_a_dry_run_changes_nothing() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let own = TestApp::own(&scope);
    let one = app.create(&scope, new_organization(Customer, "One")).await;
    let two = app.create(&scope, new_organization(Customer, "Two")).await;
    let nobody = Created { id: uuid::Uuid::now_v7(), ..two.clone() };
    let all = [&own, &one, &two, &nobody, &one];
    let ids: Vec<_> = all.iter().map(|made| made.id).collect();
    assert_eq!(words(&suspend(&app, &scope, &[&two]).await), ["done"]);
    let plan = app.app.read(&scope, async |db| lifecycle::plan_suspend(db, &scope, &ids).await).await.expect("a plan");
    let expected = ["It runs this installation", "done", "already", "You see no such organization"];
    assert_eq!(words(&plan), expected);
    assert_eq!(app.number("select count(*) from organizations where status = 'suspended'").await, 1);
    assert_eq!(suspend(&app, &scope, &all).await, plan);
    assert_eq!(kinds(&app).await.len(), 2);
    assert_eq!(words(&archive(&app, &scope, &[&one], false).await), ["done"]);
    assert_eq!(words(&suspend(&app, &scope, &[&one]).await), ["It is archived"]);
    let resumed = app.app.write(&scope, async |db| lifecycle::resume(db, &scope, &ids, false).await).await;
    assert_eq!(words(&resumed.expect("outcomes"))[1..3], ["It is archived", "done"]);
    let restored = app.app.write(&scope, async |db| lifecycle::restore(db, &scope, &ids, false).await).await;
    assert_eq!(words(&restored.expect("outcomes"))[1..3], ["done", "already"]);
    // What was suspended before it was archived is suspended again.
    assert_eq!(app.number("select count(*) from organizations where status = 'suspended'").await, 1);
}

/// Nobody suspends the organization their own role is in; an enterprise's Org Admin does what is beneath; account managers
/// do nothing of the kind.
#[tokio::test]
async fn only_roles_from_above_suspend_and_archive() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let enterprise = app.create(&scope, new_organization(Enterprise, "Konzern")).await;
    let mut branch = new_organization(Customer, "Branch");
    (branch.subscription, branch.billing) = (None, None);
    let branch = beneath(&app, &enterprise, branch).await;
    let admin = app.member(&enterprise, Role::OrgAdmin, "ad@konzern.example").await;
    let local = app.member(&branch, Role::OrgAdmin, "lo@branch.example").await;
    for page in ["suspension", "archive"] {
        admin.get(&format!("{}/{page}", admin.home)).await.assert_status(409).assert_contains("your own organization");
        admin.get(&format!("{}/{page}", local.home)).await.assert_status(200);
        local.get(&format!("{}/{page}", local.home)).await.assert_status(403);
    }
    assert!(admin.get(&local.home).await.has(".danger"));
    assert!(!local.get(&local.home).await.has(".danger"));
    let own = app.scope("ad@konzern.example", &admin.home).await;
    assert_eq!(words(&suspend(&app, &own, &[&enterprise, &branch]).await), ["It is your own organization", "done"]);
    local.get(&local.home).await.assert_status(403);

    let partner = TestApp::own(&scope);
    for role in [Role::Auditor, Role::BillingAdmin, Role::KeyAccountManager] {
        let person = app.member(&partner, role, &format!("{}@own.example", role.name())).await;
        let scope = app.scope(&format!("{}@own.example", role.name()), &person.home).await;
        let refused = app.app.write(&scope, async |db| lifecycle::resume(db, &scope, &[branch.id], false).await).await;
        assert!(refused.is_err(), "{}", role.name());
    }
}

/// Invitations and password links of a suspended organization do not work; its mails wait and are sent when it is back.
#[tokio::test]
async fn links_stop_and_mails_wait_while_it_is_suspended() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Lindner")).await;
    let admin = app.member(&made, Role::OrgAdmin, "li@lindner.example").await;
    let invite = [("email", "new@lindner.example"), ("name", "New"), ("role", "member")];
    admin.post(&format!("{}/users/new", admin.home), &invite).await.assert_status(303);
    let link = link(&app.mails().await, "/invitations/");
    app.client().get(&link).await.assert_status(200);
    app.client().post("/password/forgotten", &[("email", "li@lindner.example")]).await.assert_status(200);
    let reset = self::link(&app.mails().await, "/password/");
    app.client().get(&reset).await.assert_status(200);
    suspend(&app, &scope, &[&made]).await;
    for dead in [&link, &reset] {
        assert_ne!(app.client().get(dead).await.status, 200, "{dead} still works");
    }
    let id = made.id;
    let to = EmailAddress::parse("li@lindner.example").expect("an address");
    let message = PasswordChanged { sender: Sender::named("Nordlicht"), at: "now".into() };
    let sent = app.app.write(&scope, async |db| mail::enqueue(db, Some(id), &to, None, message, scope.now).await);
    sent.await.expect("a mail");
    app.run_jobs().await;
    let waiting = "select count(*) from mails where kind = 'password_changed' and sent_at is null";
    assert_eq!(app.number(waiting).await, 1);
    app.app.write(&scope, async |db| lifecycle::resume(db, &scope, &[id], false).await).await.expect("resumed");
    app.run_jobs().await;
    assert_eq!(app.number("select count(*) from mails where sent_at is null and refused_at is null").await, 0);
    app.client().get(&link).await.assert_status(200);
    app.client().get(&reset).await.assert_status(200);
}

/// The first link in the newest mail that has one.
fn link(mails: &[Mail], path: &str) -> String {
    let lines = mails.iter().rev().flat_map(|mail| mail.text_body.lines());
    lines.map(str::trim).find(|line| line.contains(path)).expect("a link").to_owned()
}

async fn archive_page(admin: &TestClient, home: &str, changes: &[(&str, &str)]) -> crate::support::Page {
    let form = [("days", "90"), ("reason", ""), ("confirm", ""), ("with_beneath", ""), ("tell", "")];
    admin.post(&format!("{home}/archive"), &crate::support::with(&form, changes)).await
}

/// Archived: out of the list, to be read and not to be changed by anybody, a name to be typed first.
#[tokio::test]
async fn an_archived_organization_is_read_only_and_out_of_the_lists() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Lindner Maschinenbau")).await;
    let member = app.member(&made, Role::OrgAdmin, "li@lindner.example").await;
    let group = app.group(&scope, "Nordics", &[&made], &[]).await;
    let home = member.home.clone();
    let page = admin.get(&format!("{home}/archive")).await;
    page.assert_status(200).assert_contains("5 licences").assert_contains("Nordics");
    let page = archive_page(&admin, &home, &[("days", "soon"), ("confirm", "lindner")]).await;
    page.assert_status(422).assert_field_error("confirm", "Type the name exactly: Lindner Maschinenbau");
    page.assert_field_error("days", "Enter a number of days from 7 to 3650");
    page.assert_field_value("days", "soon").assert_field_value("confirm", "lindner");
    archive_page(&admin, &home, &[("confirm", " lindner  maschinenbau")]).await.assert_redirect(&home);
    let in_group = format!("select organizations::bigint from groups where id = '{group}'");
    assert_eq!(count(&app, &in_group).await, 0);
    let list = admin.get(&format!("{}/organizations", admin.home)).await;
    assert!(!list.texts("td.org").iter().any(|name| name.contains("Lindner")));
    let page = admin.get(&home).await;
    page.assert_status(200).assert_contains("Archived 21 Nov 2026 by Ingrid").assert_contains("19 Feb 2027");
    assert!(!page.has(&format!("a[href=\"{home}/settings\"]")), "nothing offers a change");
    for path in ["/settings", "/settings/billing", "/users/new"] {
        admin.get(&format!("{home}{path}")).await.assert_status(409).assert_contains("The organization is archived");
    }
    admin.post(&format!("{home}/settings"), &[("company", "X")]).await.assert_status(409);
    admin.post(&format!("{home}/suspension"), &[("reason", "x")]).await.assert_status(409);
    admin.get(&format!("{home}/users")).await.assert_status(200);
    member.get(&home).await.assert_status(403).assert_contains("is archived");
    assert_eq!(member.get("/").await.location(), "/organizations");
    admin.post(&format!("{home}/restore"), &[]).await.assert_redirect(&home);
    assert_eq!(count(&app, &in_group).await, 1);
    member.get(&home).await.assert_status(200);
    admin.get(&format!("{home}/restore")).await.assert_status(409).assert_contains("not archived");
}

/// What stands beneath is archived with it or first, and comes back with it.
#[tokio::test]
async fn a_tree_is_archived_and_restored_together() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Partner")).await;
    let child = beneath(&app, &partner, new_organization(Partner, "Child")).await;
    let leaf = beneath(&app, &child, new_organization(Customer, "Leaf")).await;
    assert_eq!(words(&archive(&app, &scope, &[&partner], false).await), ["Organizations beneath it are not archived"]);
    let home = format!("/o/{}", partner.key);
    let page = archive_page(&admin, &home, &[("confirm", "Partner")]).await;
    page.assert_status(422).assert_field_error("with_beneath", "Tick this, or archive what stands beneath it first");
    let page = archive_page(&admin, &home, &[("confirm", "Partner"), ("with_beneath", "true")]).await;
    page.assert_redirect(&home);
    assert_eq!(app.number("select count(*) from organizations where status = 'archived'").await, 3);
    let under = admin.get(&format!("/o/{}/restore", leaf.key)).await;
    under.assert_status(200).assert_contains("The organization above it is archived");
    admin.post(&format!("/o/{}/restore", leaf.key), &[]).await.assert_status(409);
    admin.post(&format!("{home}/restore"), &[("with_beneath", "true")]).await.assert_redirect(&home);
    assert_eq!(app.number("select count(*) from organizations where status <> 'active'").await, 0);
}

/// N14: archive, make another of the same name, restore: each conflict is shown and decided.
#[tokio::test]
async fn restoring_asks_about_each_conflict() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let mut form = details(Customer, "Lindner");
    form.domain = "lindner.example".into();
    let made = app.create(&scope, new_with(&form)).await;
    let group = app.group(&scope, "Old", &[&made], &[]).await;
    let other = app.group(&scope, "New", &[], &[]).await.to_string();
    let home = format!("/o/{}", made.key);
    archive(&app, &scope, &[&made], false).await;
    // Its keys stay reserved.
    let taken = app.app.write(&scope, async |db| tenantry::organizations::create(db, &scope, new_with(&form)).await);
    assert!(taken.await.is_err(), "the domain is reserved");
    let twin = app.create(&scope, new_organization(Customer, "LINDNER")).await;
    admin.post(&format!("{}/groups/{group}/archive", admin.home), &[]).await.assert_status(303);
    let ids = [made.id];
    let plan = app.app.read(&scope, async |db| lifecycle::plan_restore(db, &scope, &ids).await).await.expect("a plan");
    assert_eq!(words(&plan), ["Another organization has its name by now"]);

    let path = format!("{home}/restore");
    let page = admin.get(&path).await;
    page.assert_status(200).assert_contains(twin.key.as_str()).assert_contains("Archived meanwhile");
    let page = admin.post(&path, &[("groups", &other)]).await;
    page.assert_status(422).assert_field_error("naming", "Choose how it is to be called");
    assert!(page.has("input[name=groups][checked]") || page.body.contains(" checked"), "what was ticked stays");
    let page = admin.post(&path, &[("naming", "rename"), ("name", "lindner")]).await;
    page.assert_field_error("name", "Enter a name that differs, or keep both names");
    let form = [("naming", "rename"), ("name", "Lindner Nord"), ("groups", &other)];
    admin.post(&path, &form).await.assert_redirect(&home);
    assert_eq!(
        app.number("select count(*) from organizations where name = 'Lindner Nord' and status = 'active'").await,
        1
    );
    let inside = format!("select organizations::bigint from groups where id = '{other}'");
    assert_eq!(count(&app, &inside).await, 1);
}

/// Somebody else's account: restored only when whoever restores says that nobody pays.
#[tokio::test]
async fn a_secondary_of_an_archived_payer_is_restored_knowingly() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let payer = app.create(&scope, new_organization(Customer, "Payer")).await;
    let mut secondary = new_organization(Customer, "Secondary");
    secondary.billing = None;
    let secondary = app.create(&scope, secondary).await;
    let query = "update organizations set billing_account_id =
                   (select id from billing_accounts where organization_id = $1) where id = $2";
    sqlx::query(query).bind(payer.id).bind(secondary.id).execute(&app.db).await.expect("another payer");
    archive(&app, &scope, &[&payer], false).await;
    archive(&app, &scope, &[&secondary], false).await;
    let path = format!("/o/{}/restore", secondary.key);
    let page = admin.post(&path, &[]).await;
    page.assert_status(422).assert_contains("Restore it although nobody pays for it");
    admin.post(&path, &[("unbilled", "true")]).await.assert_status(303);
}

/// The operator alone purges, by typing the name; the nightly job purges on the day; keys are free, the chain holds.
#[tokio::test]
async fn a_purge_removes_everything_but_the_log() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let mut form = details(Customer, "Lindner");
    (form.domain, form.customer_number) = ("lindner.example".into(), "K-1".into());
    let made = app.create(&scope, new_with(&form)).await;
    app.member(&made, Role::OrgAdmin, "li@lindner.example").await;
    app.group(&scope, "Group", &[&made], &[]).await;
    let path = format!("{}/organizations/{}/purge", admin.home, made.key);
    admin.get(&path).await.assert_status(409).assert_contains("It is not archived");
    archive(&app, &scope, &[&made], false).await;
    admin.get(&path).await.assert_status(200);
    let page = admin.post(&path, &[("confirm", "Other")]).await;
    page.assert_status(422).assert_field_error("confirm", "Type the name exactly: Lindner");
    admin.post(&path, &[("confirm", "Lindner")]).await.assert_redirect(&format!("{}/organizations", admin.home));
    let gone = format!("select count(*) from organizations where id = '{}'", made.id);
    assert_eq!(count(&app, &gone).await, 0);
    assert_eq!(app.number("select count(*) from users where email = 'li@lindner.example'").await, 0);
    let again = app.create(&scope, new_with(&form)).await;

    let new = Archiving { purge_on: (scope.now + Duration::days(7)).date(), ..archiving(&scope, false) };
    let ids = [again.id];
    app.app.write(&scope, async |db| lifecycle::archive(db, &scope, &ids, &new).await).await.expect("archived");
    let due = |days: i64| {
        let now = scope.now + Duration::days(days);
        let rows = tenantry::scope::RowScope::System("a night passes");
        let app = app.app.clone();
        async move { app.write(rows, async |db| lifecycle::purge_due(db, now).await).await.expect("purged") }
    };
    assert_eq!(due(6).await, 0);
    assert_eq!(due(7).await, 1);
    app.create(&scope, new_with(&form)).await;
    let purged = "select count(*) from events where kind = 'organization.purged'";
    assert_eq!(app.number(purged).await, 2);
    let kept = format!("select count(*) from events where organization_id = '{}'", made.id);
    assert!(count(&app, &kept).await > 0, "the log stays");
    let rows = tenantry::scope::RowScope::System("verify in a test");
    let report = app.app.read(rows, async |db| tenantry::audit::verify(db).await).await.expect("a report");
    assert!(report.breaks.is_empty() && report.organizations >= 3 && report.events > 0, "{report:?}");
}

/// A table that names an organization and is not emptied by the purge would make it fail.
#[tokio::test]
async fn the_purge_knows_every_table_that_names_an_organization() {
    let app = TestApp::start().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select distinct conrelid::regclass::text from pg_constraint
         where contype = 'f' and confdeltype = 'a'
           and confrelid in ('organizations'::regclass, 'groups'::regclass, 'memberships'::regclass, 'tags'::regclass)",
    )
    .fetch_all(&app.db)
    .await
    .expect("constraints");
    let source = include_str!("../../src/lifecycle/store/purge.rs");
    let is_known = |table: &&String| match table.as_str() {
        "organizations" => source.contains("select delete_organizations("),
        other => source.contains(&format!("delete from {other} ")),
    };
    let missing: Vec<_> = tables.iter().filter(|table| !is_known(table)).collect();
    assert!(missing.is_empty(), "purged organizations stay named in {missing:?}");
}
