//! A wire between portal and database that can be cut right after `COMMIT` is sent (QUALITY 5): the work is done, and
//! nobody hears of it.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

const SOCKET: &str = ".s.PGSQL.5432";

/// The wire. Only transactions that create an organization are cut, and only while it is armed.
pub(crate) struct CommitCutter {
    folder: TempDir,
    blade: Arc<Blade>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Blade {
    armed: AtomicBool,
    cuts: AtomicU64,
}

impl CommitCutter {
    /// Listens on a socket of its own and passes everything on to the server's in `upstream`.
    pub(crate) fn before(upstream: &Path) -> CommitCutter {
        let folder = super::folder();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).expect("a socket");
        let (upstream, blade) = (upstream.join(SOCKET), Arc::<Blade>::default());
        let shared = blade.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (upstream, blade) = (upstream.clone(), shared.clone());
                tokio::spawn(async move {
                    if let Ok(server) = UnixStream::connect(upstream).await {
                        pass_on(client, server, &blade).await;
                    }
                });
            }
        });
        CommitCutter { folder, blade, task }
    }

    /// The folder to connect to.
    pub(crate) fn socket_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Cuts the next transaction that creates an organization.
    pub(crate) fn arm(&self) {
        self.blade.armed.store(true, Ordering::SeqCst);
    }

    /// How often it has cut.
    pub(crate) fn cuts(&self) -> u64 {
        self.blade.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for CommitCutter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(client: UnixStream, server: UnixStream, blade: &Blade) {
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = server.into_split();
    tokio::select! {
        // Whichever side ends first takes the other with it: the streams close when this returns.
        _ = requests(from_client, to_server, blade) => {}
        _ = copy(&mut from_server, &mut to_client) => {}
    }
}

/// Passes the client's messages on one by one (PostgreSQL's protocol, chapter "Message Formats"); returns after the
/// `COMMIT` that is to be cut.
async fn requests(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, blade: &Blade) -> std::io::Result<()> {
    let start = message(&mut client, Vec::new()).await?;
    server.write_all(&start).await?;
    let mut creates = false;
    loop {
        let kind = client.read_u8().await?;
        let message = message(&mut client, vec![kind]).await?;
        server.write_all(&message).await?;
        match kind {
            b'P' if contains(&message, b"insert into organizations") => creates = true,
            b'Q' if contains(&message, b"COMMIT") => {
                if creates && blade.armed.swap(false, Ordering::SeqCst) {
                    blade.cuts.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                creates = false;
            }
            b'Q' if contains(&message, b"ROLLBACK") => creates = false,
            _ => {}
        }
    }
}

/// Reads length and body behind what has been read already.
async fn message(client: &mut OwnedReadHalf, mut read: Vec<u8>) -> std::io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    read.extend(length.to_be_bytes());
    let start = read.len();
    read.resize(start + (length as usize).saturating_sub(4), 0);
    client.read_exact(&mut read[start..]).await?;
    Ok(read)
}

fn contains(message: &[u8], words: &[u8]) -> bool {
    message.windows(words.len()).any(|window| window == words)
}
