//! Export, then import: nothing changes (QUALITY 47). With values as people type them and as nobody should.

use tenantry::{
    imports::{
        self, Choices, Door, Existing, Import, Incoming, Likely, Outcome, State, Verdict, Work, write::csv_line,
    },
    organizations::FIELDS,
    scope::Scope,
};

use super::{choose, database, found, lines, start};
use crate::support::{TestApp, TestClient};

/// Organizations in every value of which something can be lost: signs of formulas, quotation marks, zeros in front, domains
/// of other scripts, countries with and without states, days, amounts.
fn values() -> Vec<u8> {
    const NAMES: [&str; 8] = [
        "=1+1",
        "+Plus Pharma",
        "'=quoted",
        "Smith; Jones, Ltd",
        "the \"best\"",
        "株式会社 サンプル",
        "-Minus",
        "_x0041_ Ltd",
    ];
    const DOMAINS: [&str; 4] = ["firma{}.example", "münchen{}.example", "a-b{}.example", "sub.firma{}.example"];
    const PLACES: [[&str; 5]; 4] = [
        ["ul. Przykładowa 7", "00-950", "Warszawa", "", "Poland"],
        ["Straße 5, Hof; \"links\"", "04109", "Leipzig", "Sachsen", "Germany"],
        ["=Road", "02134", "Boston", "Massachusetts", "United States"],
        ["", "", "", "", "Germany"],
    ];
    const PHONES: [&str; 4] = ["+48 22 555 01 42", "+49 3443 555142 ext. 7", "+1 202 555 0143", ""];
    let mut out = Vec::new();
    let write = |out: &mut Vec<u8>, cells: &[String]| csv_line(out, b',', cells.iter().map(String::as_str));
    write(&mut out, &FIELDS.iter().map(|info| info.heading.to_owned()).collect::<Vec<_>>()).expect("written");
    for n in 0..64_usize {
        let [street, code, city, state, country] = PLACES[n / 2 % 4];
        let approval = n % 3 == 0;
        let cells: [&str; 17] = [
            &format!("{} {n}", NAMES[n % 8]),
            &DOMAINS[n % 4].replace("{}", &n.to_string()),
            if n % 5 == 0 { "KRS 000012\"34" } else { "" },
            &format!("it+{n}@firma{n}.example"),
            if approval { "TRUE" } else { "FALSE" },
            if approval { "1234.50" } else { "" },
            ["01/02/2027", "", "2027-12-31"][n % 3],
            &format!("00{n}"),
            street,
            code,
            city,
            state,
            country,
            if n % 2 == 0 { "Anna-Łucja O'Neil" } else { "" },
            PHONES[n % 4],
            if n % 2 == 0 { "anna@firma.example" } else { "" },
            PHONES[n / 4 % 4],
        ];
        write(&mut out, &cells.map(str::to_owned)).expect("written");
    }
    out
}

async fn upload(app: &TestApp, scope: &Scope, name: &str, bytes: &[u8]) -> Import {
    let mut file = Incoming::new().expect("a place");
    file.write(bytes).expect("written");
    let id = imports::upload(&app.app, scope, Door::Web, name, file).await.expect("taken in");
    let import = found(app, scope, id).await;
    // An export says more than an import takes: somebody looks at what its columns are.
    if import.state == State::Uploaded {
        let look = imports::look(&app.app, scope, &import, None).await.expect("readable");
        imports::set_columns(&app.app, scope, id, &look, &import.columns).await.expect("said");
    }
    imports::work(&app.app, Work { import_id: id }).await.expect("checked");
    found(app, scope, id).await
}

/// All there is about the customers, their versions included.
async fn everything(app: &TestApp) -> Vec<String> {
    let rows = sqlx::query_scalar("select to_jsonb(o)::text from organizations o where kind = 'customer' order by id");
    rows.fetch_all(&mut *database(app).await).await.expect("organizations")
}

async fn export(client: &TestClient, format: &str) -> Vec<u8> {
    client.download(&format!("{}/organizations/export", client.home), &[("format", format)]).await
}

#[tokio::test]
async fn an_export_that_is_imported_changes_nothing() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, "values.csv", &values()).await;
    choose(&app, &scope, import.id, &Choices { likely: Likely::Create, ..Choices::default() }).await;
    let import = start(&app, &scope, import.id).await;
    let all = lines(&app, &scope, &import).await;
    let reasons: Vec<_> = all.iter().filter_map(|line| line.reason.as_ref()).collect();
    assert_eq!(import.outcomes.of(Outcome::Created), 64, "{reasons:?}");
    let before = everything(&app).await;
    let events = app.number("select count(*) from events where kind = 'organization.updated'").await;
    for format in ["csv", "xlsx"] {
        let import = upload(&app, &scope, format, &export(&admin, format).await).await;
        let all = lines(&app, &scope, &import).await;
        let other: Vec<_> = all.iter().filter(|line| line.verdict != Verdict::Same).collect();
        assert_eq!((import.total, import.found.of(Verdict::Same)), (64, 64), "{format}: {other:?}");
        choose(&app, &scope, import.id, &Choices { existing: Existing::Update, ..Choices::default() }).await;
        let refused = imports::start(&app.app, &scope, import.id).await.expect_err("there is nothing to do");
        assert!(refused.to_string().contains("Nothing would be created or changed"), "{format}: {refused}");
        assert_eq!(everything(&app).await, before, "{format}");
    }
    assert_eq!(app.number("select count(*) from events where kind = 'organization.updated'").await, events);
}
