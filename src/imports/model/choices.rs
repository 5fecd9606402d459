//! What is to be done with which rows.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Found, Verdict};
use crate::types::grouped;

/// What becomes of a row that is an organization already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Existing {
    /// What exists stays as it is.
    #[default]
    Skip,
    /// Filled cells replace what exists; empty ones leave it.
    Update,
    /// Nothing at all is imported.
    Stop,
}

/// What becomes of a row that looks like an organization, without being one for certain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Likely {
    /// It is left out.
    #[default]
    Skip,
    /// It is the one it looks like: filled cells replace what exists (N3).
    Update,
    /// It is another company.
    Create,
}

/// What a person decided about the rows of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Whether new organizations are created; without, only what exists is updated.
    pub create: bool,
    /// What becomes of those that exist.
    pub existing: Existing,
    /// What becomes of those that look like one that exists.
    pub likely: Likely,
    /// Whether everything is taken back where a row fails.
    pub whole: bool,
    /// Whether the notification addresses of new organizations are told.
    pub tell: bool,
    /// The groups new organizations are put into (S263).
    pub groups: Vec<Uuid>,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            create: true,
            existing: Existing::default(),
            likely: Likely::default(),
            whole: false,
            tell: false,
            groups: Vec::new(),
        }
    }
}

/// What is to become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imports) enum Deed {
    Create,
    Update,
    /// It says what is there already.
    Nothing,
    LeaveOut,
}

impl Choices {
    /// What is to become of a row with this verdict.
    pub(in crate::imports) fn deed(&self, verdict: Verdict) -> Deed {
        match verdict {
            Verdict::New if self.create => Deed::Create,
            Verdict::Likely if self.likely == Likely::Update => Deed::Update,
            Verdict::Likely if self.create && self.likely == Likely::Create => Deed::Create,
            Verdict::Match if self.existing == Existing::Update => Deed::Update,
            Verdict::Same if self.existing == Existing::Update => Deed::Nothing,
            _ => Deed::LeaveOut,
        }
    }

    /// Whether rows may change what exists.
    pub(in crate::imports) fn changes_existing(&self) -> bool {
        self.deed(Verdict::Match) == Deed::Update || self.deed(Verdict::Likely) == Deed::Update
    }

    /// Whether only what exists is changed, so that a file need not say everything about an organization.
    pub fn creates_nothing(&self) -> bool {
        !self.create
    }

    /// How many organizations would be created.
    pub fn creates(&self, found: &Found) -> i64 {
        self.sum(found, Deed::Create)
    }

    /// How many would be changed.
    pub fn updates(&self, found: &Found) -> i64 {
        self.sum(found, Deed::Update)
    }

    fn sum(&self, found: &Found, deed: Deed) -> i64 {
        Verdict::ALL.into_iter().filter(|verdict| self.deed(*verdict) == deed).map(|verdict| found.of(verdict)).sum()
    }

    /// Why an import cannot be begun with these choices, in words.
    pub fn obstacle(&self, found: &Found) -> Option<String> {
        let there = found.of(Verdict::Match) + found.of(Verdict::Same) + found.of(Verdict::Twice);
        if self.existing == Existing::Stop && there > 0 {
            return Some(format!(
                "{} of organizations that exist already, or that repeat an earlier row, and you chose to stop in that \
                 case. Choose something else, or take these rows out of the file",
                rows(there)
            ));
        }
        let errors = found.of(Verdict::Error);
        if self.whole && errors > 0 {
            let them = if errors == 1 { "it" } else { "them" };
            return Some(format!("{} with errors, and you chose all or nothing. Correct {them} first", rows(errors)));
        }
        if self.creates(found) + self.updates(found) == 0 {
            return Some("Nothing would be created or changed by these choices".to_owned());
        }
        None
    }
}

fn rows(count: i64) -> String {
    if count == 1 { "There is one row".to_owned() } else { format!("There are {} rows", grouped(count.unsigned_abs())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Found {
        Found::of_words([("new", 168), ("match", 21), ("twice", 7), ("error", 4)].into_iter())
    }

    #[test]
    fn what_is_done_follows_the_choices() {
        let skip = Choices::default();
        assert_eq!((skip.creates(&found()), skip.updates(&found())), (168, 0));
        assert_eq!(skip.obstacle(&found()), None);
        let both = Choices { existing: Existing::Update, ..Choices::default() };
        assert_eq!((both.creates(&found()), both.updates(&found())), (168, 21));
        let only_update = Choices { create: false, ..both };
        assert_eq!((only_update.creates(&found()), only_update.updates(&found())), (0, 21));
        assert_eq!(only_update.deed(Verdict::Twice), Deed::LeaveOut);
        let linked = Choices { likely: Likely::Update, ..Choices::default() };
        assert_eq!((linked.deed(Verdict::Likely), linked.deed(Verdict::Match)), (Deed::Update, Deed::LeaveOut));
    }

    #[test]
    fn an_import_that_would_do_nothing_or_too_much_is_not_begun() {
        let stop = Choices { existing: Existing::Stop, ..Choices::default() };
        assert!(stop.obstacle(&found()).is_some_and(|why| why.starts_with("There are 28 rows")));
        let whole = Choices { whole: true, ..Choices::default() };
        assert!(whole.obstacle(&found()).is_some_and(|why| why.contains("4 rows with errors")));
        let nothing = Choices { create: false, ..Choices::default() };
        assert!(nothing.obstacle(&found()).is_some_and(|why| why.starts_with("Nothing")));
    }
}
