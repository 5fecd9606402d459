//! The role table, written down a second time and compared cell by cell (SPEC section 3), the page that shows it, and
//! custom roles.

use tenantry::{
    organizations::Created,
    roles::{PERMISSIONS, ROLES, Reach, Role},
    types::AccountKind::{self, Customer, Enterprise, Partner},
};

use crate::support::{TestApp, TestClient, data::new_organization};

/// RA Reseller Admin, SU Support Admin, BA Billing Admin, AU Auditor, KM Key Account Manager, KV Key Account Viewer,
/// SA Sales Agent, SG Support Agent, OA Org Admin, BC Billing Contact, AP Approver, ME Member.
const TABLE: &str = "
                      RA SU BA AU KM KV SA SG OA BC AP ME
enter                  x  x  x  x  x  x  x  x  x  x  x  x
view_organization      x  x  x  x  x  x  x  .  x  x  x  .
list_organizations     x  x  x  x  x  x  x  .  x  .  .  .
create_organizations   x  x  .  .  x  .  x  .  x  .  .  .
tag_organizations      x  x  .  .  x  .  x  .  .  .  .  .
edit_organization      x  x  .  .  x  .  x  .  x  .  .  .
view_billing           x  .  x  x  x  x  .  .  x  x  .  .
manage_billing         x  .  x  .  .  .  .  .  x  x  .  .
manage_prices          x  .  x  .  .  .  .  .  .  .  .  .
manage_settings        x  .  .  .  .  .  .  .  .  .  .  .
view_users             x  x  x  x  x  x  x  .  x  .  .  .
manage_users           x  x  .  .  x  .  x  .  x  .  .  .
manage_roles           x  .  .  .  .  .  .  .  x  .  .  .
view_groups            x  x  x  x  .  .  .  .  .  .  .  .
manage_groups          x  x  .  .  .  .  .  .  .  .  .  .
ask_for_groups         x  x  .  .  x  x  x  .  .  .  .  .
view_audit_log         x  x  x  x  .  .  .  .  x  .  .  .
enter_for_support      x  x  .  .  .  .  .  x  .  .  .  .
manage_lifecycle       x  x  .  .  .  .  .  .  x  .  .  .
transfer_organizations x  .  .  .  .  .  .  .  .  .  .  .
operate_installation   x  .  .  .  .  .  .  .  .  .  .  .
";

/// Stored name, in partners only, how far down in a partner and in an enterprise.
const REACH: [(&str, bool, Reach, Reach); 12] = [
    ("reseller_admin", true, Reach::Subtree, Reach::Subtree),
    ("support_admin", true, Reach::Subtree, Reach::Subtree),
    ("billing_admin", true, Reach::Subtree, Reach::Subtree),
    ("auditor", true, Reach::Subtree, Reach::Subtree),
    ("key_account_manager", true, Reach::Groups, Reach::Groups),
    ("key_account_viewer", true, Reach::Groups, Reach::Groups),
    ("sales_agent", true, Reach::Groups, Reach::Groups),
    ("support_agent", true, Reach::Organization, Reach::Organization),
    ("org_admin", false, Reach::Organization, Reach::Subtree),
    ("billing_contact", false, Reach::Organization, Reach::Organization),
    ("approver", false, Reach::Organization, Reach::Organization),
    ("member", false, Reach::Organization, Reach::Organization),
];

/// Whether a role includes a permission, by the table above.
pub(crate) fn includes(role: &str, permission: &str) -> bool {
    let column = REACH.iter().position(|row| row.0 == role).expect("a role");
    let line = TABLE.lines().find(|line| line.split_whitespace().next() == Some(permission)).expect("a permission");
    line.split_whitespace().nth(column + 1) == Some("x")
}

#[test]
fn every_cell_of_the_role_table_is_as_it_was_decided() {
    assert_eq!(TABLE.lines().filter(|line| !line.is_empty()).count(), PERMISSIONS.len() + 1);
    assert_eq!(ROLES.len(), REACH.len());
    for (row, (name, partner_only, in_partner, in_enterprise)) in ROLES.iter().zip(REACH) {
        assert_eq!(row.name, name);
        assert_eq!(row.partner_only, partner_only, "{name}");
        assert_eq!(row.role.reach_in(Partner), in_partner, "{name}");
        assert_eq!(row.role.reach_in(Enterprise), in_enterprise, "{name}");
        for permission in PERMISSIONS {
            let cell = row.permissions.has(permission.permission);
            assert_eq!(cell, includes(name, permission.name), "{name}, {}", permission.name);
        }
    }
}

