//! A disk without room (QUALITY 6), the machine's own or that of the database: a matter of time, and not of whoever asked.

use std::io::{self, ErrorKind};

use tokio::task::JoinError;

use super::Error;

/// What a disk says that is full, or as full as it may be.
const FULL: [ErrorKind; 2] = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded];
/// What a database says whose disk is.
const DISK_FULL: &str = "53100";

impl Error {
    /// A failure of the machine's own disk, with what could not be done. One that is full has room again later, so that
    /// whoever asked is told to come again.
    pub fn disk(error: io::Error, what: &'static str) -> Self {
        let error = anyhow::Error::new(error).context(what);
        if is_full(&error) { Self::Unavailable(error) } else { Self::Internal(error) }
    }

    /// Whether a disk has no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Unavailable(cause) if is_full(cause))
    }

    /// What is away while the error lasts, for the log.
    pub fn outage(&self) -> &'static str {
        if self.is_full() { "no room on a disk" } else { "the database is away" }
    }
}

impl From<JoinError> for Error {
    /// Work on a thread of its own has panicked. The library that writes workbooks does so where the disk is full, and the
    /// kind of error is all that is left of it in its words.
    fn from(error: JoinError) -> Self {
        let words = error.to_string();
        let is_full = FULL.iter().any(|kind| words.contains(&format!("{kind:?}")));
        let kind = if is_full { ErrorKind::StorageFull } else { ErrorKind::Other };
        Self::disk(io::Error::new(kind, error), "work on a thread of its own came to no end")
    }
}

fn is_full(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let refusal = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
        kind.is_some_and(|kind| FULL.contains(&kind))
            || refusal.is_some_and(|refusal| refusal.code().as_deref() == Some(DISK_FULL))
    })
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write};

    use tokio::task::spawn_blocking;

    use super::*;

    /// A disk that is always full.
    fn full() -> File {
        File::options().write(true).open("/dev/full").expect("a disk that is always full")
    }

    #[test]
    fn a_full_disk_is_a_matter_of_time_and_a_broken_one_is_not() {
        let error = Error::disk(full().write_all(b"x").expect_err("no room"), "a file could not be kept");
        assert!(matches!(error, Error::Unavailable(_)) && error.is_full(), "{error:?}");
        // As writers of archives tell it, which wrap what they stumble over.
        let wrapped = io::Error::other(anyhow::Error::new(io::Error::from(ErrorKind::QuotaExceeded)).context("a part"));
        assert!(Error::disk(wrapped, "a file could not be kept").is_full());
        let broken = Error::disk(ErrorKind::PermissionDenied.into(), "a file could not be kept");
        assert!(matches!(broken, Error::Internal(_)) && !broken.is_full(), "{broken:?}");
        let away = Error::from(sqlx::Error::PoolTimedOut);
        assert!(matches!(away, Error::Unavailable(_)) && !away.is_full(), "{away:?}");
    }

    #[tokio::test]
    async fn a_thread_that_panics_for_want_of_room_is_a_matter_of_time() {
        // So does the library that writes workbooks.
        let thread = spawn_blocking(|| full().write_all(b"x").expect("Couldn't write to the file"));
        let error = Error::from(thread.await.expect_err("it panics"));
        assert!(error.is_full(), "{error:?}");
        let thread = spawn_blocking(|| File::open("/nowhere").map(drop).expect("Couldn't open the file"));
        let error = Error::from(thread.await.expect_err("it panics"));
        assert!(matches!(error, Error::Internal(_)), "{error:?}");
    }
}
