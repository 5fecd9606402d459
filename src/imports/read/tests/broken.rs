//! Files that are no list, or not all of one, and bombs that `bombs.rs` has no room for: what each is told (QUALITY 45).

use std::{io::Read, ops::ControlFlow};

use super::{
    super::{meter, strings::Strings},
    bombs::{Part, archive, book, part, refused, sheet},
    support::{all, file, looked, real, refusal, row, table},
};
use crate::imports::read::*;

const HEADINGS: &str = "<row><c t='str'><v>Name</v></c><c t='str'><v>City</v></c></row>";

fn bytes_of(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    real(name).read_to_end(&mut bytes).expect("read");
    bytes
}

/// A workbook that is cut off is refused, wherever it is; text is read as far as it goes, for nothing in it says how far.
#[test]
fn a_file_cut_off_anywhere_says_so() {
    for name in ["customers.xlsx", "texts.xlsx", "customers.xls", "many.xls", "template.xml"] {
        let whole = bytes_of(name);
        for twentieth in 1..20 {
            let said = refusal(&file(&whole[..whole.len() * twentieth / 20]));
            let known =
                ["The workbook is cut off", "The workbook is damaged", "The XML is cut off", "Record 1: the XML"];
            let beginning = ["At the beginning: the XML is not well formed", "The XML holds no element"];
            assert!(
                known.iter().chain(&beginning).any(|words| said.starts_with(words)),
                "{name}, {twentieth}/20: {said}"
            );
        }
    }
    for name in ["semicolons.csv", "texts-quoted-utf-16.csv"] {
        let whole = bytes_of(name);
        let (_, rows) = table(&real(name));
        for twentieth in 1..20 {
            let cut = file(&whole[..whole.len() * twentieth / 20]);
            let limits = Limits::default();
            match look(&cut, None, &limits).and_then(|look| all(&cut, &look.how, &limits)) {
                Ok(found) => {
                    let [before @ .., _] = &found[..] else { panic!("{name}, {twentieth}/20: no row") };
                    assert_eq!(before, &rows[..before.len()], "{name}, {twentieth}/20");
                }
                Err(error) => {
                    let said = error.to_string();
                    let known = ["quotation mark", "no rows below", "not written in the encoding", "like headings"];
                    assert!(known.iter().any(|words| said.contains(words)), "{name}, {twentieth}/20: {said}");
                }
            }
        }
    }
}

#[test]
fn headings_without_rows_are_told_in_every_format() {
    let words = "The file has headings and no rows below them. Fill it in, and upload it again";
    assert_eq!(refusal(&file("Name;City\r\n")), words);
    assert_eq!(refusal(&file(book(vec![sheet(HEADINGS)]))), words);
    let said = refusal(&file("<organizations/>"));
    assert!(said.starts_with("The XML holds no records: its root <organizations> is empty"), "{said}");
    let said = refusal(&file(book(vec![sheet("")])));
    assert!(said.starts_with("The file holds no rows. Check that it is the one you meant"), "{said}");
}

#[test]
fn what_is_no_list_is_called_by_its_name() {
    let packed = archive(&[part("list.csv", [b"Name,City\nA,B\n".to_vec()])], false);
    let nested = archive(&[part("inner.zip", [packed.clone()])], false);
    for (bytes, words) in [
        (
            &b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"[..],
            "The file is a picture, not a list. Open it in a spreadsheet program",
        ),
        (b"\xef\xbb\xbf  \r\n\t", "The file is empty. Check that it was saved"),
        (b"<table border=1><tr><th>Name</th></tr><tr><td>A</td></tr></table>", "The file is a web page, even if"),
        (
            b"<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=x>",
            "The file is a web page, even if",
        ),
        (b"<meta http-equiv=\"Content-Type\"><table><tr><td>A</td></tr></table>", "The file is a web page, even if"),
        (b"<rss><channel>News</channel></rss>", "The XML holds no records: what stands beneath its root <rss> has no"),
        (b"<svg>x</svg>", "The XML holds no records: its root <svg> is empty. A list looks like <organizations>"),
        (&packed, "The file is an archive. Unpack it, and upload the list that is in it"),
        (&nested, "The file is an archive. Unpack it, and upload the list that is in it"),
    ] {
        refused(bytes, words);
    }
}

