//! Creating organizations, the list, and the address of one.

use std::collections::BTreeSet;

use tenantry::{
    error::Error,
    organizations::{self, Created, DetailsForm, NewAdministrator, NewOrganization},
    roles::Role,
    scope::Scope,
    types::AccountKind::{Customer, Enterprise, Partner},
};
use uuid::Uuid;

use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_organization, new_user, new_with},
};

async fn try_create(app: &TestApp, scope: &Scope, new: NewOrganization) -> Result<Created, Error> {
    app.app.write(scope, async |db| organizations::create(db, scope, new).await).await
}

async fn uuid(app: &TestApp, query: &'static str, id: Uuid) -> Uuid {
    sqlx::query_scalar(query).bind(id).fetch_one(&app.db).await.expect(query)
}

#[tokio::test]
async fn sixty_four_equal_commands_at_once_make_one_organization() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let new =
        new_with(&DetailsForm { domain: "kowalczyk.example".into(), ..details(Customer, "Kowalczyk i Wspólnicy") });
    let tries = (0..64).map(|_| try_create(&app, &scope, new.clone()));
    let made: Vec<Created> = futures_util::future::join_all(tries)
        .await
        .into_iter()
        .map(|made| made.expect("every answer agrees"))
        .collect();
    assert_eq!(made.iter().map(|one| one.id).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(made.iter().filter(|one| !one.already).count(), 1);
    assert_eq!(app.number("select count(*) from organizations where parent_id is not null").await, 1);
    assert_eq!(app.number("select count(*) from subscriptions").await, 1);
    assert_eq!(app.number("select count(*) from events where kind = 'organization.created'").await, 1);
}

#[tokio::test]
async fn everything_that_belongs_to_an_organization_is_written_with_it() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let user = new_user(&app, "k.vogt-lindner@praezisionsguss.example").await;
    let user_id = user.id;
    let new = NewOrganization {
        administrator: NewAdministrator::New { user, send_instructions: false },
        ..new_with(&DetailsForm {
            notification_email: "it@praezisionsguss.example".into(),
            ..details(Customer, "Weißenfelder Präzisionsguss")
        })
    };
    let made = app.create(&scope, new).await;
    let role: String = sqlx::query_scalar("select role from memberships where organization_id = $1 and user_id = $2")
        .bind(made.id)
        .bind(user_id)
        .fetch_one(&app.db)
        .await
        .expect("a membership");
    assert_eq!(role, "org_admin");
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where organization_id = $1 order by id")
        .bind(made.id)
        .fetch_all(&app.db)
        .await
        .expect("events");
    assert_eq!(kinds, ["organization.created", "subscription.created"]);
    let subscription: (String, i32, String) =
        sqlx::query_as("select plan, licenses, charge_model from subscriptions where organization_id = $1")
            .bind(made.id)
            .fetch_one(&app.db)
            .await
            .expect("a subscription");
    assert_eq!(subscription, ("trial".into(), 5, "committed".into()));
    let told: Vec<String> =
        sqlx::query_scalar("select to_address from mails order by to_address").fetch_all(&app.db).await.expect("mails");
    assert_eq!(told, ["it@praezisionsguss.example", "k.vogt-lindner@praezisionsguss.example"]);
}

#[tokio::test]
async fn the_four_relations_fit_each_kind() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let operator = scope.organization.id;
    for kind in [Customer, Partner, Enterprise] {
        let made = app.create(&scope, new_organization(kind, kind.label())).await;
        let parent = uuid(&app, "select parent_id from organizations where id = $1", made.id).await;
        let pool = uuid(&app, "select license_pool_owner_id from organizations where id = $1", made.id).await;
        let payer = "select b.organization_id from organizations o join billing_accounts b on b.id = o.billing_account_id where o.id = $1";
        assert_eq!((parent, pool, uuid(&app, payer, made.id).await), (operator, made.id, made.id), "{kind}");
    }
    let enterprise = app.create(&scope, new_organization(Enterprise, "Tagesklinik Verbund")).await;
    let inside = app.scope(ADMIN_EMAIL, enterprise.key.as_str()).await;
    let part = NewOrganization { subscription: None, billing: None, ..new_organization(Customer, "Tagesklinik Nord") };
    let part = app.create(&inside, part).await;
    let pool = uuid(&app, "select license_pool_owner_id from organizations where id = $1", part.id).await;
    let account = "select b.organization_id from organizations o join billing_accounts b on b.id = o.billing_account_id where o.id = $1";
    assert_eq!((pool, uuid(&app, account, part.id).await), (enterprise.id, enterprise.id));
    let path: Vec<Uuid> = sqlx::query_scalar("select path from organizations where id = $1")
        .bind(part.id)
        .fetch_one(&app.db)
        .await
        .expect("a path");
    assert_eq!(path, [operator, enterprise.id, part.id]);
}

