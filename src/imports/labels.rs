//! What columns and their faults are called.

use super::{
    columns::Meaning,
    model::{Line, Outcome, Verdict},
};
use crate::{custom_fields::CustomField, organizations::Field};

/// What pages call a field with a message, by its name: one that is asked about an import, or one of an organization. Nothing
/// for any other.
pub fn label_of(name: &str) -> &'static str {
    match name {
        "existing" => "Rows of organizations that exist",
        "likely" => "Rows that look like an organization that exists",
        "create" => "Rows of new organizations",
        "groups" => "Organization group of new organizations",
        other => Field::named(other).map_or("", |field| field.info().label),
    }
}

impl Meaning {
    /// What pages call it; nothing for a column that is left out, and for a field the partner has no more.
    pub fn label(self, custom: &[CustomField]) -> String {
        match self {
            Self::Field(field) => field.info().label.to_owned(),
            Self::Custom(id) => custom.iter().find(|field| field.id == id).map_or("", |field| &field.name).to_owned(),
            Self::Key => "Org Key".to_owned(),
            Self::Kind => "Account type".to_owned(),
            Self::Ignored => String::new(),
        }
    }
}

impl Line {
    /// Why the row was left out or cannot be imported, in one line; what is wrong with a column names it. Nothing for other
    /// rows.
    pub fn why(&self, custom: &[CustomField]) -> String {
        let failed = self.verdict == Verdict::Error && self.outcome.is_none_or(|outcome| outcome == Outcome::Failed);
        if !failed || self.problems.is_empty() {
            return self.reason.clone().unwrap_or_default();
        }
        let problem = |problem: &super::Problem| match Meaning::parse(&problem.field).label(custom) {
            label if label.is_empty() => problem.words.clone(),
            label => format!("{label}: {}", problem.words),
        };
        self.problems.iter().map(problem).collect::<Vec<_>>().join(". ")
    }
}
