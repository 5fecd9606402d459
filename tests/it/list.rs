//! The list of organizations: search, filters, orders, pages, views (S105, S206, S215, S333, UX 21-23, 26-28).

use tenantry::{
    organizations::{self, Counted, Created, DetailsForm, Filter},
    roles::Role,
    scope::Scope,
    types::AccountKind::{Customer, Partner},
};

use crate::support::{
    ADMIN_EMAIL, Page, TestApp, TestClient,
    data::{details, new_organization, new_with},
};

pub(crate) const NAMES: &str = "tbody td.org a";

/// Adds many customers at once, three of each name, with numbers, licences and days that meet again.
pub(crate) async fn add_many(app: &TestApp, scope: &Scope, many: i32) {
    sqlx::query(
        "insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id,
                                    country, channel, command_id, created_at, updated_at, licenses, customer_number)
         select made.id, 'org_' || substr(md5(n::text), 1, 12), 'Werk ' || n / 3, 'customer', o.id, o.path || made.id,
                o.billing_account_id, o.id, 'DE', 'wizard', gen_random_uuid(), now() - n / 5 * interval '1 day', now(),
                n % 7, case when n % 4 > 0 then 'K-' || n end
         from organizations o cross join generate_series(1, $2) n cross join lateral (
           select md5('made ' || n)::uuid as id) made
         where o.id = $1",
    )
    .bind(scope.organization.id)
    .bind(many)
    .execute(&app.db)
    .await
    .expect("many organizations");
}

pub(crate) async fn shown(client: &TestClient, query: &str) -> Vec<String> {
    let page = client.get(&format!("{}/organizations?{query}", client.home)).await;
    page.assert_status(200);
    page.texts(NAMES)
}

pub(crate) struct World {
    pub(crate) app: TestApp,
    pub(crate) admin: TestClient,
    pub(crate) scope: Scope,
    pub(crate) bakery: Created,
    pub(crate) harbour: Created,
    pub(crate) partner: Created,
}

/// Five organizations of different kinds beneath the operator, and one beneath the partner among them.
pub(crate) async fn world() -> World {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let in_country = |name: &str, country: &str| DetailsForm {
        country: country.into(),
        state: String::new(),
        ..details(Customer, name)
    };
    let bakery = DetailsForm {
        domain: "grossmann.example".into(),
        customer_number: "K-100".into(),
        registration_number: "HRB 21 4077".into(),
        ..details(Customer, "Bäckerei Großmann & Söhne")
    };
    let bakery = app.create(&scope, new_with(&bakery)).await;
    app.create(&scope, new_with(&in_country("株式会社さくら物流", "SG"))).await;
    let harbour = app.create(&scope, new_with(&in_country("ÖRESUND Fastigheter", "LV"))).await;
    let partner = app.create(&scope, new_organization(Partner, "Nordlicht Partner")).await;
    let archived = app.create(&scope, new_organization(Customer, "Alte Weberei")).await;
    let beneath = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.create(&beneath, new_organization(Customer, "Enkel GmbH")).await;
    for (status, id) in [("suspended", harbour.id), ("archived", archived.id)] {
        sqlx::query("update organizations set status = $1, trial_ends_at = null where id = $2")
            .bind(status)
            .bind(id)
            .execute(&app.db)
            .await
            .expect("a status");
    }
    World { app, admin, scope, bakery, harbour, partner }
}

