//! The fields of a partner's own where organizations are created and found: the quick form, the list, its filters, columns
//! and files. Rows, the wizard and transfers have theirs beside their other tests.

use tenantry::{organizations::Created, roles::Role, types::OrgKey};

use crate::{
    custom_fields::{make, three},
    list::{NAMES, World, add_many, shown, world},
    quick::{FIVE, send},
    support::{TestApp, TestClient},
};

/// The fields of the partner's own: mandatory ones beside the five, the others behind More with their defaults; kept when
/// something is wrong, and told in the log.
#[tokio::test]
async fn the_partners_own_fields_are_asked_and_kept() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let [region, cost, since] = three(&app, &admin).await;
    let page = admin.get(&format!("{}/organizations/quick", admin.home)).await;
    page.assert_status(200).assert_field_value(&since, "");
    assert!(page.has(&format!("form > .f #{cost}")), "it is not hidden behind More");
    assert!(
        page.has(&format!("details.more:not([open]) select#{region} option[value=North][selected]")),
        "the default"
    );
    let wrong = send(&admin, &[(&region, "South"), (&cost, ""), (&since, "soon")]).await;
    wrong.assert_status(422).assert_field_error(&cost, "Fill in Cost centre").assert_field_value(&since, "soon");
    assert!(wrong.has(&format!("details.more[open] #{since}[aria-invalid=true]")));
    assert!(wrong.has(&format!("#{region} option[value=South][selected]")));
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 0);
    // A field of another partner is none of this form.
    let foreign = format!("custom_{}", uuid::Uuid::now_v7());
    let made = send(&admin, &[(&region, "South"), (&cost, "4711,50"), (&since, "05/02/2027"), (&foreign, "x")]).await;
    made.assert_status(303);
    let kept: serde_json::Value = sqlx::query_scalar("select custom from organizations where channel = 'form'")
        .fetch_one(&app.db)
        .await
        .expect("an organization");
    let id = |control: &str| control.trim_start_matches("custom_").to_owned();
    assert_eq!(kept, serde_json::json!({ id(&region): "South", id(&cost): "4711.5", id(&since): "2027-02-05" }));
    let told: serde_json::Value = sqlx::query_scalar(
        "select after #> '{only_above,own_fields}' from events where kind = 'organization.created' and channel = 'form'",
    )
    .fetch_one(&app.db)
    .await
    .expect("an event");
    assert_eq!(told, serde_json::json!({ "Region": "South", "Cost centre": "4711.5", "Customer since": "05/02/2027" }));
    // The edit page leads whoever comes from above to them, and nobody else.
    let settings = format!("{}/settings", made.location());
    let key = made.location().trim_start_matches("/o/").to_owned();
    let link = format!("a[href='{}/organizations/{key}/fields']", admin.home);
    assert!(admin.get(&settings).await.has(&link));
    let id = sqlx::query_scalar("select id from organizations where key = $1").bind(&key).fetch_one(&app.db).await;
    let (id, key) = (id.expect("its id"), OrgKey::parse(&key).expect("its key"));
    let made = Created { id, key, name: FIVE[0].1.to_owned(), already: false };
    let own = app.member(&made, Role::OrgAdmin, "own@kowalczyk.example").await;
    let page = own.get(&settings).await;
    page.assert_status(200);
    assert!(!page.has(&link));
    // Its own log does not tell it what the partner keeps for itself; the partner reads it there.
    let log = format!("{}/audit", own.home);
    assert!(!own.get(&log).await.body.contains("4711.5"));
    admin.get(&log).await.assert_status(200).assert_contains("4711.5");
}

/// Fills in the partner's own fields of an organization.
async fn fill(client: &TestClient, organization: &Created, values: &[(&String, &str)]) {
    let form: Vec<(&str, &str)> = values.iter().map(|(control, value)| (control.as_str(), *value)).collect();
    let page = format!("{}/organizations/{}/fields", client.home, organization.key);
    client.post(&page, &form).await.assert_status(303);
}

/// Choices and texts by their value, numbers and days from and to; what cannot be read matches nothing.
#[tokio::test]
async fn the_partners_own_fields_are_filters() {
    let World { app, admin, scope, bakery, harbour, partner } = world().await;
    let [region, cost, since] = three(&app, &admin).await;
    let note = format!("custom_{}", make(&app, &admin, &[("name", "Note"), ("kind", "text")]).await);
    fill(&admin, &bakery, &[(&region, "North"), (&cost, "10"), (&since, "05/02/2027"), (&note, "Two  Words")]).await;
    fill(&admin, &harbour, &[(&region, "South"), (&cost, "-2,5"), (&since, "31/12/2026")]).await;
    fill(&admin, &partner, &[(&region, "North"), (&cost, "4711,50")]).await;
    let (bakery_name, nordlicht, oresund) = ("Bäckerei Großmann & Söhne", "Nordlicht Partner", "ÖRESUND Fastigheter");
    let cases: Vec<(String, Vec<&str>)> = vec![
        (format!("{region}=North"), vec![bakery_name, nordlicht]),
        (format!("{region}=north&{region}=South"), vec![bakery_name, nordlicht, oresund]),
        (format!("{region}=East"), vec![]),
        (format!("{region}=North&type=partner"), vec![nordlicht]),
        (format!("{region}=North&{note}=two+words"), vec![bakery_name]),
        (format!("{region}=North&q=nord"), vec![nordlicht]),
        (format!("{region}=North&sort=-name"), vec![nordlicht, bakery_name]),
        (format!("{region}=North&sort=-created"), vec![nordlicht, bakery_name]),
        (format!("{region}=North&status=archived"), vec![]),
        (format!("{cost}_from=-3&{cost}_to=10,0"), vec![bakery_name, oresund]),
        (format!("{cost}_from=10.5"), vec![nordlicht]),
        (format!("{cost}_from=0&{region}=North&sort=created"), vec![bakery_name, nordlicht]),
        (format!("{cost}=4711.50"), vec![nordlicht]),
        (format!("{cost}_from=many"), vec![]),
        (format!("{since}_from=2027-01-01"), vec![bakery_name]),
        (format!("{since}_from=2026-12-31&{since}_to=2026-12-31"), vec![oresund]),
        (format!("custom_{}=North", uuid::Uuid::now_v7()), vec![]),
    ];
    for (query, names) in cases {
        assert_eq!(shown(&admin, &query).await, names, "{query}");
    }
    // Names and states are carried along, and whoever is kept to groups meets theirs only (S262).
    sqlx::query("update organizations set name = 'Zwieback', status = 'archived' where id = $1")
        .bind(bakery.id)
        .execute(&app.db)
        .await
        .expect("another name");
    assert_eq!(shown(&admin, &format!("{region}=North")).await, [nordlicht]);
    let both = format!("{region}=North&status=archived&status=active");
    assert_eq!(shown(&admin, &both).await, [nordlicht, "Zwieback"]);
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.group(&scope, "Harbours", &[&harbour], &["lena@nordlicht.example"]).await;
    assert!(shown(&lena, &format!("{region}=North")).await.is_empty());
    assert_eq!(shown(&lena, &format!("{region}=South")).await, [oresund]);
}

