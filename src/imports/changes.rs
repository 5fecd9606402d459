//! What an update would change, field by field, as the preview shows it (S212, N5).

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{
    judge::{Found, Known},
    model::{Deed, Import, Line, Verdict},
    reader::{ReadRow, Reader},
};
use crate::{
    custom_fields::Values,
    error::Result,
    organizations::{Details, FIELDS, Field, Organization, Parsed},
    roles::Permission,
    scope::Scope,
};

/// One field that would say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What pages call the field.
    pub label: String,
    /// What it says now; nothing where it is empty.
    pub before: Option<String>,
    /// What it would say.
    pub after: Option<String>,
}

/// What the rows would change of the organizations they are, by row, as things stand now. Rows that look like one have
/// changes where somebody chose that they are it.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn changes(
    db: &mut PgConnection,
    scope: &Scope,
    import: &Import,
    lines: &[Line],
) -> Result<HashMap<i32, Vec<Change>>> {
    scope.require(Permission::ListOrganizations)?;
    let is_update = |verdict: Verdict| verdict == Verdict::Match || import.choices.deed(verdict) == Deed::Update;
    let updates: Vec<&Line> = lines.iter().filter(|line| is_update(line.verdict)).collect();
    if updates.is_empty() {
        return Ok(HashMap::new());
    }
    let reader = Reader::new(db, scope, &import.columns).await?;
    let rows: Vec<ReadRow> = updates.iter().map(|line| reader.read(line.row, line.cells.clone())).collect();
    let known = Known::of(db, scope, rows.iter()).await?;
    let mut changes = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let (organization, values) = match known.about(at, row) {
            Ok(Found::One(organization, values) | Found::Likely(organization, values, _)) => (organization, values),
            Ok(Found::None) | Err(_) => continue,
        };
        if let Ok(wanted) = reader.as_update(row, organization, values) {
            changes.insert(row.row, differences(&reader, (organization, values), &wanted));
        }
    }
    Ok(changes)
}

fn differences(reader: &Reader, (organization, values): (&Organization, &Values), wanted: &Parsed) -> Vec<Change> {
    let fields = FIELDS.iter().map(|info| Change {
        label: info.label.to_owned(),
        before: shown(&organization.details, info.field),
        after: shown(&wanted.details, info.field),
    });
    let custom = reader.custom().iter().map(|field| Change {
        label: field.name.clone(),
        before: values.get(field.id).map(|value| field.shown(value)),
        after: wanted.custom.values.get(field.id).map(|value| field.shown(value)),
    });
    fields.chain(custom).filter(|change| change.before != change.after).collect()
}

/// A field as a person reads it: an amount with its currency, a country by its name. Nothing where it is empty.
fn shown(details: &Details, field: Field) -> Option<String> {
    match field {
        Field::ApprovalLimit => details.approval_limit.map(|limit| limit.to_string()),
        Field::Country => Some(details.country.name().to_owned()),
        other => Some(details.text(other)).filter(|text| !text.is_empty()),
    }
}
