//! What a list asks of the fields of the partner's own: as it stands in an address, and as the database compares it.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::search::lower;
use crate::{
    custom_fields::CustomField,
    types::{FieldKind, clean_line},
};

/// How many fields and how many values of one an address may name; further ones are dropped.
const MOST: usize = 30;
/// Letters of a value that are read.
const LONGEST: usize = 500;
/// Letters of a value that are compared: `custom_field_key` has the same.
const COMPARED: usize = 100;
/// Beyond every number a field can have.
const BEYOND: f64 = 1e300;

/// What is asked of one field, as somebody typed it. What the field cannot be read to have matches nothing: a filter that
/// was dropped silently would show everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFilter {
    /// The field.
    pub field: Uuid,
    /// Any of these.
    pub values: Vec<String>,
    /// This number or day, or more.
    pub from: Option<String>,
    /// This number or day, or less.
    pub to: Option<String>,
}

/// Which part of a filter a name in an address means.
enum Part {
    Value,
    From,
    To,
}

/// Reads "custom_018f…", "custom_018f…_from" and "custom_018f…_to" into the filters.
pub(super) fn take(own: &mut Vec<OwnFilter>, name: &str, value: &str) {
    let Some((field, part)) = place(name).filter(|_| !value.is_empty()) else { return };
    let value: String = value.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    let at = own.iter().position(|known| known.field == field).unwrap_or(own.len());
    if at == own.len() {
        if own.len() >= MOST {
            return;
        }
        own.push(OwnFilter { field, ..OwnFilter::default() });
    }
    let asked = &mut own[at];
    match part {
        Part::Value if asked.values.len() < MOST && !asked.values.contains(&value) => asked.values.push(value),
        Part::Value => {}
        Part::From => asked.from = Some(value),
        Part::To => asked.to = Some(value),
    }
}

fn place(name: &str) -> Option<(Uuid, Part)> {
    let rest = name.strip_prefix("custom_")?;
    let (id, part) = match rest.rsplit_once('_') {
        Some((id, "from")) => (id, Part::From),
        Some((id, "to")) => (id, Part::To),
        _ => (rest, Part::Value),
    };
    Uuid::parse_str(id).ok().map(|id| (id, part))
}

impl OwnFilter {
    /// Names and values as they stand in an address.
    pub(super) fn pairs(&self) -> Vec<(Cow<'static, str>, String)> {
        let name = format!("custom_{}", self.field);
        let value = |value: &String| (name.clone().into(), value.clone());
        let end = |end: &'static str, value: &String| (format!("{name}_{end}").into(), value.clone());
        let ends = [self.from.as_ref().map(|from| end("from", from)), self.to.as_ref().map(|to| end("to", to))];
        self.values.iter().map(value).chain(ends.into_iter().flatten()).collect()
    }
}

/// What is asked of one field as the database compares it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub field: Uuid,
    /// One of these, where any is asked for; none of them matches nothing.
    pub keys: Option<Vec<String>>,
    /// Between these.
    pub between: Option<(f64, f64)>,
}

impl Condition {
    /// A field that is gone, or was never the partner's, has no value.
    pub(super) fn new(asked: &OwnFilter, fields: &[CustomField]) -> Self {
        let Some(field) = fields.iter().find(|field| field.id == asked.field) else {
            return Self { field: asked.field, keys: Some(Vec::new()), between: None };
        };
        let read = |value: &String| match field.kind {
            // As it was kept, whatever the form in which its letters were pasted.
            FieldKind::Text | FieldKind::Choice => {
                Some(clean_line(value, LONGEST).map_or_else(|_| key(value), |it| key(&it)))
            }
            FieldKind::Number | FieldKind::Date => field.parse(value).ok(),
        };
        let mut keys = (!asked.values.is_empty()).then(|| asked.values.iter().filter_map(read).collect::<Vec<_>>());
        let mut between = None;
        if asked.from.is_some() || asked.to.is_some() {
            between = ends(field, asked);
            if between.is_none() {
                keys = Some(Vec::new());
            }
        }
        Self { field: asked.field, keys, between }
    }
}

