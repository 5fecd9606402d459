//! The row grid: several organizations typed or pasted on one page (S207, S233-S236, N11).

use tenantry::{organizations::FIELDS, roles::Role};

use crate::{
    custom_fields::three,
    naughty,
    support::{Page, TestApp, TestClient},
};

type Cells = Vec<(String, String)>;

/// A row that is accepted.
fn row(number: usize, name: &str) -> Cells {
    let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    [
        ("name", name.to_owned()),
        ("domain", format!("{word}{number}.example")),
        ("notification_email", format!("it@{word}{number}.example")),
    ]
    .into_iter()
    .map(|(field, value)| (format!("r{number}-{field}"), value))
    .collect()
}

fn cell(number: usize, field: &str, value: &str) -> (String, String) {
    (format!("r{number}-{field}"), value.to_owned())
}

async fn send(client: &TestClient, cells: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = cells.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(&format!("{}/organizations/rows", client.home), &fields).await
}

async fn count(app: &TestApp) -> i64 {
    app.number("select count(*) from organizations where channel = 'rows'").await
}

#[tokio::test]
async fn filled_rows_are_created_and_untouched_ones_left_out() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let list = admin.get(&format!("{}/organizations", admin.home)).await;
    assert!(list.has(&format!("a[href='{}/organizations/rows']", admin.home)), "S207: a button on the list");
    let page = admin.get(&format!("{}/organizations/rows?count=8", admin.home)).await;
    page.assert_status(200);
    assert_eq!(page.texts("tr[data-row] th").len(), 8);
    assert_eq!(page.texts(".sheet thead th").len(), 18, "a number and the 17 fields S216-S232");
    let mut cells = [row(1, "Müller, Meier & Co"), row(4, "Öresund"), row(8, "Zoo")].concat();
    cells.extend([cell(2, "name", ""), cell(3, "city", " "), cell(4, "domain", "www.oresund.example")]);
    cells.retain(|(name, value)| name != "r4-domain" || value.starts_with("www"));
    let made = send(&admin, &cells).await;
    made.assert_status(303);
    let done = admin.get(&made.location()).await;
    done.assert_contains("3 organizations are created").assert_contains("oresund.example is used");
    assert_eq!(done.texts(".note.ok li a"), ["Müller, Meier & Co", "Zoo", "Öresund"]);
    assert_eq!(count(&app).await, 3);
    assert_eq!(app.number("select count(distinct billing_account_id) from organizations").await, 4, "one each (S308)");
}

#[tokio::test]
async fn one_bad_cell_keeps_everything_back() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let mut cells = [row(1, "Good"), row(3, "Bad")].concat();
    cells.extend([cell(3, "billing_starts_on", "31/02/2026"), cell(3, "contact_phone", "x"), cell(5, "city", "Łódź")]);
    let page = send(&admin, &cells).await;
    page.assert_status(422).assert_field_value("r1-name", "Good").assert_field_value("r5-city", "Łódź");
    assert_eq!(count(&app).await, 0, "all or nothing");
    let jumps = page.texts("#errors a");
    assert_eq!(jumps.len(), 5, "{jumps:?}");
    assert!(jumps[0].starts_with("Row 3, Billing start date: 31 February 2026 does not exist"), "{jumps:?}");
    assert_eq!(page.attribute("#errors li:last-child a", "href").as_deref(), Some("#r5-notification_email"));
    for field in ["r3-billing_starts_on", "r3-contact_phone", "r5-name", "r5-domain"] {
        assert!(page.has(&format!("#{field}[aria-invalid=true][aria-describedby='{field}-error']")), "{field}");
        assert!(page.has(&format!("#{field}-error")), "{field}");
    }
    assert!(!page.has("#r1-name[aria-invalid]"));
    assert!(page.text("title").is_some_and(|title| title.starts_with("Error: ")));
    send(&admin, &[]).await.assert_status(422).assert_contains("Fill in at least one row");
}

