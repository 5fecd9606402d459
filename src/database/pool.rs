//! The connections to the server, and the transactions on them.
//!
//! A connection belongs to the event loop of the thread that opened it; used from another thread, each answer of the
//! server would wake two of them. So a thread takes first what it has opened itself, the last used first: the server's
//! side of it has everything at hand, and what is not needed ages at the other end.

use std::{
    cmp::min,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use futures_util::FutureExt;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    task,
    time::{Instant, sleep, timeout_at},
};

/// How long a transaction waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection is kept unused.
const IDLE: Duration = Duration::from_secs(600);
/// How long a connection is kept at all: what the server holds for it grows with every statement.
const LIFETIME: Duration = Duration::from_secs(1800);

/// At most so many connections, opened as they are needed. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: PgConnectOptions,
    /// Run once on each new connection.
    opening: &'static str,
    most: u32,
    /// One for each transaction that may be under way.
    places: Arc<Semaphore>,
    closed: AtomicBool,
    kept: Mutex<Kept>,
}

/// The connections nobody uses, the last used at the end, and how many there are with those in use.
#[derive(Debug, Default)]
struct Kept {
    idle: Vec<Live>,
    open: u32,
}

#[derive(Debug)]
struct Live {
    connection: PgConnection,
    thread: ThreadId,
    opened: Instant,
    used: Instant,
}

/// A transaction. Dropped without [`Transaction::commit`], it is rolled back.
#[derive(Debug)]
pub struct Transaction {
    /// `None` once it has been given back.
    live: Option<Live>,
    begun: bool,
    pool: Pool,
    /// Kept until the connection can be had by others.
    place: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(super) fn new(options: PgConnectOptions, opening: &'static str, most: u32) -> Self {
        let places = Arc::new(Semaphore::new(most as usize));
        let (closed, kept) = (AtomicBool::new(false), Mutex::default());
        Self(Arc::new(Shared { options, opening, most, places, closed, kept }))
    }

    /// Opens a transaction with this statement. A connection may have died while it lay idle; nothing has been done on it
    /// yet, so the next one is tried, and in the end a new one.
    pub(super) async fn begin(&self, statement: &str) -> sqlx::Result<Transaction> {
        let deadline = Instant::now() + PATIENCE;
        let place = Some(self.place(deadline).await?);
        let mut transaction = Transaction { live: None, begun: false, pool: self.clone(), place };
        loop {
            let found = self.take();
            let was_idle = found.is_some();
            let live = match found {
                Some(live) => live,
                None => timeout_at(deadline, self.connect()).await.map_err(|_| sqlx::Error::PoolTimedOut)??,
            };
            let connection = &mut transaction.live.insert(live).connection;
            match sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await {
                Err(sqlx::Error::Io(_) | sqlx::Error::Database(_) | sqlx::Error::Protocol(_)) if was_idle => {
                    transaction.discard();
                }
                Err(error) => {
                    transaction.discard();
                    return Err(error);
                }
                Ok(_) => {
                    transaction.begun = true;
                    return Ok(transaction);
                }
            }
        }
    }

    /// Connections open and idle.
    pub(super) fn usage(&self) -> (u32, usize) {
        let kept = self.kept();
        (kept.open, kept.idle.len())
    }

