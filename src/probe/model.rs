//! Types of the probe.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a probe has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Routes of the portal that were asked for.
    pub routes: usize,
    /// Roles by which each was asked for.
    pub roles: usize,
    /// Answers that were judged.
    pub cells: usize,
    /// Median time of the answers to keys of the other tenant, in microseconds.
    pub foreign_micros: u64,
    /// Median time of the answers to random keys, in microseconds.
    pub random_micros: u64,
    /// What should not have been answered, one line each.
    pub leaks: Vec<String>,
}

/// The last report and when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub report: Report,
}
