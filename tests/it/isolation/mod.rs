//! Isolation by Postgres alone, and by the code: either must hold when the other is removed (SPEC section 2).

mod canaries;
mod forms;
mod lists;
mod mutation;
mod pooler;
mod timing;

use sqlx::{PgConnection, Row, postgres::PgConnectOptions};
use tenantry::{
    roles::Role,
    scope::{RowScope, Sight},
    types::{AccountKind::Customer, AccountKind::Partner, OrgKey},
};

use crate::support::{TestApp, data::new_organization};

async fn connect(options: PgConnectOptions) -> PgConnection {
    use sqlx::ConnectOptions;
    options.connect().await.expect("the database answers")
}

/// How often something is tried: a little in `script/test`, as often as QUALITY asks in `script/isolation`.
fn times(name: &str, little: usize) -> usize {
    std::env::var(name).ok().map_or(little, |times| times.parse().expect("a number"))
}

async fn names(db: &mut PgConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(db).await.expect(query)
}

/// Tables that need no scope: names of migrations are no organization's data.
const OPEN: [&str; 1] = ["_sqlx_migrations"];

const TABLES: &str = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1";

/// Fills every table that a normal day fills.
async fn busy_portal() -> TestApp {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    app.create(&scope, new_organization(Customer, "Ours")).await;
    client.post(&format!("{}/organizations/new", client.home), &[]).await.assert_status(303);
    app
}

/// QUALITY 24: direct SQL as the portal's role, with nothing set.
#[tokio::test]
async fn without_a_scope_no_table_shows_a_row() {
    let app = busy_portal().await;
    let mut db = connect(app.database.application()).await;
    let mut filled = 0;
    for table in names(&mut db, TABLES).await.into_iter().filter(|table| !OPEN.contains(&table.as_str())) {
        let count = format!("select count(*) from \"{table}\"");
        let all: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone())).fetch_one(&app.db).await.expect("every row");
        filled += usize::from(all > 0);
        match sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count)).fetch_one(&mut db).await {
            Ok(seen) => assert_eq!(seen, 0, "{table} shows {seen} of {all} rows"),
            Err(refused) => assert_eq!(
                refused.as_database_error().and_then(|error| error.code()).as_deref(),
                Some("42501"),
                "{table}: {refused}"
            ),
        }
    }
    assert!(filled >= 9, "only {filled} tables hold rows: this proves little");
}

#[tokio::test]
async fn every_table_is_forced_and_the_portals_role_owns_nothing() {
    let app = TestApp::start().await;
    let mut db = connect(app.database.superuser()).await;
    let unforced = names(
        &mut db,
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .await;
    assert_eq!(unforced, OPEN);
    let unprotected = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relrowsecurity
           and not exists (select 1 from pg_policy p where p.polrelid = c.oid)";
    assert!(names(&mut db, unprotected).await.is_empty());
    let owned =
        "select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'tenantry_app'";
    assert!(names(&mut db, owned).await.is_empty());
    let definers = "select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname not in ('pg_catalog', 'information_schema') and p.prosecdef";
    assert_eq!(
        names(&mut db, definers).await,
        ["analyze_grown_tables"],
        "such a function sees every row; this one shows none"
    );
    let views = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('v', 'm')
           and not coalesce(c.reloptions @> array['security_invoker=true'], false)";
    assert!(names(&mut db, views).await.is_empty(), "a view without security_invoker sees every row");
    let mighty: Vec<String> = names(
        &mut db,
        "select rolname::text from pg_roles where rolname in ('tenantry_app', 'tenantry_owner')
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)",
    )
    .await;
    assert!(mighty.is_empty(), "{mighty:?}");
    let rights = "select table_name || ' ' || privilege_type from information_schema.role_table_grants
         where grantee = 'tenantry_app' and (privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')
            or (table_name = 'events' and privilege_type in ('UPDATE', 'DELETE')))";
    assert!(names(&mut db, rights).await.is_empty(), "{:?}", names(&mut db, rights).await);
}

/// The owner of the tables is held to the policies as well.
#[tokio::test]
async fn the_owner_without_a_scope_sees_nothing_either() {
    let app = busy_portal().await;
    let mut db = connect(app.database.owner()).await;
    for table in ["organizations", "users", "memberships", "events", "billing_accounts", "subscriptions", "drafts"] {
        let count = format!("select count(*) from {table}");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut db).await.expect("a count");
        assert_eq!(seen, 0, "{table}");
    }
}

