//! The quick form (S205, S237-S243, S263-S264, S423).

use tenantry::{roles::Role, types::AccountKind::Enterprise};

use crate::{
    naughty,
    support::{
        Page, TestApp, TestClient,
        data::{new_organization, record},
    },
};

pub(crate) const FIVE: [(&str, &str); 5] = [
    ("name", "Kowalczyk i Wspólnicy sp. z o.o."),
    ("domain", "https://www.kowalczyk.example/kontakt"),
    ("registration_number", "KRS 0000123456"),
    ("notification_email", "it@kowalczyk.example"),
    ("contact_phone", "+48 22 555 01 42"),
];

/// Sends the form with some fields replaced or added.
pub(crate) async fn send(client: &TestClient, changes: &[(&str, &str)]) -> Page {
    let mut form: Vec<(&str, &str)> = FIVE.to_vec();
    form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    form.extend(changes);
    client.post(&format!("{}/organizations/quick", client.home), &form).await
}

#[tokio::test]
async fn five_fields_make_an_organization_with_its_own_account() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let list = admin.get(&format!("{}/organizations", admin.home)).await;
    assert!(list.has(&format!("a[href='{}/organizations/quick']", admin.home)), "S237: a button on the list");
    let page = admin.get(&format!("{}/organizations/quick", admin.home)).await;
    page.assert_status(200);
    assert!(!page.has("details.more[open]"), "the other fields wait behind More (S239)");
    let made = send(&admin, &[]).await;
    made.assert_status(303);
    admin.get(&made.location()).await.assert_contains("kowalczyk.example is used").assert_contains("is created");
    let (name, domain, channel, country, status): (String, String, String, String, String) =
        sqlx::query_as("select name, domain, channel, country, status from organizations where parent_id is not null")
            .fetch_one(&app.db)
            .await
            .expect("one organization");
    assert_eq!(
        (name.as_str(), domain.as_str(), channel.as_str(), country.as_str(), status.as_str()),
        (FIVE[0].1, "kowalczyk.example", "form", "DE", "active")
    );
    let own = "select count(*) from organizations o join billing_accounts b on b.id = o.billing_account_id
               and b.organization_id = o.id where o.parent_id is not null";
    assert_eq!(app.number(own).await, 1, "a primary has an account of its own (S308)");
    assert_eq!(
        app.number("select count(*) from events where kind = 'organization.created' and channel = 'form'").await,
        1
    );
}

#[tokio::test]
async fn beneath_an_enterprise_its_account_pays() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let head = app.create(&scope, new_organization(Enterprise, "Klinikum Nord")).await;
    let form: Vec<(&str, &str)> = FIVE.to_vec();
    admin.post(&format!("/o/{}/organizations/quick", head.key), &form).await.assert_status(303);
    let paid = "select count(*) from organizations o join organizations p on p.id = o.parent_id
                where o.channel = 'form' and o.billing_account_id = p.billing_account_id";
    assert_eq!(app.number(paid).await, 1);
}

#[tokio::test]
async fn what_is_wrong_comes_back_with_everything_typed() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let page = send(
        &admin,
        &[("domain", "a@b.example"), ("contact_phone", ""), ("billing_starts_on", "01/02/27"), ("city", "Łódź")],
    )
    .await;
    page.assert_status(422).assert_field_error("contact_phone", "Enter the contact phone");
    assert!(page.text("#domain-error").is_some_and(|message| message.contains("is an email address")));
    assert!(page.text("#billing_starts_on-error").is_some_and(|message| message.contains("year of two digits")));
    page.assert_field_value("city", "Łódź").assert_field_value("domain", "a@b.example");
    assert!(page.has("details.more[open]"), "More stays open where it holds something");
    assert_eq!(app.number("select count(*) from organizations").await, 1, "the operator alone");
    let states = send(&admin, &[("country", "US"), ("do", "update")]).await;
    states.assert_status(200).assert_field_value("name", FIVE[0].1);
    assert!(states.has("#state option[value=TX]"), "without script a button brings the states");
    let empty = admin.post(&format!("{}/organizations/quick", admin.home), &[]).await;
    empty.assert_status(422).assert_field_error("name", "Enter the name");
}