/// An organization of a kind and its administrator.
async fn administered(app: &TestApp, kind: AccountKind, name: &str) -> (Created, TestClient) {
    let (_, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(kind, name)).await;
    let role = if kind == Partner { Role::ResellerAdmin } else { Role::OrgAdmin };
    let admin = app.member(&made, role, &format!("admin@{}.example", name.to_lowercase())).await;
    (made, admin)
}

#[tokio::test]
async fn the_page_shows_every_cell_for_this_kind_of_organization() {
    let app = TestApp::start().await;
    for (kind, name, roles, permissions) in
        [(Partner, "Partner", 12, 20), (Enterprise, "Konzern", 4, 12), (Customer, "Kowalczyk", 4, 9)]
    {
        let (_, admin) = administered(&app, kind, name).await;
        let page = admin.get(&format!("{}/roles", admin.home)).await;
        page.assert_status(200);
        let heads = page.texts(".matrix thead th");
        assert_eq!(heads.len(), roles + 1, "{heads:?}");
        let lines = page.texts(".matrix tbody th");
        assert_eq!(lines.len(), permissions, "{kind:?}: {lines:?}");
        let cells = page.texts(".matrix tbody td");
        for (line, label) in lines.iter().enumerate() {
            for (column, role) in heads[1..].iter().enumerate() {
                let role = ROLES.iter().find(|row| row.label == role).expect("a role").name;
                let permission = PERMISSIONS.iter().find(|row| row.label == label).expect("a permission").name;
                let expected = if includes(role, permission) { "yes" } else { "no" };
                assert_eq!(cells[line * roles + column], expected, "{role}, {permission}");
            }
        }
    }
}

