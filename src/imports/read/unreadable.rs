//! Why a file cannot be read: in words for whoever chose it, or because the machine's own disk failed.

use std::io;

use super::{Sheet, text::clean};

/// No message is longer, in characters.
const WORDS: usize = 1_000;

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// What is wrong with the file and what to do about it, in one or two sentences for whoever chose it; the row is named
    /// where it is known.
    #[error("{0}")]
    File(String),
    /// The machine's own disk, on which the file lies, failed. Nothing the user can mend.
    #[error("the uploaded file could not be read from the disk")]
    Disk(#[source] io::Error),
}

/// What the layers beneath the formats stop at. They do not know the row, which the format adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// One piece, such as a tag or the text between two tags, is longer than any honest one.
    #[error("a piece is too long")]
    Long,
    /// The bytes are none in the chosen encoding.
    #[error("not in this encoding")]
    Encoding,
    /// What was packed cannot be unpacked, or is not what was packed.
    #[error("cannot be unpacked")]
    Damaged,
    /// More came out than the directory of the file says.
    #[error("larger than it says")]
    Larger,
}

impl Fault {
    /// As the error of a reader.
    pub(super) fn error(self) -> io::Error {
        io::Error::other(self)
    }

    /// What a reader stopped at.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).copied()
    }
}

impl Unreadable {
    /// Words for the user. They may quote the file, which may hold characters that no database keeps.
    pub(super) fn file(words: impl Into<String>) -> Self {
        Self::File(clean(&words.into(), WORDS))
    }

    /// What stopped a reader of text at a row, in words.
    pub(super) fn text(error: io::Error, row: u32) -> Self {
        match Fault::of(&error) {
            Some(Fault::Encoding) => Self::File(format!(
                "Row {row} is not written in the encoding the file is read in. Choose another encoding, such as \
                 Windows-1252, or save the file as UTF-8"
            )),
            Some(_) => Self::File(format!("Row {row} is far longer than a row can be. Check the file there")),
            None => Self::Disk(error),
        }
    }

    /// What stopped a reader of a workbook, in words.
    pub(super) fn workbook(error: io::Error) -> Self {
        match Fault::of(&error) {
            Some(Fault::Larger) => Self::file(
                "The workbook unpacks to more than it says, which no spreadsheet program would write. Open it in one, save \
                 it as XLSX again, and upload that",
            ),
            Some(Fault::Long) => Self::file(
                "The workbook holds a text far longer than a cell can be. Open it in a spreadsheet program, save it as \
                 XLSX again, and upload that",
            ),
            Some(_) => Self::damaged(),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::damaged(),
            None => Self::Disk(error),
        }
    }

    /// The same with the sheet it is in, where the workbook shows several.
    pub(super) fn within(self, sheet: &Sheet, sheets: &[Sheet]) -> Self {
        match self {
            Self::File(words) if sheets.iter().filter(|sheet| !sheet.hidden).count() > 1 => {
                Self::file(format!("{words}. This is in the sheet “{}”; one that is hidden is passed over", sheet.name))
            }
            other => other,
        }
    }

    /// A workbook whose inside is broken.
    pub(super) fn damaged() -> Self {
        Self::file(
            "The workbook is damaged or incomplete. Open it in a spreadsheet program, save it as XLSX again, and upload that",
        )
    }
}