#[tokio::test]
async fn each_filter_and_several_together_find_what_they_say() {
    let World { app, admin, scope, bakery, partner, .. } = world().await;
    let group = app.group(&scope, "North", &[&bakery, &partner], &[]).await;
    let all = ["Bäckerei Großmann & Söhne", "Nordlicht Partner", "ÖRESUND Fastigheter", "株式会社さくら物流"];
    let (bakery, nordlicht, oresund, sakura) = (all[0], all[1], all[2], all[3]);
    let parent = format!("parent={}", partner.key);
    let group = format!("group={group}");
    let both = format!("{group}&type=partner");
    let cases: Vec<(&str, Vec<&str>)> = vec![
        ("", all.to_vec()),
        ("status=suspended", vec![oresund]),
        ("status=archived", vec!["Alte Weberei"]),
        ("status=active", vec![bakery, nordlicht, sakura]),
        ("status=suspended&status=archived", vec!["Alte Weberei", oresund]),
        ("type=partner", vec![nordlicht]),
        ("type=customer", vec![bakery, oresund, sakura]),
        ("plan=trial", vec![bakery, nordlicht, sakura]),
        ("plan=purchased", vec![oresund]),
        ("country=LV", vec![oresund]),
        ("country=LV&country=SG", vec![oresund, sakura]),
        ("country=JP", vec![]),
        ("channel=wizard", all.to_vec()),
        ("channel=import", vec![]),
        ("from=2000-01-01&to=2999-01-01", all.to_vec()),
        ("to=2000-01-01", vec![]),
        (&parent, vec!["Enkel GmbH"]),
        (&group, vec![bakery, nordlicht]),
        (&both, vec![nordlicht]),
        ("type=partner&country=LV", vec![]),
        ("country=LV&status=suspended&q=öre", vec![oresund]),
        ("country=Narnia&type=club&status=gone&group=1&size=7&sort=password&from=31.12.2020", all.to_vec()),
        ("beneath=1", vec![bakery, "Enkel GmbH", nordlicht, oresund, sakura]),
    ];
    for (query, expected) in cases {
        assert_eq!(shown(&admin, query).await, expected, "{query}");
        for sort in ["-created", "licenses", "number"] {
            let mut sorted = shown(&admin, &format!("{query}&sort={sort}")).await;
            sorted.sort();
            let mut expected = expected.clone();
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{query} by {sort}");
        }
    }
}

#[tokio::test]
async fn a_search_finds_words_of_every_column() {
    let World { app: _app, admin, bakery, harbour, .. } = world().await;
    let (name, oresund, sakura) = ("Bäckerei Großmann & Söhne", "ÖRESUND Fastigheter", "株式会社さくら物流");
    for (q, expected) in [
        ("bäck", vec![name]),
        ("BÄCKEREI", vec![name]),
        ("söhne großmann", vec![name]),
        ("Öresund", vec![oresund]),
        ("öresund", vec![oresund]),
        ("さくら", vec![sakura]),
        ("株式会社", vec![sakura]),
        ("物流", vec![sakura]),
        ("K-100", vec![name]),
        ("k-1", vec![name]),
        ("HRB 21 4077", vec![name]),
        ("4077", vec![name]),
        ("grossmann.example", vec![name]),
        ("https://www.grossmann.example/", vec![name]),
        ("grossm", vec![name]),
        ("lindner", vec![name, "Nordlicht Partner", oresund, sakura]),
        ("vogt-lindner nord", vec!["Nordlicht Partner"]),
        (bakery.key.as_str(), vec![name]),
        (harbour.key.as_str(), vec![oresund]),
        ("alte", vec![]),
        ("enkel", vec![]),
        ("mann", vec![]),
        ("%", vec![]),
        ("_", vec![]),
        ("'; drop table organizations; --", vec![]),
    ] {
        let query = serde_urlencoded::to_string([("q", q)]).expect("a query");
        assert_eq!(shown(&admin, &query).await, expected, "{q}");
    }
    assert_eq!(shown(&admin, "q=alte&status=archived").await, ["Alte Weberei"]);
    assert_eq!(shown(&admin, "q=enkel&beneath=1").await, ["Enkel GmbH"]);
    assert_eq!(shown(&admin, "q=b%00%01%C3%A4ck").await, [name], "control characters are no part of a word");
}

/// A renamed organization is found by its new name alone, an archived one not at all, a restored one again.
#[tokio::test]
async fn terms_follow_their_organization() {
    let World { app, admin, bakery, .. } = world().await;
    let change = async |set: &'static str| {
        sqlx::query(set).bind(bakery.id).execute(&app.db).await.expect("a change");
    };
    change("update organizations set name = 'Mühle Großmann' where id = $1").await;
    assert_eq!(shown(&admin, "q=m%C3%BChle").await, ["Mühle Großmann"]);
    assert!(shown(&admin, "q=b%C3%A4ckerei").await.is_empty());
    change("update organizations set status = 'archived' where id = $1").await;
    assert!(shown(&admin, "q=m%C3%BChle").await.is_empty());
    change("update organizations set status = 'active' where id = $1").await;
    assert_eq!(shown(&admin, "q=m%C3%BChle").await, ["Mühle Großmann"]);
    let stray = app
        .number(
            "select count(*) from organization_terms t full join (
               select o.parent_id, w.term, o.sort_name, o.id from organizations o
               cross join organization_terms_of(o.search_text) w (term)
               where o.parent_id is not null and o.status <> 'archived') o
               on (o.parent_id, o.term, o.sort_name, o.id) = (t.parent_id, t.term, t.sort_name, t.organization_id)
             where o.id is null or t.organization_id is null",
        )
        .await;
    assert_eq!(stray, 0, "the terms are those of the organizations");
}