#[tokio::test]
async fn generating_rows_never_wipes_what_is_typed() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    for (wanted, rows) in [("20", 20), ("1", 7), ("200", 200), ("9999", 200), ("many", 7)] {
        let mut cells = row(7, "Typed");
        cells.extend([("count".to_owned(), wanted.to_owned()), ("do".to_owned(), "rows".to_owned())]);
        let page = send(&admin, &cells).await;
        page.assert_status(200).assert_field_value("r7-name", "Typed");
        assert_eq!(page.texts("tr[data-row] th").len(), rows, "{wanted}");
    }
    assert_eq!(count(&app).await, 0);
}

#[tokio::test]
async fn without_script_rows_come_as_text() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let block = "Name\tPrimary domain\tNotification email\tCity\r\n\
                 \"Bäcker, Söhne\"\tbaecker.example\tit@baecker.example\tKöln\r\nNord\tnord.example\tit@nord.example\t\r\n";
    let mut cells = row(1, "Typed");
    cells.extend([("text".to_owned(), block.to_owned()), ("do".to_owned(), "text".to_owned())]);
    let page = send(&admin, &cells).await;
    page.assert_status(200).assert_field_value("r1-name", "Typed").assert_field_value("r2-name", "Bäcker, Söhne");
    page.assert_field_value("r2-city", "Köln").assert_field_value("r3-domain", "nord.example");
    assert_eq!(page.field_value("text").as_deref(), Some(""));
    let many: String = (0..205).map(|line| format!("Name {line}\n")).collect();
    let page = send(&admin, &[("text".to_owned(), many)]).await;
    page.assert_status(200).assert_contains("5 rows had no place");
    assert_eq!(page.texts("tr[data-row] th").len(), 200);
}

/// What was exported here and is pasted elsewhere, with all its columns, is the same there (issue 4, 7; QUALITY 47).
#[tokio::test]
async fn an_exported_file_is_taken_in_unchanged() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let ((admin, _), (other, _)) = (here.operator().await, there.operator().await);
    let examples: Cells = FIELDS.iter().map(|info| cell(1, info.name, info.example)).collect();
    let mut odd = row(2, "=1+1; \"Smith\", Jones");
    odd.extend([cell(2, "customer_number", "0042"), cell(2, "contact_name", "O'Neil"), cell(2, "country", "Japan")]);
    odd.extend([cell(2, "approval_required", "TRUE"), cell(2, "approval_limit", "1234.50")]);
    send(&admin, &[examples, odd].concat()).await.assert_status(303);
    let file = exported(&admin).await;
    assert_eq!(file.len(), 3, "a heading and two lines: {file:?}");

    let pasted = file.iter().map(|line| line.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join("\t"));
    let pasted = ("text".to_owned(), pasted.collect::<Vec<_>>().join("\r\n"));
    let page = send(&other, &[pasted, ("do".to_owned(), "text".to_owned())]).await;
    let fields = (1..=2).flat_map(|number| FIELDS.iter().map(move |info| (number, info.name)));
    let read =
        fields.filter_map(|(number, name)| Some(cell(number, name, &page.field_value(&format!("r{number}-{name}"))?)));
    send(&other, &read.collect::<Cells>()).await.assert_status(303);
    let headings: Vec<&str> = FIELDS.iter().map(|info| info.heading).collect();
    let of_fields = |file: &[Vec<String>]| -> Vec<Vec<String>> {
        let at: Vec<usize> = headings.iter().filter_map(|name| file[0].iter().position(|head| head == name)).collect();
        assert_eq!(at.len(), headings.len());
        file.iter().map(|line| at.iter().map(|at| line[*at].clone()).collect()).collect()
    };
    assert_eq!(of_fields(&exported(&other).await), of_fields(&file));
}

