//! Fields of a partner's own, their values, and the fields of the house a partner demands (D2).

use tenantry::{roles::Role, types::AccountKind::Customer};

use crate::support::{
    TestApp, TestClient,
    data::{details, new_organization, new_with},
};

/// Makes a field; the id of the one that was made last.
pub(crate) async fn make(app: &TestApp, admin: &TestClient, form: &[(&str, &str)]) -> uuid::Uuid {
    admin.post(&format!("{}/settings/fields/new", admin.home), form).await.assert_status(303);
    sqlx::query_scalar("select id from custom_fields order by id desc limit 1").fetch_one(&app.db).await.unwrap()
}

/// A region that has a default, a cost centre that must be filled in, and a date: the names of their controls.
pub(crate) async fn three(app: &TestApp, admin: &TestClient) -> [String; 3] {
    let region = [("name", "Region"), ("kind", "choice"), ("choices", "North\nSouth"), ("default_value", "North")];
    let region = make(app, admin, &region).await;
    let cost = make(app, admin, &[("name", "Cost centre"), ("kind", "number"), ("mandatory", "true")]).await;
    let since = make(app, admin, &[("name", "Customer since"), ("kind", "date")]).await;
    [region, cost, since].map(|id| format!("custom_{id}"))
}

#[tokio::test]
async fn a_field_is_made_changed_moved_archived_and_restored() {
    let app = TestApp::start().await;
    let admin = app.reseller_admin().await;
    let list = format!("{}/settings/fields", admin.home);
    admin.get(&list).await.assert_status(200).assert_contains("No fields of your own yet");
    let refused = admin.post(&format!("{list}/new"), &[("name", ""), ("kind", "choice"), ("choices", "one")]).await;
    refused.assert_status(422).assert_field_error("name", "Enter a name for the field");
    refused.assert_field_error("choices", "List at least two entries, one a line");
    let region = [("name", "Region"), ("kind", "choice"), ("choices", "North\nSouth"), ("default_value", "south")];
    let id = make(&app, &admin, &region).await;
    make(&app, &admin, &[("name", "Contract"), ("kind", "text")]).await;
    let taken = admin.post(&format!("{list}/new"), &[("name", "rEGION"), ("kind", "text")]).await;
    taken.assert_status(422).assert_field_error("name", "A field with this name exists. Choose another name");
    // The kind stays, whatever is sent.
    let page = admin.get(&format!("{list}/{id}")).await;
    let version = page.assert_status(200).field_value("version").expect("a version");
    let form = [("version", version.as_str()), ("name", "Sales region"), ("kind", "text"), ("choices", "North\nWest")];
    admin.post(&format!("{list}/{id}"), &form).await.assert_redirect(&list);
    admin.get(&list).await.assert_contains("Sales region").assert_contains("Choice of 2");
    // Somebody else saved meanwhile (QUALITY 21).
    admin.post(&format!("{list}/{id}"), &form).await.assert_status(409);
    let contract: uuid::Uuid =
        sqlx::query_scalar("select id from custom_fields where name = 'Contract'").fetch_one(&app.db).await.unwrap();
    admin.post(&format!("{list}/{contract}/up"), &[]).await.assert_redirect(&list);
    let names: Vec<String> =
        sqlx::query_scalar("select name from custom_fields order by position").fetch_all(&app.db).await.unwrap();
    assert_eq!(names, ["Contract", "Sales region"]);
    admin.post(&format!("{list}/{id}/archive"), &[]).await.assert_redirect(&list);
    make(&app, &admin, &[("name", "Sales region"), ("kind", "number")]).await;
    admin.post(&format!("{list}/{id}/restore"), &[]).await.assert_status(409).assert_contains("has taken the name");
}

/// Values are read by the kind of the field, kept when one is wrong, told in the organization's log, and seen by its own
/// people only where the field says so.
#[tokio::test]
async fn values_are_filled_in_by_the_partner_and_shown_as_the_field_says() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let inside = app.create(&scope, new_organization(Customer, "Inside AG")).await;
    let outside = app.create(&scope, new_with(&details(Customer, "Outside AG"))).await;
    let cost = make(&app, &admin, &[("name", "Cost centre"), ("kind", "number"), ("mandatory", "true")]).await;
    let since = make(&app, &admin, &[("name", "Customer since"), ("kind", "date"), ("customer_sees", "true")]).await;
    let (cost, since) = (format!("custom_{cost}"), format!("custom_{since}"));
    let page = format!("{}/organizations/{}/fields", admin.home, inside.key);
    let refused = admin.post(&page, &[(cost.as_str(), ""), (since.as_str(), "5/2/27")]).await;
    refused.assert_status(422).assert_field_error(&cost, "Fill in Cost centre").assert_field_value(&since, "5/2/27");
    let form = [(cost.as_str(), "4711,50"), (since.as_str(), "05/02/2027")];
    admin.post(&page, &form).await.assert_redirect(&format!("/o/{}", inside.key));
    admin.get(&page).await.assert_field_value(&cost, "4711.5").assert_field_value(&since, "05/02/2027");
    let dashboard = admin.get(&format!("/o/{}", inside.key)).await;
    dashboard.assert_contains("Cost centre").assert_contains("4711.5").assert_contains("Customer since");
    let person = app.member(&inside, Role::OrgAdmin, "own@inside.example").await;
    let dashboard = person.get(&person.home).await;
    dashboard.assert_contains("05/02/2027");
    assert!(!dashboard.body.contains("4711.5"));
    let told: serde_json::Value =
        sqlx::query_scalar("select after from events where kind = 'organization.edited' and organization_id = $1")
            .bind(inside.id)
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(told["own_fields"]["Customer since"], "05/02/2027");
    // Whoever is kept to groups fills in those of their organizations and meets no other (S262).
    let manager = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.group(&scope, "North", &[&inside], &["lena@nordlicht.example"]).await;
    manager.post(&page, &[(cost.as_str(), "1")]).await.assert_status(303);
    let foreign = format!("{}/organizations/{}/fields", admin.home, outside.key);
    manager.get(&foreign).await.assert_status(404);
    manager.post(&foreign, &[(cost.as_str(), "1")]).await.assert_status(404);
}

/// D2: a reseller demands more than a channel does.
#[tokio::test]
async fn a_partner_demands_further_fields_of_new_organizations() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let list = format!("{}/settings/fields", admin.home);
    let form = [("customer_number", "true"), ("no_such_field", "true")];
    admin.post(&format!("{list}/required"), &form).await.assert_redirect(&list);
    let rules = app
        .app
        .read(&scope, async |db| {
            tenantry::organizations::rules(db, &scope, tenantry::organizations::Channel::Form).await
        })
        .await
        .unwrap();
    assert!(rules.requires(tenantry::organizations::Field::CustomerNumber));
    assert!(!rules.requires(tenantry::organizations::Field::Street));
}
