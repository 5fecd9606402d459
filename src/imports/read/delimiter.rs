//! What stands between the cells of a text file: what it says itself (`sep=;`), else what its first rows agree on.

use std::io::{self, BufRead};

use super::{Delimiter, Unreadable, csv::Records, unreadable::Fault};

/// So much of a file is looked at.
const HEAD: usize = 64 * 1024;
/// So many rows of it.
const ROWS: usize = 100;

/// The beginning of a text.
pub(super) fn head(text: &mut impl BufRead) -> Result<Vec<u8>, Unreadable> {
    let mut head = Vec::with_capacity(HEAD);
    while head.len() < HEAD {
        let found = match text.fill_buf() {
            Ok([]) => break,
            // The row at which the encoding is wrong is told when it is read.
            Err(error) if Fault::of(&error).is_some() => break,
            found => found.map_err(Unreadable::Disk)?,
        };
        let length = found.len().min(HEAD - head.len());
        head.extend_from_slice(&found[..length]);
        text.consume(length);
    }
    Ok(head)
}

/// The delimiter a file's first line names, as Excel understands it, with the length of that line.
fn declaration(head: &[u8]) -> Option<(Delimiter, usize)> {
    let (&byte, end) = head.strip_prefix(b"sep=").or_else(|| head.strip_prefix(b"SEP="))?.split_first()?;
    let length = match end {
        [b'\r', b'\n', ..] => 7,
        [b'\r' | b'\n', ..] => 6,
        [] => 5,
        _ => return None,
    };
    Delimiter::ALL.into_iter().find(|delimiter| delimiter.byte() == byte).map(|delimiter| (delimiter, length))
}

/// Passes over the line `sep=;`, which is no row, and says what it names.
pub(super) fn skip_declaration(text: &mut impl BufRead) -> io::Result<Option<Delimiter>> {
    // The text comes in large pieces, so the line is never torn.
    let Some((delimiter, length)) = declaration(text.fill_buf()?) else { return Ok(None) };
    text.consume(length);
    Ok(Some(delimiter))
}

/// The delimiter by which most of the first rows have the same number of cells, and many of them.
pub(super) fn detect(head: &[u8]) -> Delimiter {
    if let Some((delimiter, _)) = declaration(head) {
        return delimiter;
    }
    // The last of several equals wins: commas stand in texts more often than the others.
    let candidates = [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Pipe, Delimiter::Tab];
    let weights = candidates.map(|delimiter| (weight(head, delimiter), delimiter));
    let best = weights.into_iter().filter(|(weight, _)| *weight > 0).max_by_key(|(weight, _)| *weight);
    best.map_or(Delimiter::Comma, |(_, delimiter)| delimiter)
}

/// Rows that agree, times how telling the number of their cells is: two cells a row are soon found where a comma stands in
/// a name or an amount, seventeen are not.
fn weight(head: &[u8], delimiter: Delimiter) -> usize {
    let mut counts = [0_usize; 256];
    let mut records = Records::new(head, delimiter.byte(), counts.len() - 1);
    let mut seen = 0;
    // What cannot be read by a delimiter speaks against it only by ending there.
    while seen < ROWS && matches!(records.next(), Ok(true)) {
        seen += 1;
        counts[records.cells().count()] += 1;
    }
    let weights = counts.iter().enumerate().skip(2).map(|(cells, rows)| rows * (1 + cells.ilog2() as usize));
    weights.max().unwrap_or_default()
}
