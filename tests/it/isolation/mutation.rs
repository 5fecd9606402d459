//! What if somebody forgets the condition (QUALITY 25, T-08): every query of the product whose condition names whose rows
//! it wants is run with that condition made true for every row, as the portal's role in the scope of one tenant. Row-level
//! security alone must keep what another tenant has: nothing of it is read, nothing of it is changed. That the condition
//! matters is shown by the same query in the scope that sees everything.

use std::{fs, path::Path, sync::Arc};

use regex::Regex;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Row, postgres::PgArguments, query::Query};
use tenantry::scope::{RowScope, Sight};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::canaries::{tenant, word};
use crate::support::TestApp;

/// A query with its conditions made true.
struct Mutant {
    sql: String,
    types: Vec<String>,
    reads: bool,
}

fn mutants() -> Vec<Mutant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let condition = Regex::new(
        r"(?i)\b(where|and|or|on|using)(\s+\(*)((?:\w+\.)?(?:parent_id|organization_id|partner_id|user_id|draft_id|group_id|membership_id|key|id)\s*=\s*(?:any\s*\(\s*\$\d+(?:::[\w\[\]]+)?\s*\)|\$\d+(?:::\w+)?)|\$\d+(?:::\w+)?\s*=\s*any\s*\((?:\w+\.)?path\)|(?:\w+\.)?group_ids\s*&&\s*\$\d+)",
    )
    .expect("an expression");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the checked queries").flatten().map(|file| file.path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let json: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
        let query = json["query"].as_str().expect("a query");
        let sql = condition.replace_all(query, "$1$2($3 or true)").into_owned();
        let types = json["describe"]["parameters"]["Left"].as_array().cloned().unwrap_or_default();
        let types = types.iter().map(|name| name.as_str().unwrap_or("other").to_owned()).collect();
        if sql != query {
            let words = sql.trim_start().to_lowercase();
            let changes = ["insert into ", "update ", "delete from "].iter().any(|verb| words.contains(verb));
            let reads = !changes && !words.contains("for update");
            found.push(Mutant { sql, types, reads });
        }
    }
    found
}

/// Values that keep nothing back: a long time, many rows, an empty search.
fn bound<'q>(
    mutant: &'q Mutant,
    sql: &'q str,
    own: Uuid,
    now: OffsetDateTime,
) -> Option<Query<'q, Postgres, PgArguments>> {
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
    let mut instants = 0;
    for name in &mutant.types {
        query = match name.as_str() {
            "Uuid" => query.bind(own),
            "Text" => query.bind(""),
            "Bool" => query.bind(true),
            "Int2" => query.bind(1_i16),
            "Int4" => query.bind(1_i32),
            "Int8" => query.bind(10_000_i64),
            "Bytea" => query.bind(Vec::<u8>::new()),
            "Jsonb" => query.bind(serde_json::json!({})),
            "UuidArray" => query.bind(None::<Vec<Uuid>>),
            "TextArray" => query.bind(None::<Vec<String>>),
            "Int4Array" => query.bind(None::<Vec<i32>>),
            "Int8Array" => query.bind(None::<Vec<i64>>),
            "Date" => query.bind(now.date()),
            "Timestamptz" => {
                instants += 1;
                query.bind(if instants == 1 { now - Duration::days(400) } else { now + Duration::days(400) })
            }
            _ => return None,
        };
    }
    Some(query)
}

/// What shows that a text is about the other tenant: its ids and its word.
struct Marks(Vec<String>);

impl Marks {
    fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().any(|mark| text.contains(mark))
    }
}

async fn begin(app: &TestApp, rows: RowScope) -> tenantry::database::Transaction {
    app.app.db.begin(rows).await.expect("a transaction")
}

