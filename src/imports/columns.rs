//! What the columns of a file mean: guessed by their headings, remembered, and changed by whoever knows better.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{read::dates::DateOrder, synonyms};
use crate::{
    custom_fields::CustomField,
    organizations::{Entry, FIELDS, Field},
    types::FieldKind,
};

/// A heading is compared by so many letters and digits, since an index takes no text of any length.
const HEADING: usize = 200;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// One of the 17 fields.
    Field(Field),
    /// A field of the partner's own.
    Custom(Uuid),
    /// The Org Key, by which a row is found again.
    Key,
    /// The account type.
    Kind,
    /// It is left aside.
    Ignored,
}

impl Meaning {
    /// The word in forms and databases.
    pub fn word(self) -> String {
        match self {
            Self::Field(field) => field.name().to_owned(),
            Self::Custom(id) => format!("custom_{id}"),
            Self::Key => "key".to_owned(),
            Self::Kind => "kind".to_owned(),
            Self::Ignored => String::new(),
        }
    }

    /// Whether such a column holds days.
    pub(super) fn is_date(self, custom: &[CustomField]) -> bool {
        match self {
            Self::Field(field) => field.info().entry == Entry::Date,
            Self::Custom(id) => custom.iter().any(|field| field.id == id && field.kind == FieldKind::Date),
            Self::Key | Self::Kind | Self::Ignored => false,
        }
    }

    /// The meaning with this word. A field nobody knows is left aside.
    pub fn parse(word: &str) -> Self {
        match word {
            "key" => Self::Key,
            "kind" => Self::Kind,
            other => {
                let custom = other.strip_prefix("custom_").and_then(|id| id.parse().ok()).map(Self::Custom);
                custom.or_else(|| Field::named(other).map(Self::Field)).unwrap_or(Self::Ignored)
            }
        }
    }
}

impl Serialize for Meaning {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.word().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Meaning {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|word| Self::parse(&word))
    }
}

/// The columns of a file, and what holds for all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Columns {
    /// What each column is, in the order of the file.
    pub meanings: Vec<Meaning>,
    /// How dates are written; day first where nothing else was found (D10).
    pub dates: Option<DateOrder>,
    /// The country of new organizations whose row names none: two letters.
    pub country: Option<String>,
    /// The approval process of new organizations whose row says nothing.
    pub approval: Option<bool>,
}

impl Columns {
    /// The place of a column with this meaning.
    pub fn place(&self, meaning: Meaning) -> Option<usize> {
        self.meanings.iter().position(|one| *one == meaning)
    }

    /// Whether every meaning stands above one column at most; else the word of the one that does not.
    pub fn twice(&self) -> Option<Meaning> {
        let known = |at: usize, one: &Meaning| *one != Meaning::Ignored && self.meanings[..at].contains(one);
        self.meanings.iter().enumerate().find(|(at, one)| known(*at, one)).map(|(_, one)| *one)
    }
}

/// Guesses what the columns are: by what the partner said of such a heading before, by the names of the fields in forms,
/// files and some other languages, and by the partner's own fields. A meaning is given once, to the first that fits best.
pub(super) fn guess(
    headings: &[String],
    custom: &[CustomField],
    remembered: &HashMap<String, Meaning>,
) -> Vec<Meaning> {
    let known = dictionary(custom);
    let mut meanings: Vec<Meaning> = vec![Meaning::Ignored; headings.len()];
    for (place, heading) in headings.iter().enumerate() {
        let key = key_of(heading);
        let found = remembered.get(&key).or_else(|| known.get(&key)).copied().unwrap_or(Meaning::Ignored);
        let in_use = |one: &Meaning| match one {
            Meaning::Custom(id) => custom.iter().any(|field| field.id == *id),
            _ => true,
        };
        if found != Meaning::Ignored && in_use(&found) && !meanings.contains(&found) {
            meanings[place] = found;
        }
    }
    meanings
}