/// None where one end cannot be read, or the field has no order.
fn ends(field: &CustomField, asked: &OwnFilter) -> Option<(f64, f64)> {
    let end = |typed: &Option<String>, beyond: f64| typed.as_ref().map_or(Some(beyond), |typed| rank(field, typed));
    Some((end(&asked.from, -BEYOND)?, end(&asked.to, BEYOND)?))
}

/// As `custom_field_rank` has it: a number as it is, a day as its digits.
fn rank(field: &CustomField, typed: &str) -> Option<f64> {
    let canonical = field.parse(typed).ok()?;
    match field.kind {
        FieldKind::Number => canonical.parse().ok(),
        FieldKind::Date => canonical.replace('-', "").parse().ok(),
        FieldKind::Text | FieldKind::Choice => None,
    }
}

/// As `custom_field_key` has it.
fn key(value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().collect();
    words.join(" ").chars().take(COMPARED).map(lower).collect()
}

/// The conditions by field, as the check of each line takes them; null where nothing is asked.
pub(super) fn as_json(conditions: &[Condition]) -> Option<Value> {
    let what = |condition: &Condition| {
        let mut what = Map::new();
        if let Some(keys) = &condition.keys {
            what.insert("keys".to_owned(), json!(keys));
        }
        if let Some((low, high)) = condition.between {
            what.insert("low".to_owned(), json!(low));
            what.insert("high".to_owned(), json!(high));
        }
        (condition.field.to_string(), Value::Object(what))
    };
    (!conditions.is_empty()).then(|| Value::Object(conditions.iter().map(what).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Vec<OwnFilter> {
        let mut own = Vec::new();
        pairs.iter().for_each(|(name, value)| take(&mut own, name, value));
        own
    }

    fn field(id: u128, kind: FieldKind) -> CustomField {
        CustomField {
            id: Uuid::from_u128(id),
            name: "Field".into(),
            kind,
            choices: vec!["North".into()],
            default_value: None,
            hint: None,
            mandatory: false,
            customer_sees: false,
            archived_at: None,
            version: 1,
        }
    }

    #[test]
    fn what_cannot_be_read_matches_nothing_rather_than_everything() {
        let id = |number: u128| format!("custom_{}", Uuid::from_u128(number));
        let (text, number, day, gone) = (id(1), id(2), id(3), id(4));
        let fields = [field(1, FieldKind::Text), field(2, FieldKind::Number), field(3, FieldKind::Date)];
        let of = |name: &str, value: &str| {
            let own = asked(&[(name, value)]);
            let condition = Condition::new(&own[0], &fields);
            (condition.keys, condition.between)
        };
        let none = Some(Vec::new());
        assert_eq!(of(&text, "  Two   WORDS "), (Some(vec!["two words".to_owned()]), None));
        assert_eq!(of(&number, "1,50"), (Some(vec!["1.5".to_owned()]), None));
        assert_eq!(of(&number, "many"), (none.clone(), None));
        assert_eq!(of(&format!("{number}_from"), "-3"), (None, Some((-3.0, BEYOND))));
        assert_eq!(of(&format!("{day}_to"), "05/02/2027"), (None, Some((-BEYOND, 20_270_205.0))));
        assert_eq!(of(&format!("{day}_from"), "soon"), (none.clone(), None));
        assert_eq!(of(&format!("{text}_from"), "a"), (none.clone(), None));
        assert_eq!(of(&gone, "x"), (none, None));
    }

    #[test]
    fn other_names_are_left_alone() {
        assert!(asked(&[("custom_x", "1"), ("custom_", "1"), ("customer", "1"), ("custom_x_from", "1")]).is_empty());
        let name = format!("custom_{}", Uuid::nil());
        assert!(asked(&[(&name, "")]).is_empty());
        let own = asked(&[(&name, "a"), (&name, "a"), (&name, "b"), (&format!("{name}_to"), "9")]);
        assert_eq!((own.len(), own[0].values.len(), own[0].to.as_deref()), (1, 2, Some("9")));
    }
}
