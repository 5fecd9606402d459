//! The search at the top of every page: what a person may see and do, and nothing else.

use tenantry::{roles::Role, types::AccountKind::Customer};

use crate::support::{
    TestApp,
    data::{details, new_organization, new_with},
};

#[tokio::test]
async fn organizations_users_groups_and_actions_are_found_by_their_words() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let inside = app.create(&scope, new_organization(Customer, "Bäckerei Großmann & Söhne")).await;
    app.create(&scope, new_with(&details(Customer, "Outside AG"))).await;
    app.group(&scope, "Grosshandel", &[&inside], &[]).await;
    app.member(&TestApp::own(&scope), Role::Auditor, "grossmann@nordlicht.example").await;
    let page = admin.get(&format!("{}/search?find=groß", admin.home)).await;
    page.assert_status(200).assert_contains("Bäckerei Großmann").assert_contains("All organizations that match");
    assert!(!page.body.contains("Outside AG"));
    let hits = admin.get(&format!("{}/search/suggestions?find=gross", admin.home)).await;
    hits.assert_status(200).assert_contains("Grosshandel").assert_contains("grossmann@nordlicht.example");
    assert!(!hits.body.contains("<html"));
    let hits = admin.get(&format!("{}/search/suggestions?find=new+group", admin.home)).await;
    hits.assert_contains(&format!("{}/groups/new", admin.home));
    admin.get(&format!("{}/search?find=zzz", admin.home)).await.assert_contains("Nothing matches");
    // Whatever is typed is text.
    let page = admin.get(&format!("{}/search?find=%3Cscript%3E%00%27", admin.home)).await;
    page.assert_status(200);
    assert!(!page.body.contains("<script>'"));
}

/// S262: whoever is kept to groups finds their organizations and no others; nobody finds what their role does not show.
#[tokio::test]
async fn nobody_finds_more_than_the_lists_show() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let inside = app.create(&scope, new_organization(Customer, "Inside AG")).await;
    app.create(&scope, new_with(&details(Customer, "Insider GmbH"))).await;
    let manager = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.group(&scope, "Insiders", &[&inside], &["lena@nordlicht.example"]).await;
    let hits = manager.get(&format!("{}/search/suggestions?find=inside", manager.home)).await;
    hits.assert_contains("Inside AG");
    assert!(!hits.body.contains("Insider GmbH") && !hits.body.contains("Insiders"));
    let hits = manager.get(&format!("{}/search/suggestions?find=group", manager.home)).await;
    assert!(!hits.body.contains("/groups/new"));
    let member = app.member(&inside, Role::Member, "own@inside.example").await;
    let hits = member.get(&format!("{}/search/suggestions?find=a", member.home)).await;
    hits.assert_status(200).assert_contains("Nothing matches");
    admin.get(&format!("{}/search/suggestions?find=", admin.home)).await.assert_contains("New Organization");
}
