//! How many rows came to what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Outcome, Verdict};

/// Rows by what the check found of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Found(BTreeMap<Verdict, i64>);

impl Found {
    /// The number with one verdict.
    pub fn of(&self, verdict: Verdict) -> i64 {
        self.0.get(&verdict).copied().unwrap_or(0)
    }

    /// Of stored words.
    pub(in crate::imports) fn of_words<'a>(words: impl Iterator<Item = (&'a str, i64)>) -> Self {
        let known = words.filter_map(|(word, count)| Some((Verdict::parse(word)?, count)));
        Self(known.collect())
    }

    /// The numbers once some rows that had these verdicts have others.
    pub(in crate::imports) fn changed(&self, before: &Self, after: &Self) -> Self {
        let number = |verdict| self.of(verdict) - before.of(verdict) + after.of(verdict);
        let all = Verdict::ALL.into_iter().map(|verdict| (verdict, number(verdict)));
        Self(all.filter(|(_, number)| *number != 0).collect())
    }
}

/// Rows by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outcomes(BTreeMap<Outcome, i64>);

impl Outcomes {
    /// The number of one outcome.
    pub fn of(&self, outcome: Outcome) -> i64 {
        self.0.get(&outcome).copied().unwrap_or(0)
    }

    pub(in crate::imports) fn add(&mut self, outcome: Outcome, count: i64) {
        *self.0.entry(outcome).or_default() += count;
    }
}