#[tokio::test]
async fn everything_behind_more_is_kept() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let more = [
        ("customer_number", "K-7"),
        ("contact_name", "Anna Maria Kowalczyk"),
        ("contact_email", "anna@kowalczyk.example"),
        ("contact_mobile", "512 345 678"),
        ("street", "ul. Przykładowa 7"),
        ("postal_code", "00-950"),
        ("city", "Warszawa"),
        ("country", "PL"),
        ("state", "14"),
        ("approval_required", "TRUE"),
        ("approval_limit", "480 monthly"),
        ("billing_starts_on", "01/01/2027"),
    ];
    let made = send(&admin, &more).await;
    made.assert_status(303);
    let page = admin.get(&format!("{}/settings", made.location())).await;
    page.assert_field_value("contact_mobile", "+48 512 345 678").assert_field_value("contact_given_name", "");
    page.assert_field_value("contact_name", "Anna Maria Kowalczyk").assert_field_value("approval_limit", "5760.00");
    page.assert_field_value("approval_required", "TRUE").assert_field_value("billing_starts_on", "01/01/2027");
    page.assert_field_value("postal_code", "00-950").assert_field_value("state", "14");
}

#[tokio::test]
async fn another_one_can_be_added_and_keeps_its_groups() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    app.group(&scope, "DACH", &[], &[]).await;
    let group: String = sqlx::query_scalar("select id::text from groups").fetch_one(&app.db).await.expect("a group");
    let made = send(&admin, &[("do", "another"), ("groups", &group)]).await;
    made.assert_status(303);
    let next = admin.get(&made.location()).await;
    next.assert_status(200).assert_contains("Open it").assert_field_value("name", "");
    assert!(next.has(&format!("input[name=groups][value='{group}'][checked]")), "the choice of groups is kept");
    assert_eq!(app.number("select count(*) from group_organizations").await, 1);
}

#[tokio::test]
async fn a_double_click_makes_one_organization() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let command = uuid::Uuid::now_v7().to_string();
    let command = [("command", command.as_str())];
    let answers = futures_util::future::join_all((0..6).map(|_| send(&admin, &command))).await;
    let first = answers[0].location();
    assert!(answers.iter().all(|page| page.status == 303 && page.location() == first));
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 1);
    let other = [command[0], ("name", "Another"), ("domain", "another.example"), ("registration_number", "")];
    send(&admin, &other).await.assert_status(303);
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 2, "changed since");
}

/// N3: registration number and name are likely duplicates, customer number and domain can be there once.
#[tokio::test]
async fn likely_duplicates_are_shown_before_anything_is_created() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let first = send(&admin, &[("customer_number", "K-1")]).await.location();
    for twin in [
        [("name", "KOWALCZYK I WSPOLNICY"), ("domain", "other.example"), ("registration_number", "")],
        [("name", "Quite Another"), ("domain", "other.example"), ("registration_number", "krs-0000123456")],
    ] {
        let page = send(&admin, &twin).await;
        page.assert_status(422).assert_contains("may exist already");
        assert!(page.has(&format!("#twins a[href='{first}']")), "open the existing one");
        page.assert_field_value("name", twin[0].1);
    }
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 1);
    let unique = send(&admin, &[("name", "Third"), ("registration_number", ""), ("customer_number", "K-1")]).await;
    unique.assert_status(422);
    for field in ["domain", "customer_number"] {
        let message = unique.text(&format!("#{field}-error")).expect(field);
        assert!(message.contains("already belongs to Kowalczyk"), "{message}");
    }
    let anyway =
        send(&admin, &[("name", "Kowalczyk i Wspolnicy"), ("domain", "other.example"), ("twin", "anyway")]).await;
    anyway.assert_status(303);
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 2);
}

