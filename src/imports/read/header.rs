//! Which row holds the headings: the first that looks so. Titles above it are passed over.

use super::{Row, Unreadable};

/// Among so many rows that are not empty the headings are looked for.
pub(super) const AMONG: usize = 20;

/// The mark behind the heading of a column that must be filled; templates have it (S210, never by colour alone).
pub const MANDATORY: &str = "(mandatory)";

/// The heading without the mark of a mandatory column, and without an asterisk some people put there.
pub fn without_mark(heading: &str) -> &str {
    let heading = heading.trim();
    let marked = heading.len().checked_sub(MANDATORY.len()).filter(|at| heading.is_char_boundary(*at));
    let plain = match marked {
        Some(at) if heading[at..].eq_ignore_ascii_case(MANDATORY) => &heading[..at],
        _ => heading,
    };
    plain.trim_end().trim_end_matches('*').trim_end()
}

/// The place of the header among the first rows of a file.
///
/// # Errors
/// No row looks like one.
pub(super) fn find(rows: &[Row]) -> Result<usize, Unreadable> {
    let rows = &rows[..rows.len().min(AMONG)];
    let Some(first) = rows.first() else {
        return Err(Unreadable::file("The file holds no rows. Check that it is the one you meant"));
    };
    // A list of one column has titles that cannot be told from headings.
    if rows.iter().all(|row| filled(row).count() < 2) {
        return Ok(0);
    }
    let found = rows.iter().position(looks_like_headings);
    found.map(|place| below_groups(rows, place)).ok_or_else(|| {
        Unreadable::file(format!(
            "Row {} does not look like headings, and no row below it does. Put the name of each column above it, like in the \
             template, or say which row holds the headings",
            first.number
        ))
    })
}

/// Above headings there may be a row that joins several of them to groups, each named once above the first of its columns:
/// the headings are then the row below, which has at least twice as many.
fn below_groups(rows: &[Row], place: usize) -> usize {
    let is_adjacent = |row: &&Row| row.number == rows[place].number + 1 && looks_like_headings(row);
    let below = rows.get(place + 1).filter(is_adjacent).map_or(0, |row| filled(row).count());
    if below >= 2 * filled(&rows[place]).count() { place + 1 } else { place }
}

/// The headings of a row.
pub(super) fn headings(row: &Row) -> Vec<String> {
    let mut headings: Vec<String> = row.cells.iter().map(|cell| cell.trim().to_owned()).collect();
    headings.truncate(headings.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1));
    headings
}

fn filled(row: &Row) -> impl Iterator<Item = &str> {
    row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

/// At least two filled cells, most of them words, and no address of somebody.
fn looks_like_headings(row: &Row) -> bool {
    let count = filled(row).count();
    let words = filled(row).filter(|cell| is_words(cell)).count();
    count >= 2 && words * 2 > count && !filled(row).any(|cell| cell.contains('@'))
}

fn is_words(cell: &str) -> bool {
    let is_value = cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false");
    // "kowalczyk.example" is a value, "Tel. no." and "E-Mail" are headings.
    let is_name = !cell.contains(char::is_whitespace)
        && cell.split_once('.').is_some_and(|(left, right)| !left.is_empty() && right.len() >= 2);
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    !is_value && !is_name && cell.chars().any(char::is_alphabetic) && cell.chars().count() <= 100 && digits < 5
}
