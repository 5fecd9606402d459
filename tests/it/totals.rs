//! Totals that are kept instead of counted agree with what is there, whatever happens to the organizations.

use tenantry::types::AccountKind::{Customer, Partner};

use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_organization, new_with},
};

/// What is kept and what is there, for every organization with some beneath.
async fn compare(app: &TestApp) {
    let kept: Vec<(uuid::Uuid, i64, i64)> = sqlx::query_as(
        "select parent_id, sum(organizations)::bigint, sum(licenses)::bigint from organization_totals
         group by 1 having sum(organizations) <> 0 order by 1",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    let there: Vec<(uuid::Uuid, i64, i64)> = sqlx::query_as(
        "select parent_id, count(*), sum(licenses)::bigint from organizations
         where parent_id is not null and status <> 'archived' group by 1 order by 1",
    )
    .fetch_all(&app.db)
    .await
    .unwrap();
    assert_eq!(kept, there);
    assert!(!there.is_empty());
}

#[tokio::test]
async fn what_is_kept_is_what_is_there() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Sub-partner")).await;
    for number in 0..3 {
        app.create(&scope, new_with(&details(Customer, &format!("Customer {number}")))).await;
    }
    compare(&app).await;
    let page = admin.get(&format!("{}/organizations?size=25", admin.home)).await;
    page.assert_contains("4 organizations");
    let change = async |sql: &'static str| {
        sqlx::query(sql).bind(partner.id).execute(&app.db).await.unwrap();
        compare(&app).await;
    };
    change("update organizations set status = 'archived' where name like 'Customer _' and id <> $1").await;
    change("update organizations set status = 'suspended' where name = 'Customer 1' and id <> $1").await;
    change("update organizations set licenses = licenses + 7 where id <> $1").await;
    change(
        "update organizations set parent_id = $1, path = array_append((select path from organizations where id = $1), id)
         where name = 'Customer 1'",
    )
    .await;
}

/// The kept totals of one partner are nobody else's to read (QUALITY 24).
#[tokio::test]
async fn totals_are_seen_where_the_organization_is() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Sub-partner")).await;
    let own = TestApp::own(&scope);
    let beneath = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.create(&beneath, new_organization(Customer, "Customer")).await;
    let seen = async |organization: uuid::Uuid, sight: tenantry::scope::Sight| {
        let user_id = scope.actor.user_id;
        let rows = tenantry::scope::RowScope::Organization { user_id, organization_id: organization, sight };
        app.app
            .read(rows, async |db| {
                let count: i64 = sqlx::query_scalar("select count(*) from organization_totals").fetch_one(db).await?;
                Ok(count)
            })
            .await
            .unwrap()
    };
    assert_eq!(seen(own.id, tenantry::scope::Sight::Everything).await, 2);
    assert_eq!(seen(partner.id, tenantry::scope::Sight::Everything).await, 1);
    assert_eq!(seen(own.id, tenantry::scope::Sight::Groups(Vec::new().into())).await, 0);
}
