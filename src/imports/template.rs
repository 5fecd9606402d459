//! The columns of the template: the fields every organization has, then the partner's own (S209, S210).

use sqlx::PgConnection;

use super::write::{Column, Kept};
use crate::{
    custom_fields::{self, CustomField},
    error::Result,
    organizations::{self, Channel, Entry, FIELDS, FieldInfo, Rules},
    scope::Scope,
    types::{Country, FieldKind},
};

/// What a template of the scope's organization has, in the order of the grid and of an export.
///
/// # Errors
/// The database's.
pub async fn template_columns(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Column>> {
    let rules = organizations::rules(db, scope, Channel::Import).await?;
    let custom = custom_fields::list(db, scope).await?;
    let fields = FIELDS.iter().map(|info| field(info, &rules));
    Ok(fields.chain(custom.iter().map(own)).collect())
}

fn field(info: &FieldInfo, rules: &Rules) -> Column {
    Column {
        heading: info.heading.to_owned(),
        name: info.name.to_owned(),
        hint: match info.entry {
            // As forms say it.
            Entry::Amount => format!("In {}. {}", rules.currency.code(), info.hint),
            _ => info.hint.to_owned(),
        },
        example: info.example.to_owned(),
        mandatory: rules.requires(info.field),
        kept: match info.entry {
            Entry::Date => Kept::Date,
            Entry::Amount => Kept::Number,
            _ => Kept::Text,
        },
        choices: match info.entry {
            Entry::YesNo => vec!["TRUE".to_owned(), "FALSE".to_owned()],
            Entry::Country => Country::all().iter().map(|country| country.name().to_owned()).collect(),
            _ => Vec::new(),
        },
    }
}

fn own(field: &CustomField) -> Column {
    // As an export calls it, so that both can be told apart.
    let taken = FIELDS.iter().any(|info| info.heading.to_lowercase() == field.name.to_lowercase());
    Column {
        heading: if taken { format!("{} (custom)", field.name) } else { field.name.clone() },
        name: String::new(),
        hint: hint(field),
        example: match field.kind {
            FieldKind::Text => field.name.clone(),
            FieldKind::Number => "1".to_owned(),
            FieldKind::Date => "01/01/2027".to_owned(),
            FieldKind::Choice => field.choices.first().cloned().unwrap_or_default(),
        },
        mandatory: field.mandatory,
        kept: match field.kind {
            FieldKind::Number => Kept::Number,
            FieldKind::Date => Kept::Date,
            FieldKind::Text | FieldKind::Choice => Kept::Text,
        },
        choices: field.choices.clone(),
    }
}

/// What the partner says about a field of its own, and how to write it; what can be chosen stands in a list.
fn hint(field: &CustomField) -> String {
    let said = field.hint.as_deref().unwrap_or_default().trim_end_matches('.');
    let how = match field.kind {
        FieldKind::Number => "A number",
        FieldKind::Date => "A date, DD/MM/YYYY",
        FieldKind::Text | FieldKind::Choice => "",
    };
    [said, how].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
}
