//! The import itself: what it makes is what every other door makes, each row exactly once.

use tenantry::{
    error::Error,
    imports::{self, Choices, Existing, Outcome, State, Verdict, Work},
    organizations::{DetailsForm, NewOrganization},
    roles::Role,
    types::AccountKind::Customer,
};

use super::{HEAD, choose, customers, database, found, good, lines, outcomes, start, upload};
use crate::support::{
    TestApp,
    data::{details, new_with},
};

const LENA: &str = "lena@nordlicht.example";

/// One organization created by import is the same as one created by any other door.
#[tokio::test]
async fn an_imported_organization_is_as_any_other() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(1)).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!((import.state, import.done), (State::Done, 1));
    let form =
        DetailsForm { customer_number: "K-9".into(), domain: "other.example".into(), ..details(Customer, "Other") };
    app.create(&scope, NewOrganization { subscription: None, billing: None, ..new_with(&form) }).await;
    let mut db = database(&app).await;
    let shape = "select o.name_key is not null, o.parent_id is not null, o.path[1] = o.parent_id and o.path[2] = o.id,
                        o.license_pool_owner_id = o.id, b.organization_id = o.id, o.status, o.version,
                        (select array_agg(kind order by id) from events where organization_id = o.id),
                        (select count(*) > 3 from organization_terms t where t.organization_id = o.id)
                 from organizations o join billing_accounts b on b.id = o.billing_account_id
                 where o.kind = 'customer'";
    type Shape = (bool, bool, bool, bool, bool, String, i32, Vec<String>, bool);
    let rows: Vec<Shape> = sqlx::query_as(shape).fetch_all(&mut *db).await.expect("organizations");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], rows[1]);
    assert_eq!(rows[0].7, ["organization.created"]);
    let told: i64 = sqlx::query_scalar("select sum(organizations)::bigint from organization_totals")
        .fetch_one(&mut *db)
        .await
        .expect("kept");
    assert_eq!(told, 2);
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where kind like 'import.%' order by id")
        .fetch_all(&mut *db)
        .await
        .expect("events");
    assert_eq!(kinds, ["import.started", "import.done"]);
}

/// Filled cells replace what exists, empty ones leave it; what is left out and what fails is said.
#[tokio::test]
async fn what_exists_is_updated_where_that_was_chosen() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let there =
        DetailsForm { domain: "there.example".into(), customer_number: "K-1".into(), ..details(Customer, "There") };
    let there = app.create(&scope, new_with(&there)).await;
    let text = HEAD.to_owned() + "There AG;;;K-1;Leeds;\nNew;new.example;it@new.example;;;\nBad;;;;;\n";
    let import = upload(&app, &scope, &text).await;
    choose(&app, &scope, import.id, &Choices { existing: Existing::Update, create: false, ..Choices::default() }).await;
    let import = start(&app, &scope, import.id).await;
    let lines = lines(&app, &scope, &import).await;
    assert_eq!(outcomes(&lines), [Some(Outcome::Updated), Some(Outcome::Skipped), Some(Outcome::Failed)]);
    assert!(lines[2].reason.as_deref().is_some_and(|why| why.contains("Enter the primary domain")), "{lines:?}");
    let row: (String, Option<String>, Option<String>, Option<String>, i32) =
        sqlx::query_as("select name, city, domain, contact_phone, version from organizations where id = $1")
            .bind(there.id)
            .fetch_one(&mut *database(&app).await)
            .await
            .expect("the organization");
    assert_eq!(
        (row.0.as_str(), row.1.as_deref(), row.2.as_deref()),
        ("There AG", Some("Leeds"), Some("there.example"))
    );
    assert!(row.3.is_some() && row.4 == 2);
    assert_eq!(customers(&app).await, 1);
}

