//! Rows about organizations that exist: what they do not name stays as it is, and each organization is changed once.

use tenantry::{
    imports::{self, Choices, Existing, Import, Likely, Outcome, State, Verdict},
    organizations::{self, Created, Details, DetailsForm, Edit, Edited},
    scope::Scope,
    types::{AccountKind::Customer, City},
};
use uuid::Uuid;

use super::{HEAD, choose, database, found, good, lines, outcomes, start, take_back, upload, verdicts};
use crate::support::{
    TestApp,
    data::{details, new_with},
};

/// An organization in Germany, Saxony-Anhalt, with a contact in two parts.
pub(super) async fn there(app: &TestApp, scope: &Scope, name: &str, number: &str) -> Created {
    let domain = format!("{}.example", number.to_lowercase());
    let form = DetailsForm { domain, customer_number: number.into(), ..details(Customer, name) };
    app.create(scope, new_with(&form)).await
}

pub(super) async fn run(app: &TestApp, statement: &'static str) {
    sqlx::query(statement).execute(&mut *database(app).await).await.expect(statement);
}

/// Reads a file whose headings do not say everything, as they are guessed.
async fn upload_as_guessed(app: &TestApp, scope: &Scope, text: &str) -> Import {
    let import = upload(app, scope, text).await;
    assert_eq!(import.state, State::Uploaded);
    let look = imports::look(&app.app, scope, &import, None).await.expect("readable");
    imports::set_columns(&app.app, scope, import.id, &look, &import.columns).await.expect("said");
    found(app, scope, import.id).await
}

/// Updates what exists by a file that names only some columns.
pub(super) async fn update(app: &TestApp, scope: &Scope, text: &str) -> Import {
    let import = upload_as_guessed(app, scope, text).await;
    choose(app, scope, import.id, &Choices { existing: Existing::Update, create: false, ..Choices::default() }).await;
    start(app, scope, import.id).await
}

/// Two rows may come to one organization by different keys: the first changes it, the others say so, in the same step and
/// in a later one.
#[tokio::test]
async fn an_organization_is_changed_by_one_row_of_an_import() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    there(&app, &scope, "There", "K-X").await;
    let row = |key: &str, city: &str| format!("{key}{city};\n");
    let many: String = good(2_100).lines().skip(1).map(|line| format!("{line}\n")).collect();
    let [first, second, last] =
        [(";k-x.example;;;", "Leeds"), (";;;K-X;", "York"), (";;;K-X;", "Bath")].map(|(key, city)| row(key, city));
    let text = format!("{HEAD}{first}{second}{many}{last}");
    let import = upload(&app, &scope, &text).await;
    assert_eq!((import.found.of(Verdict::Match), import.found.of(Verdict::Twice)), (1, 2));
    // As if the check had not seen it.
    run(&app, "update import_rows set verdict = 'match', verdict_alone = null where verdict = 'twice'").await;
    choose(&app, &scope, import.id, &Choices { existing: Existing::Update, ..Choices::default() }).await;
    let import = start(&app, &scope, import.id).await;
    let of = |outcome| import.outcomes.of(outcome);
    assert_eq!((of(Outcome::Updated), of(Outcome::Failed), of(Outcome::Created)), (1, 2, 2_100));
    let only = (None, Some(Outcome::Failed));
    let read = app.app.read(&scope, async |db| imports::lines(db, &scope, &import, only, 0).await).await;
    let failed = read.expect("lines").0;
    assert_eq!(failed.iter().map(|line| line.row).collect::<Vec<_>>(), [3, 2_104]);
    assert!(failed.iter().all(|line| line.reason.as_deref() == Some("Row 2 is about the same organization")));
    let leeds = "select count(*) from organizations where city = 'Leeds' and name = 'There' and version = 2";
    assert_eq!(app.number(leeds).await, 1);
    assert_eq!(app.number("select count(*) from events where kind = 'organization.edited'").await, 1);
}