/// A scope that ended leaves nothing behind on the connection, and no error (DATABASE.md).
#[tokio::test]
async fn a_connection_forgets_its_scope_with_the_transaction() {
    let app = busy_portal().await;
    let (_, scope) = app.operator().await;
    let mut db = connect(app.database.application()).await;
    let set = "select set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true)";
    sqlx::raw_sql("begin").execute(&mut db).await.expect("begin");
    sqlx::query(set)
        .bind(scope.organization.id.to_string())
        .bind(scope.actor.user_id.to_string())
        .execute(&mut db)
        .await
        .expect("a scope");
    let seen = |row: sqlx::postgres::PgRow| row.get::<i64, _>(0);
    let count = "select count(*) from organizations";
    assert_eq!(seen(sqlx::query(count).fetch_one(&mut db).await.expect("rows")), 2);
    sqlx::raw_sql("commit").execute(&mut db).await.expect("commit");
    assert_eq!(seen(sqlx::query(count).fetch_one(&mut db).await.expect("no error")), 0);
}

/// Each organization sees itself and what stands beneath, whatever a statement forgets to ask.
#[tokio::test]
async fn a_scope_sees_its_own_subtree_only() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let ours = app.create(&operator, new_organization(Customer, "Ours")).await;
    let partner = app.create(&operator, new_organization(Partner, "Südwind IT")).await;
    let inside = app.scope(crate::support::ADMIN_EMAIL, partner.key.as_str()).await;
    let theirs = app.create(&inside, new_organization(Customer, "Theirs")).await;
    let visible = async |rows: RowScope, query: &'static str| -> Vec<String> {
        let mut transaction = app.app.db.begin(rows).await.expect("a transaction");
        sqlx::query_scalar(query).fetch_all(&mut *transaction).await.expect(query)
    };
    let user_id = operator.actor.user_id;
    let at = |organization_id| RowScope::Organization { user_id, organization_id, sight: Sight::Everything };
    const ORGANIZATIONS: &str = "select name from organizations order by array_length(path, 1), name";
    assert_eq!(visible(at(partner.id), ORGANIZATIONS).await, ["Südwind IT", "Theirs"]);
    assert_eq!(visible(at(theirs.id), ORGANIZATIONS).await, ["Theirs"]);
    assert_eq!(visible(at(ours.id), ORGANIZATIONS).await, ["Ours"]);
    assert!(visible(RowScope::User(user_id), ORGANIZATIONS).await.is_empty());
    const SUBSCRIPTIONS: &str = "select name from subscriptions order by name";
    assert_eq!(visible(at(partner.id), SUBSCRIPTIONS).await, ["Südwind IT", "Theirs"]);
    const EVENTS: &str =
        "select distinct o.name from events e join organizations o on o.id = e.organization_id order by 1";
    assert_eq!(visible(at(theirs.id), EVENTS).await, ["Theirs"]);
    const BILLED: &str =
        "select o.name from billing_accounts b join organizations o on o.id = b.organization_id order by 1";
    assert_eq!(visible(at(theirs.id), BILLED).await, ["Theirs"]);
    // Settings are the one thing that is read downwards, and never changed from below.
    const SETTINGS: &str = "select currency from partner_settings";
    assert_eq!(visible(at(theirs.id), SETTINGS).await, ["EUR"]);
    let mut transaction = app.app.db.begin(at(theirs.id)).await.expect("a transaction");
    let changed = sqlx::raw_sql("update partner_settings set trial_days = 365").execute(&mut *transaction).await;
    assert_eq!(changed.expect("no row to change").rows_affected(), 0);
    let moved = sqlx::query("update organizations set path = array[id], parent_id = null where id = $1")
        .bind(theirs.id)
        .execute(&mut *transaction)
        .await;
    assert!(moved.is_err(), "a row cannot leave its scope");
}

