//! What the list of organizations is made of belongs to one partner: kept views, terms of searches, totals. Postgres alone
//! keeps them apart, whatever a statement forgets to ask.

use tenantry::{
    organizations::Created,
    roles::Role,
    scope::{RowScope, Scope, Sight},
    types::AccountKind::{Customer, Partner},
};
use uuid::Uuid;

use crate::support::{ADMIN_EMAIL, TestApp, data::new_organization};

/// Two partners with a customer each.
struct Two {
    app: TestApp,
    operator: Scope,
    ours: Created,
    theirs: Created,
}

impl Two {
    async fn make() -> Two {
        let app = TestApp::start().await;
        let (_, operator) = app.operator().await;
        let ours = app.create(&operator, new_organization(Partner, "Ours")).await;
        let theirs = app.create(&operator, new_organization(Partner, "Theirs")).await;
        for (partner, customer) in [(&ours, "Zwickau"), (&theirs, "Ystad")] {
            let scope = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
            app.create(&scope, new_organization(Customer, customer)).await;
        }
        Two { app, operator, ours, theirs }
    }

    fn at(&self, organization_id: Uuid, user_id: Uuid) -> RowScope {
        RowScope::Organization { user_id, organization_id, sight: Sight::Everything }
    }

    fn own(&self, organization_id: Uuid) -> RowScope {
        self.at(organization_id, self.operator.actor.user_id)
    }

    async fn visible(&self, rows: RowScope, query: &'static str) -> Vec<String> {
        let mut transaction = self.app.app.db.begin(rows).await.expect("a transaction");
        sqlx::query_scalar(query).fetch_all(&mut *transaction).await.expect(query)
    }

    /// Rows a statement changed; none where it was refused.
    async fn changed(&self, rows: RowScope, statement: &'static str) -> u64 {
        let mut transaction = self.app.app.db.begin(rows).await.expect("a transaction");
        sqlx::raw_sql(statement).execute(&mut *transaction).await.map_or(0, |done| done.rows_affected())
    }
}

#[tokio::test]
async fn terms_of_searches_belong_to_the_partner() {
    let two = Two::make().await;
    const TERMS: &str = "select term from organization_terms where term in ('zwickau', 'ystad') order by term";
    assert_eq!(two.visible(two.own(two.ours.id), TERMS).await, ["zwickau"]);
    assert_eq!(two.visible(two.own(two.theirs.id), TERMS).await, ["ystad"]);
    assert_eq!(two.visible(two.own(two.operator.organization.id), TERMS).await, ["ystad", "zwickau"]);
    // A term tells names of organizations, so whoever is kept to groups has none of them.
    let kept = RowScope::Organization {
        user_id: two.operator.actor.user_id,
        organization_id: two.ours.id,
        sight: Sight::Groups(Vec::new().into()),
    };
    assert!(two.visible(kept, TERMS).await.is_empty());
    const REMOVE: &str = "delete from organization_terms where term = 'ystad'";
    assert_eq!(two.changed(two.own(two.ours.id), REMOVE).await, 0);
    const MOVE: &str = "update organization_terms set term = 'mine' where term = 'ystad'";
    assert_eq!(two.changed(two.own(two.ours.id), MOVE).await, 0);
}

#[tokio::test]
async fn totals_belong_to_the_partner() {
    let two = Two::make().await;
    const TOTALS: &str = "select o.name || ' ' || sum(t.organizations) from organization_totals t
                          join organizations o on o.id = t.parent_id group by o.name order by 1";
    // Read alone: the join above hides a line whose organization is out of sight.
    const LINES: &str = "select distinct parent_id::text from organization_totals order by 1";
    assert_eq!(two.visible(two.own(two.ours.id), TOTALS).await, ["Ours 1"]);
    assert_eq!(two.visible(two.own(two.ours.id), LINES).await, [two.ours.id.to_string()]);
    assert_eq!(two.visible(two.own(two.theirs.id), LINES).await, [two.theirs.id.to_string()]);
    assert_eq!(two.visible(two.own(two.operator.organization.id), LINES).await.len(), 3);
    let kept = RowScope::Organization {
        user_id: two.operator.actor.user_id,
        organization_id: two.ours.id,
        sight: Sight::Groups(Vec::new().into()),
    };
    assert!(two.visible(kept, LINES).await.is_empty());
    // Triggers keep them: nobody writes them, their own neither.
    const CHANGE: &str = "update organization_totals set organizations = 7";
    assert_eq!(two.changed(two.own(two.ours.id), CHANGE).await, 0);
}

#[tokio::test]
async fn kept_views_belong_to_their_maker_and_the_organization() {
    let two = Two::make().await;
    two.app.member(&two.ours, Role::Auditor, "anna@ours.example").await;
    two.app.member(&two.ours, Role::Auditor, "ben@ours.example").await;
    let anna = two.app.scope("anna@ours.example", two.ours.key.as_str()).await.actor.user_id;
    let ben = two.app.scope("ben@ours.example", two.ours.key.as_str()).await.actor.user_id;
    let add = "insert into saved_views (id, organization_id, user_id, name, query, shared, position, created_at)
               values (gen_random_uuid(), $1, $2, $3, 'q=x', $4, 1, now())";
    for (organization, user, name, shared) in [
        (two.ours.id, anna, "Own", false),
        (two.ours.id, anna, "Shared", true),
        (two.theirs.id, two.operator.actor.user_id, "Theirs", true),
    ] {
        let add = sqlx::query(add).bind(organization).bind(user).bind(name).bind(shared);
        add.execute(&two.app.db).await.expect("a view");
    }
    const VIEWS: &str = "select name from saved_views order by name";
    assert_eq!(two.visible(two.at(two.ours.id, anna), VIEWS).await, ["Own", "Shared"]);
    assert_eq!(two.visible(two.at(two.ours.id, ben), VIEWS).await, ["Shared"]);
    assert_eq!(two.visible(two.at(two.theirs.id, ben), VIEWS).await, ["Theirs"]);
    // What is shared is read, and changed by its maker alone; nothing is made in another's name.
    const RENAME: &str = "update saved_views set name = 'Mine'";
    assert_eq!(two.changed(two.at(two.ours.id, ben), RENAME).await, 0);
    const FORGE: &str = "insert into saved_views (id, organization_id, user_id, name, query, position, created_at)
                         select gen_random_uuid(), organization_id, user_id, 'Forged', '', 2, now() from saved_views";
    assert_eq!(two.changed(two.at(two.ours.id, ben), FORGE).await, 0);
    assert_eq!(two.changed(two.at(two.ours.id, anna), "update saved_views set position = 3").await, 2);
}
