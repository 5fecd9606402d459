//! The cells of a sheet, one record after the other.

use std::ops::ControlFlow;

use super::{
    super::{Limits, Unreadable, gather::Gather, numbers},
    globals::Globals,
    records::{Records, Text},
};

/// What stands in a cell.
enum Value {
    Nothing,
    Number(f64),
    Text(String),
    /// The text follows in a record of its own.
    Later,
}

/// Gives all cells away.
pub(super) fn walk(
    mut records: Records<'_>,
    globals: &mut Globals,
    limits: &Limits,
    gather: &mut Gather<'_>,
) -> Result<(), Unreadable> {
    // A chart within the sheet has a beginning and an end of its own, and cells that are none.
    let mut depth = 0_usize;
    let mut waiting = (0, 0);
    loop {
        records.advance()?;
        let kind = records.kind;
        match kind {
            0x0809 => depth += 1,
            0x000a if depth <= 1 => return gather.end().map(drop),
            0x000a => depth -= 1,
            _ if depth != 1 => {}
            _ if cell(&mut records, &mut waiting, globals, limits, gather)?.is_break() => return Ok(()),
            _ => {}
        }
    }
}

/// What a record says about a cell, or about several. A formula's text comes in a record behind it, which is why its place
/// is kept waiting.
fn cell(
    records: &mut Records<'_>,
    waiting: &mut (u32, usize),
    globals: &mut Globals,
    limits: &Limits,
    gather: &mut Gather<'_>,
) -> Result<ControlFlow<()>, Unreadable> {
    match records.kind {
        0x00bd => many(records, globals, gather),
        0x0207 => {
            let text = Text::new(records, 0, limits.cell).long()?;
            gather.text(waiting.0, waiting.1, &text)
        }
        0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006 => {
            *waiting = (u32::from(records.u16(0)?) + 1, usize::from(records.u16(2)?));
            let style = records.u16(4)?;
            let value = value(records, globals, limits)?;
            give(*waiting, style, value, globals, gather)
        }
        _ => Ok(ControlFlow::Continue(())),
    }
}

fn give(
    (row, column): (u32, usize),
    style: u16,
    value: Value,
    globals: &Globals,
    gather: &mut Gather<'_>,
) -> Result<ControlFlow<()>, Unreadable> {
    match value {
        Value::Nothing | Value::Later => Ok(ControlFlow::Continue(())),
        Value::Text(text) => gather.text(row, column, &text),
        Value::Number(number) => {
            gather.cell(row, column, &numbers::text(number, None, globals.meaning(style), globals.from_1904))
        }
    }
}

fn value(records: &mut Records<'_>, globals: &mut Globals, limits: &Limits) -> Result<Value, Unreadable> {
    Ok(match records.kind {
        0x0203 => Value::Number(f64::from_le_bytes(records.eight(6)?)),
        0x027e => Value::Number(short_number(records.u32(6)?)),
        0x0205 => {
            let [value, is_error] = records.u16(6)?.to_le_bytes();
            Value::Text(if is_error == 1 { error(value) } else { yes_no(value) }.to_owned())
        }
        0x00fd => {
            let text = globals.strings.get(records.u32(6)?)?;
            Value::Text(text.ok_or_else(Unreadable::damaged)?.to_owned())
        }
        0x0006 => result(records.eight(6)?),
        _ => Value::Text(Text::new(records, 6, limits.cell).long()?),
    })
}

/// What a formula came to when the workbook was saved.
fn result(bytes: [u8; 8]) -> Value {
    match bytes {
        [0, _, _, _, _, _, 0xff, 0xff] => Value::Later,
        [1, _, value, _, _, _, 0xff, 0xff] => Value::Text(yes_no(value).to_owned()),
        [2, _, value, _, _, _, 0xff, 0xff] => Value::Text(error(value).to_owned()),
        [_, _, _, _, _, _, 0xff, 0xff] => Value::Nothing,
        number => Value::Number(f64::from_le_bytes(number)),
    }
}

/// A row of numbers in one record: row, first column, then a style and a number each, then the last column.
fn many(records: &Records<'_>, globals: &Globals, gather: &mut Gather<'_>) -> Result<ControlFlow<()>, Unreadable> {
    let (row, first) = (u32::from(records.u16(0)?) + 1, usize::from(records.u16(2)?));
    let pairs = records.data.get(4..).unwrap_or_default().as_chunks::<6>().0;
    for (number, pair) in pairs.iter().enumerate() {
        let [style_low, style_high, number_bytes @ ..] = *pair;
        let value = Value::Number(short_number(u32::from_le_bytes(number_bytes)));
        let style = u16::from_le_bytes([style_low, style_high]);
        if give((row, first + number), style, value, globals, gather)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// A number in four bytes: the upper half of a long one, or a whole number of 30 bits; either may be hundredths.
fn short_number(raw: u32) -> f64 {
    let number = match raw & 2 {
        0 => f64::from_bits(u64::from(raw & !3) << 32),
        _ => f64::from(raw as i32 >> 2),
    };
    if raw & 1 == 1 { number / 100.0 } else { number }
}

fn yes_no(value: u8) -> &'static str {
    if value == 0 { "FALSE" } else { "TRUE" }
}

fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#ERROR!",
    }
}
