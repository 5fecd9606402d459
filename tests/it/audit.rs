//! The audit log: who reads it, what the filter leaves, what is taken away, and that no tampering goes unseen
//! (issue 3, part 9; QUALITY 51).

use tenantry::{
    audit::{self, Fault, Report},
    events::{self, EventKind, NewEvent},
    roles::Role,
    scope::{RowScope, Scope},
    types::AccountKind::{Customer, Partner},
};
use uuid::Uuid;

use crate::{
    portal::{Portal, walk},
    support::{ADMIN_EMAIL, Page, TestApp, TestClient, data::new_organization},
};

async fn say(app: &TestApp, scope: &Scope, event: NewEvent<'_>) {
    app.app.write(scope, async |db| events::record(db, scope, event).await).await.expect("an event");
}

/// The lines of a page: "Ines Marin changed the settings of Operator Ltd".
fn lines(page: &Page) -> Vec<String> {
    page.assert_status(200).texts(".log li .g")
}

async fn filtered(client: &TestClient, query: &str) -> Vec<String> {
    lines(&client.get(&format!("{}/audit?{query}", client.home)).await)
}

#[tokio::test]
async fn the_log_shows_who_did_what_when_and_what_changed() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let event = NewEvent {
        before: Some(serde_json::json!({"trial_days": 30, "support_email": null})),
        after: Some(serde_json::json!({"trial_days": 14, "support_email": "help@operator.example"})),
        ..NewEvent::new(scope.organization.id, EventKind::SettingsEdited)
    };
    say(&app, &scope, event).await;
    let page = client.get(&format!("{}/audit", client.home)).await;
    let first = lines(&page).remove(0);
    assert!(first.contains("changed the settings of"), "{first}");
    assert_eq!(page.texts(".diff dt")[..2], ["Support email", "Trial days"]);
    assert_eq!(page.texts(".diff dd")[1], "Before: 30 After: 14");
    assert!(page.text(".log time").is_some_and(|time| time.len() == 8), "hours, minutes, seconds");
    let request = scope.request_id.to_string();
    assert!(page.has(&format!("[title=\"Request {request}\"]")));
    assert_eq!(page.text("nav.side a[aria-current]").as_deref(), Some("Audit log"));
    assert_eq!(filtered(&client, &format!("object={request}")).await, [first]);
}

#[tokio::test]
async fn the_filter_asks_for_person_kind_object_and_days() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let ours = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    app.create(&scope, new_organization(Customer, "Sørensen")).await;
    let all = filtered(&client, "").await;
    let name = scope.actor.display_name.to_lowercase();
    assert_eq!(filtered(&client, &format!("person={}", &name[..4])).await, all);
    assert!(filtered(&client, "person=nobody").await.is_empty());
    assert_eq!(filtered(&client, "kind=organization.created&object=kowal").await.len(), 1);
    let found = filtered(&client, &format!("object={}", ours.key)).await;
    assert!(!found.is_empty() && found.iter().all(|line| line.contains("Kowalczyk")), "{found:?}");
    assert_eq!(filtered(&client, &format!("object={}", ours.id)).await, found);
    // Days are the reader's: in Berlin the fixed clock's day begins an hour before the day in UTC.
    let today = scope.actor.zone().day(scope.now);
    let yesterday = today.previous_day().expect("a day");
    assert_eq!(filtered(&client, &format!("from={today}&to={today}")).await, all);
    assert!(filtered(&client, &format!("to={yesterday}")).await.is_empty());
    let wrong = client.get(&format!("{}/audit?from=tomorrow", client.home)).await;
    wrong.assert_status(422);
    assert!(wrong.has("#errors a[href=\"#from\"]") && !wrong.has(".log"));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    for number in 0..130 {
        let name = format!("thing {number:03}");
        let event = NewEvent {
            subject_id: Some(Uuid::now_v7()),
            subject_name: Some(&name),
            ..NewEvent::new(scope.organization.id, EventKind::PasswordSet)
        };
        say(&app, &scope, event).await;
    }
    let mut page = client.get(&format!("{}/audit?object=thing", client.home)).await;
    assert!(!page.has("a[rel=prev]"));
    let mut seen = lines(&page);
    while let Some(next) = page.attribute("a[rel=next]", "href") {
        page = client.get(&next).await;
        seen.extend(lines(&page));
    }
    let numbers: Vec<i32> =
        seen.iter().filter_map(|line| line.split("thing ").nth(1)?.get(..3)?.parse().ok()).collect();
    assert!(numbers.iter().copied().eq((0..130).rev()), "{numbers:?}");
    let back = client.get(&page.attribute("a[rel=prev]", "href").expect("a way back")).await;
    assert!(lines(&back)[0].contains("thing 079"), "{:?}", lines(&back)[0]);
}

