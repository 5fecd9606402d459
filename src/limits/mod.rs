//! Limits on guessing and on sending: one limiter for every page that tests a secret or sends a mail, kept in the
//! database, so that it holds across instances, restarts and parallel tries (QUALITY 22, 29-31, T-28 to T-33).
//!
//! A try is taken before it is evaluated and committed at once. Whoever turns out to be right gets it back
//! ([`give_back`]), so only wrong tries add up.

mod store;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::{
    app::App,
    error::{Error, Result},
    scope::RowScope,
};

/// What is limited, and by what it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Wrong passwords for one account (by `EmailAddress::key`), known or not (QUALITY 30).
    SignInPerAccount,
    /// Wrong passwords for one account from one client address (both, separated by a space): a guesser uses up this
    /// long before the account's own limit, so the person can still sign in from elsewhere (T-33).
    SignInPerAccountAndClient,
    /// Wrong passwords from one client address, whatever the account.
    SignInPerClient,
    /// Verification codes sent for one draft.
    CodeSendPerDraft,
    /// Verification codes sent to one email address (by `EmailAddress::key`), whatever the draft.
    CodeSendPerAddress,
    /// Wrong verification codes for one email address (by `EmailAddress::key`): 1e-4 a day (QUALITY 29).
    CodeTriesPerAddressDay,
    /// Password links asked for one account (by `EmailAddress::key`), known or not.
    PasswordLinkPerAccount,
    /// Password links asked from one client address.
    PasswordLinkPerClient,
    /// Wrong codes of a second factor for one person (by id), whatever the door. Three codes in a million are right at a
    /// time, so a guesser who has the password already succeeds on one day in ten thousand (QUALITY 29).
    FactorPerPerson,
    /// Wrong codes of a second factor for one person from one client address (both, separated by a space): used up long
    /// before the person's own limit, so that somebody else's guesses do not keep the person out (T-33).
    FactorPerPersonAndClient,
    /// Invitations mailed to one address (by `EmailAddress::key`), by whomever.
    InvitationPerAddress,
    /// Refusals written down for one person, organization and route (all three, separated by spaces; T-09).
    RefusalPerRoute,
    /// Refusals written down for one person and organization (both, separated by a space), whatever the route: nobody
    /// fills a log by being refused.
    RefusalPerPerson,
}

impl Limit {
    /// The name under which it is counted, how many tries there are, and for how long.
    fn rule(self) -> (&'static str, i32, Duration) {
        match self {
            Self::SignInPerAccount => ("sign_in_account", 100, Duration::DAY),
            Self::SignInPerAccountAndClient => ("sign_in_account_client", 20, Duration::HOUR),
            Self::SignInPerClient => ("sign_in_client", 200, Duration::HOUR),
            Self::CodeSendPerDraft => ("code_send_draft", 4, Duration::HOUR),
            Self::CodeSendPerAddress => ("code_send_address", 20, Duration::DAY),
            Self::CodeTriesPerAddressDay => ("code_tries_address", 100, Duration::DAY),
            Self::PasswordLinkPerAccount => ("password_link_account", 4, Duration::HOUR),
            Self::PasswordLinkPerClient => ("password_link_client", 40, Duration::HOUR),
            Self::FactorPerPerson => ("factor_person", 30, Duration::DAY),
            Self::FactorPerPersonAndClient => ("factor_person_client", 10, Duration::HOUR),
            Self::InvitationPerAddress => ("invitation_address", 20, Duration::DAY),
            Self::RefusalPerRoute => ("refusal_route", 1, Duration::MINUTE),
            Self::RefusalPerPerson => ("refusal_person", 60, Duration::HOUR),
        }
    }

    /// How many tries there are in one window.
    pub fn tries(self) -> i32 {
        self.rule().1
    }

    fn key(self, subject: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.rule().0).chain_update([0]).chain_update(subject).finalize().into()
    }
}

/// Takes one try. However many ask at the same moment, exactly as many succeed as there are tries.
///
/// # Errors
/// [`Error::TooMany`] with the time until the window ends when no try is left.
pub async fn take(app: &App, limit: Limit, subject: &str) -> Result<()> {
    take_all(app, &[(limit, subject)]).await
}

/// Takes one try of each limit, or none where one of them has none left. Callers name them in the order of [`Limit`],
/// so that two requests never wait for each other.
///
/// # Errors
/// As [`take`].
pub async fn take_all(app: &App, tries: &[(Limit, &str)]) -> Result<()> {
    let now = app.clock.now();
    app.write(RowScope::System("count a try"), async |db| {
        for (limit, subject) in tries {
            let (_, most, window) = limit.rule();
            let key = limit.key(subject);
            if !store::take(db, &key, most, now, now + window).await? {
                let resets_at = store::find_end(db, &key).await?.unwrap_or(now);
                return Err(Error::TooMany { retry_after: until(resets_at, now) });
            }
        }
        Ok(())
    })
    .await
}

/// Gives tries back that turned out to be right.
///
/// # Errors
/// The database's.
pub async fn give_back(app: &App, tries: &[(Limit, &str)]) -> Result<()> {
    let now = app.clock.now();
    app.write(RowScope::System("give a try back"), async |db| {
        for (limit, subject) in tries {
            store::give_back(db, &limit.key(subject), now).await?;
        }
        Ok(())
    })
    .await
}

/// Forgets what was counted: who has proved to own the account is no longer held up by somebody else's guesses. Needs a
/// transaction of the system.
///
/// # Errors
/// The database's.
pub async fn forget(db: &mut PgConnection, limit: Limit, subject: &str) -> Result<()> {
    store::delete(db, &limit.key(subject)).await
}

fn until(end: OffsetDateTime, now: OffsetDateTime) -> std::time::Duration {
    std::time::Duration::try_from(end - now).unwrap_or_default().max(std::time::Duration::from_secs(1))
}