async fn make(admin: &TestClient, name: &str, base: &str, boxes: &[&'static str]) -> String {
    let mut form = vec![("name", name), ("base", base)];
    form.extend(boxes.iter().map(|one| (*one, "true")));
    admin.post(&format!("{}/roles/new", admin.home), &form).await.assert_redirect(&admin.home);
    let page = admin.get(&format!("{}/roles", admin.home)).await;
    let href = page.attribute(&format!("a[aria-label=\"Change {name}\"]"), "href").expect("a way to change it");
    href.rsplit('/').next().expect("an id").to_owned()
}

/// The person's user id, for the address of their page.
async fn user(app: &TestApp, email: &str) -> String {
    sqlx::query_scalar("select id::text from users where email = $1")
        .bind(email)
        .fetch_one(&app.db)
        .await
        .expect("a user")
}

async fn give(admin: &TestClient, user: &str, role: &str) -> crate::support::Page {
    let page = admin.get(&format!("{}/users/{user}", admin.home)).await;
    let version = page.field_value("version").unwrap_or_default();
    admin.post(&format!("{}/users/{user}/role", admin.home), &[("role", role), ("version", &version)]).await
}

#[tokio::test]
async fn a_custom_role_gives_what_it_says_and_what_is_taken_away_is_gone_on_the_next_request() {
    let app = TestApp::start().await;
    let (made, admin) = administered(&app, Customer, "Kowalczyk").await;
    let li = app.member(&made, Role::Member, "li@kowalczyk.example").await;
    let id = user(&app, "li@kowalczyk.example").await;
    let role =
        make(&admin, "Front desk", "org_admin", &["may_view_organization", "may_view_users", "may_edit_organization"])
            .await;
    let users = format!("{}/users", admin.home);
    li.get(&users).await.assert_status(403);
    give(&admin, &id, &role).await.assert_status(303);
    li.get(&users).await.assert_status(200).assert_contains("Front desk");
    li.get(&format!("{users}/new")).await.assert_status(403);
    li.get(&format!("{}/settings", admin.home)).await.assert_status(200);
    li.get(&format!("{}/settings/billing", admin.home)).await.assert_status(403);

    let path = format!("{}/roles/{role}", admin.home);
    let form = admin.get(&path).await;
    form.assert_status(200).assert_field_value("name", "Front desk").assert_field_value("may_view_users", "true");
    let less = [("name", "Reception"), ("base", "member"), ("version", "1"), ("may_view_organization", "true")];
    admin.post(&path, &less).await.assert_redirect(&admin.home);
    li.get(&users).await.assert_status(403);
    li.get(&admin.home).await.assert_status(200);
    let stale = admin.post(&path, &[("name", "Mine"), ("version", "1"), ("may_view_users", "true")]).await;
    stale.assert_status(409).assert_contains("Reception");
    assert_eq!(app.number("select count(*) from events where kind = 'role.edited'").await, 1);

    let gone = format!("{path}/deletion");
    admin.get(&gone).await.assert_status(200).assert_contains("<bdi>li</bdi>");
    admin.post(&gone, &[]).await.assert_status(409).assert_contains("Reception is in use by li");
    give(&admin, &id, "member").await.assert_status(303);
    admin.get(&gone).await.assert_status(200).assert_contains("Nobody has this role");
    admin.post(&gone, &[]).await.assert_redirect(&admin.home);
    admin.get(&path).await.assert_status(404);
    assert_eq!(app.number("select count(*) from custom_roles").await, 0);
}

#[tokio::test]
async fn a_custom_role_is_a_part_of_its_base_and_of_what_its_author_holds() {
    let app = TestApp::start().await;
    let (made, admin) = administered(&app, Customer, "Kowalczyk").await;
    let new = format!("{}/roles/new", admin.home);
    let refused = async |client: &TestClient, form: &[(&str, &str)], field: &str, words: &str| {
        let page = client.post(&new, form).await;
        page.assert_status(422);
        let message = page.text(&format!("#{field}-error")).unwrap_or_default();
        assert!(message.contains(words), "{field}: {message}");
    };
    refused(&admin, &[("base", "member")], "name", "Enter a name").await;
    refused(&admin, &[("name", "Desk")], "base", "Choose the role").await;
    refused(&admin, &[("name", "Desk"), ("base", "auditor")], "base", "Choose a role from the list").await;
    let more = [("name", "Desk"), ("base", "member"), ("may_view_users", "true")];
    refused(&admin, &more, "permissions", "Member does not include “see users”").await;
    let role = make(&admin, "Deputy", "org_admin", &["may_view_users", "may_manage_users", "may_manage_roles"]).await;
    refused(&admin, &[("name", "DEPUTY"), ("base", "member")], "name", "has a role of this name").await;

    let deputy = app.member(&made, Role::Member, "deputy@kowalczyk.example").await;
    give(&admin, &user(&app, "deputy@kowalczyk.example").await, &role).await.assert_status(303);
    let higher = [("name", "Higher"), ("base", "org_admin"), ("may_manage_billing", "true")];
    refused(&deputy, &higher, "permissions", "You do not hold “change billing”").await;
    let billing = make(&admin, "Payer", "org_admin", &["may_manage_billing"]).await;
    let path = format!("{}/roles/{billing}", admin.home);
    deputy.post(&path, &[("name", "Payer"), ("version", "1")]).await.assert_status(409);
    deputy.post(&format!("{path}/deletion"), &[]).await.assert_status(409);
    let me = user(&app, "deputy@kowalczyk.example").await;
    for role in ["org_admin", billing.as_str(), "billing_contact"] {
        give(&deputy, &me, role).await.assert_status(422);
    }
    // Of another organization nothing exists (T-03).
    let (_, elsewhere) = administered(&app, Customer, "Lindner").await;
    let path = format!("{}/roles/{billing}", elsewhere.home);
    elsewhere.get(&path).await.assert_status(404);
    elsewhere.post(&path, &[("name", "Mine"), ("version", "1")]).await.assert_status(404);
    elsewhere.post(&format!("{path}/deletion"), &[]).await.assert_status(404);
    let me = user(&app, "admin@lindner.example").await;
    give(&elsewhere, &me, &billing).await.assert_status(422);
}

#[tokio::test]
async fn who_manages_no_roles_reads_them_at_most() {
    let app = TestApp::start().await;
    let (made, _) = administered(&app, Partner, "Partner").await;
    for (role, reads) in [(Role::SupportAdmin, 200), (Role::Auditor, 200), (Role::Approver, 403), (Role::Member, 403)] {
        let person = app.member(&made, role, &format!("{}@partner.example", role.name())).await;
        person.get(&format!("{}/roles", person.home)).await.assert_status(reads);
        person.get(&format!("{}/roles/new", person.home)).await.assert_status(403);
        person
            .post(&format!("{}/roles/new", person.home), &[("name", "X"), ("base", "member")])
            .await
            .assert_status(403);
    }
}
