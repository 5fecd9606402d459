//! Numbers of rows as a bar: what they are by the check, and what became of them.

use crate::imports::{Import, Outcome, Verdict};

/// The length of the bar.
const BAR: i64 = 1_000;

/// A part of the bar: class, place and length.
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) width: i64,
}

/// The outcomes as lengths; what is not reached stays empty.
pub(super) fn of_outcomes(import: &Import) -> Vec<Part> {
    let class = |outcome| match outcome {
        Outcome::Created => "a9",
        Outcome::Updated => "a1",
        Outcome::Same | Outcome::Skipped => "a0",
        Outcome::Failed => "text-danger",
    };
    lengths(import, Outcome::ALL.into_iter().map(|outcome| (class(outcome), import.outcomes.of(outcome))))
}

/// The verdicts as lengths.
pub(super) fn of_verdicts(import: &Import) -> Vec<Part> {
    let class = |verdict| match verdict {
        Verdict::New => "a9",
        Verdict::Match => "a1",
        Verdict::Same => "a0",
        Verdict::Likely | Verdict::Twice => "aw",
        Verdict::Error => "text-danger",
    };
    lengths(import, Verdict::ALL.into_iter().map(|verdict| (class(verdict), import.found.of(verdict))))
}

fn lengths(import: &Import, counts: impl Iterator<Item = (&'static str, i64)>) -> Vec<Part> {
    let total = i64::from(import.total).max(1);
    let mut before = 0;
    let parts = counts.map(|(class, count)| {
        let x = before * BAR / total;
        before += count;
        Part { class, x, width: before * BAR / total - x }
    });
    parts.filter(|part| part.width > 0).collect()
}
