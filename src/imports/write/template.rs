//! The template: headings, hints, an example row, choices (S209, S210). The example row is in each format, because a format
//! without one is filled in by guess; an import passes over it when nobody changed it, see [`super::is_example`].

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
};

use rust_xlsxwriter::{
    Color, DataValidation, ExcelDateTime, Format, FormatAlign, Formula, Note, Workbook, Worksheet, XlsxError,
};

use super::{Column, Kept, csv, xml};
use crate::{exports::book, imports::read::FileKind};

/// A list longer than this goes into a sheet of its own; Excel takes no more in the rule itself.
const INLINE: usize = 200;
/// The last row Excel has, counted from 0.
const LAST: u32 = 1_048_575;
const LISTS: &str = "Lists";

/// Writes the template; the file has no name and stands at its beginning. XLS is not written: who asks for it gets XLSX.
///
/// # Errors
/// The disk's.
pub fn template(kind: FileKind, columns: &[Column]) -> io::Result<File> {
    match kind {
        FileKind::Csv => plain(|out| as_csv(out, columns)),
        FileKind::Xml => plain(|out| as_xml(out, columns)),
        FileKind::Xls | FileKind::Xlsx => book::save(&mut as_xlsx(columns).map_err(book::error)?),
    }
}

fn plain(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<File> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    let mut file = tempfile::tempfile()?;
    file.write_all(&bytes)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn as_csv(out: &mut Vec<u8>, columns: &[Column]) -> io::Result<()> {
    out.extend_from_slice(csv::BOM.as_bytes());
    let headings: Vec<String> = columns.iter().map(Column::marked).collect();
    csv::csv_line(out, b',', headings.iter().map(String::as_str))?;
    csv::csv_line(out, b',', columns.iter().map(|column| column.example.as_str()))
}

fn as_xml(out: &mut Vec<u8>, columns: &[Column]) -> io::Result<()> {
    out.extend_from_slice(xml::HEAD.as_bytes());
    xml::comment(out, "One <organization> for each. Leave out what you do not know. The one below is an example.")?;
    for column in columns {
        let mut text = column.marked();
        if !column.name.is_empty() {
            text = format!("<{}>: {text}", column.name);
        }
        if !column.hint.is_empty() {
            text.push_str(". ");
            text.push_str(&column.hint);
        }
        if (1..=10).contains(&column.choices.len()) {
            text.push_str(". One of: ");
            text.push_str(&column.choices.join(", "));
        }
        xml::comment(out, &text)?;
    }
    let name = |column: &'_ Column| if column.name.is_empty() { column.heading.clone() } else { column.name.clone() };
    let names: Vec<String> = columns.iter().map(name).collect();
    xml::record(out, names.iter().map(String::as_str).zip(columns.iter().map(|column| column.example.as_str())))?;
    out.extend_from_slice(xml::TAIL.as_bytes());
    Ok(())
}

fn as_xlsx(columns: &[Column]) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let mut lists = Worksheet::new();
    lists.set_name(LISTS)?.set_hidden(true);
    let mut sheet = Worksheet::new();
    sheet.set_name("Organizations")?.set_freeze_panes(1, 0)?;
    for (number, column) in (0..).zip(columns) {
        head(&mut sheet, number, column)?;
        example(&mut sheet, number, column)?;
        choices(&mut sheet, &mut lists, number, column)?;
    }
    workbook.push_worksheet(sheet);
    if columns.iter().any(|column| is_long(&column.choices)) {
        workbook.push_worksheet(lists);
    }
    Ok(workbook)
}

/// The heading, red and with the word where it must be filled in, and the hint as a note.
fn head(sheet: &mut Worksheet, number: u16, column: &Column) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let format = if column.mandatory { bold.set_font_color(Color::RGB(0xc0_00_00)) } else { bold };
    sheet.set_column_width(number, if number == 0 { 32 } else { 20 })?;
    sheet.set_column_format(number, &kept(column.kept))?;
    sheet.write_string_with_format(0, number, column.marked(), &format)?;
    let mut note = if column.mandatory { "Must be filled in.".to_owned() } else { String::new() };
    if !column.hint.is_empty() {
        note.push_str(if note.is_empty() { "" } else { " " });
        note.push_str(&column.hint);
    }
    if !note.is_empty() {
        sheet.insert_note(0, number, &Note::new(note).add_author_prefix(false))?;
    }
    Ok(())
}

fn kept(kept: Kept) -> Format {
    Format::new().set_num_format(match kept {
        Kept::Text => "@",
        Kept::Date => "dd/mm/yyyy",
        Kept::Number => "General",
    })
}

fn example(sheet: &mut Worksheet, number: u16, column: &Column) -> Result<(), XlsxError> {
    let format = kept(column.kept).set_italic().set_font_color(Color::RGB(0x59_59_59));
    let text = column.example.as_str();
    match (column.kept, day(text), text.parse::<f64>()) {
        _ if text.is_empty() => {}
        (Kept::Date, Some(day), _) => drop(sheet.write_datetime_with_format(1, number, &day, &format)?),
        (Kept::Number, _, Ok(value)) => drop(sheet.write_number_with_format(1, number, value, &format)?),
        _ => drop(sheet.write_string_with_format(1, number, book::text(text), &format)?),
    }
    Ok(())
}

/// The list to choose from. What is not in it may be written all the same: the import takes more spellings, and is the judge.
fn choices(sheet: &mut Worksheet, lists: &mut Worksheet, number: u16, column: &Column) -> Result<(), XlsxError> {
    if column.choices.is_empty() {
        return Ok(());
    }
    let rule = DataValidation::new().show_error_message(false);
    let rule = if is_long(&column.choices) {
        for (row, choice) in (0..).zip(&column.choices) {
            lists.write_string(row, number, book::text(choice))?;
        }
        let letter = rust_xlsxwriter::utility::column_number_to_name(number);
        rule.allow_list_formula(Formula::new(format!("={LISTS}!${letter}$1:${letter}${}", column.choices.len())))
    } else {
        rule.allow_list_strings(&column.choices)?
    };
    sheet.add_data_validation(1, number, LAST, number, &rule)?;
    Ok(())
}

/// A comma in a choice would divide it where the list stands in the rule.
fn is_long(choices: &[String]) -> bool {
    let length: usize = choices.iter().map(|choice| choice.chars().count() + 1).sum();
    length > INLINE || choices.iter().any(|choice| choice.contains([',', '"']))
}

/// A day written DD/MM/YYYY.
fn day(text: &str) -> Option<ExcelDateTime> {
    let mut parts = text.split('/');
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    ExcelDateTime::from_ymd(parts.next()?.parse().ok()?, month, day).ok()
}