    /// Waits for transactions under way and closes every connection; from now on there are none to be had.
    pub(super) async fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        let _all = self.0.places.acquire_many(self.0.most).await;
        self.0.places.close();
        let idle = std::mem::take(&mut *self.kept()).idle;
        for live in idle {
            // The server notices in any case.
            let _ = live.connection.close().await;
        }
    }

    async fn place(&self, deadline: Instant) -> sqlx::Result<OwnedSemaphorePermit> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        if let Ok(place) = Arc::clone(&self.0.places).try_acquire_owned() {
            return Ok(place);
        }
        let place = timeout_at(deadline, Arc::clone(&self.0.places).acquire_owned()).await;
        place.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)
    }

    /// One of this thread's; another's only where there are as many as there may be. `None`, already counted, where a new
    /// one is to be opened.
    fn take(&self) -> Option<Live> {
        let here = thread::current().id();
        let mut kept = self.kept();
        kept.retire();
        let own = kept.idle.iter().rposition(|live| live.thread == here);
        let other = || (kept.open >= self.0.most).then(|| kept.idle.len().checked_sub(1)).flatten();
        match own.or_else(other) {
            Some(place) => Some(kept.idle.remove(place)),
            None => {
                kept.open += 1;
                None
            }
        }
    }

    /// Waits for a server that is starting; `take` has counted the connection.
    async fn connect(&self) -> sqlx::Result<Live> {
        let counted = Counted(Some(self.clone()));
        let mut pause = Duration::from_millis(10);
        let mut connection = loop {
            match self.0.options.connect().await {
                Ok(connection) => break connection,
                Err(error) if is_starting(&error) => sleep(pause).await,
                Err(error) => return Err(error),
            }
            pause = min(pause * 2, Duration::from_secs(1));
        };
        sqlx::raw_sql(self.0.opening).execute(&mut connection).await?;
        counted.keep();
        let now = Instant::now();
        Ok(Live { connection, thread: thread::current().id(), opened: now, used: now })
    }

    fn give_back(&self, mut live: Live) {
        live.used = Instant::now();
        self.kept().idle.push(live);
    }

    /// One is there no more.
    fn forget(&self) {
        let mut kept = self.kept();
        kept.open = kept.open.saturating_sub(1);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Lets go of what has been unused or open for too long.
    fn retire(&mut self) {
        let now = Instant::now();
        let before = self.idle.len();
        self.idle.retain(|live| now - live.used < IDLE && now - live.opened < LIFETIME);
        self.open = self.open.saturating_sub((before - self.idle.len()) as u32);
    }
}

/// A connection that is being opened: counted unless that fails or nobody waits any more.
struct Counted(Option<Pool>);

impl Counted {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(pool) = self.0.take() {
            pool.forget();
        }
    }
}

/// Whether the server refuses because it is starting, or full for the moment.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(refusal) => matches!(refusal.code().as_deref(), Some("57P03" | "53300")),
        _ => false,
    }
}

impl Transaction {
    /// Makes the changes last.
    ///
    /// # Errors
    /// The database's; then nothing has changed.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        sqlx::raw_sql("commit").execute(&mut *self).await?;
        self.give_back();
        Ok(())
    }

    /// Sends the rollback and does not wait for the answer: whoever takes the connection next reads it first.
    pub(super) fn leave(mut self) {
        // Polled once, the first says whether an answer is still to come, and the second writes.
        if !matches!(task::unconstrained(self.flush()).now_or_never(), Some(Ok(()))) {
            return; // `drop` waits.
        }
        let sent = task::unconstrained(sqlx::raw_sql("rollback").execute(&mut *self)).now_or_never();
        match sent {
            Some(Err(_)) => self.discard(),
            _ if self.should_flush() => {} // Not all of it could be written; `drop` waits.
            _ => self.give_back(),
        }
    }

    fn give_back(&mut self) {
        if let Some(live) = self.live.take() {
            self.pool.give_back(live);
        }
    }

    fn discard(&mut self) {
        if self.live.take().is_some() {
            self.pool.forget();
        }
    }
}

impl Drop for Transaction {
    /// Given up half-way: the server may still be busy with a statement, so the connection is used again only when it has
    /// answered. One that was about to begin is closed: nobody knows whether it has.
    fn drop(&mut self) {
        let Some(mut live) = self.live.take() else { return };
        let (Ok(runtime), true) = (Handle::try_current(), self.begun) else { return self.pool.forget() };
        let (pool, place) = (self.pool.clone(), self.place.take());
        runtime.spawn(async move {
            match sqlx::raw_sql("rollback").execute(&mut live.connection).await {
                Ok(_) => pool.give_back(live),
                Err(_) => pool.forget(),
            }
            drop(place);
        });
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.live.as_ref().expect("given back only by what consumes the transaction").connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.live.as_mut().expect("given back only by what consumes the transaction").connection
    }
}