/// Export and import change nothing: not a contact in two parts, not a limit in another currency, not a value that has
/// left its list.
#[tokio::test]
async fn what_is_exported_and_imported_again_is_the_same() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let [region, cost, since] = crate::custom_fields::three(&app, &admin).await;
    for (name, number) in [("One GmbH", "K-1"), ("Two AG", "K-2")] {
        let made = there(&app, &scope, name, number).await;
        let values = [(region.as_str(), "North"), (cost.as_str(), "4711.5"), (since.as_str(), "05/02/2027")];
        admin.post(&format!("{}/organizations/{}/fields", admin.home, made.key), &values).await.assert_status(303);
    }
    let limit = "update organizations set approval_required = true, approval_limit = 500000, approval_currency = 'CHF'
                 where kind = 'customer'";
    run(&app, limit).await;
    run(&app, "update custom_fields set choices = '{East,West}', default_value = null where name = 'Region'").await;
    let file = admin.download(&format!("{}/organizations/export", admin.home), &[("format", "csv")]).await;
    let file = String::from_utf8(file).expect("text");
    assert!(file.contains("5000.00 CHF") && file.contains("Katharina Vogt-Lindner"), "{file}");
    let import = upload_as_guessed(&app, &scope, &file).await;
    let read = lines(&app, &scope, &import).await;
    assert_eq!(verdicts(&read), [Verdict::Same, Verdict::Same], "{read:?}");
    let import = update(&app, &scope, &file.replace("One GmbH", "One AG")).await;
    assert_eq!((import.outcomes.of(Outcome::Updated), import.outcomes.of(Outcome::Same)), (1, 1));
    let kept = "select count(*) from organizations where name in ('One AG', 'Two AG')
                and contact_given_name = 'Katharina' and contact_family_name = 'Vogt-Lindner' and contact_name is null
                and approval_limit = 500000 and approval_currency = 'CHF' and state = 'ST'
                and (select count(*) from jsonb_each_text(custom) where value in ('North', '4711.5', '2027-02-05')) = 3";
    assert_eq!(app.number(kept).await, 2);
}

/// A country in the file takes a state away only where the organization moves.
#[tokio::test]
async fn the_state_stays_in_the_same_country() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    there(&app, &scope, "Stays", "K-1").await;
    there(&app, &scope, "Moves", "K-2").await;
    let text = "Customer number;Country;City\nK-1;Germany;Halle\nK-2;Poland;Kraków\n";
    let import = update(&app, &scope, text).await;
    assert_eq!(import.outcomes.of(Outcome::Updated), 2, "{:?}", lines(&app, &scope, &import).await);
    let places: Vec<(String, Option<String>)> =
        sqlx::query_as("select country, state from organizations where kind = 'customer' order by customer_number")
            .fetch_all(&mut *database(&app).await)
            .await
            .expect("places");
    assert_eq!(places, [("DE".to_owned(), Some("ST".to_owned())), ("PL".to_owned(), None)]);
}

/// A limit keeps its currency where the file says nothing of it, has the one the file names, and comes back as it was.
#[tokio::test]
async fn a_limit_keeps_its_currency() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    for number in ["K-1", "K-2", "K-3"] {
        there(&app, &scope, number, number).await;
    }
    let limit = "update organizations set approval_required = true, approval_limit = 500000, approval_currency = 'CHF'
                 where kind = 'customer'";
    run(&app, limit).await;
    let limits = async || -> Vec<String> {
        let limits = "select approval_limit / 100 || ' ' || approval_currency from organizations
                      where kind = 'customer' order by customer_number";
        sqlx::query_scalar(limits).fetch_all(&mut *database(&app).await).await.expect("limits")
    };
    let text = "Customer number;City;Approval process limit\nK-1;Leeds;\nK-2;York;7000.00\nK-3;Bath;6000.00 CHF\n";
    let import = update(&app, &scope, text).await;
    assert_eq!(import.outcomes.of(Outcome::Updated), 3, "{:?}", lines(&app, &scope, &import).await);
    assert_eq!(limits().await, ["5000 CHF", "7000 EUR", "6000 CHF"]);
    take_back(&app, &scope, import.id).await;
    assert_eq!(limits().await, ["5000 CHF"; 3]);
}

/// What an update would change is shown as people write it: a limit with its currency, a country by its name.
#[tokio::test]
async fn changes_are_shown_as_people_write_them() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    there(&app, &scope, "There", "K-1").await;
    let limit = "update organizations set approval_required = true, approval_limit = 500000, approval_currency = 'CHF'
                 where kind = 'customer'";
    run(&app, limit).await;
    let text = "Customer number;Country;Approval process limit\nK-1;Poland;5000.00\n";
    let import = upload_as_guessed(&app, &scope, text).await;
    let rows = lines(&app, &scope, &import).await;
    assert_eq!(verdicts(&rows), [Verdict::Match], "{rows:?}");
    let read = app.app.read(&scope, async |db| imports::changes(db, &scope, &import, &rows).await).await;
    let changes = read.expect("changes").remove(&2).expect("those of the row");
    let of = |label: &str| {
        let found = changes.iter().find(|change| change.label == label).expect(label);
        (found.before.clone().unwrap_or_default(), found.after.clone().unwrap_or_default())
    };
    assert_eq!(of("Approval limit a year"), ("CHF\u{a0}5,000.00".to_owned(), "€5,000.00".to_owned()));
    assert_eq!(of("Country"), ("Germany".to_owned(), "Poland".to_owned()));
}

