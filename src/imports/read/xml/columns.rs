//! The columns of a list in XML: every name any of its records has.

use std::collections::HashMap;

use super::super::{Limits, Unreadable, limits::in_words};

/// The columns of a file.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    places: HashMap<String, usize>,
    /// All are known: another is passed over.
    closed: bool,
    /// A record has a value: else the root is none of a list.
    pub(super) has_fields: bool,
}

impl Columns {
    /// Those found when the file was looked at.
    pub(super) fn known(names: &[String]) -> Self {
        let places = names.iter().cloned().zip(0..).collect();
        Self { names: names.to_vec(), places, closed: true, has_fields: true }
    }

    /// The place of a column; nothing for one that was not there when the file was looked at.
    ///
    /// # Errors
    /// More columns than are read.
    pub(super) fn place(&mut self, name: &str, limits: &Limits) -> Result<Option<usize>, Unreadable> {
        if let Some(place) = self.places.get(name) {
            return Ok(Some(*place));
        }
        if self.closed {
            return Ok(None);
        }
        if self.names.len() >= limits.columns {
            return Err(Unreadable::file(format!(
                "The records have more than {} different values, and no more are read. Check that each stands in an element \
                 of its own beneath the root",
                in_words(limits.columns as u64)
            )));
        }
        self.places.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        Ok(Some(self.names.len() - 1))
    }
}
