//! Files of real programs, see `tests/fixtures/imports/README.md`.

use super::support::{all, looked, real, refusal, table};
use crate::imports::read::*;

const FIRST: [&str; 17] = [
    "Kowalczyk i Wspólnicy sp. z o.o.",
    "kowalczyk.example",
    "KRS 0000123456",
    "it@kowalczyk.example",
    "TRUE",
    "5000",
    "2027-01-01",
    "00123",
    "ul. Przykładowa 7",
    "00-950",
    "Warszawa",
    "Mazowieckie",
    "Poland",
    "Anna Kowalczyk",
    "+48 22 555 01 42",
    "anna@kowalczyk.example",
    "+48 512 345 678",
];

#[test]
fn a_workbook_is_read_below_its_title_and_without_its_hidden_sheet() {
    for name in ["customers.xlsx", "customers.xls"] {
        let file = real(name);
        let look = looked(&file);
        assert_eq!(look.how.sheet.as_deref(), Some("Customers"), "{name}");
        let sheets: Vec<_> = look.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
        assert_eq!(sheets, [("Old", true), ("Customers", false)], "{name}");
        assert_eq!(look.how.header_row, Some(3), "{name}");
        assert_eq!(look.headings[0], "Name");
        assert_eq!(look.headings.len(), 17);
        let rows = all(&file, &look.how, &Limits::default()).expect("readable");
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 5, 6], "{name}");
        assert_eq!(look.samples, rows, "{name}");
        assert_eq!(rows[0].cells, FIRST, "{name}");
        let second: Vec<&str> = rows[1].cells.iter().map(String::as_str).collect();
        assert_eq!(
            second[4..10],
            ["FALSE", "", "2026-12-31", "123456789012345", "Storgatan 1\nHus B", "21142"],
            "{name}"
        );
        assert_eq!(rows[2].cells[0], "Café \"Zur Post\"; Söhne");
        assert_eq!(rows[2].cells[5], "1234.5");
    }
}

#[test]
fn a_hidden_sheet_is_read_when_it_is_chosen() {
    for name in ["customers.xlsx", "customers.xls"] {
        let file = real(name);
        let chosen = How { sheet: Some("Old".to_owned()), ..How::of(FileKind::Xlsx) };
        let look = look(&file, Some(&chosen), &Limits::default()).expect("readable");
        assert_eq!((look.how.header_row, look.samples.len()), (Some(1), 1), "{name}");
        let missing = How { sheet: Some("New".to_owned()), ..chosen };
        let refused = super::look(&file, Some(&missing), &Limits::default()).expect_err("no such sheet");
        assert_eq!(refused.to_string(), "The workbook has no sheet “New”. Choose another");
    }
}

#[test]
fn formulas_count_as_what_they_came_to() {
    for name in ["formulas.xlsx", "formulas.xls"] {
        let (_, rows) = table(&real(name));
        let cells: Vec<&str> = rows[0].cells.iter().map(String::as_str).take(11).collect();
        let expected = [
            "Firma Nord",
            "nord.example",
            "#DIV/0!",
            "it@nord.example",
            "TRUE",
            "480.3",
            "2027-02-28",
            "007",
            "123456000000000",
            "#N/A",
            "",
        ];
        assert_eq!(cells, expected, "{name}");
    }
}

#[test]
fn days_that_count_from_1904_are_the_same_days() {
    for name in ["from-1904.xlsx", "from-1904.xls"] {
        let (_, rows) = table(&real(name));
        assert_eq!(rows[0].cells, FIRST, "{name}");
        assert_eq!(rows[1].cells[6], "2026-12-31", "{name}");
    }
}

#[test]
fn text_is_read_in_the_encoding_and_with_the_delimiter_it_has() {
    let file = real("semicolons.csv");
    let look = looked(&file);
    assert_eq!(look.how.encoding, Some(Encoding::Windows1252));
    assert_eq!(look.how.delimiter, Some(Delimiter::Semicolon));
    let rows = all(&file, &look.how, &Limits::default()).expect("readable");
    assert_eq!(rows[1].number, 3);
    assert_eq!(rows[1].cells[0], "Öresund Fastigheter AB");
    assert_eq!(rows[1].cells[8], "Storgatan 1\nHus B");
    assert_eq!(rows[2].number, 4);
    assert_eq!(rows[2].cells[..4], ["Café \"Zur Post\"; Söhne", "zurpost.example", "", "büro@zurpost.example"]);
    let file = real("unicode.txt");
    let look = looked(&file);
    assert_eq!((look.how.encoding, look.how.delimiter), (Some(Encoding::Utf16Le), Some(Delimiter::Tab)));
    let rows = all(&file, &look.how, &Limits::default()).expect("readable");
    assert_eq!(rows[0].cells[0], FIRST[0]);
}

#[test]
fn what_is_no_list_says_what_it_is() {
    for (name, words) in [
        (
            "opendocument.xlsx",
            "The file is an OpenDocument file, such as LibreOffice writes. Open it in a spreadsheet program",
        ),
        ("password.xlsx", "The workbook is protected by a password. Save it without one"),
        ("password.xls", "The workbook is protected by a password. Save it without one"),
        ("truncated.xlsx", "The workbook is cut off: its end is missing. Upload the whole file"),
        ("truncated.xls", "The workbook is damaged or incomplete."),
    ] {
        let said = refusal(&real(name));
        assert!(said.starts_with(words), "{name}: {said}");
    }
}

#[test]
fn a_template_that_a_program_saved_is_read_as_it_was() {
    let (headings, original) = table(&real("template.xlsx"));
    assert_eq!(headings[..2], ["Name (mandatory)", "Primary domain (mandatory)"]);
    for name in ["template-saved.xlsx", "template-saved-from-csv.xls"] {
        let (saved_headings, saved) = table(&real(name));
        assert_eq!((&saved_headings, &saved), (&headings, &original), "{name}");
    }
    for name in ["template.csv", "template-saved.csv", "template.xml"] {
        let (saved_headings, saved) = table(&real(name));
        assert_eq!(saved_headings.len(), 17, "{name}");
        assert_eq!(saved[0].cells[14], "+48 22 555 01 42", "{name}");
        assert_eq!(saved[0].cells[6], "01/01/2027", "{name}: as it was written");
    }
}