/// A program may write the cells of a row in any order; rows have theirs.
#[test]
fn cells_out_of_their_order_stand_where_they_say() {
    let rows = "<row r='1'><c r='B1' t='str'><v>City</v></c><c r='A1' t='str'><v>Name</v></c></row>\
                <row r='2'><c r='C2' t='str'><v>c</v></c><c r='A2' t='str'><v>a</v></c><c t='str'><v>b</v></c></row>";
    let (headings, rows) = table(&file(book(vec![sheet(rows)])));
    assert_eq!(headings, ["Name", "City"]);
    assert_eq!(rows, [row(2, &["a", "b", "c"])]);
    let again = format!("{HEADINGS}<row r='3'><c t='str'><v>a</v></c></row><row r='2'><c t='str'><v>b</v></c></row>");
    refused(&book(vec![sheet(&again)]), "The workbook names row 2 behind row 3. Open it in a spreadsheet program");
}

#[test]
fn sixteen_thousand_columns_are_refused_where_they_are_filled() {
    let cells = |cell: &str| cell.repeat(16_384);
    let full = format!("{HEADINGS}<row>{}</row>", cells("<c><v>1</v></c>"));
    refused(&book(vec![sheet(&full)]), "Row 2 has cells beyond column 200, and no more are read. Remove what is not");
    let empty = format!("{HEADINGS}<row><c t='str'><v>A</v></c>{}</row>", cells("<c s='1'/>"));
    assert_eq!(table(&file(book(vec![sheet(&empty)]))).1, [row(2, &["A", ""])], "formats alone are no cells");
    refused(format!("Name;City\nA{}\n", ";x".repeat(16_384)).as_bytes(), "Row 2 has cells beyond column 200");
    let many: String = (0..16_384).map(|n| format!("<v{n}>1</v{n}>")).collect();
    refused(format!("<l><r>{many}</r></l>").as_bytes(), "The records have more than 200 different values");
}

#[test]
fn parts_within_parts_without_end_are_refused() {
    let deep = "<a>".repeat(100_000);
    refused(&book(vec![sheet(&deep)]), "The workbook is damaged or incomplete");
    refused(format!("<l>{deep}").as_bytes(), "Record 1: elements stand more than 16 deep");
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>";
    let rows = format!("{laughs}<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>");
    refused(&book(vec![part("xl/sheet.xml", [rows.into_bytes()])]), "The workbook is damaged or incomplete");
    let parameter = b"<!DOCTYPE l [<!ENTITY % x SYSTEM 'http://127.0.0.1/x'> %x;]><l><r><a>1</a></r></l>";
    refused(parameter, "The XML defines names of its own (<!DOCTYPE");
}

/// A name of 900 KB, and 199 within it, would be kept 199 times.
#[test]
fn names_do_not_grow_by_standing_within_each_other() {
    let long = "n".repeat(900_000);
    let inner: String = (0..199).map(|n| format!("<v{n}>1</v{n}>")).collect();
    refused(
        format!("<l><r><{long}>{inner}</{long}></r></l>").as_bytes(),
        "Record 1: the name of a value is far longer",
    );
    let said = refusal(&file(format!("<{long}/>")));
    assert!(said.len() < 200, "{said}");
    let said = refusal(&file(format!("<l><r><a></{long}></r></l>")));
    assert!(said.len() < 400, "{said}");
}

fn strings(texts: impl Iterator<Item = String>) -> Part<'static> {
    let inside: String = texts.map(|text| format!("<si><t>{text}</t></si>")).collect();
    part("xl/strings.xml", [format!("<sst>{inside}</sst>").into_bytes()])
}

