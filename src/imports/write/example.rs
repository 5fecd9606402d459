//! The example row of the template, which an import passes over when nobody changed it.

use super::Column;
use crate::imports::read::without_mark;

/// Whether a row is the example of the template as it was downloaded, perhaps saved anew by a spreadsheet program: each
/// column of the template has its example, or is missing, and all others are empty.
pub fn is_example(columns: &[Column], headings: &[String], cells: &[String]) -> bool {
    let mut found = 0;
    for (number, cell) in cells.iter().enumerate() {
        let heading = headings.get(number).map_or("", |heading| without_mark(heading));
        let column = columns.iter().find(|column| {
            column.heading.eq_ignore_ascii_case(heading) || (!column.name.is_empty() && column.name == heading)
        });
        let expected = column.map_or("", |column| column.example.as_str());
        if !is_same(expected, cell) {
            return false;
        }
        found += usize::from(!expected.is_empty());
    }
    // A file with one or two of the columns could have the same by chance.
    let examples = columns.iter().filter(|column| !column.example.is_empty()).count();
    found > 0 && found >= examples.min(3)
}

/// The same text, the same number, or the same day: programs write "5000.00" as "5000" and a day after ISO 8601.
fn is_same(expected: &str, cell: &str) -> bool {
    let (expected, cell) = (expected.trim(), cell.trim());
    if expected.eq_ignore_ascii_case(cell) {
        return true;
    }
    let number = |text: &str| text.parse::<f64>().ok();
    match (number(expected), number(cell)) {
        (Some(expected), Some(cell)) => expected == cell,
        _ => iso(expected).is_some_and(|day| day == cell),
    }
}

/// "01/02/2027" as "2027-02-01".
fn iso(day: &str) -> Option<String> {
    let (day, rest) = day.split_once('/')?;
    let (month, year) = rest.split_once('/')?;
    Some(format!("{year}-{month}-{day}"))
}