/// Every heading that is known without asking.
fn dictionary(custom: &[CustomField]) -> HashMap<String, Meaning> {
    let mut known: HashMap<String, Meaning> = HashMap::new();
    let mut add = |heading: &str, meaning| {
        known.entry(key_of(heading)).or_insert(meaning);
    };
    for info in &FIELDS {
        for name in [info.heading, info.label, info.name] {
            add(name, Meaning::Field(info.field));
        }
    }
    add("Org Key", Meaning::Key);
    add("Account type", Meaning::Kind);
    for field in custom {
        add(&field.name, Meaning::Custom(field.id));
        // As an export calls one that has the name of a field every organization has.
        add(&format!("{} (custom)", field.name), Meaning::Custom(field.id));
        add(&field.control(), Meaning::Custom(field.id));
    }
    for (field, heading) in synonyms::all() {
        add(heading, Meaning::Field(field));
    }
    known
}

/// A heading as it is compared and remembered: letters and digits in lower case, without the mark of a mandatory column.
pub(super) fn key_of(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let bare = lower.trim().trim_end_matches("(mandatory)").trim_end_matches('*');
    bare.chars().filter(|c| c.is_alphanumeric()).take(HEADING).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(raw: &[&str]) -> Vec<String> {
        raw.iter().map(|heading| (*heading).to_owned()).collect()
    }

    #[test]
    fn the_headings_of_templates_and_exports_are_known() {
        let all: Vec<String> = FIELDS.iter().map(|info| format!("{} (mandatory)", info.heading)).collect();
        let meanings = guess(&all, &[], &HashMap::new());
        let fields: Vec<Meaning> = FIELDS.iter().map(|info| Meaning::Field(info.field)).collect();
        assert_eq!(meanings, fields);
        let names: Vec<String> = FIELDS.iter().map(|info| info.name.to_owned()).collect();
        assert_eq!(guess(&names, &[], &HashMap::new()), fields);
    }

    #[test]
    fn other_languages_and_habits_are_known() {
        let file = headings(&["Firma", "Domäne", "Kundennummer", "PLZ", "Ort", "Land", "E-Mail", "Gewicht"]);
        let field = Meaning::Field;
        assert_eq!(
            guess(&file, &[], &HashMap::new()),
            [
                field(Field::Name),
                field(Field::Domain),
                field(Field::CustomerNumber),
                field(Field::PostalCode),
                field(Field::City),
                field(Field::Country),
                field(Field::NotificationEmail),
                Meaning::Ignored
            ]
        );
    }

    #[test]
    fn a_meaning_is_given_once_and_what_was_said_before_wins() {
        let file = headings(&["Name", "Company", "Our own word"]);
        let said = HashMap::from([("ourownword".to_owned(), Meaning::Field(Field::CustomerNumber))]);
        let meanings = guess(&file, &[], &said);
        let field = Meaning::Field;
        assert_eq!(meanings, [field(Field::Name), Meaning::Ignored, field(Field::CustomerNumber)]);
        let columns = Columns { meanings: vec![Meaning::Key, Meaning::Ignored, Meaning::Key], ..Columns::default() };
        assert_eq!(columns.twice(), Some(Meaning::Key));
    }

    #[test]
    fn a_heading_of_any_length_has_a_short_key() {
        let long = "Größe ".repeat(1_000);
        assert_eq!(key_of(&long), "größe".repeat(40));
        let said = HashMap::from([(key_of(&long), Meaning::Field(Field::City))]);
        assert_eq!(guess(&headings(&[&long]), &[], &said), [Meaning::Field(Field::City)]);
    }

    #[test]
    fn meanings_are_read_as_they_are_written() {
        let custom = Meaning::Custom(Uuid::from_u128(7));
        for meaning in [Meaning::Field(Field::City), custom, Meaning::Key, Meaning::Kind, Meaning::Ignored] {
            assert_eq!(Meaning::parse(&meaning.word()), meaning);
        }
        assert_eq!(Meaning::parse("weight"), Meaning::Ignored);
    }
}
