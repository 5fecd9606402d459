//! The partner tree (SPEC sections 2 and 3): a parent reaches down as far as its role says, a child never up or sideways.

use tenantry::{
    organizations::Created,
    roles::{Reach, Role},
    types::AccountKind::{Customer, Enterprise, Partner},
};

use crate::support::{ADMIN_EMAIL, TestApp, TestClient, data::new_organization};

/// Partner beneath partner, five deep, each with a customer; the operator is the first.
async fn chain(app: &TestApp) -> (Vec<Created>, Vec<Created>) {
    let (_, operator) = app.operator().await;
    let mut partners = vec![TestApp::own(&operator)];
    let mut customers = Vec::new();
    for depth in 0..5 {
        let last = partners.last().expect("a partner");
        let scope = app.scope(ADMIN_EMAIL, last.key.as_str()).await;
        customers.push(app.create(&scope, new_organization(Customer, &format!("Customer {depth}"))).await);
        if depth < 4 {
            let next = app.create(&scope, new_organization(Partner, &format!("Partner {}", depth + 1))).await;
            partners.push(next);
        }
    }
    (partners, customers)
}

async fn status(person: &TestClient, organization: &Created) -> u16 {
    person.get(&format!("/o/{}", organization.key)).await.status
}

/// Every role of a partner in the middle of five: itself, and beneath it what its reach says.
#[tokio::test]
async fn every_role_reaches_as_far_as_the_table_says_at_any_depth() {
    let app = TestApp::start().await;
    let (partners, customers) = chain(&app).await;
    const MIDDLE: usize = 2;
    for role in Role::in_kind(Partner) {
        let email = format!("{}@middle.example", role.name());
        let person = app.member(&partners[MIDDLE], role, &email).await;
        if role.row().reach == Reach::Groups {
            let scope = app.scope(ADMIN_EMAIL, partners[MIDDLE].key.as_str()).await;
            let inside = [&customers[MIDDLE], &partners[MIDDLE + 1]];
            app.group(&scope, role.label(), &inside, &[&email]).await;
        }
        for (depth, (partner, customer)) in partners.iter().zip(&customers).enumerate() {
            let beneath = match role.row().reach {
                Reach::Subtree => (depth > MIDDLE, depth >= MIDDLE),
                // Directly beneath and in the group; not what stands beneath that.
                Reach::Groups => (depth == MIDDLE + 1, depth == MIDDLE),
                Reach::Organization => (false, false),
            };
            let expected = |reached: bool| if reached { 200 } else { 404 };
            assert_eq!(
                status(&person, partner).await,
                expected(depth == MIDDLE || beneath.0),
                "{role:?}: partner {depth}"
            );
            assert_eq!(status(&person, customer).await, expected(beneath.1), "{role:?}: customer {depth}");
        }
    }
}

/// A sub-partner makes customers of its own, which those above see and those beside do not.
#[tokio::test]
async fn a_sub_partner_creates_its_own_customers() {
    let app = TestApp::start().await;
    let (partners, _) = chain(&app).await;
    let deepest = partners.last().expect("a partner");
    let scope = app.scope(ADMIN_EMAIL, partners[3].key.as_str()).await;
    let beside = app.create(&scope, new_organization(Partner, "Beside")).await;
    let own = app.member(deepest, Role::ResellerAdmin, "deep@partner.example").await;
    let neighbour = app.member(&beside, Role::ResellerAdmin, "beside@partner.example").await;
    let inside = app.scope("deep@partner.example", deepest.key.as_str()).await;
    let made = app.create(&inside, new_organization(Customer, "Made deep down")).await;
    assert_eq!(status(&own, &made).await, 200);
    let above = app.member(&partners[1], Role::ResellerAdmin, "above@partner.example").await;
    assert_eq!(status(&above, &made).await, 200);
    assert_eq!(status(&neighbour, &made).await, 404);
    for higher in &partners[..4] {
        assert_eq!(status(&own, higher).await, 404, "never up");
    }
    assert_eq!(status(&own, &beside).await, 404, "never sideways");
    assert_eq!(status(&own, &partners[4]).await, 200);
}

/// Org Admin of an enterprise reaches its sub-organizations; of a customer or a partner, nothing beneath.
#[tokio::test]
async fn an_org_admin_reaches_beneath_an_enterprise_only() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let enterprise = app.create(&operator, new_organization(Enterprise, "Konzern")).await;
    let scope = app.scope(ADMIN_EMAIL, enterprise.key.as_str()).await;
    let part = tenantry::organizations::NewOrganization {
        subscription: None,
        billing: None,
        ..new_organization(Customer, "Werk Süd")
    };
    let part = app.create(&scope, part).await;
    let other = app.create(&operator, new_organization(Customer, "Other")).await;
    let chief = app.member(&enterprise, Role::OrgAdmin, "chief@konzern.example").await;
    let local = app.member(&part, Role::OrgAdmin, "local@konzern.example").await;
    assert_eq!((status(&chief, &part).await, status(&chief, &other).await), (200, 404));
    assert_eq!((status(&local, &part).await, status(&local, &enterprise).await), (200, 404));
    let office = app.member(&TestApp::own(&operator), Role::OrgAdmin, "office@nordlicht.example").await;
    assert_eq!((status(&office, &other).await, status(&office, &TestApp::own(&operator)).await), (404, 200));
}
