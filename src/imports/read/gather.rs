//! What all formats share: cells become rows, empty rows are passed over but counted, limits are kept.

use std::ops::ControlFlow;

use super::{
    Limits, Row, Unreadable,
    limits::{ROW, in_words},
    meter,
    text::clean,
};
use crate::exports::unguard;

/// Takes the rows of a file, one after the other; says whether it wants more.
pub(super) type Each<'a> = &'a mut dyn FnMut(Row) -> Result<ControlFlow<()>, Unreadable>;

/// Gathers cells into rows.
pub(super) struct Gather<'a> {
    limits: &'a Limits,
    each: Each<'a>,
    row: Row,
    filled: bool,
    /// The bytes of the row, and of all rows: in a workbook a few bytes can name a long text again and again.
    bytes: usize,
    total: u64,
}

impl<'a> Gather<'a> {
    pub(super) fn new(limits: &'a Limits, each: Each<'a>) -> Self {
        let row = Row { number: 0, cells: Vec::new() };
        Self { limits, each, row, filled: false, bytes: 0, total: 0 }
    }

    /// A cell of the row with this number, counted from 1; `column` counts from 0. Rows come in their order.
    ///
    /// # Errors
    /// A filled cell beyond the last column that is read; a row that comes again; more text than is read.
    pub(super) fn cell(&mut self, row: u32, column: usize, text: &str) -> Result<ControlFlow<()>, Unreadable> {
        if text.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if row != self.row.number && self.next(row)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if column >= self.limits.columns {
            return Err(too_wide(row, self.limits));
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, String::new());
        }
        self.row.cells[column] = clean(text, self.limits.cell);
        self.count(self.row.cells[column].len())?;
        self.filled |= !self.row.cells[column].trim().is_empty();
        Ok(ControlFlow::Continue(()))
    }

    /// A cell that holds a text, without the apostrophe that keeps it from being a formula: it stands in CSV, and in workbooks
    /// that were CSV before, where spreadsheet programs keep it.
    ///
    /// # Errors
    /// As [`Gather::cell`].
    pub(super) fn text(&mut self, row: u32, column: usize, text: &str) -> Result<ControlFlow<()>, Unreadable> {
        self.cell(row, column, unguard(text))
    }

    /// The file ends: gives the last row away.
    pub(super) fn end(&mut self) -> Result<ControlFlow<()>, Unreadable> {
        self.next(u32::MAX)
    }

    fn count(&mut self, bytes: usize) -> Result<(), Unreadable> {
        meter::add(1 + bytes);
        self.bytes += bytes;
        self.total += bytes as u64;
        if self.bytes > ROW {
            return Err(Unreadable::file(too_long(self.row.number)));
        }
        if self.total > self.limits.inflated {
            return Err(Unreadable::file(format!(
                "The cells hold more than {} MB of text. Divide the file into several",
                in_words(self.limits.inflated >> 20)
            )));
        }
        Ok(())
    }

    fn next(&mut self, number: u32) -> Result<ControlFlow<()>, Unreadable> {
        if number < self.row.number {
            return Err(Unreadable::file(format!(
                "The workbook names row {number} behind row {}. Open it in a spreadsheet program, save it as XLSX again, \
                 and upload that",
                self.row.number
            )));
        }
        let row = std::mem::replace(&mut self.row, Row { number, cells: Vec::new() });
        self.bytes = 0;
        if std::mem::take(&mut self.filled) { (self.each)(row) } else { Ok(ControlFlow::Continue(())) }
    }
}

/// What is said of a row with more text than is kept of one.
pub(super) fn too_long(row: u32) -> String {
    format!(
        "Row {row} holds more than {} KB of text, which no organization needs. Shorten it, or remove columns that are not \
         to be imported",
        ROW >> 10
    )
}

/// A row with more filled cells than are read.
pub(super) fn too_wide(row: u32, limits: &Limits) -> Unreadable {
    Unreadable::file(format!(
        "Row {row} has cells beyond column {}, and no more are read. Remove what is not wanted there",
        in_words(limits.columns as u64)
    ))
}

/// A file with more rows than are read.
pub(super) fn too_many(limits: &Limits) -> Unreadable {
    Unreadable::file(format!(
        "The file has more than {} rows. Divide it into several files",
        in_words(u64::from(limits.rows))
    ))
}
