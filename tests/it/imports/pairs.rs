//! The same file twice at once (QUALITY 8): two people bring it, look at it and begin it in the same moment, ten times over.

use tenantry::roles::Role;
use time::Duration;
use uuid::Uuid;

use super::{customers, good, pages::uploaded};
use crate::support::{Page, TestApp, TestClient};

const PAIRS: usize = 10;
/// Rows of the files, in turns: so few that the request imports them itself, and so many that a worker does.
const ROWS: [usize; 2] = [30, 120];

/// A file as both have brought it, each in an import of their own.
struct Pair<'a> {
    people: [&'a TestClient; 2],
    imports: [String; 2],
    rows: usize,
}

impl<'a> Pair<'a> {
    /// A file of which no other pair has a row.
    async fn bring(people: [&'a TestClient; 2], number: usize) -> Self {
        let rows = ROWS[number % ROWS.len()];
        let text = good(rows).replace("unde", &format!("unde{number}x")).replace("K-", &format!("K{number}-"));
        let (one, other) = tokio::join!(uploaded(people[0], &text), uploaded(people[1], &text));
        assert_ne!(one, other);
        Self { people, imports: [one, other], rows }
    }

    /// What the button of the page says before anything is begun.
    fn counted(&self) -> String {
        format!("{} 0", self.rows)
    }

    /// Presses the button of one page, whatever has happened since it was shown.
    async fn press(&self, at: usize) -> Page {
        let path = format!("{}/start", self.imports[at]);
        self.people[at].post(&path, &[("counted", &self.counted())]).await
    }

    /// Both look at what was found and press the button at once.
    async fn begin(&self) -> [Page; 2] {
        for (person, import) in self.people.iter().zip(&self.imports) {
            person.get(import).await.assert_status(200).assert_field_value("counted", &self.counted());
        }
        let (one, other) = tokio::join!(self.press(0), self.press(1));
        [one, other]
    }

    /// It was begun, and not sent back to look at something else first.
    #[track_caller]
    fn assert_begun(&self, at: usize, answer: &Page) {
        answer.assert_status(303);
        assert_eq!(answer.location(), self.imports[at]);
    }

    /// Whoever came second is told why, and led to the import of the other.
    async fn assert_refused(&self, at: usize, answer: &Page) {
        answer.assert_status(409).assert_contains("The same file");
        let page = self.people[at].get(&self.imports[at]).await;
        let link = format!(".note a[href='{}']", self.imports[1 - at]);
        assert!(page.has(&link), "no way to the other import: {:?}", page.text("main"));
    }

    /// How many rows of each import were created, and how many were there already; the one that did nothing first.
    async fn came_to(&self, app: &TestApp) -> [(i64, i64); 2] {
        let counts = "select count(*) filter (where outcome = 'created'),
                             count(*) filter (where outcome = 'failed' and reason like '%created%')
                      from import_results where import_id = $1";
        let mut came = [(0, 0); 2];
        for (import, counted) in self.imports.iter().zip(&mut came) {
            let id: Option<Uuid> = import.rsplit('/').next().and_then(|id| id.parse().ok());
            *counted = sqlx::query_as(counts).bind(id).fetch_one(&app.db).await.expect("counts");
        }
        came.sort_unstable();
        came
    }
}

/// The second is refused while the first is under way, or finds every row there; no organization comes twice.
#[tokio::test]
async fn a_file_that_two_people_begin_at_once_is_imported_once() {
    let app = TestApp::start().await;
    let (ingrid, scope) = app.operator().await;
    let paul = app.member(&TestApp::own(&scope), Role::ResellerAdmin, "paul@nordlicht.example").await;
    let mut total = 0;
    for number in 0..PAIRS {
        let pair = Pair::bring([&ingrid, &paul], number).await;
        let answers = pair.begin().await;
        let refused = (0..2).find(|at| answers[*at].status != 303);
        for at in (0..2).filter(|at| Some(*at) != refused) {
            pair.assert_begun(at, &answers[at]);
        }
        match refused {
            Some(at) => pair.assert_refused(at, &answers[at]).await,
            // The first was through before the second came.
            None => assert_eq!(pair.rows, ROWS[0], "two imports of one file are under way"),
        }
        app.run_jobs().await;
        // Nobody is kept from trying again afterwards.
        if let Some(at) = refused {
            pair.assert_begun(at, &pair.press(at).await);
            app.run_jobs().await;
        }
        let rows = i64::try_from(pair.rows).expect("a count");
        assert_eq!(pair.came_to(&app).await, [(0, rows), (rows, 0)], "pair {number}");
        total += rows;
        assert_eq!(customers(&app).await, total, "pair {number}");
    }
    // Workers come once more for what the requests did themselves, and find nothing to do.
    app.clock.advance(Duration::minutes(2));
    app.run_jobs().await;
    let kinds = "select array[count(*), count(distinct domain), count(distinct customer_number), count(distinct name)]
                 from organizations where kind = 'customer'";
    let counts: Vec<i64> = sqlx::query_scalar(kinds).fetch_one(&app.db).await.expect("counts");
    assert_eq!(counts, [total; 4]);
    assert_eq!(app.number("select sum(organizations)::bigint from organization_totals").await, total);
}
