//! Tests of the writers: what is written is read back as it was.

use std::{fs::File, io::Read, ops::ControlFlow};

use calamine::{Data, Reader};
use proptest::prelude::*;

use super::*;
use crate::imports::read::{Delimiter, FileKind, How, Limits, look, rows};

fn column(heading: &str, name: &str, example: &str) -> Column {
    Column { heading: heading.into(), name: name.into(), example: example.into(), ..Column::default() }
}

/// Columns of all kinds.
fn columns() -> Vec<Column> {
    let countries: Vec<String> = (0..249).map(|number| format!("Country, the {number}th")).collect();
    vec![
        Column {
            mandatory: true,
            hint: "The -- full -- name".into(),
            ..column("Name", "name", "Kowalczyk i Wspólnicy sp. z o.o.")
        },
        Column {
            choices: vec!["TRUE".into(), "FALSE".into()],
            ..column("Approval process", "approval_required", "TRUE")
        },
        Column { kept: Kept::Number, ..column("Approval process limit", "approval_limit", "5000.00") },
        Column { kept: Kept::Date, ..column("Billing start date", "billing_starts_on", "05/02/2027") },
        Column { choices: countries, ..column("Country", "country", "Poland") },
        column("Contact phone", "contact_phone", "+48 22 555 01 42"),
        column("Cost <centre> & \"more\"", "", "00123"),
        column("Note", "note", ""),
    ]
}

pub(super) fn read(file: &File) -> (How, Vec<String>, Vec<Vec<String>>) {
    let limits = Limits::default();
    let look = look(file, None, &limits).expect("readable");
    let mut found = Vec::new();
    rows(file, &look.how, &limits, &mut |row| {
        found.push(row.cells);
        ControlFlow::Continue(())
    })
    .expect("readable");
    (look.how, look.headings, found)
}

#[test]
fn a_template_is_read_and_its_example_recognised() {
    for kind in [FileKind::Csv, FileKind::Xml, FileKind::Xls, FileKind::Xlsx] {
        let (how, headings, found) = read(&template(kind, &columns()).expect("written"));
        assert_eq!(how.kind, if kind == FileKind::Xls { FileKind::Xlsx } else { kind });
        let first = if kind == FileKind::Xml { "name" } else { "Name (mandatory)" };
        assert_eq!((headings[0].as_str(), headings.len(), found.len()), (first, 8, 1), "{kind:?}");
        assert_eq!(headings[6], "Cost <centre> & \"more\"", "{kind:?}");
        assert_eq!(found[0][5..7], ["+48 22 555 01 42", "00123"], "{kind:?}");
        assert!(is_example(&columns(), &headings, &found[0]), "{kind:?}: {:?}", found[0]);
        let mut changed = found[0].clone();
        changed[0] = "Another".into();
        assert!(!is_example(&columns(), &headings, &changed), "{kind:?}");
        changed = found[0].clone();
        changed[7] = "a note".into();
        assert!(!is_example(&columns(), &headings, &changed), "{kind:?}");
    }
}

#[test]
fn an_example_is_recognised_after_a_program_saved_it_in_its_own_way() {
    let headings: Vec<String> = columns().iter().map(Column::marked).collect();
    let cells = |texts: [&str; 8]| texts.map(str::to_owned);
    let saved = cells([
        "Kowalczyk i Wspólnicy sp. z o.o.",
        "true",
        "5000",
        "2027-02-05",
        "Poland",
        "+48 22 555 01 42",
        "123",
        "",
    ]);
    assert!(is_example(&columns(), &headings, &saved));
    assert!(!is_example(&columns(), &headings, &cells(["", "", "", "", "", "", "", ""])), "an empty row is none");
    let other = cells([
        "Kowalczyk i Wspólnicy sp. z o.o.",
        "TRUE",
        "5000",
        "2027-05-02",
        "Poland",
        "+48 22 555 01 42",
        "123",
        "",
    ]);
    assert!(!is_example(&columns(), &headings, &other), "another day");
    assert!(!is_example(&columns(), &["Country".to_owned()], &["Poland".to_owned()]), "one column says too little");
}