#[tokio::test]
async fn only_the_kinds_the_parent_may_have_can_be_created() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let enterprise = app.create(&scope, new_organization(Enterprise, "Tagesklinik Verbund")).await;
    let customer = app.create(&scope, new_organization(Customer, "Öresund Fastigheter")).await;
    let inside = app.scope(ADMIN_EMAIL, enterprise.key.as_str()).await;
    let refused =
        |made: Result<Created, Error>| matches!(made, Err(Error::Invalid(errors)) if errors.get("kind").is_some());
    assert!(refused(try_create(&app, &inside, new_organization(Partner, "A1")).await));
    assert!(refused(try_create(&app, &inside, new_organization(Enterprise, "A2")).await));
    let with_subscription = try_create(&app, &inside, new_organization(Customer, "A3")).await;
    assert!(matches!(with_subscription, Err(Error::Refused(_))), "{with_subscription:?}");
    let beneath_customer = app.scope(ADMIN_EMAIL, customer.key.as_str()).await;
    let forbidden = try_create(&app, &beneath_customer, new_organization(Customer, "A4")).await;
    assert!(matches!(forbidden, Err(Error::Forbidden(_))), "{forbidden:?}");
}

#[tokio::test]
async fn a_partners_administrator_reaches_what_is_beneath() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let user = new_user(&app, "maryam@suedwind.example").await;
    let new = NewOrganization {
        administrator: NewAdministrator::New { user, send_instructions: false },
        ..new_organization(Partner, "Südwind IT")
    };
    let partner = app.create(&scope, new).await;
    let inside = app.scope("maryam@suedwind.example", partner.key.as_str()).await;
    assert_eq!(inside.grants[0].role, Role::ResellerAdmin);
    let customer = app.create(&inside, new_organization(Customer, "Bäckerei Großmann")).await;
    assert_eq!(app.scope("maryam@suedwind.example", customer.key.as_str()).await.grants[0].through, partner.id);
}

/// SPEC section 3: an Org Admin of an enterprise also administers what is beneath it, one of a partner does not.
#[tokio::test]
async fn an_enterprises_administrator_reaches_its_parts() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let enterprise = app.create(&scope, new_organization(Enterprise, "Tagesklinik Verbund")).await;
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let parts = async |parent: &Created, new: NewOrganization| {
        let inside = app.scope(ADMIN_EMAIL, parent.key.as_str()).await;
        app.create(&inside, new).await
    };
    let part = NewOrganization { subscription: None, billing: None, ..new_organization(Customer, "Tagesklinik Nord") };
    let part = parts(&enterprise, part).await;
    let customer = parts(&partner, new_organization(Customer, "Theirs")).await;
    let head = app.member(&enterprise, Role::OrgAdmin, "head@verbund.example").await;
    let listed = head.get(&format!("{}/organizations", head.home)).await;
    assert_eq!(listed.texts("td.org a"), ["Tagesklinik Nord"]);
    head.get(&format!("/o/{}", part.key)).await.assert_status(200);
    head.get(&format!("/o/{}/settings", part.key)).await.assert_status(200);
    let clerk = app.member(&partner, Role::OrgAdmin, "clerk@suedwind.example").await;
    clerk.get(&clerk.home).await.assert_status(200);
    clerk.get(&format!("/o/{}", customer.key)).await.assert_status(404);
}

#[tokio::test]
async fn a_domain_or_number_of_a_sibling_is_refused_by_name() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let first = DetailsForm {
        domain: "kowalczyk.example".into(),
        customer_number: "K-20411".into(),
        ..details(Customer, "Kowalczyk i Wspólnicy sp. z o.o.")
    };
    let made = app.create(&scope, new_with(&first)).await;
    let twin = new_with(&DetailsForm { company: "Kowalczyk".into(), ..first });
    let taken = app
        .app
        .read(&scope, async |db| {
            organizations::matching(db, &scope, twin.details.domain.as_ref(), twin.details.customer_number.as_ref())
                .await
        })
        .await
        .expect("an answer");
    assert_eq!(
        taken.iter().map(|one| (one.field, &one.twin.as_ref().expect("in sight").key)).collect::<Vec<_>>(),
        [("domain", &made.key), ("customer_number", &made.key)]
    );
    let Err(Error::Invalid(errors)) = try_create(&app, &scope, twin.clone()).await else { panic!("refused") };
    assert_eq!(
        errors.get("domain"),
        Some(
            "kowalczyk.example already belongs to Kowalczyk i Wspólnicy sp. z o.o. Open that organization, or use another domain"
        )
    );
    assert!(errors.get("customer_number").is_some_and(|message| message.starts_with("K-20411 already belongs to")));
    // Another partner's customers are another matter.
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let elsewhere = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.create(&elsewhere, twin).await;
}

