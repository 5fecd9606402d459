//! `tenantry import` as somebody runs it, without a portal beside it (issue 5, part 7).

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use sqlx::ConnectOptions;
use tempfile::TempDir;
use tenantry::{imports, organizations::DetailsForm, scope::Scope, types::AccountKind::Customer};
use uuid::Uuid;

use super::{HEAD, customers, database, good};
use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_with},
};

/// A folder with files, and whoever runs the command.
struct Desk<'a> {
    app: &'a TestApp,
    scope: &'a Scope,
    folder: TempDir,
}

impl<'a> Desk<'a> {
    fn new(app: &'a TestApp, scope: &'a Scope) -> Self {
        Self { app, scope, folder: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect(name)
    }

    /// The command for a file of the folder, on the database of the test.
    fn command(&self, file: &str, more: &[&str]) -> Command {
        let database = &self.app.database;
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.current_dir(self.folder.path()).env_clear();
        command.envs(["PATH", "HOME"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("DATABASE_URL", database.application().to_url_lossy().as_str());
        command.env("DATABASE_OWNER_URL", database.owner().to_url_lossy().as_str());
        command.args(["import", file, "--as", ADMIN_EMAIL, "--into", self.scope.organization.key.as_str()]).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Exit code, and what it said. The portal of the test goes on meanwhile.
    async fn run(&self, file: &str, more: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command(file, more);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends");
        said(&output.expect("the program"))
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let words = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code(), words.concat())
}

/// A rehearsal says what would be created, changed and mailed, and leaves nothing behind (N5).
#[tokio::test]
async fn a_dry_run_says_everything_and_changes_nothing() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let form = DetailsForm { customer_number: "K-00001".into(), ..details(Customer, "Kunde 00001 GmbH") };
    app.create(&scope, new_with(&form)).await;
    let desk = Desk::new(&app, &scope);
    desk.file("kunden.csv", &good(3).replace("Name;", "Wer;"));
    desk.file("map.toml", "[columns]\nWer = \"name\"\n[choices]\nexisting = \"update\"\ntell = true\n");
    let arguments = ["--dry-run", "--mapping", "map.toml", "--report", "report.csv"];
    let (code, words) = desk.run("kunden.csv", &arguments).await;
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("3 rows: 2 new, 1 match"), "{words}");
    assert!(words.contains("Would create 2, update 1 and send 2 mails. Nothing was changed."), "{words}");
    let report = desk.read("report.csv");
    assert!(report.starts_with("Row,Result,Org Key,Why,Changes,Wer,"), "{report}");
    assert!(report.contains("3,match,org_") && report.contains("City: – → Köln"), "{report}");
    let left = "select (select count(*) from imports) + (select count(*) from import_files)
                       + (select count(*) from import_headings)";
    assert_eq!((customers(&app).await, app.number(left).await), (1, 0));
}

/// 0, 1, 2 and 3, as the help says.
#[tokio::test]
async fn the_exit_code_says_how_it_went() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let desk = Desk::new(&app, &scope);
    let (code, words) = desk.run("--help", &[]).await;
    assert!(code == Some(0) && words.contains("Exit codes:") && words.contains("  3  some rows failed"), "{words}");
    desk.file("bad.csv", &(good(2) + "Bad;;it@bad.example;;;\n"));
    assert_eq!(desk.run("bad.csv", &["--dry-run"]).await.0, Some(3));
    let (code, words) = desk.run("bad.csv", &["--report", "report.csv"]).await;
    assert!(code == Some(3) && words.contains("2 created, 1 failed"), "{code:?} {words}");
    let report = desk.read("report.csv");
    assert!(report.starts_with("Row,Result,Org Key,Why,Name,"), "{report}");
    assert!(report.contains("4,failed,,Primary domain: Enter the primary domain"), "{report}");
    assert_eq!(customers(&app).await, 2);
    desk.file("good.csv", &good(4).replace("unde", "inde").replace("K-0", "L-0"));
    assert_eq!(desk.run("good.csv", &[]).await.0, Some(0));
    assert_eq!((customers(&app).await, app.number("select count(*) from imports where state = 'done'").await), (6, 2));
    // The same rows once more: there is nothing to do.
    let (code, words) = desk.run("good.csv", &[]).await;
    assert!(code == Some(1) && words.contains("Nothing would be created or changed"), "{words}");
    desk.file("page.csv", "<html><body>no</body></html>");
    assert_eq!(desk.run("page.csv", &[]).await.0, Some(1));
    assert_eq!(desk.run("missing.csv", &[]).await.0, Some(1));
    assert_eq!(desk.run("good.csv", &["--existing", "update"]).await.0, Some(2), "there is no such flag");
    assert_eq!(app.number("select count(*) from imports").await, 2, "what could not be imported is forgotten");
}

/// A word of the mapping that is none is named, and nothing is imported.
#[tokio::test]
async fn a_typo_in_the_mapping_is_named() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let desk = Desk::new(&app, &scope);
    desk.file("kunden.csv", &good(2));
    let typos = [
        ("[columns]\nNmae = \"name\"", "no column \"Nmae\""),
        ("[columns]\nName = \"nmae\"", "no field \"nmae\""),
        ("[columns]\nCity = \"name\"", "Name stands above two columns"),
        ("country = \"Germoney\"", "Germoney"),
        ("[choices]\nexsisting = \"update\"", "exsisting"),
        ("[choice]\nexisting = \"update\"", "choice"),
    ];
    for (mapping, named) in typos {
        desk.file("map.toml", mapping);
        let (code, words) = desk.run("kunden.csv", &["--mapping", "map.toml"]).await;
        assert!(code == Some(1) && words.contains(named), "{mapping}: {code:?} {words}");
    }
    // What the pages would say beside a field names the field.
    desk.file("map.toml", "[choices]\ngroups = [\"00000000-0000-0000-0000-000000000007\"]");
    let (code, words) = desk.run("kunden.csv", &["--mapping", "map.toml"]).await;
    let said = "Organization group of new organizations: One of the groups does not exist any more";
    assert!(code == Some(1) && words.contains(said), "{code:?} {words}");
    let left = "select (select count(*) from imports) + (select count(*) from import_headings)";
    assert_eq!((customers(&app).await, app.number(left).await), (0, 0));
    assert_eq!(desk.run("kunden.csv", &["--mapping", "gone.toml"]).await.0, Some(1));
}