/// A few bytes name a text of 10,000 letters, as often as they like.
#[test]
fn a_text_named_again_and_again_ends_somewhere() {
    let cells = "<c t='s'><v>0</v></c>".repeat(200);
    let rows = format!("{HEADINGS}{}", format!("<row>{cells}</row>").repeat(100));
    let texts = || strings(std::iter::once("x".repeat(9_999)));
    refused(&book(vec![sheet(&rows), texts()]), "Row 2 holds more than 64 KB of text, which no organization needs");
    let rows = format!("{HEADINGS}{}", "<row><c t='s'><v>0</v></c></row>".repeat(1_000));
    let workbook = file(book(vec![sheet(&rows), texts()]));
    let limits = Limits { inflated: 1 << 20, ..Limits::default() };
    let how = looked(&workbook).how;
    let words = rows_until(&workbook, &how, &limits);
    assert!(words.starts_with("The cells hold more than 1 MB of text. Divide the file"), "{words}");
}

/// A workbook of a few kilobytes, whose rows would take a megabyte each: its first is refused, and none is ever kept.
#[test]
fn rows_that_would_fill_the_memory_are_refused() {
    let row = format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(104));
    let rows = std::iter::once(format!("<worksheet><sheetData>{HEADINGS}")).chain(std::iter::repeat_n(row, 4_000));
    let pieces = rows.chain(["</sheetData></worksheet>".to_owned()]).map(String::into_bytes);
    let bomb = book(vec![part("xl/sheet.xml", pieces), strings(std::iter::once("x".repeat(10_000)))]);
    assert!(bomb.len() < 256 * 1024, "{}", bomb.len());
    refused(&bomb, "Row 2 holds more than 64 KB of text");
    // In text and in XML as well, and nothing is said of rows that hold a little less.
    let note = format!(";{}", "y".repeat(9_000));
    let full = |notes: usize| format!("Name;City{}\nA;B{}\n", ";Note".repeat(notes), note.repeat(notes));
    refused(full(8).as_bytes(), "Row 2 holds more than 64 KB of text");
    assert_eq!(table(&file(full(7))).1.len(), 1);
    let notes: String = (0..8).map(|n| format!("<n{n}>{}</n{n}>", "z".repeat(9_000))).collect();
    refused(format!("<l><r><name>A</name>{notes}</r></l>").as_bytes(), "Row 1 holds more than 64 KB of text");
}

/// Names that lead to the same part are one sheet, and where a sheet cannot be read no other is tried.
#[test]
fn a_part_is_looked_through_once() {
    let named = |names: &[(&str, &str)]| {
        let sheets: String = names.iter().map(|(name, id)| format!("<sheet name='{name}' r:id='{id}'/>")).collect();
        let links = "<Relationships><Relationship Id='s' Type='x/worksheet' Target='sheet.xml'/>\
                     <Relationship Id='o' Type='x/worksheet' Target='other.xml'/>\
                     <Relationship Id='t' Type='x/worksheet' Target='/xl/SHEET.xml'/></Relationships>";
        let book = part("xl/workbook.xml", [format!("<workbook><sheets>{sheets}</sheets></workbook>").into_bytes()]);
        vec![book, part("xl/_rels/workbook.xml.rels", [links.into()])]
    };
    let list = format!("<worksheet><sheetData>{HEADINGS}<row><c><v>1</v></c></row></sheetData></worksheet>");
    let other = || part("xl/other.xml", [list.clone().into_bytes()]);
    let with = |first: &str, names: &[(&str, &str)]| {
        file(book(named(names).into_iter().chain([sheet(first), other()]).collect()))
    };
    let twice = looked(&with("", &[("A", "s"), ("B", "t"), ("A", "o"), ("C", "o")]));
    let sheets: Vec<&str> = twice.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!((sheets, twice.how.sheet.as_deref()), (vec!["A", "C"], Some("C")));
    let wide = "<row><c r='XFD1'><v>1</v></c></row>";
    let said = refusal(&with(wide, &[("Plan", "s"), ("List", "o")]));
    assert!(said.starts_with("Row 1 has cells beyond column 200"), "{said}");
    assert!(said.ends_with("This is in the sheet “Plan”; one that is hidden is passed over"), "{said}");
}

