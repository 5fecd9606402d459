//! A word of its own in everything a tenant has, and many requests of many tenants: no word turns up elsewhere
//! (QUALITY 26, 27). Once with both walls, once behind a pooler, once without row-level security.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use tenantry::{
    billing::BillingForm,
    custom_fields::{self, CustomFieldForm, Values},
    organizations::{Created, DetailsForm, NewOrganization},
    roles::Role,
    scope::Scope,
    subscriptions::SubscriptionForm,
    types::AccountKind::{self, Customer, Partner},
};

use super::{pooler::Pooler, times};
use crate::support::{
    ADMIN_EMAIL, TestApp, TestClient, TestDatabase,
    data::{billing, details, new_with},
};

const TENANTS: usize = 50;
/// Requests under way at once: more than there are connections.
const AT_ONCE: usize = 8;
const PAGES: [&str; 7] =
    ["", "/settings", "/settings/billing", "/audit", "/organizations", "/organizations/new", "/organizations?q=zq"];

/// A tenant's word: letters only, since a person's name takes nothing else.
pub(super) fn word(number: usize) -> String {
    let letter = |value: usize| char::from(b'a' + u8::try_from(value % 26).expect("a letter"));
    format!("Zq{}{}qz", letter(number / 26), letter(number))
}

/// The words of a page that are not the tenant's own, and whether its own was there.
fn foreign(page: &str, own: &str) -> (Vec<String>, bool) {
    let page = page.to_lowercase();
    let own = own.to_lowercase();
    let found = page.match_indices("zq").filter_map(|(at, _)| page.get(at..at + 6).filter(|word| word.ends_with("qz")));
    let mut others: Vec<String> = found.map(ToOwned::to_owned).collect();
    let seen = others.contains(&own);
    others.retain(|word| *word != own);
    (others, seen)
}

/// An organization with the word wherever a form takes one.
pub(super) fn marked(kind: AccountKind, word: &str, name: &str) -> NewOrganization {
    let domain = format!("{}{}.example", word.to_lowercase(), name.len());
    let details = DetailsForm {
        company: format!("{word} {name}"),
        given_name: word.into(),
        family_name: word.into(),
        customer_number: format!("{word}-{name}"),
        domain,
        ..details(kind, name)
    };
    let form = BillingForm { line1: format!("{word} Straße 4"), billing_family_name: word.into(), ..billing() };
    NewOrganization {
        billing: Some(form.parse().expect("an address")),
        subscription: Some(SubscriptionForm::starting(&details.company).parse().expect("a trial")),
        ..new_with(&details)
    }
}

/// A field of the partner's own, with the word as its name and its value.
async fn fill_in(app: &TestApp, inside: &Scope, branch: &Created, word: &str) {
    let form = CustomFieldForm { name: word.into(), kind: "text".into(), ..CustomFieldForm::default() };
    let filled = app.app.write(inside, async |db| {
        let id = custom_fields::create(db, inside, &form.parse()?).await?;
        let values = Values([(id, word.to_owned())].into());
        custom_fields::set(db, inside, &branch.key, &values).await
    });
    filled.await.expect("a value");
}

/// A tenant with its administrator signed in; a partner has a customer.
pub(super) async fn tenant(app: &TestApp, operator: &Scope, number: usize) -> (Created, TestClient) {
    let word = word(number);
    let (kind, role) =
        if number.is_multiple_of(2) { (Partner, Role::ResellerAdmin) } else { (Customer, Role::OrgAdmin) };
    let created = app.create(operator, marked(kind, &word, "Ltd")).await;
    if kind == Partner {
        let inside = app.scope(ADMIN_EMAIL, created.key.as_str()).await;
        let branch = app.create(&inside, marked(Customer, &word, "Branch")).await;
        fill_in(app, &inside, &branch, &word).await;
    }
    let client = app.member(&created, role, &format!("{word}@tenant.example")).await;
    (created, client)
}

