//! CSV as RFC 4180 says it: comma, CRLF, quotes where they are needed. UTF-8 with the mark that tells Excel so; days as
//! DD/MM/YYYY (D10), numbers plain, lists separated by "; ".

use super::{
    columns::{Cell, Column, Record},
    guard::guard,
};
use crate::types::{day_month_year, yes_no};

/// The mark by which Excel knows UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// The first line.
pub(super) fn header(out: &mut Vec<u8>, columns: &[Column]) {
    out.extend_from_slice(BOM);
    for (number, column) in columns.iter().enumerate() {
        separate(out, number);
        text(out, &column.heading);
    }
    out.extend_from_slice(b"\r\n");
}

/// One organization.
pub(super) fn line(out: &mut Vec<u8>, columns: &[Column], record: &Record) {
    for (number, column) in columns.iter().enumerate() {
        separate(out, number);
        match column.cell(record) {
            Cell::Empty => {}
            Cell::Text(value) => text(out, &value),
            Cell::List(values) => text(out, &values.join("; ")),
            Cell::Number(value) => out.extend_from_slice(value.as_bytes()),
            Cell::Date(date) => out.extend_from_slice(day_month_year(date).as_bytes()),
            Cell::YesNo(value) => out.extend_from_slice(yes_no(value).as_bytes()),
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn separate(out: &mut Vec<u8>, number: usize) {
    if number > 0 {
        out.push(b',');
    }
}

fn text(out: &mut Vec<u8>, value: &str) {
    let value = guard(value);
    let plain = !value.contains(['"', ',', '\r', '\n', ';', '\t', '\'']) && value.len() == value.trim().len();
    if plain {
        return out.extend_from_slice(value.as_bytes());
    }
    out.push(b'"');
    for (number, part) in value.split('"').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn cells_are_quoted_as_rfc_4180_says() {
        let cell = |raw: &str| {
            let mut out = Vec::new();
            text(&mut out, raw);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(cell("Kowalczyk"), "Kowalczyk");
        assert_eq!(cell("Smith, Jones"), "\"Smith, Jones\"");
        assert_eq!(cell("the \"best\""), "\"the \"\"best\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
        assert_eq!(cell("+49 3443"), "\"'+49 3443\"");
        assert_eq!(cell(" x"), "\" x\"");
        assert_eq!(cell(""), "");
    }
}
