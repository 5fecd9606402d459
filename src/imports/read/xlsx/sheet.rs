//! The cells of a sheet, one after the other.

use std::{
    io::{BufReader, Read},
    ops::ControlFlow,
};

use quick_xml::events::{BytesStart, Event};

use super::{
    super::{
        Unreadable,
        gather::Gather,
        markup::{Markup, append, attribute, attributes},
        numbers::{self, Meaning},
        zip::{Unpacked, drain},
    },
    book::DEEPEST,
    shared::Shared,
    unescape,
};

/// Excel has no more rows.
const LAST_ROW: u32 = 1_048_576;

/// How many rows a sheet says it has; only a hint.
pub(super) fn rows_said(part: BufReader<Unpacked<'_>>) -> Option<u32> {
    // It stands near the beginning or nowhere.
    let mut markup = Markup::new(BufReader::new(part.take(16 * 1024)), DEEPEST);
    loop {
        match markup.next().ok()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "dimension" => {
                    let said = attribute(&element, "ref")?;
                    return said.split_once(':').and_then(|(_, last)| position(last)).map(|(row, _)| row);
                }
                "sheetData" => return None,
                _ => {}
            },
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// What is needed to read the cells of a sheet.
pub(super) struct Reader<'a> {
    pub(super) meanings: &'a [Meaning],
    pub(super) from_1904: bool,
    pub(super) shared: Shared<'a>,
    pub(super) most: usize,
}

/// What a cell says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Inline,
    Text,
    YesNo,
    Error,
    Date,
}

/// A cell while it is read.
struct Cell {
    row: u32,
    column: usize,
    kind: Kind,
    style: usize,
    text: String,
    taking: bool,
    spoken: bool,
}

impl Reader<'_> {
    /// Gives all cells away.
    pub(super) fn walk(mut self, part: BufReader<Unpacked<'_>>, gather: &mut Gather<'_>) -> Result<(), Unreadable> {
        let mut markup = Markup::new(part, DEEPEST);
        let mut cell =
            Cell { row: 0, column: 0, kind: Kind::Number, style: 0, text: String::new(), taking: false, spoken: false };
        loop {
            let event = markup.next().map_err(|stop| stop.workbook())?;
            match &event {
                Event::Start(element) => cell.begin(element)?,
                Event::End(element) => match element.local_name().as_ref() {
                    "v" | "t" => cell.taking = false,
                    "rPh" => cell.spoken = false,
                    "c" => {
                        if self.give(&cell, gather)?.is_break() {
                            return Ok(());
                        }
                        cell.column += 1;
                    }
                    "sheetData" => break,
                    _ => {}
                },
                Event::Eof => return Err(Unreadable::damaged()),
                event if cell.taking && cell.text.len() <= self.most * 4 => {
                    append(&mut cell.text, event).map_err(|stop| stop.workbook())?;
                }
                _ => {}
            }
        }
        let ended = gather.end()?;
        if ended.is_continue() { drain(markup.source()).map_err(Unreadable::workbook) } else { Ok(()) }
    }

    fn give(&mut self, cell: &Cell, gather: &mut Gather<'_>) -> Result<ControlFlow<()>, Unreadable> {
        let (row, column, text) = (cell.row, cell.column, cell.text.as_str());
        match cell.kind {
            _ if text.is_empty() => Ok(ControlFlow::Continue(())),
            Kind::Shared => match text.trim().parse() {
                Ok(number) => self.shared.with(number, |text| gather.text(row, column, text))?,
                Err(_) => Err(Unreadable::damaged()),
            },
            Kind::Text | Kind::Inline => gather.text(row, column, &unescape(text)),
            Kind::Error => gather.cell(row, column, text),
            Kind::YesNo => gather.cell(row, column, if matches!(text.trim(), "1" | "true") { "TRUE" } else { "FALSE" }),
            Kind::Date => {
                let day = text.get(..10).filter(|day| day.as_bytes()[4] == b'-').unwrap_or(text);
                gather.cell(row, column, day)
            }
            Kind::Number => gather.cell(row, column, &self.number(cell)),
        }
    }

    fn number(&self, cell: &Cell) -> String {
        let raw = cell.text.trim();
        let meaning = self.meanings.get(cell.style).copied().unwrap_or(Meaning::Number);
        match raw.parse::<f64>() {
            Ok(number) => numbers::text(number, Some(raw), meaning, self.from_1904),
            Err(_) => raw.to_owned(),
        }
    }
}

impl Cell {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), Unreadable> {
        match element.local_name().as_ref() {
            "row" => {
                let said = attribute(element, "r").and_then(|row| row.parse().ok());
                (self.row, self.column) = (said.unwrap_or(self.row.saturating_add(1)), 0);
            }
            "c" => self.head(element),
            "v" => self.taking = self.kind != Kind::Inline,
            "t" => self.taking = self.kind == Kind::Inline && !self.spoken,
            "rPh" => self.spoken = true,
            _ => {}
        }
        if self.row > LAST_ROW { Err(Unreadable::damaged()) } else { Ok(()) }
    }

    fn head(&mut self, element: &BytesStart<'_>) {
        (self.kind, self.style, self.taking, self.spoken) = (Kind::Number, 0, false, false);
        self.text.clear();
        for attribute in attributes(element) {
            match attribute.key.as_ref() {
                "r" => (self.row, self.column) = position(&attribute.value).unwrap_or((self.row, self.column)),
                "s" => self.style = attribute.value.parse().unwrap_or_default(),
                "t" => self.kind = kind(&attribute.value),
                _ => {}
            }
        }
    }
}

fn kind(word: &str) -> Kind {
    match word {
        "s" => Kind::Shared,
        "inlineStr" => Kind::Inline,
        "str" => Kind::Text,
        "b" => Kind::YesNo,
        "e" => Kind::Error,
        "d" => Kind::Date,
        _ => Kind::Number,
    }
}

/// "C7" as row 7, column 2: rows count from 1, columns from 0.
fn position(name: &str) -> Option<(u32, usize)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let letters = name.get(..digits).filter(|letters| (1..=3).contains(&letters.len()))?;
    let mut column = 0;
    for letter in letters.bytes() {
        let place = letter.to_ascii_uppercase().checked_sub(b'A').filter(|place| *place < 26)?;
        column = column * 26 + usize::from(place) + 1;
    }
    let row = name[digits..].parse().ok().filter(|row| (1..=LAST_ROW).contains(row))?;
    Some((row, column - 1))
}
