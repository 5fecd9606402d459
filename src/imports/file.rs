//! The file of an import: taken in as a stream, kept in parts beside the import, and read again from a file without a name
//! on the disk of whoever works on it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{model::Import, read::Unreadable, store::files as store};
use crate::{
    app::App,
    error::{Error, Result},
    scope::Scope,
};

/// Bytes of a part.
const PART: usize = 1 << 20;

/// A file as it comes in: on disk, with its size and hash.
#[derive(Debug)]
pub struct Incoming {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Incoming {
    /// An empty one.
    ///
    /// # Errors
    /// The disk's.
    pub fn new() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| Error::disk(error, "no place for an uploaded file"))?;
        Ok(Self { file, hash: Sha256::new(), bytes: 0 })
    }

    /// Adds what has arrived.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| Error::disk(error, "an uploaded file could not be kept"))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// One on a disk that is always full.
    #[cfg(test)]
    pub(super) fn without_room() -> Self {
        let file = File::options().write(true).open("/dev/full").expect("a disk that is always full");
        Self { file, hash: Sha256::new(), bytes: 0 }
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file, its size and its SHA-256.
    pub(super) fn finish(self) -> (File, u64, Vec<u8>) {
        (self.file, self.bytes, self.hash.finalize().to_vec())
    }
}

/// Keeps a file with its import.
pub(super) async fn keep(db: &mut PgConnection, ids: (Uuid, Uuid), file: &mut File) -> Result<()> {
    let unread = |error| Error::disk(error, "an uploaded file could not be read");
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    let mut buffer = vec![0; PART];
    for part in 0.. {
        let filled = fill(file, &mut buffer).map_err(unread)?;
        if filled == 0 {
            break;
        }
        store::insert(db, ids, part, &buffer[..filled]).await?;
    }
    Ok(())
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// Why a file cannot be read, in words for whoever brought it.
///
/// # Errors
/// The disk's. That says nothing about the file: whatever was begun goes on once the disk does.
pub(super) fn words(unread: Unreadable) -> Result<String> {
    match unread {
        Unreadable::File(why) => Ok(why),
        Unreadable::Disk(error) => Err(Error::disk(error, "an uploaded file could not be read")),
    }
}

/// The file of an import, or its beginning, on the disk of whoever works on it.
///
/// Each part is read by itself, so that nobody waits for the whole. None where the file is gone; `most` parts of it where
/// that is said.
pub(super) async fn fetch(app: &App, scope: &Scope, import: &Import, most: Option<i32>) -> Result<Option<File>> {
    let ids = (import.partner_id, import.id);
    let unwritten = |error| Error::disk(error, "the file of an import could not be written");
    let mut file = tempfile::tempfile().map_err(unwritten)?;
    let mut parts = 0;
    while most.is_none_or(|most| parts < most) {
        let part = app.read(scope, async |db| store::part(db, ids, parts).await).await?;
        let Some(bytes) = part else { break };
        file.write_all(&bytes).map_err(unwritten)?;
        parts += 1;
    }
    file.seek(SeekFrom::Start(0)).map_err(unwritten)?;
    Ok((parts > 0).then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_a_matter_of_time() {
        let mut incoming = Incoming::without_room();
        assert!(matches!(incoming.write(b"Name"), Err(Error::Unavailable(_))));
        assert_eq!(incoming.bytes(), 0);
    }

    /// A check that finds no room for the texts of a workbook says nothing about the workbook, and goes on later.
    #[test]
    fn a_full_disk_is_no_fault_of_the_file() {
        let full = Unreadable::Disk(io::ErrorKind::StorageFull.into());
        assert!(matches!(words(full), Err(Error::Unavailable(_))));
        let broken = Unreadable::Disk(io::ErrorKind::PermissionDenied.into());
        assert!(matches!(words(broken), Err(Error::Internal(_))));
        assert!(matches!(words(Unreadable::File("It is empty".to_owned())), Ok(why) if why == "It is empty"));
    }
}