#[tokio::test]
async fn only_whoever_may_read_the_log_reads_it() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let inside = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    let theirs = app.create(&inside, new_organization(Customer, "Theirs")).await;
    app.create(&scope, new_organization(Customer, "Neighbour")).await;
    let open = async |client: &TestClient| client.get(&format!("{}/audit", client.home)).await;
    let export = async |client: &TestClient| client.post(&format!("{}/audit/export", client.home), &[]).await.status;

    let auditor = app.member(&partner, Role::Auditor, "auditor@suedwind.example").await;
    let seen = lines(&open(&auditor).await).join("\n");
    assert!(seen.contains("Theirs") && seen.contains("Südwind IT") && !seen.contains("Neighbour"), "{seen}");
    assert_eq!(export(&auditor).await, 200);
    let admin = app.member(&theirs, Role::OrgAdmin, "admin@theirs.example").await;
    let seen = lines(&open(&admin).await);
    assert!(!seen.is_empty() && seen.iter().all(|line| line.contains("Theirs")), "{seen:?}");
    for role in [Role::KeyAccountManager, Role::SalesAgent] {
        let restricted = app.member(&partner, role, &format!("{role:?}@suedwind.example")).await;
        assert_eq!((open(&restricted).await.status, export(&restricted).await), (403, 403), "{role:?}");
        assert!(!open(&restricted).await.has("nav.side a[href$=\"/audit\"]"));
    }
    let foreign = auditor.get(&format!("{}/audit", client.home)).await;
    assert_eq!(foreign.status, 404);
    // The domain asks again.
    let restricted = app.scope("salesagent@suedwind.example", partner.key.as_str()).await;
    let filter = audit::Filter::default();
    let read = app.app.read(&restricted, async |db| audit::list(db, &restricted, &filter, None).await);
    assert!(read.await.is_err());
}

#[tokio::test]
async fn an_export_holds_what_the_filter_leaves_and_no_formula() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    for number in 0..audit::BATCH + 1 {
        let name = if number == 0 { "=HYPERLINK(\"x\"), \"y\"".to_owned() } else { format!("row {number}") };
        let event =
            NewEvent { subject_name: Some(&name), ..NewEvent::new(scope.organization.id, EventKind::PasswordSet) };
        say(&app, &scope, event).await;
    }
    let form = [("kind", "user.password_set")];
    let csv = client.post(&format!("{}/audit/export", client.home), &form).await;
    csv.assert_status(200);
    assert!(csv.header("content-type").starts_with("text/csv"), "{}", csv.header("content-type"));
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"audit-log-org_"));
    assert!(csv.body.starts_with(audit::HEADER));
    assert_eq!(csv.body.matches("user.password_set").count(), audit::BATCH + 1);
    assert!(!csv.body.contains("installation.set_up"));
    csv.assert_contains("\"'=HYPERLINK(\"\"x\"\"), \"\"y\"\"\"");
    assert!(csv.body.split("\r\n").all(|line| !line.contains('\n')));
    let recorded = filtered(&client, "kind=audit_log.exported").await;
    assert_eq!(recorded.len(), 1);
    assert!(recorded[0].contains("exported the audit log of") && recorded[0].contains("Kind"), "{recorded:?}");
}

