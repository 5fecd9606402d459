//! Before and after of an event as a list of fields a person can read.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::model::Change;
use crate::{events::ONLY_ABOVE, types::TimeZone};

/// Fields whose values are codes of a list of choices: "month_to_month" is read as "Month to month".
const CODES: [&str; 7] = ["access", "base", "commitment", "kind", "plan", "role", "status"];

/// The fields in which the two differ, in the order of their names. A field of a field is named by both: "Address, city".
/// Instants, kept as seconds in a field that ends in "_at", are read in the zone.
pub fn changes(before: Option<&Value>, after: Option<&Value>, zone: &TimeZone) -> Vec<Change> {
    let (before, after) = (flat(before), flat(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let read = |fields: &Map<String, Value>| fields.get(name).and_then(|value| words_in(name, value, zone));
            let (before, after) = (read(&before), read(&after));
            (before != after).then(|| Change { field: label(name), before, after })
        })
        .collect()
}

fn flat(value: Option<&Value>) -> Map<String, Value> {
    let mut fields = Map::new();
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(members)) => members.iter().for_each(|(name, value)| add(&mut fields, name, value)),
        Some(other) => add(&mut fields, "value", other),
    }
    fields
}

fn add(fields: &mut Map<String, Value>, name: &str, value: &Value) {
    match value {
        Value::Object(members) if name == ONLY_ABOVE => {
            members.iter().for_each(|(inner, value)| add(fields, inner, value));
        }
        Value::Object(members) => {
            members.iter().for_each(|(inner, value)| add(fields, &format!("{name}, {inner}"), value))
        }
        _ => {
            fields.insert(name.to_owned(), value.clone());
        }
    }
}

fn words_in(name: &str, value: &Value, zone: &TimeZone) -> Option<String> {
    let instant = value.as_i64().filter(|_| name.ends_with("_at"));
    match (value, instant.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())) {
        (_, Some(instant)) => Some(zone.format(instant)),
        (Value::String(code), _) if CODES.contains(&name) && is_code(code) => Some(label(code)),
        _ => words(value),
    }
}

/// A custom role, say, has a name, which is read as it is.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// `None` where there is nothing to read.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { "Yes" } else { "No" }.to_owned()),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(words).collect();
            Some(items.join(", ")).filter(|text| !text.is_empty())
        }
        Value::Number(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// "support_email" as "Support email". Code says license, people licence.
fn label(name: &str) -> String {
    let name = name.replace('_', " ").replace("license", "licence");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Change, TimeZone, Value};

    fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
        super::changes(before, after, &TimeZone::parse("Europe/Berlin").expect("a zone"))
    }

    #[test]
    fn codes_and_instants_are_read_as_words() {
        let after = json!({"trial_ends_at": 1_797_916_735, "commitment": "month_to_month", "licenses": 5, "role": "Front desk"});
        let found = changes(None, Some(&after));
        let found: Vec<_> =
            found.iter().map(|change| (change.field.as_str(), change.after.as_deref().unwrap_or(""))).collect();
        let expected = [
            ("Commitment", "Month to month"),
            ("Licences", "5"),
            ("Role", "Front desk"),
            ("Trial ends at", "22 Dec 2026, 06:18 CET"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn only_what_differs_is_listed_and_parts_are_named_by_their_way() {
        let before = json!({"name": "Old", "phone": "1", "address": {"city": "Halle", "line1": "x"}, "tags": ["a"]});
        let after = json!({"name": "New", "phone": "1", "address": {"city": null, "line1": "x"}, "tags": ["a", "b"]});
        let found: Vec<_> = changes(Some(&before), Some(&after))
            .into_iter()
            .map(|change| (change.field, change.before.unwrap_or_default(), change.after.unwrap_or_default()))
            .collect();
        let line = |field: &str, before: &str, after: &str| (field.to_owned(), before.to_owned(), after.to_owned());
        let expected = [line("Address, city", "Halle", ""), line("Name", "Old", "New"), line("Tags", "a", "a, b")];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_new_has_nothing_before() {
        let found = changes(None, Some(&json!({"is_holding": true, "trial_days": 30, "domain": ""})));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].field.as_str(), found[0].after.as_deref()), ("Is holding", Some("Yes")));
        assert!(changes(None, None).is_empty());
    }
}
