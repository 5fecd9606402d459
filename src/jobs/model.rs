//! What a job is, and what may be seen of it.

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::JobKind;
use crate::types::Invalid;

/// Work to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: JobKind,
    /// With what: ids, never rows or secrets (house rule 9).
    pub payload: Value,
    /// Jobs of one queue run one after another, in the order of their ids.
    pub queue: Option<String>,
    /// While a job with this key waits or runs, no other is added.
    pub unique_key: Option<String>,
    /// Not before.
    pub run_at: OffsetDateTime,
    /// After so many failures the job is put aside for the operator.
    pub max_attempts: i32,
}

impl NewJob {
    /// A job that may run from `run_at` on, with the attempts of its kind.
    pub fn new(kind: JobKind, payload: Value, run_at: OffsetDateTime) -> Self {
        Self { kind, payload, queue: None, unique_key: None, run_at, max_attempts: kind.max_attempts() }
    }

    /// Puts it behind the other jobs of a queue.
    #[must_use]
    pub fn in_queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Adds it only if no other with this key waits.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }
}

/// A job in the hands of a worker.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The stored name of its kind.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempts: i32,
    /// The last attempt there will be.
    pub max_attempts: i32,
    /// The worker's hold on it.
    pub lease: Uuid,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Not started yet.
    Waiting,
    /// In the hands of a worker.
    Running,
    /// Failed at least once, and will be tried again.
    Retrying,
    /// Put aside after the last attempt.
    Failed,
    /// Finished.
    Done,
}

impl State {
    /// Every state, in the order of the filter.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Retrying, Self::Failed, Self::Done];

    /// The word in addresses, metrics and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    /// Reads the word of an address.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == raw)
            .ok_or_else(|| Invalid::new("Choose waiting, running, retrying, failed or done"))
    }

    /// The word a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "Running",
            Self::Retrying => "Retrying",
            Self::Failed => "Failed",
            Self::Done => "Done",
        }
    }
}

/// A job as the operator sees it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// The stored name of its kind.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// The last attempt there will be.
    pub max_attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it runs next, or was to run.
    pub run_at: OffsetDateTime,
    /// When it was finished or put aside.
    pub ended_at: Option<OffsetDateTime>,
}

/// How many jobs are in which state.
#[derive(Debug, Clone, Default)]
pub struct Counts(pub Vec<(State, i64)>);

impl Counts {
    /// The number in one state.
    pub fn of(&self, state: State) -> i64 {
        self.0.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| *count)
    }

    /// The number of all.
    pub fn total(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::minutes(15);

/// How long to wait after a failed attempt (from 1): 10 s, 20 s, 40 s and so on up to 15 minutes. `chance` (any number)
/// shortens it by up to a quarter, so that jobs that failed together do not come back together.
pub(super) fn wait_after(attempt: i32, chance: u64) -> Duration {
    let doublings = attempt.saturating_sub(1).clamp(0, 10).unsigned_abs();
    let full = Duration::seconds(10 << doublings).min(LONGEST_WAIT);
    let quarter = full.whole_milliseconds() as u64 / 4;
    full - Duration::milliseconds((chance % (quarter + 1)) as i64)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{State, wait_after};

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (1..=9).map(|attempt| wait_after(attempt, 0).whole_seconds()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(wait_after(i32::MAX, 0), Duration::minutes(15));
    }

    #[test]
    fn chance_shortens_a_wait_by_at_most_a_quarter() {
        for chance in [1, 77, 12_345_678, u64::MAX] {
            let wait = wait_after(4, chance);
            assert!(wait >= Duration::seconds(60) && wait <= Duration::seconds(80), "{wait}");
        }
        assert_ne!(wait_after(4, 1), wait_after(4, 2));
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Ok(state));
        }
        assert!(State::parse("lost").is_err());
    }
}