/// Two blocks of texts that lie in the same place at hand, asked for in turn, are fetched again each time.
#[test]
fn texts_in_an_order_made_to_be_slow_are_refused() {
    let limits = Limits { strings: 500_000, ..Limits::default() };
    let mut strings = Strings::new(&limits);
    for number in 0..65_600_u32 {
        let long = !(64..65_536).contains(&number);
        strings.push(if long { "x".repeat(1_000) } else { "x".to_owned() }.as_str()).expect("kept");
    }
    meter::taken();
    let asked = (0..20_000_u32).find_map(|turn| strings.get(turn % 2 * 65_536).err());
    let words = asked.expect("refused").to_string();
    assert!(words.starts_with("The workbook keeps its texts in an order that takes far too long"), "{words}");
    let fetched = meter::taken();
    // Of a small table a GiB, however often that is all of it.
    assert!((1 << 30..(1 << 30) + (1 << 20)).contains(&fetched), "{fetched}");
}

fn rows_until(file: &std::fs::File, how: &How, limits: &Limits) -> String {
    let read = rows(file, how, limits, &mut |_| ControlFlow::Continue(()));
    read.expect_err("refused").to_string()
}

/// The name of a sheet is kept and shown: it is cleaned as a cell is, and the sheet is found by it.
#[test]
fn names_of_sheets_have_no_control_characters() {
    let named = "<workbook><sheets><sheet name='Kun\0den\u{1}' r:id='s'/></sheets></workbook>";
    let rows = format!("{HEADINGS}<row><c t='str'><v>Aal AG</v></c></row>");
    let xlsx = book(vec![sheet(&rows), part("xl/workbook.xml", [named.into()])]);
    let mut xls = bytes_of("customers.xls");
    let at = xls.windows(9).position(|window| window == b"Customers").expect("the name of its sheet");
    xls[at + 4] = 0;
    for (bytes, name, rows) in [(xlsx, "Kunden", 1), (xls, "Custmers", table(&real("customers.xls")).1.len())] {
        let workbook = file(bytes);
        let look = looked(&workbook);
        assert_eq!(look.how.sheet.as_deref(), Some(name));
        assert_eq!(look.sheets.last().map(|sheet| sheet.name.as_str()), Some(name));
        assert_eq!(all(&workbook, &look.how, &Limits::default()).expect("readable").len(), rows);
    }
}

/// Parts that are read whole have a limit of their own, and so has the name of a sheet.
#[test]
fn a_workbook_says_little_about_itself() {
    let name = "n".repeat(300);
    let named = format!("<workbook><sheets><sheet name='{name}' r:id='s'/></sheets></workbook>");
    let workbook = book(vec![sheet(HEADINGS), part("xl/workbook.xml", [named.into_bytes()])]);
    refused(&workbook, "The workbook is damaged or incomplete");
    let mut styles = part("xl/styles.xml", [b"<styleSheet/>".to_vec()]);
    (styles.size, styles.packed) = (33 << 20, vec![0; 1 << 20]);
    let links = "<Relationships><Relationship Id='s' Type='x/worksheet' Target='sheet.xml'/>\
                 <Relationship Id='t' Type='x/styles' Target='styles.xml'/></Relationships>";
    let parts = vec![sheet(HEADINGS), part("xl/_rels/workbook.xml.rels", [links.into()]), styles];
    refused(&book(parts), "The workbook is damaged or incomplete");
}