/// What cannot be found out about a file, the mapping says.
#[tokio::test]
async fn the_mapping_says_how_a_file_is_read() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let desk = Desk::new(&app, &scope);
    desk.file("kunden.csv", &(format!("Unsere;alte;Liste;hier\n{}", good(2).replace("28/02/2027", "02/05/2027"))));
    desk.file("map.toml", "dates = \"month-first\"\n[read]\nheader_row = 2\n");
    let (code, words) = desk.run("kunden.csv", &["--mapping", "map.toml"]).await;
    assert!(code == Some(0) && words.contains("2 created"), "{code:?} {words}");
    assert_eq!(app.number("select count(*) from organizations where billing_starts_on = '2027-02-05'").await, 2);
}

/// More rows than a job does in a row: the command goes on to the end by itself.
#[tokio::test]
async fn the_command_needs_no_worker() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let desk = Desk::new(&app, &scope);
    let rows = (0..20_050).map(|n| format!("K{n:05};k{n}.example;it@k.example;;;\n"));
    desk.file("kunden.csv", &rows.fold(HEAD.to_owned(), |text, row| text + row.as_str()));
    let (code, words) = desk.run("kunden.csv", &[]).await;
    assert!(code == Some(0) && words.contains("20050 created"), "{code:?} {words}");
    assert_eq!(customers(&app).await, 20_050);
}

/// What somebody cancels in the portal did not all come in.
#[tokio::test]
async fn a_cancelled_import_is_no_success() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let desk = Desk::new(&app, &scope);
    desk.file("kunden.csv", &good(8_000));
    let mut command = desk.command("kunden.csv", &[]);
    let child = tokio::task::spawn_blocking(move || command.output());
    let begun = Instant::now();
    let running: Uuid = loop {
        let found = sqlx::query_scalar("select id from imports where state = 'running'");
        if let Some(id) = found.fetch_optional(&mut *database(&app).await).await.expect("an answer") {
            break id;
        }
        assert!(!child.is_finished() && begun.elapsed() < Duration::from_secs(120), "it never runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    app.app.write(&scope, async |db| imports::cancel(db, &scope, running).await).await.expect("ended");
    let (code, words) = said(&child.await.expect("it ends").expect("the program"));
    assert!(code == Some(3) && words.contains("Somebody cancelled the import"), "{code:?} {words}");
}
