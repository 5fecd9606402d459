//! Rows as text, the way a spreadsheet copies them: a line each, tabs between the cells, quotes around cells that hold
//! tabs, quotes or line breaks. For browsers without script; `static/rows.js` reads the same.

use crate::{
    custom_fields::CustomField,
    exports::unguard,
    organizations::{FIELDS, FieldInfo, OrganizationForm},
};

/// What a column holds.
#[derive(Clone, Copy)]
enum Column<'a> {
    Field(&'static FieldInfo),
    Own(&'a CustomField),
}

/// The rows of a text; columns stand in the order of the grid, unless the first line names them. Lines without content are
/// left out.
pub(super) fn rows(text: &str, own: &[CustomField]) -> Vec<OrganizationForm> {
    let mut lines = cells(text).into_iter().filter(|line| line.iter().any(|cell| !cell.trim().is_empty())).peekable();
    let named = lines.peek().and_then(|first| columns(first, own));
    if named.is_some() {
        lines.next();
    }
    let columns = named.unwrap_or_else(|| all(own).map(Some).collect());
    lines
        .map(|line| {
            let mut form = OrganizationForm::default();
            for (cell, column) in line.iter().zip(&columns) {
                // What was exported has an apostrophe before what a spreadsheet may take for a formula.
                let cell = unguard(cell).to_owned();
                match column {
                    Some(Column::Field(info)) => form.set(info.field, cell),
                    Some(Column::Own(field)) => drop(form.custom.insert(field.control(), cell)),
                    None => {}
                }
            }
            form
        })
        .collect()
}

fn all(own: &[CustomField]) -> impl Iterator<Item = Column<'_>> {
    FIELDS.iter().map(Column::Field).chain(own.iter().map(Column::Own))
}

/// What the cells of a first line name, where it is a heading: "Name" and another column at least.
fn columns<'a>(first: &[String], own: &'a [CustomField]) -> Option<Vec<Option<Column<'a>>>> {
    let named: Vec<_> = first.iter().map(|cell| all(own).find(|column| column.is_named(cell.trim()))).collect();
    let has_name = named.iter().flatten().any(|column| matches!(column, Column::Field(info) if info.name == "name"));
    (has_name && named.iter().flatten().count() > 1).then_some(named)
}

impl Column<'_> {
    /// An export calls a field of the partner's own that is named as one every organization has "Name (custom)".
    fn is_named(&self, heading: &str) -> bool {
        let is = |words: &str| words.to_lowercase() == heading.to_lowercase();
        match self {
            Self::Field(info) => is(info.heading) || is(info.label) || is(info.name),
            Self::Own(field) => is(&field.name) || is(&format!("{} (custom)", field.name)),
        }
    }
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut begun) = (false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if !begun => (quoted, begun) = (true, true),
            '\t' if !quoted => {
                line.push(std::mem::take(&mut cell));
                begun = false;
            }
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
                begun = false;
            }
            // A line break within a cell is white space to every field.
            '\n' | '\r' => cell.push(' '),
            other => {
                cell.push(other);
                begun = true;
            }
        }
    }
    line.push(cell);
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{cells, rows};

    #[test]
    fn a_block_of_a_spreadsheet_is_read() {
        let text =
            "Müller, Meier & Co\tmueller.example\t\t\"it@mueller.example\"\r\n\r\n\"A \"\"B\"\"\tC\"\tb.example\n";
        let read = rows(text, &[]);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].name, "Müller, Meier & Co");
        assert_eq!(
            (read[0].domain.as_str(), read[0].notification_email.as_str()),
            ("mueller.example", "it@mueller.example")
        );
        assert_eq!((read[1].name.as_str(), read[1].domain.as_str()), ("A \"B\"\tC", "b.example"));
    }

    #[test]
    fn a_heading_names_the_columns() {
        let read = rows("Customer number\tname\tSomething\tPrimary domain\nK-1\tA\tx\ta.example", &[]);
        assert_eq!(read.len(), 1);
        assert_eq!(
            (read[0].customer_number.as_str(), read[0].name.as_str(), read[0].domain.as_str()),
            ("K-1", "A", "a.example")
        );
        assert_eq!(rows("name", &[]).len(), 1, "a company may be called so");
        assert!(rows(" \n\t\n", &[]).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics_and_plain_cells_survive(raw in "[^\"]{0,80}", other in ".{0,80}") {
            let _ = rows(&other, &[]);
            let plain: Vec<String> = raw.split(['\t', '\n', '\r']).map(str::to_owned).collect();
            let read: Vec<String> = cells(&raw).into_iter().flatten().collect();
            prop_assert_eq!(read.concat(), plain.concat());
        }
    }
}