async fn verified(app: &TestApp) -> Report {
    app.app.read(RowScope::System("verify in a test"), async |db| audit::verify(db).await).await.expect("a report")
}

/// A portal with a customer that has five events; its id.
async fn chained() -> (TestApp, Uuid) {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let id = app.create(&scope, new_organization(Customer, "Kowalczyk")).await.id;
    let there =
        app.scope(ADMIN_EMAIL, app.create(&scope, new_organization(Customer, "Other")).await.key.as_str()).await;
    let inside = Scope { organization: tenantry::scope::Standing { id, ..scope.organization.clone() }, ..scope };
    while app.number("select count(*) from event_links group by organization_id order by 1 desc limit 1").await < 5 {
        let new = NewEvent {
            after: Some(serde_json::json!({"b": 1, "a": "ü"})),
            ..NewEvent::new(id, EventKind::BillingEdited)
        };
        say(&app, &inside, new).await;
    }
    say(&app, &there, NewEvent::new(there.organization.id, EventKind::BillingEdited)).await;
    let report = verified(&app).await;
    assert_eq!((report.breaks.len(), report.organizations), (0, 3), "{:?}", report.breaks);
    assert_eq!(i64::try_from(report.events), Ok(app.number("select count(*) from events").await));
    (app, id)
}

/// As somebody who owns the database server: no trigger, no policy, no right stands in the way.
async fn tamper(app: &TestApp, id: Uuid, statement: &str) {
    let mut db = app.db.acquire().await.expect("a connection");
    let of = format!("(select event_id from event_links where organization_id = '{id}' and number = ");
    let statement = statement.replace("$EVENT", &of).replace("$ID", &format!("'{id}'"));
    let whole = format!("set session_replication_role = replica; {statement}; set session_replication_role = origin");
    sqlx::raw_sql(sqlx::AssertSqlSafe(whole)).execute(&mut *db).await.expect("the superuser may");
}

/// Whether the fault is the one an attack must show up as.
type Expected = fn(&Fault) -> bool;

#[tokio::test]
async fn whatever_is_done_to_the_log_is_found() {
    let attacks: [(&str, Expected); 11] = [
        ("update events set actor_name = 'Nobody' where id = $EVENT 3)", |f| matches!(f, Fault::Altered(3, _))),
        ("update events set at = at + interval '1 microsecond' where id = $EVENT 5)", |f| {
            matches!(f, Fault::Altered(5, _))
        }),
        ("update events set after = '{\"b\": 2, \"a\": \"ü\"}' where id = $EVENT 4)", |f| {
            matches!(f, Fault::Altered(4, _))
        }),
        ("delete from events where id = $EVENT 2)", |f| matches!(f, Fault::Removed(2, _))),
        (
            "delete from events where id = $EVENT 2); delete from event_links where organization_id = $ID and number = 2",
            |f| matches!(f, Fault::LinkRemoved(2)),
        ),
        (
            "delete from events where id = $EVENT 5); delete from event_links where organization_id = $ID and number = 5",
            |f| matches!(f, Fault::CutOff { written: 5, left: 4 }),
        ),
        (
            "insert into events (id, organization_id, at, actor_name, kind)
             values (gen_random_uuid(), $ID, now(), 'Nobody', 'billing.edited')",
            |f| matches!(f, Fault::Added(_)),
        ),
        (
            "update event_links set event_id = case number when 3 then $EVENT 4) else $EVENT 3) end
             where organization_id = $ID and number in (3, 4)",
            |f| matches!(f, Fault::Altered(3, _)),
        ),
        (
            "update events set organization_id = (select id from organizations where name = 'Other') where id = $EVENT 4)",
            |f| matches!(f, Fault::Altered(4, _)),
        ),
        ("delete from event_heads where organization_id = $ID", |f| matches!(f, Fault::NoHead)),
        (
            "delete from events where organization_id = $ID; delete from event_links where organization_id = $ID;
             delete from event_heads where organization_id = $ID",
            |f| matches!(f, Fault::Empty),
        ),
    ];
    for (statement, expected) in attacks {
        let (app, id) = chained().await;
        tamper(&app, id, statement).await;
        let found = verified(&app).await.breaks;
        let [found] = found.as_slice() else { panic!("{statement}: {found:?}") };
        assert!(found.organization_id == id && expected(&found.fault), "{statement}: {found:?}");
        assert!(found.organization.contains("Kowalczyk"), "{found:?}");
    }
}