/// Every tenant asks for its own pages and, every fourth time, for another's.
async fn walk(app: &TestApp, requests: usize) -> String {
    let (_, operator) = app.operator().await;
    let mut clients = Vec::new();
    for number in 0..TENANTS {
        clients.push(tenant(app, &operator, number).await.1);
    }
    let (own, elsewhere) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let ask = async |number: usize| {
        let (tenant, page) = (number % TENANTS, PAGES[(number / TENANTS) % PAGES.len()]);
        let other = (tenant + 1 + number / TENANTS) % TENANTS;
        let abroad = number % 4 == 3 && other != tenant;
        let home = if abroad { &clients[other].home } else { &clients[tenant].home };
        let answer = clients[tenant].get(&format!("{home}{page}")).await;
        let (others, seen) = foreign(&answer.body, &word(tenant));
        let expected: &[u16] = if abroad { &[404] } else { &[200, 403] };
        own.fetch_add(usize::from(seen), Ordering::Relaxed);
        elsewhere.fetch_add(usize::from(abroad), Ordering::Relaxed);
        let right = others.is_empty() && expected.contains(&answer.status);
        (!right).then(|| format!("{tenant} at {home}{page}: {} {others:?}", answer.status))
    };
    let wrong: Vec<Option<String>> = stream::iter(0..requests).map(ask).buffer_unordered(AT_ONCE).collect().await;
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{} answers are wrong: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    let (own, elsewhere) = (own.into_inner(), elsewhere.into_inner());
    assert!(own * 2 > requests, "only {own} of {requests} answers held the tenant's own word: this proves little");
    format!(
        "{requests} requests of {TENANTS} tenants ({elsewhere} for another's page): own word in {own} answers, others' in 0"
    )
}

fn requests() -> usize {
    times("TENANTRY_ISOLATION_REQUESTS", 700)
}

#[tokio::test]
async fn fifty_tenants_over_two_connections_never_see_each_other() {
    let app = TestApp::start_with(|settings| settings.database_connections = 2).await;
    println!("both walls, pool of 2: {}", walk(&app, requests()).await);
}

/// In transaction mode a connection serves another transaction, of another tenant, as soon as one ends.
#[tokio::test]
async fn fifty_tenants_behind_a_pooler_never_see_each_other() {
    let database = TestDatabase::create().await;
    let pooler = Pooler::before(&database, 2).await;
    let app =
        TestApp::start_on(database.behind(pooler.socket_dir()), |settings| settings.database_connections = 6).await;
    println!("both walls, PgBouncer in transaction mode, 2 server connections: {}", walk(&app, requests()).await);
    assert!(pooler.served().await > 100, "the requests did not pass through the pooler");
    drop(app);
}

/// The code's scope alone: without row-level security nothing else stands between the tenants.
#[tokio::test]
async fn fifty_tenants_without_row_level_security_never_see_each_other() {
    let app = TestApp::start_with(|settings| settings.database_connections = 2).await;
    take_the_wall_down(&app).await;
    println!("without row-level security: {}", walk(&app, requests()).await);
}

async fn take_the_wall_down(app: &TestApp) {
    let statements: Vec<String> = sqlx::query_scalar(
        "select format('alter table %I disable row level security, no force row level security', relname) from pg_class
         where relrowsecurity and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&app.db)
    .await
    .expect("the tables");
    assert!(statements.len() > 15, "{statements:?}");
    for statement in statements {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&app.db).await.expect("the wall comes down");
    }
    let rows = tenantry::scope::RowScope::User(uuid::Uuid::nil());
    let seen = app.app.read(rows, async |db| {
        Ok(sqlx::query_scalar::<_, i64>("select count(*) from organizations").fetch_one(db).await? + 1)
    });
    assert!(seen.await.is_ok_and(|seen| seen >= 1), "nobody stands in the way");
}