/// Everything the other tenant has, wherever it stands.
async fn belongings(db: &mut PgConnection, marks: &Marks) -> String {
    let see = "select set_config('app.system', 'compare in a test', true), set_config('app.groups', '', true)";
    sqlx::query(see).execute(&mut *db).await.expect("every row in sight");
    let tables = "select coalesce(string_agg(format('select %L || t::text as line from %I t', relname || ' ', relname), ' union all '), '')
                  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relrowsecurity";
    let union: String = sqlx::query_scalar(tables).fetch_one(&mut *db).await.expect("the tables");
    let pattern = marks.0.join("|");
    let all = format!("select coalesce(string_agg(line, E'\\n' order by line), '') from ({union}) l where line ~* $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(all)).bind(pattern).fetch_one(db).await.expect("its rows")
}

/// `None` where the query does not run: then it shows nothing either way.
async fn reaches(app: &TestApp, mutant: &Mutant, rows: RowScope, own: Uuid, marks: &Marks) -> Result<bool, String> {
    let mut db = begin(app, rows).await;
    if mutant.reads {
        let sql = format!("select to_jsonb(q)::text from ({}) q", mutant.sql);
        let query = bound(mutant, &sql, own, app.clock.now()).ok_or("a type of its own")?;
        let rows = query.fetch_all(&mut *db).await.map_err(|error| error.to_string())?;
        return Ok(rows.iter().any(|row| marks.are_in(&row.get::<String, _>(0))));
    }
    let query = bound(mutant, &mutant.sql, own, app.clock.now()).ok_or("a type of its own")?;
    let before = {
        let mut other = begin(app, RowScope::System("compare in a test")).await;
        belongings(&mut other, marks).await
    };
    query.execute(&mut *db).await.map_err(|error| error.to_string())?;
    Ok(belongings(&mut db, marks).await != before)
}

#[tokio::test]
async fn queries_without_their_condition_reach_nothing_of_another_tenant() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let (own, client) = tenant(&app, &operator, 0).await;
    let (foreign, other) = tenant(&app, &operator, 2).await;
    for client in [&client, &other] {
        client.post(&format!("{}/organizations/new", client.home), &[]).await.assert_status(303);
    }
    let person: Uuid = sqlx::query_scalar("select user_id from memberships where organization_id = $1")
        .bind(own.id)
        .fetch_one(&app.db)
        .await
        .expect("the administrator");
    let mut ids: Vec<Uuid> = sqlx::query_scalar(
        "select id from organizations where $1 = any (path) union select user_id from memberships where organization_id = $1",
    )
    .bind(foreign.id)
    .fetch_all(&app.db)
    .await
    .expect("what is theirs");
    ids.dedup();
    let marks = Marks(ids.iter().map(ToString::to_string).chain([word(2).to_lowercase()]).collect());
    let child: (String, String, String) =
        sqlx::query_as("select id::text, key, lower(name) from organizations where parent_id = $1")
            .bind(own.id)
            .fetch_one(&app.db)
            .await
            .expect("an organization beneath");
    let at = |sight| RowScope::Organization { user_id: person, organization_id: own.id, sight };
    let another = Trial { of: "another tenant", rows: at(Sight::Everything), own: own.id, marks };
    let none: Arc<[Uuid]> = Arc::new([]);
    // Somebody in no group sees nothing beneath (S262).
    let beneath = Marks(vec![child.0, child.1, child.2]);
    let beneath =
        Trial { of: "an organization out of sight", rows: at(Sight::Groups(none)), own: own.id, marks: beneath };
    another.run(&app, 25).await;
    beneath.run(&app, 5).await;
}

/// Who tries to see what.
struct Trial {
    of: &'static str,
    rows: RowScope,
    own: Uuid,
    marks: Marks,
}

impl Trial {
    /// At least so many queries must reach something once row-level security is away.
    async fn run(self, app: &TestApp, at_least: usize) {
        let (mut tried, mut matters, mut refused, mut leaks) = (0, 0, Vec::new(), Vec::new());
        for mutant in mutants() {
            let everything = RowScope::System("show that the condition matters");
            let bites = reaches(app, &mutant, everything, self.own, &self.marks).await.unwrap_or(false);
            match reaches(app, &mutant, self.rows.clone(), self.own, &self.marks).await {
                Ok(leak) => {
                    tried += 1;
                    matters += usize::from(bites);
                    if leak {
                        leaks.push(mutant.sql);
                    }
                }
                Err(why) => {
                    let words: Vec<_> = mutant.sql.split_whitespace().take(12).collect();
                    refused.push(format!("{why}: {}", words.join(" ")));
                }
            }
        }
        println!(
            "queries run without their scope condition: {tried}; reaching {} if row-level security were away: {matters}; \
             with it: {} ({} could not run)",
            self.of,
            leaks.len(),
            refused.len()
        );
        assert!(leaks.is_empty(), "{} queries leak {}: {leaks:#?}", leaks.len(), self.of);
        assert!(tried >= 50, "only {tried} of the 50 that are asked for ran; the others: {refused:#?}");
        assert!(matters >= at_least, "only {matters} queries would reach anything");
    }
}