/// N3: a registration number says which organization it is only where no key of the row speaks against that; else a person
/// decides.
#[tokio::test]
async fn a_registration_number_alone_proves_little() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let form = DetailsForm {
        domain: "alpha.example".into(),
        customer_number: "K-1".into(),
        registration_number: "HRB 4711".into(),
        ..details(Customer, "Alpha GmbH")
    };
    let alpha = app.create(&scope, new_with(&form)).await;
    let head = "Name;Primary domain;Notification email;Customer number;Registration number\n";
    for (row, verdict) in [
        (";;;;HRB 4711", Verdict::Same),
        ("Alpha AG;;;;HRB 4711", Verdict::Match),
        ("Alpha AG;alpha.example;;;HRB 4711", Verdict::Match),
        ("Other AG;other.example;it@other.example;K-2;HRB 4711", Verdict::Likely),
    ] {
        let import = upload(&app, &scope, &format!("{head}{row}\n")).await;
        let read = lines(&app, &scope, &import).await;
        assert_eq!(verdicts(&read), [verdict], "{row}: {read:?}");
        let Verdict::Likely = verdict else { continue };
        let problem = &read[0].problems[0];
        assert_eq!(problem.field, "registration_number");
        assert_eq!(problem.words, "Alpha GmbH has the same registration number");
        // Whoever decides that it is the same has it changed.
        choose(&app, &scope, import.id, &Choices { likely: Likely::Update, ..Choices::default() }).await;
        let import = start(&app, &scope, import.id).await;
        let after = lines(&app, &scope, &import).await;
        assert_eq!(outcomes(&after), [Some(Outcome::Updated)], "{after:?}");
        assert_eq!(after[0].organization, Some((alpha.key.clone(), "Other AG".to_owned())));
    }
}

/// What was shown is what is changed: a key that belongs to another organization by the time of the import changes neither.
#[tokio::test]
async fn another_organization_than_the_one_shown_is_not_changed() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    there(&app, &scope, "Shown", "K-1").await;
    there(&app, &scope, "Other", "K-2").await;
    let import = upload(&app, &scope, &(HEAD.to_owned() + ";k-1.example;;;Leeds;\n")).await;
    choose(&app, &scope, import.id, &Choices { existing: Existing::Update, ..Choices::default() }).await;
    run(&app, "update organizations set domain = 'former.example' where name = 'Shown'").await;
    run(&app, "update organizations set domain = 'k-1.example' where name = 'Other'").await;
    let import = start(&app, &scope, import.id).await;
    let read = lines(&app, &scope, &import).await;
    assert_eq!(outcomes(&read), [Some(Outcome::Failed)]);
    assert_eq!(read[0].reason.as_deref(), Some("It is another organization by now. Check the file again"));
    assert_eq!(app.number("select count(*) from organizations where city = 'Leeds'").await, 0);
}

/// One value that is taken costs some statements, not one for every row.
#[tokio::test]
async fn a_taken_value_is_found_among_many() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(300)).await;
    start(&app, &scope, import.id).await;
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from organizations where kind = 'customer' order by name")
        .fetch_all(&mut *database(&app).await)
        .await
        .expect("ids");
    let edited = app.app.write(&scope, async |db| {
        let mut found = organizations::find_many(db, &scope, &ids, &[]).await?;
        found.sort_by_key(|one| one.details.name.to_string());
        let edit = |at: usize| {
            let before = found[at].clone();
            let domain = if at == 7 { found[8].details.domain.clone() } else { before.details.domain.clone() };
            let after = Details { city: City::parse("Leeds").ok(), domain, ..before.details.clone() };
            Edit { before, after }
        };
        let edits: Vec<Edit> = (0..found.len()).map(edit).collect();
        organizations::edit_many(db, &scope, &edits, "import").await
    });
    let edited = edited.await.expect("edited");
    for (at, outcome) in edited.iter().enumerate() {
        match (at, outcome) {
            (7, Edited::Refused(why)) => assert!(why.contains("already belongs to another organization"), "{why}"),
            (at, Edited::Yes(2)) => assert_ne!(at, 7),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(app.number("select count(*) from organizations where city = 'Leeds'").await, 299);
    // Each part that was saved by itself has a number of its own.
    assert!(app.number("select count(distinct xmin::text) from organizations where city = 'Leeds'").await < 12);
    assert_eq!(app.number("select count(*) from events where kind = 'organization.edited'").await, 299);
    let none = app.app.write(&scope, async |db| organizations::edit_many(db, &scope, &[], "import").await).await;
    assert!(none.expect("nothing to do").is_empty());
}