/// The lines of the list's file, its heading first.
async fn exported(client: &TestClient) -> Vec<Vec<String>> {
    let file = client.download(&format!("{}/organizations/export", client.home), &[("format", "csv")]).await;
    let text = String::from_utf8(file).expect("UTF-8");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

/// A cell as a spreadsheet copies it.
fn quoted(cell: &str) -> String {
    if cell.contains('"') { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[tokio::test]
async fn rows_that_may_exist_already_are_decided_first() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    send(&admin, &row(1, "Kowalczyk GmbH")).await.assert_status(303);
    let cells = [row(2, "KOWALCZYK AG"), row(3, "Other"), row(4, "Kowalczyk Ltd")].concat();
    let page = send(&admin, &cells).await;
    page.assert_status(422).assert_contains("2 rows look like an organization that exists");
    assert_eq!(page.texts("#errors a"), ["Row 2: say whether it is the same", "Row 4: say whether it is the same"]);
    assert!(page.has(".why a[href^='/o/org_']"), "open the existing one");
    assert_eq!(count(&app).await, 1);
    let decided = [cells, vec![cell(2, "twin", "anyway"), cell(4, "twin", "skip")]].concat();
    send(&admin, &decided).await.assert_status(303);
    assert_eq!(count(&app).await, 3, "one anyway, one that is new; one left out");
}

#[tokio::test]
async fn what_can_be_there_once_is_refused_within_the_page_and_beyond() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    send(&admin, &row(1, "First")).await.assert_status(303);
    let mut cells = [row(1, "First"), row(2, "Second"), row(3, "Third")].concat();
    cells.retain(|(name, _)| name != "r3-domain");
    cells.extend([
        cell(3, "domain", "second2.example"),
        cell(1, "customer_number", "K"),
        cell(2, "customer_number", "K"),
    ]);
    let page = send(&admin, &cells).await;
    page.assert_status(422);
    let text = |id: &str| page.text(id).unwrap_or_default();
    assert!(text("#r1-domain-error").contains("already belongs to First"), "{}", text("#r1-domain-error"));
    assert!(text("#r3-domain-error").contains("Row 2 has the same primary domain"));
    assert!(text("#r2-customer_number-error").contains("Row 1 has the same customer number"));
    assert_eq!(count(&app).await, 1);
}

/// The whole page at once: body, fields, statements, mails.
#[tokio::test]
async fn two_hundred_full_rows_are_one_request() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let mut cells = Cells::new();
    for number in 1..=200 {
        cells.extend(row(number, &format!("Größte Überlandwerke Nr {number} der Łódź")));
        let number_text = format!("KRS {number:010}");
        for (field, value) in [
            ("registration_number", number_text.as_str()),
            ("approval_required", "TRUE"),
            ("approval_limit", "1.234,56"),
            ("billing_starts_on", "01/02/2027"),
            ("street", "Überlandstraße 17, Hinterhaus, zweiter Aufgang"),
            ("postal_code", "06667"),
            ("city", "Weißenfels"),
            ("state", "Sachsen-Anhalt"),
            ("country", "Germany"),
            ("contact_name", "Jürgen Müller-Lüdenscheidt"),
            ("contact_phone", "03443 555142"),
            ("contact_mobile", "+49 171 5550142"),
        ] {
            cells.push(cell(number, field, value));
        }
        cells.push(cell(number, "customer_number", &format!("K-{number}")));
        cells.push(cell(number, "contact_email", &format!("chef{number}@firma.example")));
    }
    let started = std::time::Instant::now();
    let made = send(&admin, &cells).await;
    println!("200 rows took {:?}", started.elapsed());
    made.assert_status(303);
    assert_eq!(count(&app).await, 200);
    assert_eq!(
        app.number("select count(*) from events where kind = 'organization.created' and channel = 'rows'").await,
        200
    );
    let done = admin.get(&made.location()).await;
    assert_eq!(done.texts(".note.ok li a").len(), 200);
}

#[tokio::test]
async fn the_same_page_sent_twice_at_once_creates_once() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let command = ("command".to_owned(), uuid::Uuid::now_v7().to_string());
    let cells = [row(1, "One"), row(2, "Two"), vec![command]].concat();
    let answers = futures_util::future::join_all((0..4).map(|_| send(&admin, &cells))).await;
    assert!(
        answers.iter().all(|page| page.status == 303),
        "{:?}",
        answers.iter().map(|it| it.status).collect::<Vec<_>>()
    );
    assert_eq!(count(&app).await, 2);
}

