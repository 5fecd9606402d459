//! Taking an import back tells the truth, row by row (N1).

use tenantry::{
    imports::{self, Choices, Existing, Outcome, State, Undone},
    organizations::{self, DetailsForm, OrganizationForm, Rules},
    scope::Scope,
    types::{AccountKind::Customer, Currency},
};
use uuid::Uuid;

use super::{HEAD, choose, customers, database, good, lines, start, take_back, upload};
use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_with},
};

/// Somebody edits the organization on its own page.
async fn edit(app: &TestApp, name: &str, city: &str) -> Uuid {
    let (id, key): (Uuid, String) = sqlx::query_as("select id, key from organizations where name = $1")
        .bind(name)
        .fetch_one(&mut *database(app).await)
        .await
        .expect("the organization");
    let scope: Scope = app.scope(ADMIN_EMAIL, &key).await;
    let rules =
        Rules { required: vec![], kinds: vec![Customer], country: None, currency: Currency::EUR, custom: vec![] };
    let saved = app.app.write(&scope, async |db| {
        let now = organizations::show(db, &scope).await?;
        let form = OrganizationForm { city: city.into(), ..OrganizationForm::of(&now.details) };
        let new = form.parse(&rules).expect("acceptable").details;
        organizations::edit(db, &scope, now.version, &new).await
    });
    saved.await.expect("saved");
    id
}

#[tokio::test]
async fn what_nobody_touched_is_gone_and_the_file_can_be_imported_again() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(500)).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!(import.outcomes.of(Outcome::Created), 500);
    for number in [0, 17, 499] {
        edit(&app, &format!("Kunde {number:05} GmbH"), "Bonn").await;
    }
    let import = take_back(&app, &scope, import.id).await;
    assert_eq!(import.state, State::Undone);
    let first = &lines(&app, &scope, &import).await;
    assert_eq!(first[0].undone, Some((Undone::Kept, Some("It was changed since".into()))));
    assert_eq!(first[1].undone, Some((Undone::Reversed, None)));
    assert_eq!(customers(&app).await, 3);
    let mut db = database(&app).await;
    let after: serde_json::Value = sqlx::query_scalar("select after from events where kind = 'import.undone'")
        .fetch_one(&mut *db)
        .await
        .expect("the event");
    assert_eq!((&after["reversed"], &after["kept"]), (&497.into(), &3.into()));
    for table in ["billing_accounts", "organization_terms", "group_organizations"] {
        let orphans = format!(
            "select count(*) from {table} t where not exists (select 1 from organizations o where o.id = t.organization_id)"
        );
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(orphans)).fetch_one(&mut *db).await.expect("a count");
        assert_eq!(count, 0, "{table}");
    }
    let again = upload(&app, &scope, &good(500)).await;
    let again = start(&app, &scope, again.id).await;
    assert_eq!(again.outcomes.of(Outcome::Created), 497);
    let refused = imports::undo(&app.app, &scope, import.id).await;
    assert!(matches!(refused, Err(tenantry::error::Error::Refused(_))));
}

#[tokio::test]
async fn what_was_changed_is_put_back_unless_it_was_changed_again() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    for (name, number) in [("One", "K-1"), ("Two", "K-2")] {
        let form = DetailsForm { customer_number: number.into(), ..details(Customer, name) };
        app.create(&scope, new_with(&form)).await;
    }
    let import = upload(&app, &scope, &(HEAD.to_owned() + ";;;K-1;Leeds;\n;;;K-2;York;\n")).await;
    choose(&app, &scope, import.id, &Choices { existing: Existing::Update, ..Choices::default() }).await;
    let import = start(&app, &scope, import.id).await;
    assert_eq!(import.outcomes.of(Outcome::Updated), 2);
    edit(&app, "Two", "Bath").await;
    let import = take_back(&app, &scope, import.id).await;
    let lines = lines(&app, &scope, &import).await;
    assert_eq!(lines[0].undone, Some((Undone::Reversed, None)));
    assert_eq!(lines[1].undone, Some((Undone::Kept, Some("It was changed since".into()))));
    let cities: Vec<Option<String>> =
        sqlx::query_scalar("select city from organizations where kind = 'customer' order by name")
            .fetch_all(&mut *database(&app).await)
            .await
            .expect("cities");
    assert_eq!(cities, [None, Some("Bath".to_owned())]);
}
