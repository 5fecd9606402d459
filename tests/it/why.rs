//! "Why?" (N4): which role, group or edge of the tree lets a person in or keeps them out, and who can change it.

use tenantry::{
    organizations::Created,
    roles::Role,
    scope::Scope,
    types::AccountKind::{Customer, Partner},
};
use uuid::Uuid;

use crate::support::{ADMIN_EMAIL, TestApp, TestClient, data::new_organization};

const LENA: &str = "lena@nordlicht.example";

async fn id_of(app: &TestApp, email: &str) -> Uuid {
    let query = "select id from users where email = $1";
    sqlx::query_scalar(query).bind(email).fetch_one(&app.db).await.expect("a person")
}

async fn start() -> (TestApp, TestClient, Scope, Created, Created) {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let inside = app.create(&scope, new_organization(Customer, "Inside AG")).await;
    let outside = app.create(&scope, new_organization(Customer, "Outside AG")).await;
    (app, admin, scope, inside, outside)
}

fn why(organization: &Created, person: Option<Uuid>) -> String {
    let person = person.map(|id| format!("?person={id}")).unwrap_or_default();
    format!("/o/{}/why{person}", organization.key)
}

#[tokio::test]
async fn an_account_manager_reads_through_which_group() {
    let (app, admin, scope, inside, outside) = start().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    app.group(&scope, "Nordics", &[&inside], &[LENA]).await;
    let page = lena.get(&why(&inside, None)).await;
    page.assert_status(200).assert_contains("Through the group Nordics: You are in it, and so is this organization.");
    page.assert_contains("Key Account Manager in Nordlicht Cloud GmbH").assert_contains("Ingrid Sørensen");
    page.assert_contains("Not allowed: </span><span class=\"cap\">change billing")
        .assert_contains("Allowed: </span><span class=\"cap\">edit the organization");
    // Out of sight it is not there, whoever asks about themselves.
    lena.get(&why(&outside, None)).await.assert_status(404);
    // Whoever sees both reads why the one and not the other.
    let id = id_of(&app, LENA).await;
    admin.get(&why(&inside, Some(id))).await.assert_contains("Opens the organization: ");
    let page = admin.get(&why(&outside, Some(id))).await;
    page.assert_status(200).assert_contains("Does not open the organization: ");
    page.assert_contains("the organization is in none of their groups (Nordics)");
}

#[tokio::test]
async fn suspended_memberships_and_short_reaches_are_said() {
    let (app, admin, scope, inside, _) = start().await;
    app.member(&TestApp::own(&scope), Role::SupportAgent, "sam@nordlicht.example").await;
    app.member(&inside, Role::Approver, "anna@inside.example").await;
    let sam = id_of(&app, "sam@nordlicht.example").await;
    let page = admin.get(&why(&inside, Some(sam))).await;
    page.assert_contains("The role holds in Nordlicht Cloud GmbH alone and reaches nothing beneath it.");
    let anna = id_of(&app, "anna@inside.example").await;
    admin.get(&why(&inside, Some(anna))).await.assert_contains("A membership in the organization itself.");
    let suspend = "update memberships set suspended_at = now() where user_id = $1";
    sqlx::query(suspend).bind(anna).execute(&app.db).await.expect("suspended");
    let page = admin.get(&why(&inside, Some(anna))).await;
    page.assert_contains("The membership is suspended, so it opens nothing.");
    page.assert_contains("Does not open the organization: ");
}

/// Of a person the reader may know nothing about there is nothing to read, and an unknown one is the same (QUALITY 27).
#[tokio::test]
async fn nothing_is_told_of_people_out_of_reach() {
    let (app, _, operator, inside, _) = start().await;
    let pia = app.member(&inside, Role::OrgAdmin, "pia@inside.example").await;
    let ingrid = id_of(&app, ADMIN_EMAIL).await;
    // A membership above the reader's own is not the reader's to know.
    pia.get(&why(&inside, Some(ingrid))).await.assert_status(404);
    pia.get(&why(&inside, Some(Uuid::now_v7()))).await.assert_status(404);
    pia.get(&format!("/o/{}/why?person=nobody", inside.key)).await.assert_status(404);
    let beneath = app.create(&operator, new_organization(Partner, "Südwind IT")).await;
    let foreign = app.member(&beneath, Role::ResellerAdmin, "foreign@suedwind.example").await;
    foreign.get(&why(&inside, None)).await.assert_status(404);
    let member = app.member(&inside, Role::Member, "max@inside.example").await;
    member.get(&why(&inside, None)).await.assert_status(200);
    let pia_id = id_of(&app, "pia@inside.example").await;
    member.get(&why(&inside, Some(pia_id))).await.assert_status(403);
}

/// The page of a refusal leads here and names real people.
#[tokio::test]
async fn a_refusal_names_people_and_leads_to_the_reasons() {
    let (app, _, scope, inside, outside) = start().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, LENA).await;
    app.group(&scope, "Nordics", &[&inside], &[LENA]).await;
    let page = lena.get(&format!("/o/{}/settings/billing", inside.key)).await;
    page.assert_status(403).assert_contains("Ingrid Sørensen").assert_contains(ADMIN_EMAIL);
    assert_eq!(page.attribute("main a[href$='/why']", "href"), Some(format!("/o/{}/why", inside.key)));
    let hidden = lena.get(&format!("/o/{}/settings/billing", outside.key)).await;
    hidden.assert_status(404);
    assert!(!hidden.has("a[href$='/why']") && !hidden.body.contains("Ingrid Sørensen"));
}
