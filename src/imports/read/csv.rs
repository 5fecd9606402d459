//! CSV: RFC 4180 with any of four delimiters, LF, CR or both at the end of a row, as spreadsheet programs write it.
//!
//! An own reader, because an ordinary one says neither that a quotation mark is never closed nor how many empty rows it
//! passed over, and keeps a row whole however long it is. It takes what they take; a test compares the two.

use std::{fs::File, io::BufRead};

use super::{
    Delimiter, How, Limits, Unreadable, delimiter,
    gather::{Each, Gather, too_wide},
    limits::RECORD,
    text::{self, Decoded},
};

/// Fills in what the choice leaves open.
pub(super) fn settle(file: &File, mut how: How) -> Result<How, Unreadable> {
    let encoding = match how.encoding {
        Some(chosen) => chosen,
        None => text::encoding(file)?,
    };
    how.encoding = Some(encoding);
    if how.delimiter.is_none() {
        let mut text = Decoded::new(file, encoding).map_err(Unreadable::Disk)?;
        how.delimiter = Some(delimiter::detect(&delimiter::head(&mut text)?));
    }
    Ok(how)
}

/// Gives all rows that are not empty, the header among them.
pub(super) fn walk(file: &File, how: &How, limits: &Limits, each: Each<'_>) -> Result<(), Unreadable> {
    let encoding = how.encoding.unwrap_or(super::Encoding::Utf8);
    let mut text = Decoded::new(file, encoding).map_err(Unreadable::Disk)?;
    let declared = delimiter::skip_declaration(&mut text).map_err(|error| Unreadable::text(error, 1))?;
    let delimiter = how.delimiter.or(declared).unwrap_or(Delimiter::Comma);
    let mut records = Records::new(text, delimiter.byte(), limits.columns);
    let mut gather = Gather::new(limits, each);
    while records.next()? {
        if records.wide {
            return Err(too_wide(records.number, limits));
        }
        for (column, cell) in records.cells().enumerate() {
            if gather.text(records.number, column, cell)?.is_break() {
                return Ok(());
            }
        }
    }
    gather.end().map(drop)
}

/// Where in a record the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotation marks.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// Behind a quotation mark that closes the cell, or begins a doubled one.
    Closed,
}

/// The records of a text, one after the other, in the same piece of memory.
pub(super) struct Records<R> {
    source: R,
    delimiter: u8,
    columns: usize,
    /// The row as spreadsheet programs number it: empty ones count, lines within quotation marks do not.
    pub(super) number: u32,
    /// A filled cell stands beyond the last column that is read.
    pub(super) wide: bool,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The record before ended with CR, to which an LF still belongs.
    after_cr: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(source: R, delimiter: u8, columns: usize) -> Self {
        let (bytes, ends) = (Vec::new(), Vec::new());
        Self { source, delimiter, columns, number: 0, wide: false, bytes, ends, after_cr: false }
    }

