//! Excel workbooks: every cell says what it is, so that no text is taken for a formula and no day for a text. Written line
//! by line into temporary files, so that a million lines need no more memory than one.

use std::fs::File;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use time::Date;
use tokio::sync::mpsc::Receiver;

use super::{
    book,
    columns::{Cell, Column, Record},
};
use crate::error::{Error, Result};

/// What a sheet holds below its heading; Excel knows no more.
pub const ROWS: usize = 1_048_575;

/// What comes to the writer.
pub(super) enum Message {
    /// The next lines.
    Rows(Vec<Record>),
    /// There are no more. A channel that ends without it belongs to somebody who went away.
    End,
}

/// Writes what comes and gives the file back, at its beginning; nothing when whoever asked went away. Blocks.
///
/// # Errors
/// [`Error::Refused`] above [`ROWS`]; the file system's.
pub(super) fn write(columns: &[Column], mut messages: Receiver<Message>) -> Result<Option<File>> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(unwritten)?;
    head(&mut sheet, columns).map_err(unwritten)?;
    let mut row: u32 = 0;
    loop {
        match messages.blocking_recv() {
            None => return Ok(None),
            Some(Message::End) => break,
            Some(Message::Rows(records)) => {
                if row as usize + records.len() > ROWS {
                    return Err(Error::Refused(TOO_MANY.into()));
                }
                for record in &records {
                    row += 1;
                    line(&mut sheet, row, columns, record, &day).map_err(unwritten)?;
                }
            }
        }
    }
    workbook.push_worksheet(sheet);
    book::save(&mut workbook).map(Some).map_err(|error| unwritten(XlsxError::IoError(error)))
}

fn unwritten(error: XlsxError) -> Error {
    Error::disk(book::error(error), "a workbook could not be written")
}

const TOO_MANY: &str =
    "An Excel sheet holds 1,048,575 organizations, and these are more. Take CSV, or narrow the list by a filter";

fn head(sheet: &mut Worksheet, columns: &[Column]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name("Organizations")?.set_freeze_panes(1, 1)?;
    for (number, column) in (0..).zip(columns) {
        sheet.set_column_width(number, if number == 0 { 32 } else { 18 })?;
        sheet.write_string_with_format(0, number, &column.heading, &bold)?;
    }
    Ok(())
}

fn line(sheet: &mut Worksheet, row: u32, columns: &[Column], record: &Record, day: &Format) -> Result<(), XlsxError> {
    for (number, column) in (0..).zip(columns) {
        match column.cell(record) {
            Cell::Empty => {}
            Cell::Text(value) => text(sheet, row, number, &value)?,
            Cell::List(values) => text(sheet, row, number, &values.join("; "))?,
            Cell::Number(value) => match value.parse::<f64>() {
                // A number Excel would round stays a text.
                Ok(found) if value.len() <= 15 => drop(sheet.write_number(row, number, found)?),
                _ => text(sheet, row, number, &value)?,
            },
            Cell::Date(date) => date_cell(sheet, row, number, date, day)?,
            Cell::YesNo(value) => drop(sheet.write_boolean(row, number, value)?),
        }
    }
    Ok(())
}

fn text(sheet: &mut Worksheet, row: u32, column: u16, value: &str) -> Result<(), XlsxError> {
    // An empty one would make a cell.
    if value.is_empty() { Ok(()) } else { sheet.write_string(row, column, book::text(value)).map(drop) }
}

/// Excel counts days from 1900 on.
fn date_cell(sheet: &mut Worksheet, row: u32, column: u16, date: Date, day: &Format) -> Result<(), XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or_default();
    match ExcelDateTime::from_ymd(year, date.month().into(), date.day()) {
        Ok(value) => sheet.write_datetime_with_format(row, column, &value, day).map(drop),
        Err(_) => text(sheet, row, column, &crate::types::day_month_year(date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Archives wrap what the disk says.
    #[test]
    fn a_workbook_there_is_no_room_for_can_be_had_later() {
        let mut full = File::options().write(true).open("/dev/full").expect("a disk that is always full");
        let error = unwritten(Workbook::new().save_to_writer(&mut full).expect_err("no room"));
        assert!(error.is_full(), "{error:?}");
    }
}
