//! Roles that need a second factor, by an organization's setting (issue 3, part 7).

use tenantry::{organizations::Created, roles::Role, types::AccountKind};

use crate::{
    factors::{FACTOR, Phone},
    support::{TestApp, TestClient, data},
};

struct Scene {
    app: TestApp,
    operator: TestClient,
    customer: Created,
}

impl Scene {
    async fn start() -> Scene {
        let app = TestApp::start().await;
        let (operator, scope) = app.operator().await;
        let customer = app.create(&scope, data::new_organization(AccountKind::Customer, "Kowalczyk")).await;
        Scene { app, operator, customer }
    }

    fn path(&self) -> String {
        format!("/o/{}/settings/sign-in", self.customer.key)
    }

    /// The operator's administrator, who reaches the customer, says which roles need a factor.
    async fn require(&self, version: &str, roles: &[&str]) {
        let mut form = vec![("version", version)];
        form.extend(roles.iter().map(|role| (*role, "true")));
        self.operator.post(&self.path(), &form).await.assert_redirect(&self.path());
    }
}

#[tokio::test]
async fn a_role_that_needs_a_factor_enters_only_with_one() {
    let scene = Scene::start().await;
    let admin = scene.app.member(&scene.customer, Role::OrgAdmin, "kim@customer.example").await;
    let member = scene.app.member(&scene.customer, Role::Member, "lee@customer.example").await;
    admin.get(&admin.home).await.assert_status(200);
    scene.require("0", &["role-org_admin"]).await;

    let settings = format!("{}/settings?tab=1", admin.home);
    let page = admin.get(&settings).await;
    page.assert_redirect("/profile/second-factor?next=%2Fo%2F");
    for path in ["", "/settings/billing", "/settings/sign-in", "/support-access"] {
        admin.get(&format!("{}{path}", admin.home)).await.assert_redirect("/profile/second-factor?next=");
        admin.post(&format!("{}{path}", admin.home), &[]).await;
    }
    admin.post(&format!("{}/settings", admin.home), &[]).await.assert_redirect("/profile/second-factor?next=%2Fo%2F");
    member.get(&member.home).await.assert_status(200);
    scene.operator.get(&format!("/o/{}", scene.customer.key)).await.assert_status(200);

    let page = admin.get(&page.location()).await;
    page.assert_status(200).assert_contains("This organization wants a second factor of your role");
    let next = page.field_value("next").unwrap();
    assert_eq!(next, settings);
    let page = admin.post(FACTOR, &[("next", &next)]).await;
    page.assert_redirect("/profile/second-factor/new?next=");
    admin.get(&page.location()).await.assert_field_value("next", &settings);
    Phone::set_up(&scene.app, &admin).await;
    admin.get(&settings).await.assert_status(200);

    admin.post("/profile/second-factor/remove", &[]).await.assert_redirect(FACTOR);
    admin.get(&settings).await.assert_redirect("/profile/second-factor?next=");
    scene.require("1", &[]).await;
    admin.get(&settings).await.assert_status(200);
}

#[tokio::test]
async fn a_custom_role_counts_as_the_one_it_is_made_from() {
    let scene = Scene::start().await;
    let admin = scene.app.member(&scene.customer, Role::OrgAdmin, "kim@customer.example").await;
    sqlx::raw_sql(
        "insert into custom_roles (id, organization_id, name, base, permissions, created_at, updated_at)
           select gen_random_uuid(), organization_id, 'Front desk', 'org_admin', '{enter,view_organization}', now(), now()
           from memberships where role = 'org_admin';
         update memberships m set custom_role_id = c.id from custom_roles c where m.role = 'org_admin'",
    )
    .execute(&scene.app.db)
    .await
    .unwrap();
    admin.get(&admin.home).await.assert_status(200).assert_contains("Front desk");
    scene.require("0", &["role-org_admin"]).await;
    admin.get(&admin.home).await.assert_redirect("/profile/second-factor?next=");
}

#[tokio::test]
async fn rules_of_the_partner_hold_for_its_staff_beneath_it_too() {
    let scene = Scene::start().await;
    let own = format!("{}/settings/sign-in", scene.operator.home);
    scene.operator.post(&own, &[("version", "0"), ("role-reseller_admin", "true")]).await.assert_redirect(&own);
    scene.operator.get(&own).await.assert_redirect("/profile/second-factor?next=");
    scene.operator.get(&scene.path()).await.assert_redirect("/profile/second-factor?next=");
    scene.operator.get("/organizations").await.assert_status(200);
}

#[tokio::test]
async fn only_whoever_manages_roles_says_so_and_nothing_is_overwritten() {
    let scene = Scene::start().await;
    let member = scene.app.member(&scene.customer, Role::BillingContact, "lee@customer.example").await;
    member.get(&scene.path()).await.assert_status(403);
    member.post(&scene.path(), &[("role-org_admin", "true")]).await.assert_status(403);

    let foreign = [("version", "0"), ("role-reseller_admin", "true"), ("role-flyer", "true"), ("organization_id", "x")];
    scene.operator.post(&scene.path(), &foreign).await.assert_redirect(&scene.path());
    assert_eq!(scene.app.number("select count(*) from sign_in_rules where factor_roles <> '{}'").await, 0, "T-11");
    scene.require("0", &["role-member"]).await;
    let page = scene.operator.post(&scene.path(), &[("version", "0"), ("role-approver", "true")]).await;
    page.assert_status(409).assert_contains("changed in another window or by somebody else");
    page.assert_field_value("role-approver", "true").assert_field_value("version", "1");
    assert_eq!(scene.app.number("select count(*) from sign_in_rules where factor_roles = '{member}'").await, 1);
    assert_eq!(scene.app.number("select count(*) from events where kind = 'sign_in_rules.edited'").await, 1);
}