/// Every page by its link, then all the way back: the same lines in the same order, each once.
#[tokio::test]
async fn pages_forward_and_back_visit_the_same_lines_in_every_order() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    add_many(&app, &scope, 130).await;
    let group = app.group(&scope, "None", &[], &[]).await;
    sqlx::query(
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at)
         select $1, id, parent_id, sort_name, now() from organizations where parent_id is not null and licenses > 1",
    )
    .bind(group)
    .execute(&app.db)
    .await
    .expect("a group");
    let in_group = format!("group={group}");
    for filter in ["", "q=werk", "q=werk+1", "country=DE", &in_group, "plan=purchased&beneath=1"] {
        for sort in ["name", "-name", "created", "-created", "licenses", "-licenses", "number", "-number"] {
            let address = format!("{}/organizations?{filter}&sort={sort}&size=25", admin.home);
            let mut pages = vec![admin.get(&address).await];
            while let Some(next) = pages.last().and_then(|page| page.attribute("a[rel=next]", "href")) {
                pages.push(admin.get(&next).await);
            }
            let keys = |page: &Page| page.attributes(NAMES, "href");
            let forward: Vec<String> = pages.iter().flat_map(keys).collect();
            let mut different = forward.clone();
            different.sort();
            different.dedup();
            assert_eq!(different.len(), forward.len(), "{filter} by {sort}: each once");
            assert!(forward.len() > 25, "{filter} by {sort}: several pages");
            let mut page = pages.pop().expect("a last page");
            while let Some(before) = pages.pop() {
                page = admin.get(&page.attribute("a[rel=prev]", "href").expect("a way back")).await;
                assert_eq!(keys(&page), keys(&before), "{filter} by {sort}: back");
            }
            assert!(!page.has("a[rel=prev]"), "{filter} by {sort}: nothing precedes the first page");
            let filter = Filter::parse(&format!("{filter}&sort={sort}"));
            assert_eq!(walked(&app, &scope, &filter, 7).await, forward, "{filter:?}: a walk in portions");
        }
    }
}

/// Filters that meet only at the end of a long list: a page says how far it came instead of looking through all of it, and who
/// walks through everything misses nothing.
#[tokio::test]
async fn a_page_that_looked_at_thousands_in_vain_says_so_and_leads_on() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    add_many(&app, &scope, 10_050).await;
    let group = app.group(&scope, "Many", &[], &[]).await;
    for statement in [
        "insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at)
         select $1, id, parent_id, sort_name, now() from organizations where parent_id is not null",
        "update organizations set created_at = '2001-01-01' where name in ('Werk 998', 'Werk 999') and $1 is not null",
    ] {
        sqlx::query(statement).bind(group).execute(&app.db).await.expect("a change");
    }
    let in_group = format!("group={group}");
    for filter in ["q=werk", "q=werk&sort=-created", "country=DE", &in_group] {
        let filter = format!("{filter}&to=2001-12-31");
        let page = admin.get(&format!("{}/organizations?{filter}", admin.home)).await;
        page.assert_contains("Nothing found so far").assert_contains("Clear all");
        assert!(!page.body.contains("No organization matches"), "{filter}");
        let further = page.attribute(".empty-x a.btn-primary", "href").expect("a way on");
        let page = admin.get(&further).await;
        let keys = page.attributes(NAMES, "href");
        assert_eq!(keys.len(), 6, "{filter}");
        assert!(!page.has("a[rel=next]"), "{filter}: the end is known");
        let before = page.attribute("a[rel=prev]", "href").expect("a way back");
        let page = admin.get(&before).await;
        let further = page.assert_contains("Nothing found so far").attribute(".empty-x a.btn-primary", "href");
        admin.get(&further.expect("a way further back")).await.assert_contains("No further organizations");
        assert_eq!(walked(&app, &scope, &Filter::parse(&filter), 4).await, keys, "{filter}: in portions");
    }
    let rare = shown(&admin, "country=DE&channel=import").await;
    assert!(rare.is_empty(), "nobody came in there, which is known at once");
}

