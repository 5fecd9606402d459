//! Reads lists out of files: CSV, XML, XLS and XLSX, told apart by their content (S208, S211).
//!
//! [`look`] finds out how a file is read and shows its beginning; [`rows`] gives its rows. Both read as a stream: memory does
//! not grow with the file, and nothing a file says about itself is believed before it is counted (QUALITY 44, 45). Both
//! block, so they run in `spawn_blocking`.

mod csv;
pub mod dates;
mod delimiter;
mod gather;
mod header;
mod how;
mod kind;
mod letters;
mod limits;
mod markup;
mod meter;
mod numbers;
mod strings;
mod text;
mod unreadable;
mod xls;
mod xlsx;
mod xml;
mod zip;

#[cfg(test)]
mod tests;

use std::{fs::File, ops::ControlFlow};

use self::{gather::Each, limits::in_words};
pub use self::{
    header::{MANDATORY, without_mark},
    how::{Delimiter, Encoding, FileKind, How},
    letters::letters_seem_wrong,
    limits::Limits,
    unreadable::Unreadable,
};

/// So many rows are shown before anything is chosen.
pub const SAMPLES: usize = 20;

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row as the user's program numbers it, the header and empty rows counted; in XML the record, counted from 1.
    pub number: u32,
    /// Its cells, at least as many as there are headings; more only where one beyond the last heading is filled.
    pub cells: Vec<String>,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether the workbook hides it; such a sheet is read only when it is chosen.
    pub hidden: bool,
    /// How many rows it says it has, where it does. Only for show.
    pub rows: Option<u32>,
}

/// The beginning of a file and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// How, with everything filled in.
    pub how: How,
    /// The sheets of a workbook; none in other files.
    pub sheets: Vec<Sheet>,
    /// What stands above the columns, as the file has it. A column without is an empty text.
    pub headings: Vec<String>,
    /// The first rows.
    pub samples: Vec<Row>,
}

/// Finds out how a file is read, where nothing was chosen, and reads its beginning. XML is read to its end, because any
/// record may bring a new column.
///
/// # Errors
/// [`Unreadable`]: too large, none of the four kinds, damaged, with a password, without headings or without rows.
pub fn look(file: &File, chosen: Option<&How>, limits: &Limits) -> Result<Look, Unreadable> {
    within_bytes(file, limits)?;
    let kind = kind::of(file, limits)?;
    let choice = chosen.cloned().map_or_else(|| How::of(kind), |how| How { kind, columns: Vec::new(), ..how });
    match kind {
        FileKind::Csv => top(file, csv::settle(file, choice)?, Vec::new(), limits),
        FileKind::Xml => top(file, xml::settle(file, choice, limits)?, Vec::new(), limits),
        FileKind::Xlsx => book(file, choice, xlsx::sheets(file, limits)?, limits),
        FileKind::Xls => book(file, choice, xls::sheets(file, limits)?, limits),
    }
}

/// The same from the first part of a text that was looked at before, and of which everything is known. Where less than
/// [`SAMPLES`] rows come of it, more may stand behind them.
///
/// # Errors
/// As [`look`]; also where the part ends too early.
pub fn look_again(part: &File, how: &How, limits: &Limits) -> Result<Look, Unreadable> {
    match how.kind {
        FileKind::Xml => top(part, how.clone(), Vec::new(), limits),
        _ => look(part, Some(how), limits),
    }
}

/// A cell as somebody typed it, cleaned as one of a file is.
pub fn typed(cell: &str, limits: &Limits) -> String {
    text::clean(cell, limits.cell)
}

/// What is said of a row that somebody has made longer than one of a file can be; nothing where it is not.
pub fn too_long(row: u32, cells: &[String]) -> Option<String> {
    let bytes: usize = cells.iter().map(String::len).sum();
    (bytes > limits::ROW).then(|| gather::too_long(row))
}