#[tokio::test]
async fn an_account_manager_chooses_one_of_their_own_groups() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let lena = app.member(&TestApp::own(&scope), Role::KeyAccountManager, "lena@nordlicht.example").await;
    app.group(&scope, "DACH", &[], &["lena@nordlicht.example"]).await;
    app.group(&scope, "Nordics", &[], &["lena@nordlicht.example"]).await;
    app.group(&scope, "Iberia", &[], &[]).await;
    let ids: Vec<(String, String)> =
        sqlx::query_as("select name, id::text from groups").fetch_all(&app.db).await.expect("groups");
    let id = |name: &str| ids.iter().find(|(known, _)| known == name).map(|(_, id)| id.clone()).expect("a group");
    let page = lena.get(&format!("{}/organizations/quick", lena.home)).await;
    assert_eq!(page.texts("select#groups option"), ["Choose a group", "DACH", "Nordics"]);
    page.assert_contains("Want more than one?");
    send(&lena, &[]).await.assert_status(422).assert_field_error("groups", "Choose an organization group");
    send(&lena, &[("groups", &id("Iberia"))]).await.assert_status(422);
    let both = format!("{} {}", id("DACH"), id("Nordics"));
    send(&lena, &[("groups", &both)]).await.assert_status(422).assert_contains("Choose one group");
    assert_eq!(app.number("select count(*) from organizations where channel = 'form'").await, 0);
    let made = send(&lena, &[("groups", &id("Nordics"))]).await;
    made.assert_status(303);
    lena.get(&made.location()).await.assert_status(200);
}

#[tokio::test]
async fn whoever_may_not_create_is_refused() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let auditor = app.member(&TestApp::own(&scope), Role::Auditor, "olga@nordlicht.example").await;
    for place in ["quick", "rows"] {
        let path = format!("{}/organizations/{place}", auditor.home);
        auditor.get(&path).await.assert_status(403);
        auditor.post(&path, &FIVE).await.assert_status(403);
    }
    assert_eq!(app.number("select count(*) from organizations").await, 1);
}

#[tokio::test]
async fn naughty_texts_in_every_field_are_refused_or_kept() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let fields: Vec<&str> = tenantry::organizations::FIELDS.iter().map(|info| info.name).collect();
    for text in naughty::texts() {
        // Longer than a form may be altogether; one field of it is tried below.
        let fields = if text.len() > 500 { &fields[..1] } else { &fields[..] };
        let all: Vec<(&str, &str)> = fields.iter().map(|field| (*field, text.as_str())).collect();
        let page = send(&admin, &all).await;
        assert!(matches!(page.status, 422 | 303), "{text:?}: {}", page.status);
        assert!(!page.body.contains("<script>alert(1)"), "{text:?}");
        let name = send(
            &admin,
            &[("name", &text), ("domain", "naughty.example"), ("registration_number", ""), ("do", "update")],
        )
        .await;
        name.assert_status(200);
        let groups = send(&admin, &[("groups", &text), ("command", &text), ("twin", &text)]).await;
        assert!(matches!(groups.status, 422 | 303), "{text:?}: {}", groups.status);
    }
}

/// The record of the edit page is the same, so what a quick form left open can be filled in later.
#[tokio::test]
async fn what_was_left_out_can_be_added_later() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let path = format!("{}/settings", send(&admin, &[]).await.location());
    let form = record("Kowalczyk");
    let text = serde_urlencoded::to_string(&form).expect("a form");
    let mut fields: Vec<(String, String)> = serde_urlencoded::from_str(&text).expect("fields");
    fields.push(("version".into(), "1".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(&path, &fields).await.assert_redirect(&path);
    admin.get(&path).await.assert_field_value("contact_given_name", "Katharina").assert_field_value("version", "2");
}
