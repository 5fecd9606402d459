//! Workbooks as Excel wrote them from 1997 to 2003 (BIFF8). An own reader, because the one there is (calamine) takes the
//! whole workbook into memory, as much as it says it has, and panics on some that are damaged.

mod compound;
mod globals;
mod records;
mod sheet;

use std::fs::File;

pub(super) use self::compound::Compound;
use self::{compound::Stream, globals::Globals};
use super::{
    How, Limits, Sheet, Unreadable,
    gather::{Each, Gather},
};

/// The sheets of a workbook.
pub(super) fn sheets(file: &File, limits: &Limits) -> Result<Vec<Sheet>, Unreadable> {
    let globals = Globals::read(stream(file)?, limits)?;
    let sheet = |place: globals::Place| Sheet { name: place.name, hidden: place.hidden, rows: None };
    Ok(globals.sheets.into_iter().map(sheet).collect())
}

/// Gives all rows that are not empty, the header among them.
pub(super) fn walk(file: &File, how: &How, limits: &Limits, each: Each<'_>) -> Result<(), Unreadable> {
    let mut globals = Globals::read(stream(file)?, limits)?;
    let wanted = how.sheet.as_deref().unwrap_or_default();
    let place = globals.sheets.iter().find(|place| place.name == wanted).ok_or_else(|| super::no_sheet(wanted))?;
    let records = records::Records::new(stream(file)?, place.at);
    sheet::walk(records, &mut globals, limits, &mut Gather::new(limits, each))
}

fn stream(file: &File) -> Result<Stream<'_>, Unreadable> {
    Compound::open(file)?.stream("Workbook")?.ok_or_else(Unreadable::damaged)
}