/// Whatever fails on the way, nothing of the organization remains.
#[tokio::test]
async fn half_an_organization_cannot_be_written() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let before = app.number("select count(*) from events").await;
    for (name, injected) in [
        ("billing", "alter table billing_accounts add constraint late check (city is null)"),
        ("subscription", "alter table subscriptions add constraint late check (licenses > 5)"),
        ("event", "alter table events add constraint late check (kind <> 'subscription.created') not valid"),
        ("mail", "alter table mails add constraint late check (to_address = '')"),
    ] {
        sqlx::raw_sql(injected).execute(&app.db).await.expect(injected);
        let new = new_with(&DetailsForm { notification_email: "it@firm.example".into(), ..details(Customer, name) });
        assert!(try_create(&app, &scope, new).await.is_err(), "{name}");
        let table = injected.split(' ').nth(2).expect("a table");
        let lifted = format!("alter table {table} drop constraint late");
        sqlx::raw_sql(sqlx::AssertSqlSafe(lifted)).execute(&app.db).await.expect("lifted");
    }
    // A user who exists makes the last step fail.
    let user = new_user(&app, ADMIN_EMAIL).await;
    let administrator = NewAdministrator::New { user, send_instructions: false };
    let taken =
        try_create(&app, &scope, NewOrganization { administrator, ..new_organization(Customer, "Taken") }).await;
    assert!(matches!(taken, Err(Error::Invalid(errors)) if errors.get("email").is_some()));
    for query in [
        "select count(*) from organizations where parent_id is not null",
        "select count(*) from subscriptions",
        "select count(*) from billing_accounts where city is not null",
        "select count(*) from mails where organization_id is not null",
    ] {
        assert_eq!(app.number(query).await, 0, "{query}");
    }
    assert_eq!(app.number("select count(*) from events").await, before);
}

async fn fill(app: &TestApp, scope: &Scope, count: usize) {
    for number in 0..count {
        app.create(scope, new_organization(Customer, &format!("Firm {number:03}"))).await;
    }
}

#[tokio::test]
async fn the_list_turns_pages_both_ways_without_losing_a_line() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    fill(&app, &scope, 103).await;
    let first = client.get(&format!("{}/organizations", client.home)).await;
    first.assert_status(200);
    assert_eq!(first.texts("[role=status].ms-auto"), ["103 organizations"]);
    let names = |page: &crate::support::Page| page.texts("td.org a");
    assert_eq!(names(&first).len(), 50);
    assert!(!first.has("a[rel=prev]"));
    let second = client.get(&first.attribute("a[rel=next]", "href").expect("a second page")).await;
    let third = client.get(&second.attribute("a[rel=next]", "href").expect("a third page")).await;
    assert!(!third.has("a[rel=next]"));
    let all: Vec<String> = [names(&first), names(&second), names(&third)].concat();
    assert_eq!(all, (0..103).map(|number| format!("Firm {number:03}")).collect::<Vec<_>>());
    let back = client.get(&third.attribute("a[rel=prev]", "href").expect("a way back")).await;
    assert_eq!(names(&back), names(&second));
    let start = client.get(&back.attribute("a[rel=prev]", "href").expect("a way back")).await;
    assert_eq!(names(&start), names(&first));
    assert!(!start.has("a[rel=prev]"));
}