async fn walked(app: &TestApp, scope: &Scope, filter: &Filter, portion: usize) -> Vec<String> {
    let mut keys = Vec::new();
    let mut mark = None;
    loop {
        let read = app.app.read(scope, async |db| organizations::walk(db, scope, filter, mark.as_ref(), portion).await);
        let rows = read.await.expect("a portion");
        keys.extend(rows.iter().map(|row| format!("/o/{}", row.key)));
        if rows.len() < portion {
            return keys;
        }
        mark = rows.last().map(|row| row.mark(filter.sort.by));
    }
}

#[tokio::test]
async fn the_page_says_how_many_there_are_and_which_filters_are_in_use() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    add_many(&app, &scope, 60).await;
    let page = admin.get(&format!("{}/organizations", admin.home)).await;
    page.assert_contains("60 organizations");
    assert_eq!(page.attribute("th[aria-sort]", "aria-sort").as_deref(), Some("ascending"));
    let page = admin.get(&format!("{}/organizations?q=werk&country=DE&sort=-licenses", admin.home)).await;
    page.assert_contains("60 organizations").assert_contains("Clear all");
    assert_eq!(page.texts(".chip b"), ["werk", "Germany"]);
    assert_eq!(page.attribute("th[aria-sort]", "aria-sort").as_deref(), Some("descending"));
    let without = page.attribute(".chip a", "href").expect("the search can be removed");
    assert_eq!(without, format!("{}/organizations?country=DE&sort=-licenses", admin.home));
    let nothing = admin.get(&format!("{}/organizations?q=werk&country=LV", admin.home)).await;
    nothing.assert_contains("No organization matches").assert_contains("A filter is in use");
    assert!(!nothing.body.contains("No organizations yet"));
    let read = app.app.read(&scope, async |db| organizations::count(db, &scope, &Filter::default(), 50).await);
    assert_eq!(read.await.expect("a count"), Counted::MoreThan(50));
}

