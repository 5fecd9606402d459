//! Types of the custom fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    events::ONLY_ABOVE,
    types::{FieldKind, FieldName, Invalid, day_month_year, iso_date, number, parse_date},
};

/// What events call the values.
const OWN_FIELDS: &str = "own_fields";

/// The most characters of a value.
const LONGEST: usize = 500;

/// The values of an organization: canonical text under the id of the field. Dates are ISO 8601, numbers have a point and no
/// grouping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(pub BTreeMap<Uuid, String>);

impl Values {
    /// As the column holds them.
    pub fn as_json(&self) -> Value {
        json!(self.0)
    }

    /// From the column. What cannot be read is left out.
    pub fn of_json(stored: &Value) -> Self {
        let fields = stored.as_object().into_iter().flatten();
        Self(fields.filter_map(|(id, value)| Some((id.parse().ok()?, value.as_str()?.to_owned()))).collect())
    }

    /// The value of a field.
    pub fn get(&self, id: Uuid) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What an event of the organization keeps of them: the names of the fields with what a person reads; apart those that
    /// the organization itself does not see.
    pub fn told(&self, fields: &[CustomField]) -> Map<String, Value> {
        let named = |seen: bool| -> Map<String, Value> {
            let these = fields.iter().filter(|field| field.customer_sees == seen);
            these.filter_map(|field| Some((field.name.clone(), json!(field.shown(self.get(field.id)?))))).collect()
        };
        let (open, hidden) = (named(true), named(false));
        let mut told = Map::new();
        if !open.is_empty() {
            told.insert(OWN_FIELDS.to_owned(), Value::Object(open));
        }
        if !hidden.is_empty() {
            told.insert(ONLY_ABOVE.to_owned(), json!({ OWN_FIELDS: hidden }));
        }
        told
    }
}

/// The values of an organization to be, with the names an event tells them by: whoever creates many needs no second look
/// at the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// As they are kept.
    pub values: Values,
    /// What the event of a new organization keeps of them, see [`Values::told`].
    pub told: Map<String, Value>,
}

/// A field of a partner's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What can be entered.
    pub kind: FieldKind,
    /// What can be chosen, where something is.
    pub choices: Vec<String>,
    /// What stands in the form of a new organization, in canonical form.
    pub default_value: Option<String>,
    /// Stands below the label.
    pub hint: Option<String>,
    /// Whether a form without it is refused.
    pub mandatory: bool,
    /// Whether the organization itself sees its value.
    pub customer_sees: bool,
    /// Since when it is no longer asked for.
    pub archived_at: Option<OffsetDateTime>,
    /// Counts the changes.
    pub version: i32,
}

impl CustomField {
    /// The name of its control in a form.
    pub fn control(&self) -> String {
        format!("custom_{}", self.id)
    }

    /// A value as a person types it, in canonical form.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(&self, raw: &str) -> Result<String, Invalid> {
        parse(self.kind, &self.choices, raw)
    }

    /// A canonical value as a person reads and types it. One that does not fit the field any more is shown as it is.
    pub fn shown(&self, stored: &str) -> String {
        shown(self.kind, stored)
    }
}

/// A canonical value of this kind as a person reads it.
pub fn shown(kind: FieldKind, stored: &str) -> String {
    match kind {
        FieldKind::Date => parse_date(stored).map_or_else(|_| stored.to_owned(), day_month_year),
        FieldKind::Text | FieldKind::Number | FieldKind::Choice => stored.to_owned(),
    }
}

/// A value of this kind in canonical form.
pub(super) fn parse(kind: FieldKind, choices: &[String], raw: &str) -> Result<String, Invalid> {
    match kind {
        FieldKind::Text => crate::types::clean_line(raw, LONGEST),
        FieldKind::Number => number(raw),
        FieldKind::Date => parse_date(raw).map(iso_date),
        FieldKind::Choice => {
            let wanted = raw.trim().to_lowercase();
            let found = choices.iter().find(|choice| choice.to_lowercase() == wanted);
            found.cloned().ok_or_else(|| Invalid::new(format!("Choose one of: {}", choices.join(", "))))
        }
    }
}

/// A field to be, or what a field is changed into. The kind stays once a field is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewField {
    /// What it is called.
    pub name: FieldName,
    /// What can be entered.
    pub kind: FieldKind,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// What stands in the form of a new organization, in canonical form.
    pub default_value: Option<String>,
    /// Stands below the label.
    pub hint: Option<String>,
    /// Whether a form without it is refused.
    pub mandatory: bool,
    /// Whether the organization itself sees its value.
    pub customer_sees: bool,
}

impl CustomField {
    /// What an event keeps of it.
    pub(super) fn as_json(&self) -> Value {
        json!({
            "name": self.name,
            "kind": self.kind,
            "choices": self.choices,
            "default": self.default_value,
            "hint": self.hint,
            "mandatory": self.mandatory,
            "customer_sees": self.customer_sees,
        })
    }
}

/// What became of a change.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the field now.
    Stale(Box<CustomField>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> CustomField {
        CustomField {
            id: Uuid::nil(),
            name: "Region".into(),
            kind,
            choices: vec!["North".into(), "South".into()],
            default_value: None,
            hint: None,
            mandatory: false,
            customer_sees: false,
            archived_at: None,
            version: 1,
        }
    }

    #[test]
    fn values_are_kept_in_one_form_and_read_in_that_of_people() {
        let read = |kind, raw: &str| field(kind).parse(raw).map_err(|error| error.to_string());
        assert_eq!(read(FieldKind::Text, "  two  words "), Ok("two words".into()));
        assert_eq!(read(FieldKind::Number, "1,50"), Ok("1.5".into()));
        assert_eq!(read(FieldKind::Date, "05/02/2027"), Ok("2027-02-05".into()));
        assert_eq!(field(FieldKind::Date).shown("2027-02-05"), "05/02/2027");
        assert_eq!(read(FieldKind::Choice, "south"), Ok("South".into()));
        assert_eq!(read(FieldKind::Choice, "East"), Err("Choose one of: North, South".into()));
        assert!(read(FieldKind::Number, "many").is_err() && read(FieldKind::Date, "soon").is_err());
    }

    #[test]
    fn what_people_read_can_be_typed_again() {
        for (kind, raw) in [
            (FieldKind::Text, "a"),
            (FieldKind::Number, "-3"),
            (FieldKind::Date, "2027-12-31"),
            (FieldKind::Choice, "North"),
        ] {
            let stored = field(kind).parse(raw).expect("a value");
            assert_eq!(field(kind).parse(&field(kind).shown(&stored)), Ok(stored));
        }
    }

    #[test]
    fn the_column_is_read_as_it_was_written() {
        let values = Values([(Uuid::from_u128(7), "North".to_owned())].into());
        assert_eq!(Values::of_json(&values.as_json()), values);
        assert_eq!(Values::of_json(&json!({ "no id": "x", "also": 3 })), Values::default());
    }
}
