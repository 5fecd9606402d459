//! Workbooks as Excel has written them since 2007: parts of XML in a ZIP archive, of which only those are unpacked that are
//! needed, and as far as they are needed. Neither the sheet nor its texts are ever in memory whole.

mod book;
mod shared;
mod sheet;

use std::fs::File;

use self::{book::Book, shared::Shared};
use super::{
    How, Limits, Sheet, Unreadable,
    gather::{Each, Gather},
    zip::Archive,
};

/// The sheets of a workbook.
pub(super) fn sheets(file: &File, limits: &Limits) -> Result<Vec<Sheet>, Unreadable> {
    let archive = Archive::open(file, limits)?;
    let book = Book::read(&archive)?;
    let mut sheets = Vec::with_capacity(book.sheets.len());
    for place in book.sheets {
        // Only a part that is there is a sheet; damage inside is said when it is chosen.
        let rows = archive.part(&place.part)?.and_then(sheet::rows_said);
        sheets.push(Sheet { name: place.name, hidden: place.hidden, rows });
    }
    Ok(sheets)
}

/// Gives all rows that are not empty, the header among them.
pub(super) fn walk(file: &File, how: &How, limits: &Limits, each: Each<'_>) -> Result<(), Unreadable> {
    let archive = Archive::open(file, limits)?;
    let book = Book::read(&archive)?;
    let wanted = how.sheet.as_deref().unwrap_or_default();
    let place = book.sheets.iter().find(|place| place.name == wanted).ok_or_else(|| super::no_sheet(wanted))?;
    let part = archive.part(&place.part)?.ok_or_else(Unreadable::damaged)?;
    let shared = match &book.shared {
        Some(name) => archive.part(name)?,
        None => None,
    };
    let reader = sheet::Reader {
        meanings: &book.meanings,
        from_1904: book.from_1904,
        shared: Shared::new(shared, limits),
        most: limits.cell,
    };
    reader.walk(part, &mut Gather::new(limits, each))
}

/// Undoes `_x000D_`, by which workbooks write characters XML cannot hold.
fn unescape(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let length = if letter.is_some() { 7 } else { 2 };
        out.push_str(&rest[..at]);
        match letter {
            Some(letter) => out.push(letter),
            None => out.push_str("_x"),
        }
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out.into()
}
