//! Mass assignment (QUALITY 28, T-11): every form with fields it does not have, and nothing privileged changes.

use scraper::{Html, Selector};
use tenantry::web::{Access, table};

use super::canaries::tenant;
use crate::{
    portal::Form,
    support::{Page, TestApp, TestClient},
};

/// What nobody sets by a form, as text; drafts, sessions, events and mails may come and go.
const PRIVILEGED: &str = "
    select coalesce(string_agg(line, E'\\n' order by line), '') from (
      select format('%s %s %s %s %s %s %s %s %s %s', id, key, kind, parent_id, path, billing_account_id,
                    license_pool_owner_id, is_holding, status, created_by) as line from organizations
      union all select m::text from memberships m
      union all select format('%s %s %s %s', id, email, password_hash, disabled_at) from users
      union all select g::text from groups g
      union all select g::text from group_members g
      union all select g::text from group_organizations g
      union all select c::text from custom_roles c
      union all select format('%s %s', id, organization_id) from billing_accounts
      union all select s::text from subscriptions s) all_of_it";

/// Thirty fields that exist somewhere, but in no form of ours.
fn extra(foreign: &str, me: &str) -> Vec<(String, String)> {
    let ids = [
        "organization_id",
        "org_id",
        "tenant_id",
        "tenant",
        "parent_id",
        "parent",
        "partner_id",
        "billing_account_id",
        "license_pool_owner_id",
        "owner_id",
        "group_ids",
        "group_ids[]",
        "membership_id",
        "created_by",
        "actor_user_id",
    ];
    let others = [
        ("path", "{}"),
        ("user_id", me),
        ("role_id", me),
        ("custom_role_id", me),
        ("permissions[]", "operate_installation"),
        ("is_admin", "true"),
        ("admin", "1"),
        ("is_operator", "true"),
        ("is_holding", "true"),
        ("status", "archived"),
        ("disabled_at", ""),
        ("password_hash", "x"),
        ("licenses_total", "999999"),
        ("created_at", "2000-01-01T00:00:00Z"),
        ("trial_ends_at", "2999-01-01T00:00:00Z"),
        ("scope", "system"),
    ];
    let ids = ids.into_iter().map(|name| (name, foreign));
    ids.chain(others).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn privileged(app: &TestApp) -> String {
    sqlx::query_scalar(PRIVILEGED).fetch_one(&app.db).await.expect("a picture of the database")
}

/// Every form of a page, as it would be sent untouched.
fn forms(page: &Page) -> Vec<Form> {
    let html = Html::parse_document(&page.body);
    let posted = Selector::parse("form[method=post]").expect("a selector");
    let mut actions: Vec<_> = html.select(&posted).filter_map(|form| form.attr("action")).collect();
    actions.dedup();
    actions.into_iter().map(|action| Form::to(&page.body, action)).collect()
}

async fn send(client: &TestClient, action: &str, fields: &[(String, String)]) -> u16 {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(action, &fields).await.status
}

/// What ends the session or is meant to change one of these tables.
fn left_out(action: &str) -> bool {
    ["/sign-out", "/end", "/sign-in", "/setup"].iter().any(|part| action.contains(part))
}

#[tokio::test]
async fn a_field_a_form_does_not_have_changes_nothing() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let (own, client) = tenant(&app, &operator, 0).await;
    let (foreign, _) = tenant(&app, &operator, 2).await;
    let me: String =
        sqlx::query_scalar("select id::text from users where email like '%qz@tenant.example' order by id limit 1")
            .fetch_one(&app.db)
            .await
            .expect("a person");
    let extra = extra(&foreign.id.to_string(), &me);
    assert!(extra.len() >= 30, "{}", extra.len());
    let before = privileged(&app).await;
    let (mut sent, mut wrong) = (0, Vec::new());
    let fill = |path: &str| path.replace("{org_key}", own.key.as_str());
    let mut ways: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for route in table() {
        let path = fill(route.path);
        if route.access == Access::Public || left_out(&path) {
            continue;
        }
        if route.method == "POST" {
            ways.push((
                path.replace("{id}", &foreign.id.to_string()).replace("{draft}", &foreign.id.to_string()),
                Vec::new(),
            ));
        } else if !path.contains('{') {
            ways.extend(forms(&client.get(&path).await).into_iter().map(|form| (form.action, form.fields)));
        }
    }
    for (action, mut fields) in ways.into_iter().filter(|(action, _)| !left_out(action)) {
        fields.extend(extra.iter().cloned());
        let status = send(&client, &action, &fields).await;
        sent += 1;
        if status >= 500 || privileged(&app).await != before {
            wrong.push(format!("{action} answered {status}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("mass assignment: {sent} forms with {} fields they do not have, 0 changes", extra.len());
    assert!(sent > 30, "only {sent} forms");
}