/// Gives the rows of a file below its headings to `each`, one after the other, until there are no more or it breaks off.
/// Says how many it gave. `how` is what [`look`] said.
///
/// # Errors
/// [`Unreadable`], with the row where it is known; the rows before it were given.
pub fn rows(
    file: &File,
    how: &How,
    limits: &Limits,
    each: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<u32, Unreadable> {
    within_bytes(file, limits)?;
    let header = how.header_row.unwrap_or_default();
    let mut width = how.columns.len();
    let mut given = 0;
    walk(file, how, limits, &mut |mut row| {
        if row.number <= header {
            if row.number == header {
                width = header::headings(&row).len();
            }
            return Ok(ControlFlow::Continue(()));
        }
        if given == limits.rows {
            return Err(gather::too_many(limits));
        }
        given += 1;
        fit(&mut row, width);
        Ok(each(row))
    })?;
    Ok(given)
}

/// As many cells as headings, except where more are filled.
fn fit(row: &mut Row, width: usize) {
    let filled = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    row.cells.resize(filled.max(width), String::new());
}

fn walk(file: &File, how: &How, limits: &Limits, each: Each<'_>) -> Result<(), Unreadable> {
    match how.kind {
        FileKind::Csv => csv::walk(file, how, limits, each),
        FileKind::Xml => xml::walk(file, how, limits, each),
        FileKind::Xls => xls::walk(file, how, limits, each),
        FileKind::Xlsx => xlsx::walk(file, how, limits, each),
    }
}

/// The beginning of a workbook: of the chosen sheet, else of the first one in sight that has headings of several columns. One
/// of a single column may be the list, too, but before a better one it holds notes.
fn book(file: &File, how: How, sheets: Vec<Sheet>, limits: &Limits) -> Result<Look, Unreadable> {
    if how.sheet.is_some() {
        return top(file, how, sheets, limits);
    }
    let (mut notes, mut first) = (None, None);
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden).take(10) {
        let how = How { sheet: Some(sheet.name.clone()), ..how.clone() };
        // What cannot be read may have taken long, so that the next one is not tried.
        let rows = first_rows(file, &how, limits).map_err(|fault| fault.within(sheet, &sheets))?;
        match list(rows, how, sheets.clone()) {
            Ok(look) if look.headings.len() > 1 => return Ok(look),
            Ok(look) => notes = notes.or(Some(look)),
            Err(unlike) => first = first.or(Some(unlike)),
        }
    }
    if let Some(notes) = notes {
        return Ok(notes);
    }
    Err(first.unwrap_or_else(|| Unreadable::file("All sheets of the workbook are hidden. Show the one to be read")))
}

/// The beginning of a file of which everything is known but where the headings are.
fn top(file: &File, how: How, sheets: Vec<Sheet>, limits: &Limits) -> Result<Look, Unreadable> {
    list(first_rows(file, &how, limits)?, how, sheets)
}

/// The first rows as those of a list.
///
/// # Errors
/// They have no headings, or no rows below them.
fn list(rows: Vec<Row>, mut how: How, sheets: Vec<Sheet>) -> Result<Look, Unreadable> {
    if how.kind == FileKind::Xml {
        let headings = how.columns.clone();
        let samples = samples(rows.into_iter(), headings.len());
        return Ok(Look { how, sheets, headings, samples });
    }
    let place = match how.header_row {
        Some(chosen) => rows.iter().position(|row| row.number == chosen).ok_or_else(|| {
            Unreadable::file(format!("Row {chosen} is empty and so holds no headings. Choose the row that does"))
        })?,
        None => header::find(&rows)?,
    };
    let mut rows = rows.into_iter().skip(place);
    let header = rows.next();
    let headings = header.as_ref().map(header::headings).unwrap_or_default();
    how.header_row = header.map(|header| header.number);
    let look = Look { how, sheets, samples: samples(rows, headings.len()), headings };
    match look.samples.is_empty() {
        true => Err(Unreadable::file("The file has headings and no rows below them. Fill it in, and upload it again")),
        false => Ok(look),
    }
}

fn samples(rows: impl Iterator<Item = Row>, width: usize) -> Vec<Row> {
    let mut samples: Vec<Row> = rows.take(SAMPLES).collect();
    samples.iter_mut().for_each(|row| fit(row, width));
    samples
}

/// The rows among which the headings are looked for, and enough below them.
fn first_rows(file: &File, how: &How, limits: &Limits) -> Result<Vec<Row>, Unreadable> {
    let mut found: Vec<Row> = Vec::new();
    let mut behind = 0;
    walk(file, how, limits, &mut |row| {
        // Far down only the chosen row and those below it are of interest.
        let wanted = how.header_row.is_none_or(|header| row.number >= header);
        if wanted {
            found.push(row);
            behind += 1;
        }
        let enough = SAMPLES + 1 + if how.header_row.is_none() { header::AMONG } else { 0 };
        Ok(if behind >= enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}

fn within_bytes(file: &File, limits: &Limits) -> Result<(), Unreadable> {
    let length = file.metadata().map_err(Unreadable::Disk)?.len();
    if length <= limits.bytes {
        return Ok(());
    }
    Err(Unreadable::file(format!(
        "The file has {} MB, and at most {} MB are read. Divide it into several files",
        in_words(length.div_ceil(1 << 20)),
        in_words(limits.bytes >> 20)
    )))
}

fn no_sheet(name: &str) -> Unreadable {
    Unreadable::file(format!("The workbook has no sheet “{name}”. Choose another"))
}

fn password() -> Unreadable {
    Unreadable::file("The workbook is protected by a password. Save it without one, and upload that")
}
