//! Events: written with the change, kept for ever, read as feeds.

use tenantry::{
    events::{self, EventKind, NewEvent},
    scope::RowScope,
    types::AccountKind::{Customer, Partner},
};

use crate::support::{ADMIN_EMAIL, TestApp, data::new_organization};

#[tokio::test]
async fn nobody_can_change_or_remove_an_event() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let before = app.number("select count(*) from events").await;
    assert!(before >= 2);
    for change in ["update events set actor_name = 'Nobody'", "delete from events", "truncate events"] {
        let as_app = app.app.write(&scope, async |db| Ok(sqlx::raw_sql(change).execute(db).await.map(|_| ())?)).await;
        assert!(as_app.is_err(), "the portal's role: {change}");
        let owner = sqlx::PgPool::connect_with(app.database.owner()).await.expect("the owner");
        let system = "select set_config('app.system', 'test', false)";
        let mut owner = owner.acquire().await.expect("a connection");
        sqlx::query(system).execute(&mut *owner).await.expect("every row in sight");
        assert!(sqlx::raw_sql(change).execute(&mut *owner).await.is_err(), "the owner: {change}");
    }
    assert_eq!(app.number("select count(*) from events where actor_name <> 'Nobody'").await, before);
}

#[tokio::test]
async fn a_feed_holds_an_organizations_own_events_and_those_directly_beneath() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let inside = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    let customer = app.create(&inside, new_organization(Customer, "Theirs")).await;
    let read = async |scope: &tenantry::scope::Scope| {
        let found = app.app.read(scope, async |db| events::recent(db, scope, 20).await).await.expect("events");
        found.into_iter().map(|event| (event.kind, event.organization_name)).collect::<Vec<_>>()
    };
    let of = |kind: EventKind, name: &str| (kind.as_str().to_owned(), name.to_owned());
    let own = [of(EventKind::SubscriptionCreated, "Südwind IT"), of(EventKind::OrganizationCreated, "Südwind IT")];
    let theirs = [of(EventKind::SubscriptionCreated, "Theirs"), of(EventKind::OrganizationCreated, "Theirs")];
    assert_eq!(read(&inside).await, [theirs.clone(), own.clone()].concat());
    let operator = read(&scope).await;
    assert!(operator.starts_with(&own) && !operator.contains(&theirs[0]), "{operator:?}");
    assert_eq!(read(&app.scope(ADMIN_EMAIL, customer.key.as_str()).await).await, theirs);
}

/// The change and its event stand or fall together (QUALITY 51).
#[tokio::test]
async fn an_event_is_written_in_the_transaction_of_its_change() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let before = app.number("select count(*) from events").await;
    let id = scope.organization.id;
    let taken_back: tenantry::error::Result<()> = app
        .app
        .write(&scope, async |db| {
            events::record(db, &scope, NewEvent::new(id, EventKind::SettingsEdited)).await?;
            Err(tenantry::error::Error::NotFound)
        })
        .await;
    assert!(taken_back.is_err());
    assert_eq!(app.number("select count(*) from events").await, before);
    let outside = RowScope::User(scope.actor.user_id);
    let unseen = app
        .app
        .write(outside, async |db| events::record(db, &scope, NewEvent::new(id, EventKind::SettingsEdited)).await)
        .await;
    assert!(unseen.is_err(), "an organization out of sight takes no event");
}

/// A page of a feed looks its few organizations up by key; it never reads all there are, however many events there are.
#[tokio::test]
async fn a_feed_of_a_large_partner_reads_no_table_as_a_whole() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let seed = "set local session_replication_role = replica;
        create temporary table made on commit drop as
          select n, gen_random_uuid() as id from generate_series(1, 20000) n;
        insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id,
                                   country, channel, command_id, created_at, updated_at)
          select made.id, 'org_seed' || n, 'Seed ' || n, 'customer', o.id, o.path || made.id, o.billing_account_id,
                 made.id, 'DE', 'demo', gen_random_uuid(), now(), now()
          from made, organizations o where o.parent_id is null;
        insert into events (id, organization_id, parent_id, at, actor_name, kind)
          select gen_random_uuid(), made.id, o.id, now(), 'x', 'organization.created'
          from made, organizations o where o.parent_id is null;";
    let mut seeding = app.db.begin().await.expect("a transaction");
    sqlx::raw_sql(seed).execute(&mut *seeding).await.expect("seeds");
    seeding.commit().await.expect("seeded");
    sqlx::raw_sql("analyze organizations; analyze events").execute(&app.db).await.expect("statistics");
    let plan: Vec<String> = app
        .app
        .read(&scope, async |db| {
            let query = "explain select * from events where parent_id = $1 order by id desc limit 8";
            Ok(sqlx::query_scalar(query).bind(scope.organization.id).fetch_all(db).await?)
        })
        .await
        .expect("a plan");
    let plan = plan.join("\n");
    assert!(plan.contains("Index Scan"), "{plan}");
    assert!(!plan.contains("Seq Scan") && !plan.contains("hashed"), "{plan}");
}
