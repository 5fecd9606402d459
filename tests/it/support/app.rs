//! The portal under test: the real server on a port of its own, with a clock that stands still.

use std::{sync::Arc, thread::JoinHandle};

use actix_web::dev::ServerHandle;
use clap::Parser;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tenantry::{
    app::App, clock::Clock, config::Settings, database::Database, jobs, mail::Mailer, passwords::Passwords,
    scope::RowScope, setup, web,
};

use super::{ADMIN_EMAIL, ADMIN_PASSWORD, NOW, SETUP_FORM, client::TestClient, database::TestDatabase};

/// A portal with a database of its own. Both end when it is dropped.
pub struct TestApp {
    /// What the handlers are given, for calling the domain and for running jobs.
    pub app: App,
    /// Scheme, host and port; also what links in mails begin with.
    pub base_url: String,
    /// Moves the portal's clock, which starts at [`NOW`].
    pub clock: Clock,
    /// The database as a superuser, who sees every row.
    pub db: PgPool,
    /// Signs the session cookies.
    pub cookie_secret: [u8; 64],
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// Last, so that it goes when nothing uses it any more.
    pub database: TestDatabase,
}

/// A mail of the outbox.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Mail {
    pub to_address: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
}

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
}

impl TestApp {
    /// A portal that is not set up yet.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl Fn(&mut Settings)) -> Self {
        Self::start_on(TestDatabase::create().await, change).await
    }

    /// The same on a database that is there.
    pub async fn start_on(database: TestDatabase, change: impl Fn(&mut Settings)) -> Self {
        let clock = Clock::fixed(NOW);
        let app = new_app(&database, &clock, settings(&change));
        let rows = RowScope::System("read the cookie secret");
        let cookie_secret = app.write(rows, async |db| setup::cookie_secret(db).await).await.expect("a secret");
        let (settings, handle, thread) = serve(&database, &clock, &change, cookie_secret);
        let app = App { settings: Arc::new(settings), ..app };
        let db = PgPoolOptions::new().max_connections(3).connect_lazy_with(database.superuser());
        let base_url = app.settings.base_url();
        Self { base_url, app, clock, db, cookie_secret, handle, thread: Some(thread), database }
    }

    /// A browser nobody is signed in with.
    pub fn client(&self) -> TestClient {
        TestClient::new(&format!("http://{}", self.app.settings.listen))
    }

    /// The operator's first administrator, signed in: through the set-up page the first time, else by signing in.
    pub async fn reseller_admin(&self) -> TestClient {
        let mut client = self.client();
        match setup::first_run_link(&self.app).await.expect("an answer") {
            Some(link) => {
                let path = link.strip_prefix(&self.base_url).expect("a link of this portal");
                let page = client.post(path, &SETUP_FORM).await;
                page.assert_redirect("/o/org_");
                client.home = page.location();
            }
            None => {
                client.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_redirect("/");
            }
        }
        client
    }

    /// Does all background work that is due, also what it makes necessary.
    pub async fn run_jobs(&self) {
        while jobs::run_due(&self.app).await.expect("the queue") > 0 {}
        let failed: Vec<String> =
            sqlx::query_scalar("select kind || ': ' || last_error from jobs where last_error is not null")
                .fetch_all(&self.db)
                .await
                .expect("the queue");
        assert!(failed.is_empty(), "work failed: {failed:?}");
    }

    /// Does the background work and shows the mails it has sent, the newest last.
    pub async fn mails(&self) -> Vec<Mail> {
        self.run_jobs().await;
        sqlx::query_as("select to_address, subject, text_body, html_body from mails order by created_at, id")
            .fetch_all(&self.db)
            .await
            .expect("the outbox")
    }

    /// One number from the database, such as a count.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.db).await.expect(query)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// Each runtime has a pool of its own: a connection belongs to the one that opened it.
fn new_app(database: &TestDatabase, clock: &Clock, settings: Settings) -> App {
    let open = if database.is_pooled() { Database::behind_pooler } else { Database::open };
    App {
        db: open(database.application(), settings.database_connections),
        clock: clock.clone(),
        passwords: Passwords::new(),
        mailer: Mailer::from_settings(&settings).expect("a mailer"),
        database_words: "PostgreSQL for tests".into(),
        settings: Arc::new(settings),
    }
}

/// The defaults, on a port that was free a moment ago: the address must be known before the server starts, because
/// links begin with it.
fn settings(change: impl Fn(&mut Settings)) -> Settings {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let arguments = ["it", &format!("--listen={free}"), "--threads=2", "--database-connections=6"];
    let mut settings = Cli::try_parse_from(arguments).expect("settings").settings;
    settings.smtp_url = None;
    settings.database_url = None;
    settings.public_url = None;
    change(&mut settings);
    settings
}

/// Starts the server on a thread of its own. Should another test have taken the port meanwhile, another is tried.
fn serve(
    database: &TestDatabase,
    clock: &Clock,
    change: &impl Fn(&mut Settings),
    cookie_secret: [u8; 64],
) -> (Settings, ServerHandle, JoinHandle<()>) {
    for _ in 0..10 {
        let settings = settings(change);
        let app = new_app(database, clock, settings.clone());
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let bound = web::bind(app, &cookie_secret);
                let (handle, server) = match bound {
                    Ok(bound) => (Ok(bound.handle), Some(bound.server)),
                    Err(error) => (Err(error), None),
                };
                tell.send(handle).expect("the test waits");
                if let Some(server) = server {
                    server.await.expect("the server serves");
                }
            });
        });
        if let Ok(handle) = told.recv().expect("the server starts") {
            return (settings, handle, thread);
        }
    }
    panic!("no free port in ten tries");
}
