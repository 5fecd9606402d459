//! The fields of a partner's own as controls of a form: `templates/custom_fields/_controls.html` shows them.

use std::collections::BTreeMap;

use super::fields::SelectOption;
use crate::{custom_fields::CustomField, error::FieldErrors, types::FieldKind};

/// A field with its value, as a form shows it.
pub(crate) struct Control {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) choice: bool,
    pub(crate) inputmode: &'static str,
    pub(crate) options: Vec<SelectOption>,
}

impl Control {
    /// A control for each field. `typed` are values by control, `errors` those of the form.
    pub(crate) fn all(fields: &[CustomField], typed: &BTreeMap<String, String>, errors: &FieldErrors) -> Vec<Self> {
        fields.iter().map(|field| Self::new(field, typed, errors)).collect()
    }

    fn new(field: &CustomField, typed: &BTreeMap<String, String>, errors: &FieldErrors) -> Self {
        let name = field.control();
        let value = typed.get(&name).cloned().unwrap_or_default();
        let form = match field.kind {
            FieldKind::Date => "DD/MM/YYYY",
            FieldKind::Text | FieldKind::Number | FieldKind::Choice => "",
        };
        // A value that is no longer among the choices stays until another is chosen.
        let gone = Some(&value).filter(|value| !value.is_empty() && !field.choices.contains(value));
        let options = field.choices.iter().chain(gone).map(|one| SelectOption::new(one, one, &value));
        Self {
            label: field.name.clone(),
            hint: [field.hint.as_deref().unwrap_or_default(), form]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(". "),
            error: errors.get(&name).map(str::to_owned),
            optional: !field.mandatory,
            choice: field.kind == FieldKind::Choice,
            inputmode: if field.kind == FieldKind::Number { "decimal" } else { "" },
            options: options.collect(),
            name,
            value,
        }
    }
}

/// What a form sent for the fields of the partner's own, out of everything it sent. Which of them there are is for
/// [`crate::custom_fields::parse`] to know.
pub(crate) fn sent(form: BTreeMap<String, String>) -> BTreeMap<String, String> {
    form.into_iter().filter(|(name, _)| name.starts_with("custom_")).collect()
}