/// S262: groups, tags, parents and keys of others find nothing.
#[tokio::test]
async fn filters_lead_nowhere_out_of_sight() {
    let World { app, scope, bakery, harbour, partner, .. } = world().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    let own = app.group(&scope, "Own", &[&bakery], &["lena@nordlicht.example"]).await;
    let other = app.group(&scope, "Other", &[&harbour], &[]).await;
    for query in [
        "",
        "beneath=1",
        "sort=-created",
        "status=active&status=suspended&status=archived",
        "country=DE",
        "q=b%C3%A4ck",
        &format!("group={own}"),
        "plan=trial",
        "type=customer&sort=number",
    ] {
        assert_eq!(shown(&lena, query).await, ["Bäckerei Großmann & Söhne"], "{query}");
    }
    for query in [
        &format!("group={other}"),
        &format!("parent={}", partner.key),
        &format!("parent={}&beneath=1", partner.key),
        "country=LV",
        "q=%C3%B6resund",
        "q=enkel&beneath=1",
        &format!("q={}", harbour.key),
        "status=suspended",
    ] {
        assert!(shown(&lena, query).await.is_empty(), "{query}");
    }
    let beneath = app.member(&partner, Role::ResellerAdmin, "beneath@partner.example").await;
    assert_eq!(shown(&beneath, "").await, ["Enkel GmbH"]);
    for query in [format!("parent={}", scope.organization.key), format!("group={own}"), format!("q={}", bakery.key)] {
        assert!(shown(&beneath, &query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn views_are_saved_shared_reordered_and_deleted() {
    let World { app, admin, scope, .. } = world().await;
    let list = format!("{}/organizations", admin.home);
    let page = admin.get(&format!("{list}?status=suspended&country=LV")).await;
    let save = page.texts(".tabs a").iter().any(|label| label == "Save this view");
    assert!(save, "what is filtered can be saved");
    let views = format!("{}/views", admin.home);
    admin
        .post(&views, &[("query", "country=LV")])
        .await
        .assert_status(422)
        .assert_contains("Enter a name for the view");
    for (name, shared) in [("Sweden", "true"), ("Mine", "")] {
        let saved = admin.post(&views, &[("name", name), ("query", "country=LV"), ("shared", shared)]).await;
        saved.assert_redirect(&format!("{list}?country=LV"));
    }
    let again = admin.post(&views, &[("name", "sweden"), ("query", "country=SG")]).await;
    again.assert_status(422).assert_contains("You have a view of this name");
    assert_eq!(tabs(&admin).await, ["Sweden", "Mine"]);
    let colleague = app.member(&TestApp::own(&scope), Role::ResellerAdmin, "colleague@nordlicht.example").await;
    assert_eq!(tabs(&colleague).await, ["Sweden"], "what is not shared is nobody else's");
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from saved_views order by position").fetch_all(&app.db).await.expect("two views");
    let address = |id: uuid::Uuid, verb: &str| format!("{views}/{id}{verb}");
    admin.post(&address(ids[1], "/position"), &[("to", "front")]).await.assert_status(303);
    assert_eq!(tabs(&admin).await, ["Mine", "Sweden"]);
    for (id, status) in [(ids[0], 404), (ids[1], 404)] {
        colleague.post(&address(id, ""), &[("name", "Theirs")]).await.assert_status(status);
        colleague.post(&address(id, "/position"), &[("to", "back")]).await.assert_status(status);
    }
    colleague.post(&address(ids[1], "/delete"), &[]).await.assert_status(404);
    admin.post(&address(ids[0], ""), &[("name", "Suède"), ("shared", "true")]).await.assert_status(303);
    assert_eq!(tabs(&admin).await, ["Mine", "Suède"]);
    colleague.post(&address(ids[0], "/delete"), &[]).await.assert_status(303);
    assert_eq!(tabs(&admin).await, ["Mine"], "a Reseller Admin deletes what is shared");
}

/// The views of a person that the product does not bring along.
async fn tabs(client: &TestClient) -> Vec<String> {
    let page = client.get(&format!("{}/organizations", client.home)).await;
    let own = ["All", "Trials ending within 7 days", "Suspended", "Archived", "Edit views", "Save this view"];
    page.texts(".tabs[aria-label=Views] a").into_iter().filter(|label| !own.contains(&label.as_str())).collect()
}

#[tokio::test]
async fn a_person_keeps_at_most_twenty_views() {
    let World { app: _app, admin, .. } = world().await;
    let views = format!("{}/views", admin.home);
    for number in 0..20 {
        let name = format!("View {number}");
        admin.post(&views, &[("name", &name), ("query", "country=LV")]).await.assert_status(303);
    }
    let more = admin.post(&views, &[("name", "One more"), ("query", "country=LV")]).await;
    more.assert_status(422).assert_contains("You have 20 views");
}

/// UX 28: for each person, and without script.
#[tokio::test]
async fn columns_density_and_size_are_remembered() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    add_many(&app, &scope, 60).await;
    let settings = [
        ("column", "number"),
        ("column", "country"),
        ("column", "password"),
        ("density", "compact"),
        ("size", "25"),
        ("query", "q=werk&size=100"),
    ];
    let list = format!("{}/organizations", admin.home);
    admin.post(&format!("{}/list-settings", admin.home), &settings).await.assert_redirect(&format!("{list}?q=werk"));
    let page = admin.get(&list).await;
    assert_eq!(page.texts("thead th"), ["", "Organization", "Customer number", "Country"]);
    assert_eq!(page.texts(NAMES).len(), 25);
    assert!(page.has("table.compact"));
    assert_eq!(admin.get(&format!("{list}?size=50")).await.texts(NAMES).len(), 50, "the address comes first");
    let colleague = app.member(&TestApp::own(&scope), Role::ResellerAdmin, "colleague@nordlicht.example").await;
    assert_eq!(colleague.get(&list).await.texts(NAMES).len(), 50, "for oneself only");
}