/// All or nothing: a row that fails while the others are written takes everything back.
#[tokio::test]
async fn all_or_nothing_is_meant() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(4_100)).await;
    choose(&app, &scope, import.id, &Choices { whole: true, ..Choices::default() }).await;
    // Between the check and the import somebody takes the domain of a late row.
    let taken = DetailsForm { domain: "kunde4050.example".into(), ..details(Customer, "Quicker") };
    app.create(&scope, new_with(&taken)).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!(import.state, State::Stopped);
    assert!(
        import
            .stopped
            .as_deref()
            .is_some_and(|why| why.starts_with("Row 4052") && why.ends_with("Nothing was imported"))
    );
    assert_eq!(customers(&app).await, 1);
    // Without the obstacle all of it is there.
    let text = good(4_100).replace("kunde4050.example", "kunde-4050.example");
    let import = upload(&app, &scope, &text).await;
    choose(&app, &scope, import.id, &Choices { whole: true, ..Choices::default() }).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!((import.state, import.outcomes.of(Outcome::Created)), (State::Done, 4_100), "{:?}", import.stopped);
    assert_eq!(customers(&app).await, 4_101);
}

/// QUALITY 9: two workers at the same import leave each row done exactly once.
#[tokio::test]
async fn two_workers_do_each_row_once() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(5_000)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    let work = Work { import_id: import.id };
    let (one, other) = tokio::join!(imports::work(&app.app, work), imports::work(&app.app, work));
    one.and(other).expect("both end well");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, import.done, import.outcomes.of(Outcome::Created)), (State::Done, 5_000, 5_000));
    let mut db = database(&app).await;
    assert_eq!(customers(&app).await, 5_000);
    let rows: (i64, i64) = sqlx::query_as("select count(*), count(distinct organization_id) from import_results")
        .fetch_one(&mut *db)
        .await
        .expect("results");
    assert_eq!(rows, (5_000, 5_000));
}

/// QUALITY 8: the same file twice at once; the second is refused, and later it makes nothing again.
#[tokio::test]
async fn the_same_file_is_imported_once_at_a_time() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let (one, other) = (upload(&app, &scope, &good(300)).await, upload(&app, &scope, &good(300)).await);
    imports::start(&app.app, &scope, one.id).await.expect("begun");
    let refused = imports::start(&app.app, &scope, other.id).await;
    assert!(matches!(refused, Err(Error::Refused(why)) if why.contains("same file")));
    imports::work(&app.app, Work { import_id: one.id }).await.expect("imported");
    let known = app.app.read(&scope, async |db| imports::same_file(db, &scope, &other).await).await;
    assert_eq!(known.expect("asked").map(|import| import.id), Some(one.id));
    let import = start(&app, &scope, other.id).await;
    assert_eq!((import.outcomes.of(Outcome::Failed), import.outcomes.of(Outcome::Created)), (300, 0));
    assert_eq!(customers(&app).await, 300);
}

/// What was ended keeps what was done; the rows behind are not imported.
#[tokio::test]
async fn an_import_can_be_ended() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(300)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    app.app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await.expect("ended");
    imports::work(&app.app, Work { import_id: import.id }).await.expect("nothing to do");
    assert_eq!(found(&app, &scope, import.id).await.state, State::Cancelled);
    assert_eq!(customers(&app).await, 0);
}

/// Rows that failed are imported again alone, once what was in the way is gone.
#[tokio::test]
async fn failed_rows_run_again() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &(good(3) + "Bad;;it@bad.example;;;\n")).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!((import.outcomes.of(Outcome::Created), import.outcomes.of(Outcome::Failed)), (3, 1));
    let again = app.app.write(&scope, async |db| imports::retry(db, &scope, import.id).await).await.expect("a new one");
    let again = found(&app, &scope, again).await;
    assert_eq!((again.total, again.found.of(Verdict::Error), again.follows), (1, 1, Some(import.id)));
    let typed = [(5, [(1, "bad.example".to_owned())].into())].into();
    app.app.write(&scope, async |db| imports::correct(db, &scope, again.id, &typed).await).await.expect("corrected");
    let again = start(&app, &scope, again.id).await;
    assert_eq!(again.outcomes.of(Outcome::Created), 1);
    assert_eq!(customers(&app).await, 4);
}

