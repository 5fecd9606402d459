//! What workbooks need in both uses.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Seek, SeekFrom},
};

use rust_xlsxwriter::{ExcelDateTime, Workbook, XlsxError};

use crate::exports::{guard, unguard};

/// Excel refuses more in a cell, counted in UTF-16.
const CELL: usize = 32_767;

/// The workbook as a file without a name, at its beginning.
pub(super) fn save(workbook: &mut Workbook) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&mut file).map_err(error)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// The writer's error.
pub(super) fn error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

/// A text as a cell holds it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(CELL / 2).map_or(text.len(), |(end, _)| end);
    let text = if text.len() > CELL && text.encode_utf16().count() > CELL { &text[..end] } else { text };
    // A workbook needs no apostrophe before a formula. But one that is meant would be taken for such when it is read.
    if unguard(text) == text { Cow::Borrowed(text) } else { guard(text) }
}

/// A day written DD/MM/YYYY.
pub(super) fn day(text: &str) -> Option<ExcelDateTime> {
    let mut parts = text.split('/');
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    ExcelDateTime::from_ymd(parts.next()?.parse().ok()?, month, day).ok()
}
