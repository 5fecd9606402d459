//! Imports (S208-S215, N1-N3): a file becomes organizations, and can be taken back.

mod again;
mod command;
mod damaged;
mod doors;
mod ends;
mod files;
mod full;
mod gone;
mod judged;
mod mended;
mod pages;
mod pairs;
mod paused;
mod reach;
mod rights;
mod run;
mod undo;
mod uploads;

use tenantry::{
    imports::{self, Choices, Door, Import, Incoming, Line, Outcome, Verdict, Work},
    scope::Scope,
};
use uuid::Uuid;

use crate::support::TestApp;

/// What the files here begin with.
const HEAD: &str = "Name;Primary domain;Notification email;Customer number;City;Billing start date\n";

/// Rows that have nothing wrong with them.
fn good(count: usize) -> String {
    let row = |n| format!("Kunde {n:05} GmbH;kunde{n}.example;it@kunde{n}.example;K-{n:05};Köln;28/02/2027\n");
    (0..count).fold(HEAD.to_owned(), |text, n| text + row(n).as_str())
}

async fn upload(app: &TestApp, scope: &Scope, text: &str) -> Import {
    let mut file = Incoming::new().expect("a place");
    file.write(text.as_bytes()).expect("written");
    let id = imports::upload(&app.app, scope, Door::Web, "kunden.csv", file).await.expect("taken in");
    // What is too large for the request is done by whoever works.
    imports::work(&app.app, Work { import_id: id }).await.expect("checked");
    found(app, scope, id).await
}

async fn found(app: &TestApp, scope: &Scope, id: Uuid) -> Import {
    app.app.read(scope, async |db| imports::find(db, scope, id).await).await.expect("the import")
}

async fn choose(app: &TestApp, scope: &Scope, id: Uuid, choices: &Choices) {
    app.app.write(scope, async |db| imports::set_choices(db, scope, id, choices).await).await.expect("chosen");
}

/// Begins it and does what a worker would.
async fn start(app: &TestApp, scope: &Scope, id: Uuid) -> Import {
    imports::start(&app.app, scope, id).await.expect("begun");
    imports::work(&app.app, Work { import_id: id }).await.expect("imported");
    found(app, scope, id).await
}

async fn take_back(app: &TestApp, scope: &Scope, id: Uuid) -> Import {
    imports::undo(&app.app, scope, id).await.expect("begun");
    imports::work(&app.app, Work { import_id: id }).await.expect("taken back");
    found(app, scope, id).await
}

async fn lines(app: &TestApp, scope: &Scope, import: &Import) -> Vec<Line> {
    let read = app.app.read(scope, async |db| imports::lines(db, scope, import, (None, None), 0).await);
    read.await.expect("lines").0
}

async fn database(app: &TestApp) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    app.db.acquire().await.expect("a connection")
}

async fn customers(app: &TestApp) -> i64 {
    let count = sqlx::query_scalar("select count(*) from organizations where kind = 'customer'");
    count.fetch_one(&mut *database(app).await).await.expect("a count")
}

fn verdicts(lines: &[Line]) -> Vec<Verdict> {
    lines.iter().map(|line| line.verdict).collect()
}

fn outcomes(lines: &[Line]) -> Vec<Option<Outcome>> {
    lines.iter().map(|line| line.outcome).collect()
}