#[tokio::test]
async fn an_account_manager_puts_all_rows_into_one_own_group() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    send(&admin, &row(9, "Hidden")).await.assert_status(303);
    let lena = app.member(&TestApp::own(&scope), Role::SalesAgent, "lena@nordlicht.example").await;
    app.group(&scope, "DACH", &[], &["lena@nordlicht.example"]).await;
    app.group(&scope, "Nordics", &[], &["lena@nordlicht.example"]).await;
    let id: String = sqlx::query_scalar("select id::text from groups where name = 'DACH'")
        .fetch_one(&app.db)
        .await
        .expect("a group");
    let page = send(&lena, &row(1, "One")).await;
    page.assert_status(422).assert_field_error("groups", "Choose an organization group");
    let group = ("groups".to_owned(), id);
    let hidden = send(&lena, &[row(9, "Hidden"), vec![group.clone()]].concat()).await;
    hidden.assert_status(422);
    let message = hidden.text("#r9-domain-error").unwrap_or_default();
    assert!(message.contains("in none of your groups") && !hidden.has(".why a[href^='/o/org_']"), "{message}");
    let made = send(&lena, &[row(1, "One"), row(2, "Two"), vec![group]].concat()).await;
    made.assert_status(303);
    assert_eq!(app.number("select count(*) from group_organizations").await, 2);
    assert_eq!(lena.get(&made.location()).await.texts(".note.ok li a"), ["One", "Two"]);
}

#[tokio::test]
async fn naughty_texts_in_every_cell_are_refused_or_kept() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    for text in naughty::texts() {
        let cells: Cells = tenantry::organizations::FIELDS.iter().map(|info| cell(1, info.name, &text)).collect();
        let page = send(&admin, &cells).await;
        assert!(matches!(page.status, 422 | 303), "{text:?}: {}", page.status);
        assert!(!page.body.contains("<script>alert(1)"), "{text:?}");
        let odd = ["text", "count", "groups", "command", "r0-name", "r201-name", "r1-", "rx-name", "r1-twin"];
        let odd: Cells = odd.into_iter().map(|name| (name.to_owned(), text.clone())).collect();
        let page = send(&admin, &odd).await;
        assert!(matches!(page.status, 200 | 422), "{text:?}: {}", page.status);
    }
}

/// S233: leaving the page and coming back keeps up to 200 typed rows, for the person who typed them and nobody else.
#[tokio::test]
async fn typed_rows_are_kept_until_they_are_created() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let colleague = app.member(&TestApp::own(&scope), Role::ResellerAdmin, "colleague@nordlicht.example").await;
    let rows = format!("{}/organizations/rows", admin.home);
    let cells: Cells = (1..=200).flat_map(|number| row(number, &format!("Kept {number}"))).collect();
    let fields: Vec<(&str, &str)> = cells.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(&format!("{rows}/typed"), &fields).await.assert_status(204);
    let page = admin.get(&rows).await;
    page.assert_status(200).assert_contains("200 rows are filled in and not created yet");
    page.assert_contains("value=\"Kept 1\"").assert_contains("value=\"Kept 200\"");
    // A number of rows that was asked for wipes nothing.
    admin.get(&format!("{rows}?count=5")).await.assert_contains("value=\"Kept 200\"");
    assert!(!colleague.get(&rows).await.body.contains("Kept 1"), "it is nobody else's");
    // What is refused is kept as it was sent, without script, too.
    let wrong = [row(1, "Right"), vec![cell(2, "name", "No address")]].concat();
    send(&admin, &wrong).await.assert_status(422);
    let page = admin.get(&rows).await;
    page.assert_contains("2 rows are filled in").assert_contains("value=\"No address\"");
    assert!(!page.body.contains("Kept 200"), "the newest counts");
    // Created, nothing is kept; nor is what is thrown away.
    send(&admin, &row(1, "Right")).await.assert_status(303);
    assert!(!admin.get(&rows).await.body.contains("not created yet"));
    admin.post(&format!("{rows}/typed"), &[("r1-name", "Thrown away")]).await.assert_status(204);
    admin.post(&format!("{rows}/typed/discard"), &[]).await.assert_redirect(&rows);
    assert!(!admin.get(&rows).await.body.contains("Thrown away"));
    assert_eq!(app.number("select count(*) from typed_rows").await, 0);
}

