//! The file of rows that could not be imported: the user's own columns under their own headings, in the format that was
//! uploaded, and before them the row's number and what is wrong with it. Mended, it can be uploaded as it is.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{csv, xml};
use crate::{
    exports::book,
    imports::read::{Delimiter, FileKind, How},
};

/// The heading above the row's number.
pub const ROW: &str = "Row";
/// The heading above what is wrong. Both columns come first, where they are seen, and where rows with more cells than
/// headings do not reach them.
pub const WRONG: &str = "What is wrong";

/// Writes rows one after the other, in a fixed piece of memory.
pub struct FailedRows {
    headings: Vec<String>,
    /// The file is one of these itself, so its own first two columns are written anew.
    skip: usize,
    to: To,
}

enum To {
    Csv(BufWriter<File>, u8),
    Xml(BufWriter<File>),
    Xlsx { workbook: Box<Workbook>, sheet: Box<Worksheet>, next: u32 },
}

impl FailedRows {
    /// Begins a file like the one that is read as `how` says. XLS is not written: it becomes XLSX.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(how: &How, headings: &[String]) -> io::Result<Self> {
        let skip = if headings.starts_with(&[ROW.to_owned(), WRONG.to_owned()]) { 2 } else { 0 };
        let headings = headings[skip..].to_vec();
        let to = begin(how, &headings)?;
        Ok(Self { headings, skip, to })
    }

    /// What is written, for the name of the file.
    pub fn kind(&self) -> FileKind {
        match self.to {
            To::Csv(..) => FileKind::Csv,
            To::Xml(_) => FileKind::Xml,
            To::Xlsx { .. } => FileKind::Xlsx,
        }
    }

    /// Adds a row: its number and cells as they were read, and what is wrong.
    ///
    /// # Errors
    /// The disk's; more rows than a sheet holds.
    pub fn row(&mut self, number: u32, cells: &[String], wrong: &str) -> io::Result<()> {
        let cells = cells.get(self.skip..).unwrap_or_default();
        let digits = number.to_string();
        let all = [digits.as_str(), wrong].into_iter().chain(cells.iter().map(String::as_str));
        match &mut self.to {
            To::Csv(out, delimiter) => csv::csv_line(out, *delimiter, all),
            To::Xml(out) => {
                let names = [ROW, WRONG].into_iter().chain(self.headings.iter().map(String::as_str));
                xml::record(out, names.zip(all))
            }
            To::Xlsx { sheet, next, .. } => {
                line(sheet, *next, number, all.skip(1)).map_err(book::error)?;
                *next += 1;
                Ok(())
            }
        }
    }

    /// Ends the file and gives it back, without a name and at its beginning.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(self) -> io::Result<File> {
        let mut file = match self.to {
            To::Csv(out, _) => out.into_inner().map_err(io::IntoInnerError::into_error)?,
            To::Xml(mut out) => {
                out.write_all(xml::TAIL.as_bytes())?;
                out.into_inner().map_err(io::IntoInnerError::into_error)?
            }
            To::Xlsx { mut workbook, sheet, .. } => {
                workbook.push_worksheet(*sheet);
                return book::save(&mut workbook);
            }
        };
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

fn begin(how: &How, headings: &[String]) -> io::Result<To> {
    let all = [ROW, WRONG].into_iter().chain(headings.iter().map(String::as_str));
    Ok(match how.kind {
        FileKind::Csv => {
            let mut out = BufWriter::new(tempfile::tempfile()?);
            let delimiter = how.delimiter.unwrap_or(Delimiter::Comma).byte();
            out.write_all(csv::BOM.as_bytes())?;
            csv::csv_line(&mut out, delimiter, all)?;
            To::Csv(out, delimiter)
        }
        FileKind::Xml => {
            let mut out = BufWriter::new(tempfile::tempfile()?);
            out.write_all(xml::HEAD.as_bytes())?;
            To::Xml(out)
        }
        FileKind::Xls | FileKind::Xlsx => book(all).map_err(book::error)?,
    })
}

fn book<'a>(headings: impl Iterator<Item = &'a str>) -> Result<To, XlsxError> {
    let mut workbook = Workbook::new();
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    sheet.set_name("Organizations")?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    // What is corrected stays as it is typed: "00950" keeps its zeros.
    let text = Format::new().set_num_format("@");
    for (number, heading) in (0..).zip(headings) {
        sheet.set_column_width(number, if number == 1 { 60 } else { 18 })?;
        sheet.set_column_format(number, &text)?;
        sheet.write_string_with_format(0, number, book::text(heading), &bold)?;
    }
    Ok(To::Xlsx { workbook: Box::new(workbook), sheet: Box::new(sheet), next: 1 })
}

fn line<'a>(
    sheet: &mut Worksheet,
    row: u32,
    number: u32,
    cells: impl Iterator<Item = &'a str>,
) -> Result<(), XlsxError> {
    sheet.write_number(row, 0, number)?;
    for (column, cell) in (1..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string(row, column, book::text(cell))?;
    }
    Ok(())
}
