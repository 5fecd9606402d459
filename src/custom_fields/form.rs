//! The form of a custom field: strings in, types out.

use serde::{Deserialize, Serialize};

use super::model::{self, CustomField, NewField};
use crate::{
    error::FieldErrors,
    types::{FieldKind, FieldName, Invalid, clean_line},
};

/// Entries of a choice, at most.
const MOST_CHOICES: usize = 100;
/// Characters of an entry.
const LONGEST_CHOICE: usize = 100;
/// Characters of a hint.
const LONGEST_HINT: usize = 200;

/// What a person typed about a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomFieldForm {
    /// What it is called.
    pub name: String,
    /// `text`, `number`, `date` or `choice`.
    pub kind: String,
    /// Entries of a choice, one a line.
    pub choices: String,
    /// What stands in the form of a new organization.
    pub default_value: String,
    /// Stands below the label.
    pub hint: String,
    /// `true` where a form without it is refused.
    pub mandatory: String,
    /// `true` where the organization itself sees it.
    pub customer_sees: String,
}

impl CustomFieldForm {
    /// The form filled in with a field.
    pub fn of(field: &CustomField) -> Self {
        let yes = |set: bool| if set { "true".to_owned() } else { String::new() };
        Self {
            name: field.name.clone(),
            kind: field.kind.as_str().to_owned(),
            choices: field.choices.join("\n"),
            default_value: field.default_value.as_deref().map(|value| field.shown(value)).unwrap_or_default(),
            hint: field.hint.clone().unwrap_or_default(),
            mandatory: yes(field.mandatory),
            customer_sees: yes(field.customer_sees),
        }
    }

    /// Reads every field of the form.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<NewField, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required("name", &self.name, "Enter a name for the field", FieldName::parse);
        let kind = errors.required("kind", &self.kind, "Choose what can be entered", FieldKind::parse);
        let choices = match kind {
            Some(FieldKind::Choice) => errors.take("choices", choices(&self.choices)).unwrap_or_default(),
            _ => Vec::new(),
        };
        let read = |raw: &str| kind.map_or(Ok(String::new()), |kind| model::parse(kind, &choices, raw));
        let default_value = errors.optional("default_value", &self.default_value, read);
        let hint = errors.optional("hint", &self.hint, |raw| clean_line(raw, LONGEST_HINT));
        match name.zip(kind) {
            Some((name, kind)) if errors.is_empty() => Ok(NewField {
                name,
                kind,
                choices,
                default_value,
                hint,
                mandatory: !self.mandatory.is_empty(),
                customer_sees: !self.customer_sees.is_empty(),
            }),
            _ => Err(errors),
        }
    }
}

/// One a line; the same entry counts once, whatever its case.
fn choices(raw: &str) -> Result<Vec<String>, Invalid> {
    let mut entries: Vec<String> = Vec::new();
    for line in raw.lines() {
        let entry = clean_line(line, LONGEST_CHOICE)?;
        if !entry.is_empty() && !entries.iter().any(|known| known.to_lowercase() == entry.to_lowercase()) {
            entries.push(entry);
        }
    }
    match entries.len() {
        0 | 1 => Err(Invalid::new("List at least two entries, one a line")),
        more if more > MOST_CHOICES => Err(Invalid::new(format!("List at most {MOST_CHOICES} entries"))),
        _ => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_entries_and_a_default_among_them() {
        let form = CustomFieldForm { name: "Region".into(), kind: "choice".into(), ..CustomFieldForm::default() };
        assert!(form.parse().expect_err("no entries").get("choices").is_some());
        let form = CustomFieldForm { choices: "North\n\nsouth\nNORTH".into(), default_value: "South".into(), ..form };
        let field = form.parse().expect("a field");
        assert_eq!(
            (field.choices, field.default_value.as_deref()),
            (vec!["North".into(), "south".into()], Some("south"))
        );
        let form = CustomFieldForm { default_value: "East".into(), ..form };
        assert_eq!(form.parse().expect_err("not listed").get("default_value"), Some("Choose one of: North, south"));
    }

    #[test]
    fn every_missing_field_is_named() {
        let errors = CustomFieldForm::default().parse().expect_err("nothing was typed");
        assert_eq!(errors.get("name"), Some("Enter a name for the field"));
        assert_eq!(errors.get("kind"), Some("Choose what can be entered"));
    }
}