/// S262 by Postgres alone: whatever a statement forgets to ask, a scope that is kept to groups sees those groups only.
#[tokio::test]
async fn a_scope_kept_to_groups_sees_these_groups_only() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let inside = app.create(&operator, new_organization(Customer, "Inside")).await;
    let outside = app.create(&operator, new_organization(Customer, "Outside")).await;
    app.member(&TestApp::own(&operator), Role::KeyAccountManager, "lena@nordlicht.example").await;
    let dach = app.group(&operator, "DACH", &[&inside], &["lena@nordlicht.example"]).await;
    app.group(&operator, "Secret", &[&outside], &[]).await;
    let user_id = app.scope("lena@nordlicht.example", operator.organization.key.as_str()).await.actor.user_id;
    let at = |groups: &[uuid::Uuid]| RowScope::Organization {
        user_id,
        organization_id: operator.organization.id,
        sight: Sight::Groups(groups.into()),
    };
    let visible = async |rows: RowScope, query: &'static str| -> Vec<String> {
        let mut transaction = app.app.db.begin(rows).await.expect("a transaction");
        sqlx::query_scalar(query).fetch_all(&mut *transaction).await.expect(query)
    };
    const BENEATH: &str = "select name from organizations where parent_id is not null order by name";
    const OF: [&str; 6] = [
        "select distinct o.name from subscriptions s join organizations o on o.id = s.organization_id
         where o.parent_id is not null",
        "select distinct name from subscriptions",
        "select distinct o.name from billing_accounts b join organizations o on o.id = b.organization_id
         where o.parent_id is not null",
        "select o.name from group_organizations go join organizations o on o.id = go.organization_id",
        "select distinct o.name from events e join organizations o on o.id = e.organization_id
         where o.parent_id is not null",
        "select distinct jsonb_array_elements_text(after -> 'names') from events
         where kind = 'group.organizations_added'",
    ];
    assert_eq!(visible(at(&[dach]), BENEATH).await, ["Inside"]);
    assert!(visible(at(&[]), BENEATH).await.is_empty());
    for query in OF {
        assert_eq!(visible(at(&[dach]), query).await, ["Inside"], "{query}");
        assert!(visible(at(&[]), query).await.is_empty(), "{query}");
    }
    const GROUPS: &str = "select name from groups";
    const LINES: &str = "select group_id::text from group_organizations";
    assert_eq!(visible(at(&[dach]), GROUPS).await, ["DACH"]);
    assert_eq!(visible(at(&[dach]), LINES).await, [dach.to_string()]);
    assert!(visible(at(&[]), GROUPS).await.is_empty() && visible(at(&[]), LINES).await.is_empty());
    // Nothing is put into another group, nothing is taken into one's own that one does not see.
    for statement in [
        "update groups set name = 'Mine'",
        "insert into groups (id, partner_id, name, created_at, updated_at)
         select gen_random_uuid(), id, 'Mine', now(), now() from organizations where parent_id is null",
    ] {
        let mut transaction = app.app.db.begin(at(&[dach])).await.expect("a transaction");
        let refused = sqlx::raw_sql(statement).execute(&mut *transaction).await;
        assert!(refused.is_err(), "{statement}");
    }
    let mut transaction = app.app.db.begin(at(&[dach])).await.expect("a transaction");
    let changed = sqlx::query("update organizations set name = 'Mine' where id = $1").bind(outside.id);
    assert_eq!(changed.execute(&mut *transaction).await.expect("no row").rows_affected(), 0);
}

/// A foreign organization and one that does not exist are the same answer (QUALITY 27).
#[tokio::test]
async fn a_foreign_key_tells_no_more_than_a_random_one() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let ours = app.create(&operator, new_organization(Customer, "Ours")).await;
    let foreign = app.create(&operator, new_organization(Partner, "Secret Neighbour")).await;
    let pia = app.member(&ours, Role::OrgAdmin, "pia@ours.example").await;
    let random = OrgKey::generate();
    for page in ["", "/settings", "/settings/billing", "/settings/prices", "/organizations", "/organizations/new"] {
        let theirs = pia.get(&format!("/o/{}{page}", foreign.key)).await;
        let nothing = pia.get(&format!("/o/{random}{page}")).await;
        assert_eq!((theirs.status, nothing.status), (404, 404), "{page}");
        // Only the request's own id may differ.
        let plain = |page: &crate::support::Page| {
            let id = page.attribute("[data-copy]", "data-copy").unwrap_or_default();
            page.body.replace(&id, "")
        };
        assert_eq!(plain(&theirs), plain(&nothing), "{page}");
        assert!(!theirs.body.contains("Secret Neighbour"));
        let names = |page: &crate::support::Page| {
            page.headers.keys().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(names(&theirs), names(&nothing));
    }
}

/// A membership that was taken away is gone on the next request (T-07).
#[tokio::test]
async fn a_former_member_sees_nothing() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let ours = app.create(&operator, new_organization(Customer, "Ours")).await;
    let pia = app.member(&ours, Role::OrgAdmin, "pia@ours.example").await;
    pia.get(&pia.home).await.assert_status(200);
    sqlx::raw_sql("delete from memberships m using users u where u.id = m.user_id and u.email = 'pia@ours.example'")
        .execute(&app.db)
        .await
        .expect("removed");
    pia.get(&pia.home).await.assert_status(404);
}