#[tokio::test]
async fn a_search_finds_by_name_domain_number_and_key_and_stays_in_the_address() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    fill(&app, &scope, 60).await;
    let form = DetailsForm {
        domain: "müller.example".into(),
        customer_number: "K-20411".into(),
        ..details(Customer, "Bäckerei GROSSMANN & Söhne")
    };
    let made = app.create(&scope, new_with(&form)).await;
    let base = format!("{}/organizations", client.home);
    for q in [
        "großmann",
        "grossm",
        "BÄCKEREI",
        "müller.example",
        "xn--mller-kva.example",
        "K-20411",
        "k-204",
        made.key.as_str(),
    ] {
        let page = client.get(&format!("{base}?{}", serde_urlencoded::to_string([("q", q)]).expect("a query"))).await;
        let expected: &[&str] = if q == "großmann" { &[] } else { &["Bäckerei GROSSMANN & Söhne"] };
        assert_eq!(page.texts("td.org a"), expected, "{q}");
        page.assert_field_value("q", q);
    }
    let page = client.get(&format!("{base}?q=firm")).await;
    let next = page.attribute("a[rel=next]", "href").expect("a second page");
    assert!(next.contains("q=firm"), "{next}");
    assert_eq!(client.get(&next).await.texts("td.org a").len(), 10);
    let none = client.get(&format!("{base}?q=%3Cb%3Ekovalchik")).await;
    assert_eq!(none.text(".empty-x h2").as_deref(), Some("No organization matches “<b>kovalchik”"));
    client.get(&format!("{base}?after=org_000000000000&before=x&q=%00")).await.assert_status(200);
}

#[tokio::test]
async fn an_empty_list_offers_to_create_the_first() {
    let app = TestApp::start().await;
    let (client, _) = app.operator().await;
    let page = client.get(&format!("{}/organizations", client.home)).await;
    assert_eq!(page.text(".empty-x h2").as_deref(), Some("No organizations yet"));
    let create = page.attribute("main .btn-primary", "href").expect("a button");
    assert_eq!(create, format!("{}/organizations/quick", client.home));
    let ending = client.get(&format!("{}/organizations?view=ending", client.home)).await;
    assert_eq!(ending.text(".empty-x h2").as_deref(), Some("No trial ends within 7 days"));
}

#[tokio::test]
async fn the_list_is_not_for_customers_and_shows_only_what_stands_beneath() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let inside = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.create(&inside, new_organization(Customer, "Theirs")).await;
    let customer = app.create(&scope, new_organization(Customer, "Ours")).await;
    let page = client.get(&format!("{}/organizations", client.home)).await;
    assert_eq!(page.texts("td.org a"), ["Ours", "Südwind IT"]);
    let them = app.member(&partner, Role::ResellerAdmin, "maryam@suedwind.example").await;
    assert_eq!(them.get(&format!("{}/organizations", them.home)).await.texts("td.org a"), ["Theirs"]);
    let org_admin = app.member(&customer, Role::OrgAdmin, "pia@ours.example").await;
    org_admin.get(&format!("{}/organizations", org_admin.home)).await.assert_status(403);
}

#[tokio::test]
async fn the_address_of_a_child_leads_to_its_own() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Ours")).await;
    let page = client.get(&format!("{}/organizations/{}", client.home, made.key)).await;
    page.assert_redirect(&format!("/o/{}", made.key));
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let them = app.member(&partner, Role::ResellerAdmin, "maryam@suedwind.example").await;
    them.get(&format!("{}/organizations/{}", them.home, made.key)).await.assert_status(404);
    them.get(&format!("{}/organizations/nonsense", them.home)).await.assert_status(404);
}

/// The plan of each page under the application's role: row-level security must not keep it from the index.
#[tokio::test]
async fn a_page_in_the_middle_is_one_index_walk() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let filled = "insert into organizations (id, key, name, kind, parent_id, path, billing_account_id,
            license_pool_owner_id, country, channel, command_id, created_at, updated_at)
        select id, 'org_' || lpad(n::text, 12, '0'), 'Firm ' || n, 'customer', o, array[o, id], b, id, 'DE', 'demo', id,
               now(), now()
        from (select gen_random_uuid() as id, n, o.id as o, o.billing_account_id as b
              from generate_series(1, 20000) n, organizations o where o.parent_id is null) rows";
    sqlx::raw_sql(filled).execute(&app.db).await.expect("filled");
    sqlx::raw_sql("analyze organizations").execute(&app.db).await.expect("analyzed");
    let mut db = app.app.db.begin(&scope).await.expect("a transaction");
    let plan: Vec<String> = sqlx::query_scalar(
        "explain select key, name from organizations
         where parent_id = $1 and (sort_name, id) > ($2, $3) and status <> 'archived'
           and ($4 = '' or strpos(sort_name, $4) > 0)
         order by sort_name, id limit 51",
    )
    .bind(scope.organization.id)
    .bind("firm 5")
    .bind(Uuid::nil())
    .bind("")
    .fetch_all(&mut *db)
    .await
    .expect("a plan");
    let plan = plan.join("\n");
    assert!(plan.contains("organizations_parent_id_sort_name_idx"), "{plan}");
    let condition = plan.lines().find(|line| line.contains("Index Cond")).expect("a condition");
    assert!(condition.contains("ROW(sort_name, id)"), "{plan}");
}