    /// The cells of the record read last.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            // Delimiters and quotation marks are ASCII, so cells end where characters do.
            self.bytes.get(start..*end).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default()
        })
    }

    /// Reads the next record; false at the end of the text.
    ///
    /// # Errors
    /// A quotation mark that is never closed; a row without end; bytes that are none in the encoding.
    pub(super) fn next(&mut self) -> Result<bool, Unreadable> {
        self.bytes.clear();
        self.ends.clear();
        self.wide = false;
        self.number += 1;
        let mut place = Place::Start;
        let mut begun = false;
        loop {
            let chunk = self.source.fill_buf().map_err(|error| Unreadable::text(error, self.number))?;
            if chunk.is_empty() {
                return self.at_end(place, begun);
            }
            let mut at = usize::from(std::mem::take(&mut self.after_cr) && chunk[0] == b'\n');
            begun |= at < chunk.len();
            let mut line = Line { bytes: &mut self.bytes, ends: &mut self.ends, place, wide: false };
            let outcome = line.take(chunk, &mut at, self.delimiter, self.columns);
            (place, self.wide) = (line.place, self.wide || line.wide);
            self.after_cr = outcome == Outcome::Ended && chunk[at - 1] == b'\r';
            self.source.consume(at);
            match outcome {
                Outcome::Ended => return Ok(true),
                Outcome::Torn => return Err(self.unclosed()),
                Outcome::More => {}
            }
            if self.bytes.len() > RECORD {
                return Err(self.endless(place));
            }
        }
    }

    fn at_end(&mut self, place: Place, begun: bool) -> Result<bool, Unreadable> {
        if place == Place::Quoted {
            return Err(self.unclosed());
        }
        let mut line = Line { bytes: &mut self.bytes, ends: &mut self.ends, place, wide: false };
        line.end_cell(self.columns);
        self.wide |= line.wide;
        Ok(begun)
    }

    fn unclosed(&self) -> Unreadable {
        Unreadable::file(format!(
            "Row {}: a quotation mark opens a cell and is never closed. Close it, or remove it",
            self.number
        ))
    }

    fn endless(&self, place: Place) -> Unreadable {
        if place == Place::Quoted {
            return self.unclosed();
        }
        Unreadable::file(format!(
            "Row {} is far longer than a row can be. Check that the file is a list with one organization a line",
            self.number
        ))
    }
}

/// How a chunk ends for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The record goes on in the next.
    More,
    /// It ends in this one.
    Ended,
    /// It cannot be one: a quotation mark before it was never closed.
    Torn,
}

/// A record while it is read.
struct Line<'a> {
    bytes: &'a mut Vec<u8>,
    ends: &'a mut Vec<usize>,
    place: Place,
    wide: bool,
}

impl Line<'_> {
    /// Takes what belongs to the record; `at` is then behind it, or at the end of the chunk.
    fn take(&mut self, chunk: &[u8], at: &mut usize, delimiter: u8, columns: usize) -> Outcome {
        while *at < chunk.len() {
            let rest = &chunk[*at..];
            match self.place {
                Place::Start | Place::Closed if rest[0] == b'"' => {
                    if self.place == Place::Closed {
                        self.bytes.push(b'"');
                    }
                    (self.place, *at) = (Place::Quoted, *at + 1);
                }
                Place::Quoted => {
                    let length = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
                    self.bytes.extend_from_slice(&rest[..length]);
                    if length < rest.len() {
                        self.place = Place::Closed;
                    }
                    *at += (length + 1).min(rest.len());
                }
                Place::Start | Place::Plain | Place::Closed => {
                    let is_end = |byte: &u8| *byte == delimiter || *byte == b'\n' || *byte == b'\r';
                    let length = rest.iter().position(is_end).unwrap_or(rest.len());
                    if self.is_torn(length) {
                        return Outcome::Torn;
                    }
                    self.bytes.extend_from_slice(&rest[..length]);
                    self.place = Place::Plain;
                    *at += (length + 1).min(rest.len());
                    let Some(end) = rest.get(length) else { return Outcome::More };
                    self.end_cell(columns);
                    if *end != delimiter {
                        return Outcome::Ended;
                    }
                }
            }
        }
        Outcome::More
    }

    /// Text goes on behind a closing quotation mark, and the cell goes over several lines: the mark was meant to open the
    /// next cell, and one before it was never closed.
    fn is_torn(&self, length: usize) -> bool {
        let start = self.ends.last().copied().unwrap_or_default();
        self.place == Place::Closed && length > 0 && self.bytes.get(start..).is_some_and(|cell| cell.contains(&b'\n'))
    }

    fn end_cell(&mut self, columns: usize) {
        let start = self.ends.last().copied().unwrap_or_default();
        if self.ends.len() < columns {
            self.ends.push(self.bytes.len());
        } else {
            self.wide |= self.bytes.len() > start;
            self.bytes.truncate(start);
        }
        self.place = Place::Start;
    }
}
