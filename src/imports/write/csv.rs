//! Rows of CSV as RFC 4180 says it, with any delimiter.

use std::io::{self, Write};

use crate::exports::guard;

/// The mark by which Excel knows UTF-8.
pub(super) const BOM: &str = "\u{feff}";

/// Writes a row of CSV, as RFC 4180 says it, with texts that cannot become formulas (QUALITY 47).
///
/// # Errors
/// Those of whatever it is written to.
pub fn csv_line<'a>(out: &mut impl Write, delimiter: u8, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    for (number, text) in cells.into_iter().enumerate() {
        if number > 0 {
            out.write_all(&[delimiter])?;
        }
        cell(out, delimiter, text)?;
    }
    out.write_all(b"\r\n")
}

fn cell(out: &mut impl Write, delimiter: u8, text: &str) -> io::Result<()> {
    let text = guard(text);
    let special =
        |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\'' | b',' | b';' | b'\t' | b'|' | b'\r' | b'\n');
    if !text.bytes().any(special) && text.len() == text.trim().len() {
        return out.write_all(text.as_bytes());
    }
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}
