//! What all workbooks share that are written, here and elsewhere.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Seek, SeekFrom},
};

use rust_xlsxwriter::{Workbook, XlsxError};

use super::{guard, unguard};

/// The most a cell holds, counted in UTF-16; what is longer, such as the names of thousands of groups, is cut.
const CELL: usize = 32_767;

/// The workbook as a file without a name, at its beginning.
///
/// # Errors
/// The file system's, and the writer's as such.
pub fn save(workbook: &mut Workbook) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&mut file).map_err(error)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// The writer's error; the disk's, where that is behind it.
pub fn error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

/// A text as a cell holds it.
pub fn text(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(CELL / 2).map_or(text.len(), |(end, _)| end);
    let text = if text.len() > CELL && text.encode_utf16().count() > CELL { &text[..end] } else { text };
    // A workbook needs no apostrophe before a formula. But one that is meant would be taken for such when it is read.
    if unguard(text) == text { Cow::Borrowed(text) } else { guard(text) }
}