/// S263: whoever is kept to groups imports into one of their own, sees their own imports, and no file of others.
#[tokio::test]
async fn restricted_roles_import_into_their_own_group() {
    let app = TestApp::start().await;
    let (_, admin) = app.operator().await;
    app.member(&TestApp::own(&admin), Role::KeyAccountManager, LENA).await;
    let outside = DetailsForm { domain: "kunde1.example".into(), ..details(Customer, "Outside") };
    app.create(&admin, new_with(&outside)).await;
    let group = app.group(&admin, "Nordics", &[], &[LENA]).await;
    let other = app.group(&admin, "South", &[], &[]).await;
    let theirs = upload(&app, &admin, &good(1)).await;
    let scope = app.scope(LENA, admin.organization.key.as_str()).await;
    let hidden = app.app.read(&scope, async |db| imports::find(db, &scope, theirs.id).await).await;
    assert!(matches!(hidden, Err(Error::NotFound)));
    let import = upload(&app, &scope, &good(3)).await;
    // A domain of an organization out of sight is taken, without its name (S262).
    let lines = lines(&app, &scope, &import).await;
    assert_eq!((import.found.of(Verdict::New), import.found.of(Verdict::Error)), (2, 1));
    assert!(lines[1].organization.is_none() && !lines[1].problems[0].words.contains("Outside"));
    for groups in [vec![], vec![other], vec![group, other]] {
        let choices = Choices { groups, ..Choices::default() };
        let refused =
            app.app.write(&scope, async |db| imports::set_choices(db, &scope, import.id, &choices).await).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }
    assert!(matches!(imports::start(&app.app, &scope, import.id).await, Err(Error::Invalid(_))));
    choose(&app, &scope, import.id, &Choices { groups: vec![group], ..Choices::default() }).await;
    assert_eq!(start(&app, &scope, import.id).await.outcomes.of(Outcome::Created), 2);
    let members: i32 = sqlx::query_scalar("select organizations from groups where id = $1")
        .bind(group)
        .fetch_one(&mut *database(&app).await)
        .await
        .expect("the group");
    assert_eq!(members, 2);
    // Reading rights do not import.
    app.member(&TestApp::own(&admin), Role::Auditor, "aud@nordlicht.example").await;
    let auditor = app.scope("aud@nordlicht.example", admin.organization.key.as_str()).await;
    assert!(matches!(imports::start(&app.app, &auditor, theirs.id).await, Err(Error::Forbidden(_))));
}

/// Statements are planned for tables as large as they have become, long before the server would look by itself.
#[tokio::test]
async fn tables_that_have_grown_are_looked_at_anew() {
    for whole in [false, true] {
        let app = TestApp::start().await;
        let (_, scope) = app.operator().await;
        for table in ["organizations", "import_rows"] {
            let never = sqlx::AssertSqlSafe(format!("alter table {table} set (autovacuum_enabled = off)"));
            sqlx::query(never).execute(&mut *database(&app).await).await.expect("not by itself");
        }
        let import = upload(&app, &scope, &good(2_500)).await;
        assert!(known(&app, "import_rows").await > 2_000.0);
        choose(&app, &scope, import.id, &Choices { whole, ..Choices::default() }).await;
        start(&app, &scope, import.id).await;
        assert!(known(&app, "organizations").await > 1_900.0, "all or nothing: {whole}");
    }
}

/// How many rows the planner thinks there are.
async fn known(app: &TestApp, table: &str) -> f32 {
    let rows = sqlx::query_scalar("select reltuples from pg_class where oid = $1::regclass").bind(table);
    rows.fetch_one(&mut *database(app).await).await.expect("a table")
}