#[test]
fn a_workbook_says_what_must_be_filled_in_and_what_may_be_chosen() {
    let mut file = template(FileKind::Xlsx, &columns()).expect("written");
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("read");
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Organizations", "Lists"]);
    assert_eq!(book.sheets_metadata()[1].visible, calamine::SheetVisible::Hidden);
    let sheet = book.worksheet_range("Organizations").expect("the sheet");
    assert_eq!(sheet.get_value((0, 0)), Some(&Data::String("Name (mandatory)".into())));
    assert_eq!(sheet.get_value((1, 2)), Some(&Data::Float(5000.0)));
    assert!(matches!(sheet.get_value((1, 3)), Some(Data::DateTime(_))));
    assert_eq!(sheet.get_value((1, 6)), Some(&Data::String("00123".into())));
    let lists = book.worksheet_range("Lists").expect("the lists");
    assert_eq!(lists.get_value((248, 4)), Some(&Data::String("Country, the 248th".into())));
}

#[test]
fn a_template_in_xml_explains_itself() {
    let mut text = String::new();
    template(FileKind::Xml, &columns()).expect("written").read_to_string(&mut text).expect("UTF-8");
    assert!(text.contains("<!-- <name>: Name (mandatory). The - - full - - name -->"), "{text}");
    assert!(text.contains("<!-- <approval_required>: Approval process. One of: TRUE, FALSE -->"), "{text}");
    assert!(text.contains("<field name=\"Cost &lt;centre&gt; &amp; &quot;more&quot;\">00123</field>"), "{text}");
}

fn how(kind: FileKind) -> How {
    How { delimiter: Some(Delimiter::Semicolon), ..How::of(kind) }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn failed_rows_can_be_uploaded_again_and_again() {
    let headings = strings(&["Name", "Customer number"]);
    let cells = strings(&["=1+1", "00123", "surplus; \"x\""]);
    for kind in [FileKind::Csv, FileKind::Xlsx, FileKind::Xls] {
        let mut out = FailedRows::new(&how(kind), &headings).expect("begun");
        out.row(17, &cells, "Name: enter the name").expect("written");
        let (read_how, first, found) = read(&out.finish().expect("written"));
        assert_eq!(first, ["Row", "What is wrong", "Name", "Customer number"], "{kind:?}");
        assert_eq!(found, [strings(&["17", "Name: enter the name", "=1+1", "00123", "surplus; \"x\""])], "{kind:?}");
        // What is read from it and fails again has the two columns once.
        let mut out = FailedRows::new(&read_how, &first).expect("begun");
        assert_eq!(out.kind(), if kind == FileKind::Csv { FileKind::Csv } else { FileKind::Xlsx });
        out.row(2, &found[0], "still wrong").expect("written");
        let (_, again, found) = read(&out.finish().expect("written"));
        assert_eq!(again, first, "{kind:?}");
        assert_eq!(found[0][..4], strings(&["2", "still wrong", "=1+1", "00123"]), "{kind:?}");
    }
}

#[test]
fn failed_records_of_xml_keep_the_names_of_their_values() {
    let headings = strings(&["name", "address/city", "field", "id"]);
    let mut out = FailedRows::new(&how(FileKind::Xml), &headings).expect("begun");
    out.row(3, &strings(&["A & B", "Ulm", "", "7"]), "wrong").expect("written");
    let (_, first, found) = read(&out.finish().expect("written"));
    assert_eq!(first, ["Row", "What is wrong", "name", "address/city", "field", "id"]);
    assert_eq!(found, [strings(&["3", "wrong", "A & B", "Ulm", "", "7"])]);
}

/// A table of texts: none of control characters, which are kept out.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![
        "[^\\p{Cc}\u{feff}\u{fffe}\u{ffff}]{0,12}",
        "['\"=+@;,|\t\n<>&a0-9 _x-]{0,8}",
        "0[0-9]{3}",
        "[0-9]{1,2}/[0-9]{1,2}/2027",
        Just("_x000D_".to_owned()),
        Just("TRUE".to_owned()),
    ];
    proptest::collection::vec(proptest::collection::vec(cell, 3), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_is_read_as_it_was_written(table in tables()) {
        let headings = strings(&["Name", "City", "Note"]);
        for kind in [FileKind::Csv, FileKind::Xml, FileKind::Xlsx] {
            let mut out = FailedRows::new(&how(kind), &headings).expect("begun");
            for (number, cells) in (2..).zip(&table) {
                out.row(number, cells, "x").expect("written");
            }
            let (_, first, found) = read(&out.finish().expect("written"));
            prop_assert_eq!(first.len(), 5);
            let found: Vec<Vec<String>> = found.into_iter().map(|cells| cells[2..].to_vec()).collect();
            prop_assert_eq!(&found, &table, "{:?}", kind);
        }
    }
}
