//! What a workbook says about itself before its sheets: their names, its texts, what its formats mean.

use std::collections::HashMap;

use super::{
    super::{
        Limits, Unreadable,
        numbers::{self, Meaning},
        strings::Strings,
        text::clean,
    },
    compound::Stream,
    records::{Records, Text},
};

/// No workbook has more sheets or styles.
const SHEETS: usize = 1_000;
const STYLES: usize = 70_000;

/// A sheet and where it begins in the stream.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) at: u64,
}

/// A workbook without its cells.
pub(super) struct Globals {
    pub(super) sheets: Vec<Place>,
    pub(super) strings: Strings,
    pub(super) from_1904: bool,
    formats: HashMap<u16, Meaning>,
    styles: Vec<u16>,
}

impl Globals {
    /// Reads up to where the sheets begin.
    ///
    /// # Errors
    /// A workbook with a password, or one of Excel 95 or before.
    pub(super) fn read(stream: Stream<'_>, limits: &Limits) -> Result<Self, Unreadable> {
        let mut found = Self {
            sheets: Vec::new(),
            strings: Strings::new(limits),
            from_1904: false,
            formats: HashMap::new(),
            styles: Vec::new(),
        };
        let mut records = Records::new(stream, 0);
        records.advance()?;
        if records.kind != 0x0809 || records.u16(0)? != 0x0600 {
            return Err(Unreadable::file(
                "The workbook was written by Excel 95 or before. Open it in a spreadsheet program, save it as XLSX, and \
                 upload that",
            ));
        }
        while records.kind != 0x000a {
            records.advance()?;
            found.take(&mut records, limits)?;
        }
        match found.sheets.is_empty() {
            true => Err(Unreadable::file(
                "The workbook has no sheet with cells. Copy the rows into one, and upload it again",
            )),
            false => Ok(found),
        }
    }

    /// What the number of a cell of this style means.
    pub(super) fn meaning(&self, style: u16) -> Meaning {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or_default();
        self.formats.get(&format).copied().unwrap_or_else(|| numbers::built_in(format))
    }

    fn take(&mut self, records: &mut Records<'_>, limits: &Limits) -> Result<(), Unreadable> {
        match records.kind {
            0x002f => return Err(super::super::password()),
            0x0022 => self.from_1904 = records.u16(0)? == 1,
            0x041e => {
                let id = records.u16(0)?;
                let code = Text::new(records, 2, limits.cell).long()?;
                self.formats.insert(id, numbers::custom(&code));
            }
            0x00e0 if self.styles.len() < STYLES => self.styles.push(records.u16(2)?),
            0x0085 => self.take_sheet(records, limits)?,
            0x00fc => self.take_strings(records, limits)?,
            _ => {}
        }
        Ok(())
    }

    fn take_sheet(&mut self, records: &mut Records<'_>, limits: &Limits) -> Result<(), Unreadable> {
        let (at, state) = (records.u32(0)?, records.u16(4)?);
        let name = clean(&Text::new(records, 6, limits.cell).short()?, limits.cell);
        // A sheet is found by its name, and none is read twice because two names lead to it.
        let is_known = |place: &Place| place.name == name || place.at == u64::from(at);
        // Charts and macros stand among the sheets and have no cells.
        if state >> 8 == 0 && !self.sheets.iter().any(is_known) {
            self.sheets.push(Place { name, hidden: state & 3 != 0, at: at.into() });
        }
        if self.sheets.len() > SHEETS { Err(Unreadable::damaged()) } else { Ok(()) }
    }

    fn take_strings(&mut self, records: &mut Records<'_>, limits: &Limits) -> Result<(), Unreadable> {
        let count = records.u32(4)?;
        let mut texts = Text::new(records, 8, limits.cell);
        for _ in 0..count {
            let text = texts.long()?;
            self.strings.push(&clean(&text, limits.cell))?;
        }
        Ok(())
    }
}