/// Bad input keeps nothing that harms: a NUL, names that are no cells.
#[tokio::test]
async fn what_no_page_sends_is_not_kept() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let rows = format!("{}/organizations/rows", admin.home);
    let fields = [("r1-name", "With\0NUL"), ("kind", "partner"), ("parent_id", "x"), ("r1-city", "")];
    admin.post(&format!("{rows}/typed"), &fields).await.assert_status(204);
    let cells = "select cells::text from typed_rows";
    let cells: String = sqlx::query_scalar(cells).fetch_one(&app.db).await.expect("what is kept");
    assert!(cells.contains("r1-name") && !cells.contains("partner") && !cells.contains("r1-city"), "{cells}");
    admin.get(&rows).await.assert_status(200).assert_contains("1 row is filled in");
    // Emptied rows are nothing to keep.
    admin.post(&format!("{rows}/typed"), &[("r1-name", " ")]).await.assert_status(204);
    assert_eq!(app.number("select count(*) from typed_rows").await, 0);
}

/// Behind the 17 stand the fields of the partner's own: defaults where a touched row is silent, errors at their cells.
#[tokio::test]
async fn the_partners_own_fields_are_columns_too() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let [region, cost, since] = three(&app, &admin).await;
    let page = admin.get(&format!("{}/organizations/rows", admin.home)).await;
    assert_eq!(page.texts(".sheet thead th").len(), 21);
    let list = page.attribute(&format!("#r2-{region}"), "list").expect("what can be chosen");
    assert_eq!(page.attribute(&format!("#{list} option:last-child"), "value").as_deref(), Some("South"));
    let mut cells = [row(1, "Alba"), row(2, "Bora")].concat();
    cells.extend([cell(1, &cost, "12"), cell(2, &region, "East"), cell(2, &since, "1/2/27"), cell(3, "name", "")]);
    let wrong = send(&admin, &cells).await;
    wrong
        .assert_status(422)
        .assert_field_value(&format!("r1-{region}"), "North")
        .assert_field_value(&format!("r3-{region}"), "");
    let jumps = wrong.texts("#errors a");
    assert_eq!(jumps[0], "Row 2, Region: Choose one of: North, South");
    assert_eq!(jumps[1], "Row 2, Cost centre: Fill in Cost centre");
    assert_eq!(jumps.len(), 3, "{jumps:?}");
    assert!(wrong.has(&format!("#r2-{region}[value=East][aria-describedby='r2-{region}-error']")));
    cells.truncate(7);
    cells.extend([cell(2, &region, "south"), cell(2, &cost, "7"), cell(2, &since, "")]);
    send(&admin, &cells).await.assert_status(303);
    let (region, cost) = (region.trim_start_matches("custom_"), cost.trim_start_matches("custom_"));
    let kept: Vec<(Option<String>, Option<String>)> =
        sqlx::query_as("select custom ->> $1, custom ->> $2 from organizations where channel = 'rows' order by name")
            .bind(region)
            .bind(cost)
            .fetch_all(&app.db)
            .await
            .unwrap();
    let is = |region: &str, cost: &str| (Some(region.to_owned()), Some(cost.to_owned()));
    assert_eq!(kept, [is("North", "12"), is("South", "7")]);
}

#[tokio::test]
async fn a_text_has_the_partners_own_fields_by_place_or_by_name() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let [region, cost, _] = three(&app, &admin).await;
    let by_name = "Name\tCost centre\tregion\nAlba\t12\tSouth";
    let page = send(&admin, &[("do".to_owned(), "text".to_owned()), ("text".to_owned(), by_name.to_owned())]).await;
    page.assert_status(200).assert_field_value("r1-name", "Alba");
    page.assert_field_value(&format!("r1-{cost}"), "12").assert_field_value(&format!("r1-{region}"), "South");
    let by_place = format!("Bora{}South\t7", "\t".repeat(17));
    let page = send(&admin, &[("do".to_owned(), "text".to_owned()), ("text".to_owned(), by_place)]).await;
    page.assert_field_value(&format!("r1-{region}"), "South").assert_field_value(&format!("r1-{cost}"), "7");
}
