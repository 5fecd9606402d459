//! Passwords: hashed and checked on a bounded pool, so that a flood of sign-ins takes a fixed amount of memory and
//! leaves a core for everybody else (QUALITY 31, 33). Argon2id with the parameters of QUALITY section 5.

mod hashing;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use argon2::Block;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::{
    error::{Error, Result},
    metrics,
    types::NewPassword,
};

/// A hashed password as a PHC string: what `users.password_hash` holds.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash made earlier by [`Passwords::hash`] and stored since, such as in a draft.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

/// The pool. Cheap to clone; all clones share the same permits and the same memory.
#[derive(Clone)]
pub struct Passwords(Arc<Pool>);

struct Pool {
    permits: Arc<Semaphore>,
    /// The working memory of hashes that are done, for the next ones: never more pieces than permits.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Passwords {
    /// A pool that works on at most as many passwords at a time as the machine has cores, 19 MiB each.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Pool { permits: Arc::new(Semaphore::new(cores)), memory: Mutex::new(Vec::new()) }))
    }

    /// Hashes a new password with a new salt.
    ///
    /// # Errors
    /// [`Error::Internal`] when the work is interrupted by the end of the process.
    pub async fn hash(&self, password: &NewPassword) -> Result<PasswordHash> {
        let secret = password.secret().clone();
        let hashed = self.run(move |memory| hashing::hash(secret.expose_secret().as_bytes(), memory)).await?;
        Ok(PasswordHash(hashed?))
    }

    /// Whether the attempt is the password behind the hash. Without a hash (no such account, or none chosen yet) the
    /// same work is done against a hash nothing matches, so that the time tells nothing (QUALITY 31).
    ///
    /// # Errors
    /// [`Error::Internal`] when a stored hash cannot be read.
    pub async fn verify(&self, attempt: SecretString, hash: Option<&str>) -> Result<bool> {
        let hash = hash.map(str::to_owned);
        let verdict = self
            .run(move |memory| match hash {
                Some(hash) => hashing::verify(attempt.expose_secret().as_bytes(), &hash, memory),
                None => hashing::verify(attempt.expose_secret().as_bytes(), hashing::NOBODY, memory).map(|_| false),
            })
            .await?;
        Ok(verdict?)
    }

    /// Runs the work on a thread for blocking work. The permit goes with it: a request that is given up meanwhile does
    /// not make room for another before its hash has ended.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static) -> Result<T> {
        let asked = Instant::now();
        let permit = self.0.permits.clone().acquire_owned().await.map_err(|closed| Error::Internal(closed.into()))?;
        metrics::password_wait(asked.elapsed());
        let pool = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut memory = pool.pieces().pop().unwrap_or_default();
            let done = work(&mut memory);
            pool.pieces().push(memory);
            drop(permit);
            done
        });
        done.await.map_err(|interrupted| Error::Internal(interrupted.into()))
    }
}

impl Pool {
    fn pieces(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("free", &self.0.permits.available_permits()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::Passwords;
    use crate::types::NewPassword;

    const SENTENCE: &str = "seven quiet otters under the pier";

    #[tokio::test]
    async fn only_the_password_itself_is_accepted() {
        let passwords = Passwords::new();
        let hash = passwords.hash(&NewPassword::parse(SENTENCE).expect("long enough")).await.expect("hashed");
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(passwords.verify(SecretString::from(SENTENCE), Some(hash.as_str())).await.expect("checked"));
        assert!(
            !passwords.verify(SecretString::from("seven quiet otters"), Some(hash.as_str())).await.expect("checked")
        );
        assert!(!passwords.verify(SecretString::from(SENTENCE), None).await.expect("checked"));
        assert_eq!(format!("{hash:?}"), "PasswordHash(hidden)");
    }

    #[tokio::test]
    async fn a_hash_that_cannot_be_read_is_an_error_not_a_refusal() {
        for hash in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2hvcnQ"] {
            assert!(Passwords::new().verify(SecretString::from("x"), Some(hash)).await.is_err(), "{hash:?}");
        }
    }

    #[tokio::test]
    async fn a_flood_uses_no_more_memory_than_there_are_permits() {
        let passwords = Passwords::new();
        let permits = passwords.0.permits.available_permits();
        let tries = (0..permits * 4).map(|_| passwords.verify(SecretString::from("x"), None));
        for verdict in futures_util::future::join_all(tries).await {
            assert!(!verdict.expect("checked"));
        }
        assert!(passwords.0.pieces().len() <= permits);
        assert_eq!(passwords.0.permits.available_permits(), permits);
    }
}
