//! CSV, and what all formats share.

use proptest::prelude::*;

use super::support::{all, file, looked, refusal, row, table};
use crate::imports::read::*;

fn chosen(change: impl FnOnce(&mut How)) -> How {
    let mut how = How::of(FileKind::Csv);
    change(&mut how);
    how
}

#[test]
fn rows_are_numbered_as_spreadsheet_programs_number_them() {
    let text = "\u{feff}Name,City\r\n\r\n\"Two\r\nlines\",Berlin\r\n,\r\nLast,Wien";
    let (headings, rows) = table(&file(text));
    assert_eq!(headings, ["Name", "City"]);
    assert_eq!(rows, [row(3, &["Two\nlines", "Berlin"]), row(5, &["Last", "Wien"])]);
    for text in ["Name,City\rA,B\r\rC,D\r", "Name,City\nA,B\n\nC,D", "Name,City\r\nA,B\r\n\r\nC,D\r\n"] {
        assert_eq!(table(&file(text)).1, [row(2, &["A", "B"]), row(4, &["C", "D"])], "{text:?}");
    }
}

#[test]
fn the_delimiter_is_what_most_rows_agree_on() {
    for (text, delimiter) in [
        ("Name,City\nA,B\n", Delimiter::Comma),
        ("Name;City;Limit\nSmith, Jones;Ulm;5,0\nBaker, Co;Ulm;7,5\n", Delimiter::Semicolon),
        ("Name\tCity, Country\nA\tB, C\n", Delimiter::Tab),
        ("Name|City\nA;B|C\n", Delimiter::Pipe),
        ("Name,City\n\"A;B;C;D;E\",C\n\"A;B;C;D;E\",C\n", Delimiter::Comma),
        ("sep=;\nName,x;City\nA,b;B\n", Delimiter::Semicolon),
        ("Name\nA\n", Delimiter::Comma),
    ] {
        assert_eq!(looked(&file(text)).how.delimiter, Some(delimiter), "{text:?}");
    }
    let named = file("sep=|\r\nName|City\r\nA|B\r\n");
    assert_eq!(table(&named).1, [row(2, &["A", "B"])], "the line that names the delimiter is no row");
}

#[test]
fn what_was_found_out_can_be_chosen_instead() {
    let limits = Limits::default();
    let text = file(b"Name;Ort\nM\xfcller;K\xf6ln\n\xb3\xb9czka;\xa3\xf3d\xbc\n");
    let how = chosen(|how| how.encoding = Some(Encoding::Windows1250));
    let look = look(&text, Some(&how), &limits).expect("readable");
    assert_eq!(look.samples[1], row(3, &["łączka", "ŁódĽ"]));
    let how = chosen(|how| how.delimiter = Some(Delimiter::Comma));
    assert_eq!(super::look(&text, Some(&how), &limits).expect("readable").headings, ["Name;Ort"]);
    let text = file("Some list,of ours\nName,City\nA,B\n");
    let how = chosen(|how| how.header_row = Some(2));
    let look = super::look(&text, Some(&how), &limits).expect("readable");
    assert_eq!((look.headings, look.samples), (vec!["Name".to_owned(), "City".to_owned()], vec![row(3, &["A", "B"])]));
    let how = chosen(|how| how.encoding = Some(Encoding::Utf8));
    let words = super::look(&file(b"A,B\nC,D\nM\xfcller,K"), Some(&how), &limits).expect_err("not UTF-8").to_string();
    assert!(words.starts_with("Row 3 is not written in the encoding the file is read in."), "{words}");
}