#[tokio::test]
async fn a_walk_along_the_values_of_a_field_meets_each_organization_once() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let [region, cost, _] = three(&app, &admin).await;
    add_many(&app, &scope, 180).await;
    sqlx::query(
        "update organizations set custom = jsonb_build_object($1::text, case when licenses < 3 then 'North' else 'South' end,
                                                              $2::text, licenses::text)
         where parent_id is not null",
    )
    .bind(region.trim_start_matches("custom_"))
    .bind(cost.trim_start_matches("custom_"))
    .execute(&app.db)
    .await
    .expect("values");
    let north = app.number("select count(*) from organizations where parent_id is not null and licenses < 3").await;
    for query in [format!("{region}=North"), format!("{region}=north&{region}=x&sort=-name"), format!("{cost}_to=2")] {
        let (mut seen, mut pages) = (Vec::new(), Vec::new());
        let mut next = format!("{}/organizations?{query}&size=25", admin.home);
        loop {
            let page = admin.get(&next).await;
            let keys = page.attributes(NAMES, "href");
            seen.extend(keys.clone());
            pages.push(keys);
            let Some(href) = page.attribute(".pager a[rel=next]", "href") else { break };
            next = href;
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (north as usize, north as usize), "{query}");
        let back = admin.get(&next).await.attribute(".pager a[rel=prev]", "href").expect("a page before");
        assert_eq!(admin.get(&back).await.attributes(NAMES, "href"), pages[pages.len() - 2], "{query}");
    }
}

/// Columns are remembered, filters described, and both go into views and files.
#[tokio::test]
async fn the_partners_own_fields_are_columns_chips_views_and_exports() {
    let World { app, admin, bakery, harbour, .. } = world().await;
    let [region, cost, since] = three(&app, &admin).await;
    fill(&admin, &bakery, &[(&region, "North"), (&cost, "10"), (&since, "05/02/2027")]).await;
    fill(&admin, &harbour, &[(&region, "South"), (&cost, "20")]).await;
    let columns =
        [("column", "status"), ("column", since.as_str()), ("column", region.as_str()), ("column", "custom_x")];
    admin.post(&format!("{}/list-settings", admin.home), &columns).await.assert_status(303);
    let query = format!("{region}=North&{since}_from=2027-01-01");
    let page = admin.get(&format!("{}/organizations?{query}", admin.home)).await;
    page.assert_status(200);
    assert_eq!(page.texts("thead th")[1..], ["Organization", "Status", "Region", "Customer since"]);
    assert_eq!(page.texts("tbody td").len(), 5);
    page.assert_contains("05/02/2027");
    let chips = page.texts(".chip");
    assert!(chips.iter().any(|chip| chip.contains("Region") && chip.contains("North")), "{chips:?}");
    assert!(chips.iter().any(|chip| chip.contains("Customer since") && chip.contains("from 01/01/2027")), "{chips:?}");
    assert!(page.has(&format!("#filters select[name={region}] option[value=North][selected]")));
    assert!(page.has(&format!("#filters input[type=date][name={since}_from][value='2027-01-01']")));
    let without = page.attribute(".chip a", "href").expect("a way to remove it");
    assert!(!without.contains(&region) && without.contains(&since), "{without}");
    let view = [("name", "North"), ("query", query.as_str())];
    admin.post(&format!("{}/views", admin.home), &view).await.assert_status(303);
    assert!(admin.get(&format!("{}/organizations?{query}", admin.home)).await.has("nav.tabs a[aria-current=page]"));
    let file = admin.download(&format!("{}/organizations/export?{query}", admin.home), &[("format", "csv")]).await;
    let text = String::from_utf8(file).expect("UTF-8");
    assert!(text.lines().count() == 2 && text.contains("Bäckerei") && text.contains("North"), "{text}");
    // An archived field is shown nowhere, and what asks for it finds nothing.
    let id = region.trim_start_matches("custom_");
    admin.post(&format!("{}/settings/fields/{id}/archive", admin.home), &[]).await.assert_status(303);
    let page = admin.get(&format!("{}/organizations?{region}=North", admin.home)).await;
    page.assert_status(200).assert_contains("A field that is not in use").assert_contains("No organization matches");
}
