//! From the first step to the organization, and that it is one.

use super::walk::{ADMINISTRATOR, BILLING, DETAILS, EMAIL, PASSWORD, SUBSCRIPTION, Walk};
use crate::support::{ADMIN_EMAIL, ADMIN_PASSWORD, TestApp};

#[tokio::test]
async fn the_whole_way_ends_in_the_new_organizations_dashboard() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let walk = Walk::up_to(&app, &admin, "review").await;
    let review = walk.show("review").await;
    review.assert_status(200).assert_contains("Weißenfelder Präzisionsguss GmbH &#38; Co. KG");
    walk.create().await.assert_redirect(&walk.at("confirmation"));
    let confirmation = walk.show("confirmation").await;
    confirmation.assert_status(200);
    assert_eq!(confirmation.text("h1").as_deref(), Some("The subscription is active"));
    let key = walk.created_key().await;
    let signed_in = walk.client.post(&walk.at("sign-in"), &[]).await;
    signed_in.assert_redirect(&format!("/o/{key}"));
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 1);
    assert_eq!(app.number("select count(*) from subscriptions where plan = 'purchased' and licenses = 120").await, 1);
    assert_eq!(app.number("select count(*) from billing_accounts where city = 'Weißenfels'").await, 1);
    assert_eq!(app.number("select count(*) from memberships where role = 'org_admin'").await, 1);
}