#[test]
fn how_a_file_is_read_survives_being_kept() {
    let how = looked(&file("Name;City\nA;B\n")).how;
    let kept = serde_json::to_string(&how).expect("serialised");
    assert_eq!(kept, r#"{"kind":"csv","encoding":"utf-8","delimiter":"semicolon","header_row":1}"#);
    assert_eq!(serde_json::from_str::<How>(&kept).expect("read"), how);
}

#[test]
fn headings_are_found_below_a_title() {
    let text = "Customers of Northwind\n\nExported,21/11/2026\nName (mandatory),City,,E-mail\nA,B,,c@d.example\n";
    let look = looked(&file(text));
    assert_eq!(look.how.header_row, Some(4));
    assert_eq!(look.headings, ["Name (mandatory)", "City", "", "E-mail"]);
    assert_eq!(without_mark(&look.headings[0]), "Name");
    assert_eq!(without_mark(" Name * "), "Name");
    assert_eq!(without_mark("Name (MANDATORY)"), "Name");
    assert_eq!(without_mark("Größe"), "Größe");
    let words = refusal(&file("Kowalczyk,kowalczyk.example,it@kowalczyk.example\nB,b.example,it@b.example\n"));
    assert!(words.starts_with("Row 1 does not look like headings"), "{words}");
    let words = refusal(&file("Name,City\n"));
    assert!(words.starts_with("The file has headings and no rows below them"), "{words}");
    let words = refusal(&file("\u{feff} \r\n"));
    assert!(words.starts_with("The file is empty"), "{words}");
}

#[test]
fn cells_are_kept_as_they_are_but_for_marks_and_control_characters() {
    let text = "Name,Phone,Note\n  A ,'+49 3443,\"a\u{0}\u{7}b\tc\"\n'=1+1,00123,'t Hooft\nB\n";
    let rows = table(&file(text.replace('\u{0}', ""))).1;
    assert_eq!(rows[0], row(2, &["  A ", "+49 3443", "ab\tc"]));
    assert_eq!(rows[1], row(3, &["=1+1", "00123", "'t Hooft"]));
    assert_eq!(rows[2], row(4, &["B", "", ""]), "as many cells as headings");
    let long = "x".repeat(20_000);
    let rows = table(&file(format!("Name,City\nA,{long},surplus,,\n"))).1;
    assert_eq!(rows[0].cells[1].len(), 10_001, "a long cell is cut to what no field takes");
    assert_eq!(rows[0].cells[2..], ["surplus"], "more cells than headings only where they are filled");
}

#[test]
fn a_row_that_cannot_be_is_named() {
    let endless = format!("Name,City\nA,B\nC,\"{}", "x,y\n".repeat(400_000));
    let torn = "Name,City\nA,\"B\nC,\"D\"\n";
    let wide = format!("Name,City\nA{}x\n", ",".repeat(500));
    let long = format!("Name,City\nA,B\n{}", "x".repeat(3 << 20));
    for (text, words) in [
        ("Name,City\nA,\"B\nC,D\n", "Row 2: a quotation mark opens a cell and is never closed"),
        (torn, "Row 2: a quotation mark opens a cell and is never closed"),
        (&endless, "Row 3: a quotation mark opens a cell and is never closed"),
        (&wide, "Row 2 has cells beyond column 200"),
        (&long, "Row 3 is far longer than a row can be"),
    ] {
        let said = refusal(&file(text));
        assert!(said.starts_with(words), "{said}");
    }
    let commas = format!("Name,City\nA,B{}\n", ",".repeat(20_000));
    assert_eq!(table(&file(commas)).1, [row(2, &["A", "B"])], "empty cells do not count");
}

#[test]
fn limits_are_kept_and_told() {
    let text = file(format!("Name,City\n{}", "A,B\n".repeat(11)));
    let limits = Limits { rows: 10, ..Limits::default() };
    let how = looked(&text).how;
    let words = all(&text, &how, &limits).expect_err("too many").to_string();
    assert_eq!(words, "The file has more than 10 rows. Divide it into several files");
    assert_eq!(all(&text, &how, &Limits { rows: 11, ..limits }).expect("readable").len(), 11);
    let words = look(&text, None, &Limits { bytes: 10, ..limits }).expect_err("too large").to_string();
    assert_eq!(words, "The file has 1 MB, and at most 0 MB are read. Divide it into several files");
}

#[test]
fn other_files_are_told_by_their_name() {
    let utf16: Vec<u8> = "Name,City\nA,B\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words) in [
        (&b""[..], "The file is empty."),
        (b"%PDF-1.7\nx", "The file is a PDF document, not a list."),
        (b"\x89PNG\r\n\x1a\n\0\0", "The file is a picture, not a list."),
        (b"{\"name\": 1}", "The file is JSON."),
        (b"\0\x01\x02\x7f\xff\xfe rubbish", "The file is neither text nor a workbook."),
        (&utf16, "The file is text in UTF-16 that does not say so."),
        (b"<html><body>x</body></html>", "The file is a web page"),
        (b"<!DOCTYPE html>\n<html>", "The file is a web page"),
        (b"PK\x03\x04 and no more", "The workbook is cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "The workbook is damaged or incomplete"),
    ] {
        let said = refusal(&file(bytes));
        assert!(said.starts_with(words), "{said}");
    }
    assert_eq!(looked(&file("BMA,City\nA,B\n")).how.kind, FileKind::Csv);
}

#[test]
fn reading_stops_when_nobody_wants_more() {
    let text = file(format!("Name,City\n{}", "A,B\n".repeat(100)));
    let mut seen = 0;
    let count = rows(&text, &looked(&text).how, &Limits::default(), &mut |_| {
        seen += 1;
        if seen == 3 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    });
    assert_eq!((count.expect("readable"), seen), (3, 3));
}

proptest! {
    /// What the reference crate reads is read here, too, but for what is refused: quotation marks that are not closed.
    #[test]
    fn csv_is_read_as_the_reference_reads_it(text in "[ab\",;\n\r]{0,40}") {
        let header = "x,y\n";
        let text = format!("{header}{text}");
        let file = file(&text);
        let how = How { delimiter: Some(Delimiter::Comma), encoding: Some(Encoding::Utf8), header_row: Some(1), ..How::of(FileKind::Csv) };
        let Ok(found) = all(&file, &how, &Limits::default()) else { return Ok(()) };
        let mut reference = ::csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = reference
            .records()
            .map(|record| record.expect("UTF-8").iter().map(|cell| cell.replace("\r\n", "\n").replace('\r', "\n")).collect())
            .map(|mut cells: Vec<String>| {
                let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
                cells.resize(filled.max(2), String::new());
                cells
            })
            .filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        let found: Vec<Vec<String>> = found.into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(found, expected);
    }
}