/// A new column must be chained as well, or be left out on purpose: both need a decision.
#[tokio::test]
async fn every_column_of_an_event_is_chained() {
    let app = TestApp::start().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "select column_name::text from information_schema.columns where table_name = 'events' and table_schema = 'public'
         and strpos(pg_get_functiondef('event_bytes'::regproc), '(e.' || column_name) = 0
         and strpos(pg_get_functiondef('event_bytes'::regproc), ' e.' || column_name) = 0",
    )
    .fetch_all(&app.db)
    .await
    .expect("the columns");
    assert!(columns.is_empty(), "not chained: {columns:?}");
}

/// Writers about the same organizations in every order wait for each other briefly and never in a circle.
#[tokio::test]
async fn concurrent_writers_neither_deadlock_nor_break_a_chain() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let mut ids = vec![scope.organization.id];
    for name in ["One", "Two", "Three"] {
        ids.push(app.create(&scope, new_organization(Customer, name)).await.id);
    }
    let writers = (0..6_usize).map(|writer| {
        let (app, scope, mut ids) = (&app, &scope, ids.clone());
        async move {
            for round in 0..15_usize {
                let turn = (writer + round) % ids.len();
                ids.rotate_left(turn);
                let written = app.app.write(scope, async |db| {
                    for id in &ids {
                        events::record(db, scope, NewEvent::new(*id, EventKind::BillingEdited)).await?;
                    }
                    Ok(())
                });
                written.await.expect("no deadlock");
            }
        }
    });
    futures_util::future::join_all(writers).await;
    let report = verified(&app).await;
    assert!(report.breaks.is_empty(), "{:?}", report.breaks);
    assert_eq!(app.number("select count(*) from events where kind = 'billing.edited'").await, 6 * 15 * 4);
    assert_eq!(app.number("select count(*) from event_batches").await, 0);
}

/// What the portal's role could do if it were taken over: add to the log, and nothing else that is not found.
#[tokio::test]
async fn the_portals_role_cannot_change_the_chain() {
    let (app, _) = chained().await;
    for change in ["update event_links set number = number + 1", "delete from event_links", "truncate event_links"] {
        let rows = RowScope::System("attack in a test");
        let tried = app.app.write(rows, async |db| Ok(sqlx::raw_sql(change).execute(db).await.map(|_| ())?)).await;
        assert!(tried.is_err(), "{change}");
    }
    let unchained = "insert into events (id, organization_id, at, actor_name, kind)
                       select gen_random_uuid(), organization_id, now(), 'Nobody', 'x' from event_heads limit 1;
                     delete from event_batches";
    let rows = RowScope::System("attack in a test");
    app.app.write(rows, async |db| Ok(sqlx::raw_sql(unchained).execute(db).await.map(|_| ())?)).await.expect("written");
    assert!(matches!(verified(&app).await.breaks.as_slice(), [found] if matches!(found.fault, Fault::Added(_))));
}

/// The command beside the running portal: 0 while all is well, 1 and the name of the organization when it is not.
#[tokio::test]
async fn the_command_names_the_organization_and_fails() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    let key = operator.create("customer", "Kowalczyk", walk::Access::Later).await;
    let fine = portal.command(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&fine.stdout).into_owned();
    assert!(fine.status.success() && said.contains("of 2 organizations"), "{fine:?}");
    let attack = "set session_replication_role = replica;
                  update events set actor_name = 'Nobody' where kind = 'organization.created'";
    sqlx::raw_sql(attack).execute(&mut portal.database().await).await.expect("the superuser may");
    let broken = portal.command(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&broken.stdout).into_owned();
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    assert!(said.contains(&key) && said.contains("has been altered"), "{said}");
}
