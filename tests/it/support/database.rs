//! One server for all tests, and a database for each of them, copied from a template that has every migration.
//!
//! `TENANTRY_TEST_SERVER` names a server to use, as its superuser, such as `postgres://postgres@localhost/postgres`; it
//! needs the roles `tenantry_owner` and `tenantry_app`. Without it a private server is started in a temporary folder.

use std::{
    future::Future,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tenantry::database::{
    self,
    private_postgres::{Options, PrivatePostgres},
};

static SERVER: LazyLock<Server> = LazyLock::new(|| blocking(Server::start));
static COUNT: AtomicU32 = AtomicU32::new(0);

struct Server {
    superuser: PgConnectOptions,
    template: String,
    /// Runs until the process ends; its guard then stops it.
    _private: Option<PrivatePostgres>,
}

/// A database of its own; it is gone when this is dropped.
pub struct TestDatabase {
    name: String,
    /// The folder of the socket of a pooler, where one stands before the server.
    pooler: Option<PathBuf>,
}

impl TestDatabase {
    pub async fn create() -> Self {
        // The server is started by a thread of its own, since this one already runs a test.
        let server = tokio::task::spawn_blocking(|| &*SERVER).await.expect("a server");
        let name = format!("it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut db = connect(&server.superuser).await;
        run(&mut db, format!("create database {name} template {} owner tenantry_owner", server.template)).await;
        Self { name, pooler: None }
    }

    /// As the role the portal works with.
    pub fn application(&self) -> PgConnectOptions {
        let direct = SERVER.superuser.clone().username("tenantry_app").database(&self.name);
        match &self.pooler {
            Some(socket) => direct.socket(socket).port(Self::POOLER_PORT).statement_cache_capacity(0),
            None => direct,
        }
    }

    /// The port in the name of a pooler's socket.
    pub const POOLER_PORT: u16 = 6432;

    /// Sends the portal through a pooler from now on.
    pub fn behind(mut self, pooler: &Path) -> Self {
        self.pooler = Some(pooler.to_owned());
        self
    }

    /// Whether the portal goes through a pooler.
    pub fn is_pooled(&self) -> bool {
        self.pooler.is_some()
    }

    /// Where the server itself listens: a folder or a host, and the port.
    pub fn server(&self) -> (String, u16) {
        let server = &SERVER.superuser;
        let socket = server.get_socket().map(|socket| socket.display().to_string());
        (socket.unwrap_or_else(|| server.get_host().to_owned()), server.get_port())
    }

    /// As a superuser, who sees every row.
    pub fn superuser(&self) -> PgConnectOptions {
        SERVER.superuser.clone().database(&self.name)
    }

    /// As the role that owns the schema.
    pub fn owner(&self) -> PgConnectOptions {
        SERVER.superuser.clone().username("tenantry_owner").database(&self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        blocking(|| async move {
            run(&mut connect(&SERVER.superuser).await, statement).await;
        });
    }
}

impl Server {
    async fn start() -> Self {
        let (superuser, private) = match std::env::var("TENANTRY_TEST_SERVER") {
            Ok(url) => (url.parse().expect("TENANTRY_TEST_SERVER is the address of a server"), None),
            Err(_) => {
                let private = PrivatePostgres::start(&options()).await.expect("a private server");
                (private.superuser().database("postgres"), Some(private))
            }
        };
        let superuser: PgConnectOptions = superuser;
        let template = template(&superuser).await;
        Self { superuser, template, _private: private }
    }
}

/// Makes the template unless an earlier run has: its name says which migrations it holds.
async fn template(superuser: &PgConnectOptions) -> String {
    let migrations = sqlx::migrate!();
    let sum = migrations
        .iter()
        .flat_map(|one| one.checksum.iter())
        .fold(0u64, |sum, byte| sum.wrapping_mul(1_099_511_628_211).wrapping_add(u64::from(*byte) + 1));
    let name = format!("it_template_{sum:016x}");
    let mut db = connect(superuser).await;
    run(&mut db, "select pg_advisory_lock(20261121)".to_owned()).await;
    let exists: bool = sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut db)
        .await
        .expect("an answer");
    if !exists {
        run(&mut db, "drop database if exists it_template_in_the_making with (force)".to_owned()).await;
        run(&mut db, "create database it_template_in_the_making owner tenantry_owner".to_owned()).await;
        let owner = superuser.clone().username("tenantry_owner").database("it_template_in_the_making");
        database::migrate(&owner, "tenantry_app").await.expect("the migrations run");
        run(&mut db, format!("alter database it_template_in_the_making rename to {name}")).await;
    }
    name
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    options.connect().await.expect("the test server answers")
}

async fn run(db: &mut PgConnection, statement: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(db).await.expect(&statement);
}

/// The folder of a server that lives as long as this process, which another user may enter, since under root the server
/// is another user. Folders of processes that are gone are removed.
fn options() -> Options {
    let temporary = std::env::temp_dir();
    for entry in std::fs::read_dir(&temporary).expect("a temporary folder").flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix("tenantry-it-"));
        if owner.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Its server may still be stopping; the next run removes it then.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let folder = temporary.join(format!("tenantry-it-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a new folder");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("our own folder");
    Options { guard_exe: Some(env!("CARGO_BIN_EXE_tenantry").into()), download: false, ..Options::new(folder) }
}

/// Runs to the end on a thread of its own, wherever it is called from.
fn blocking<T: Send + 'static, W: Future<Output = T>>(work: impl FnOnce() -> W + Send + 'static) -> T {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let done = runtime.block_on(work());
        // Whatever the work started, such as the guard of a server, goes on until the process ends.
        std::mem::forget(runtime);
        done
    });
    thread.join().expect("the work ends")
}
