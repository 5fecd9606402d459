//! Lists in XML: a root with one element for each record, and in it one for each value, as the template has it:
//! `<organizations><organization><name>…`. Attributes are values, too; `<field name="…">` is a value of that name; elements
//! within a value are values named by their path. A value that comes twice is joined with "; ".

mod columns;
mod record;

use std::{fs::File, io::Read};

use quick_xml::events::BytesStart;

use self::{columns::Columns, record::Scan};
use super::{
    Encoding, How, Limits, Unreadable,
    gather::{Each, Gather, too_many},
    markup::{Stop, attributes},
    text::{self, Slice},
};

/// So deep may elements stand within each other.
const DEEPEST: usize = 16;

/// Fills in what the choice leaves open, and all columns: a value that only the last record has is a column, too, so the
/// whole file is read.
pub(super) fn settle(file: &File, mut how: How, limits: &Limits) -> Result<How, Unreadable> {
    let encoding = match how.encoding {
        Some(chosen) => chosen,
        None => encoding(file)?,
    };
    how.encoding = Some(encoding);
    how.header_row = None;
    let mut columns = Columns::default();
    let mut scan = Scan::new(file, encoding, limits, &mut columns)?;
    let mut count = 0_u32;
    while scan.record()? {
        count += 1;
        if count > limits.rows {
            return Err(too_many(limits));
        }
    }
    let root = std::mem::take(&mut scan.state.root);
    if count == 0 || !columns.has_fields {
        return Err(wrong_root(&root, count));
    }
    how.columns = columns.names;
    Ok(how)
}

/// Gives all records with something in them.
pub(super) fn walk(file: &File, how: &How, limits: &Limits, each: Each<'_>) -> Result<(), Unreadable> {
    let mut columns = Columns::known(&how.columns);
    let mut scan = Scan::new(file, how.encoding.unwrap_or(Encoding::Utf8), limits, &mut columns)?;
    let mut gather = Gather::new(limits, each);
    while scan.record()? {
        for (column, cell) in scan.state.cells.iter().enumerate() {
            if gather.cell(scan.state.number, column, cell)?.is_break() {
                return Ok(());
            }
        }
    }
    gather.end().map(drop)
}

/// What the file's mark says, else its first line, else UTF-8.
fn encoding(file: &File) -> Result<Encoding, Unreadable> {
    let mut head = Vec::new();
    Slice::new(file, 0, 512).read_to_end(&mut head).map_err(Unreadable::Disk)?;
    if let Some((encoding, _)) = text::mark(&head) {
        return Ok(encoding);
    }
    let head = String::from_utf8_lossy(&head);
    let declaration =
        head.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or("", |(inside, _)| inside);
    let said = declaration.split_once("encoding").map_or("", |(_, behind)| behind);
    let label: &str = said.split(['"', '\'']).nth(1).unwrap_or("utf-8");
    let codec = encoding_rs::Encoding::for_label(label.as_bytes());
    // What is read here is ASCII with more, so it is not in UTF-16, whatever it says.
    if codec.is_some_and(|codec| codec == encoding_rs::UTF_16LE || codec == encoding_rs::UTF_16BE) {
        return Ok(Encoding::Utf8);
    }
    Encoding::ALL.into_iter().find(|encoding| codec == Some(encoding.codec())).ok_or_else(|| {
        Unreadable::file(format!(
            "The file says it is written in {}, which is not read. Save it as UTF-8",
            label.chars().take(40).collect::<String>()
        ))
    })
}

/// What has no records beneath its root.
fn wrong_root(root: &str, count: u32) -> Unreadable {
    let what = match count {
        0 => format!("The XML holds no records: its root <{root}> is empty"),
        _ => format!("The XML holds no records: what stands beneath its root <{root}> has no values in it"),
    };
    Unreadable::file(format!(
        "{what}. A list looks like <organizations><organization><name>…; the template shows all of it"
    ))
}

fn web_page() -> Unreadable {
    Unreadable::file(
        "The file is a web page, even if a program calls it an Excel file. Open it in a spreadsheet program, save it as \
         XLSX, and upload that",
    )
}

/// Refuses at once what is well known and no list.
fn known_root(element: &BytesStart<'_>) -> Result<(), Unreadable> {
    let local = element.local_name();
    // Portals and old programs write a bare table and call it an Excel file.
    if ["html", "head", "body", "table", "div", "meta", "style"]
        .iter()
        .any(|tag| local.as_ref().eq_ignore_ascii_case(tag))
    {
        return Err(web_page());
    }
    let is_office = attributes(element).any(|found| found.value.contains("schemas-microsoft-com:office:spreadsheet"));
    if is_office || element.name().as_ref() == "office:document" {
        return Err(Unreadable::file(
            "The file is a workbook written as XML. Open it in a spreadsheet program, save it as XLSX, and upload that",
        ));
    }
    Ok(())
}

/// The parser repeats names, which may have any length.
fn short(words: &str) -> String {
    let mut short: String = words.chars().take(200).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    short
}

/// Why a record could not be read, in words.
fn words(stop: Stop, record: u32) -> Unreadable {
    let place = if record == 0 { "At the beginning".to_owned() } else { format!("Record {record}") };
    match stop {
        Stop::Source(error) => Unreadable::text(error, record.max(1)),
        Stop::Deep => Unreadable::file(format!(
            "{place}: elements stand more than {DEEPEST} deep within each other. Put each value directly into its record, \
             like in the template"
        )),
        Stop::Entities => Unreadable::file(
            "The XML defines names of its own (<!DOCTYPE …>), which are not read. Remove that line, and write what they \
             stand for",
        ),
        Stop::Unknown(name) => Unreadable::file(format!(
            "{place}: &{name}; is not known. Write the character itself; a plain & is written &amp;"
        )),
        Stop::IllFormed(what) => Unreadable::file(format!(
            "{place}: the XML is not well formed: {}. Mend it there, or save the file again with the program it comes from",
            short(&what)
        )),
    }
}
