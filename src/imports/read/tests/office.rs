//! Files LibreOffice wrote from `tests/fixtures/imports/sources` (`script/corpus`), held cell for cell against what stands in
//! the sources. A table here has a row a line: its number, then its cells, with `|` between them; `\n` is a line break.

use super::support::{all, looked, real};
use crate::imports::read::*;

const NUMBERS: &str = "What|Value
2|whole|42
3|negative|-7.25
4|two places|1234.5
5|leading zeros|00950
6|exponent|1500000000000
7|small|0.000012
8|fifteen digits|123456789012345
9|binary rest|0.3
10|percent|0.25
11|currency|1999.9
12|time|09:30
13|text of zeros|00123
14|text of digits|4711
15|text of an amount|1,234.50
16|text of a day|31/12/2026
17|text in a text column|0049 30
18|number in a text column|815
19|text like a formula|=1+1
20|text like a phone|+49 30 5550";

const DAYS: &str = "What|Day
2|after ISO 8601|2026-12-31
3|day first|2027-02-05
4|month first|2027-02-05
5|month in words|2027-03-01
6|day of the week|2027-07-04
7|month and year|2027-01-01
8|day and month|2027-01-31
9|with a time|2026-11-22
10|leap day|2028-02-29
11|last of 1904|1904-12-31
12|far away|9999-12-31";

/// In text, days are what the sheet showed; which of them a field takes is for the check of the row to say.
const DAYS_SHOWN: &str = "What|Day
2|after ISO 8601|2026-12-31
3|day first|05/02/2027
4|month first|02/05/27
5|month in words|01. March 2027
6|day of the week|Sun, 4 Jul 27
7|month and year|Jan 2027
8|day and month|31.01.
9|with a time|22/11/2026 15:45
10|leap day|2028-02-29
11|last of 1904|31/12/1904
12|far away|9999-12-31";

const TEXTS: &str = "What|Text
2|partly bold|Müller & Söhne GmbH
3|three lines|Hof 1\\nTreppe 2\\nTür 3
4|spaces within|A   B
5|many scripts|Łódź Ελλάδα Київ 株式会社 שלום
6|beyond 16 bits|Bücher 📚 𝄞
7|quotes|\"Zur Post\", 't Hooft
8|delimiters|a,b;c\\pd
9|markup|<b>&amp;</b>
10|escaped|_x0041_ and _x000D_
11|with a note|noted
12|link|www.example
13|long|LOREM";

const CUSTOMERS: &str = "Name|City|Customer number
2|Aal AG|Łódź|A-1
4|Biber KG|Žilina|";

/// The headings of a table as it is written here, and its rows.
fn expected(table: &str) -> (Vec<String>, Vec<Row>) {
    let long = "Lorem ipsum ".repeat(60) + "end";
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.replace("\\n", "\n").replace("\\p", "|").replace("LOREM", &long)).collect()
    };
    let mut lines = table.lines();
    let headings = lines.next().map(cells).unwrap_or_default();
    let numbered = |line: &str| {
        let (number, rest) = line.split_once('|').expect("a number");
        Row { number: number.parse().expect("a number"), cells: cells(rest) }
    };
    (headings, lines.map(numbered).collect())
}

/// What a file says when some of how it is read is chosen.
fn chosen(name: &str, change: impl FnOnce(&mut How)) -> (Look, Vec<Row>) {
    let (file, limits) = (real(name), Limits::default());
    let mut how = How::of(FileKind::Csv);
    change(&mut how);
    let look = look(&file, Some(&how), &limits).expect("readable");
    let rows = all(&file, &look.how, &limits).expect("readable");
    (look, rows)
}

fn is_read_as(name: &str, table: &str) {
    let (look, rows) = chosen(name, |_| {});
    assert_eq!((look.headings, rows), expected(table), "{name}");
}

#[test]
fn numbers_are_read_in_every_format_of_a_cell() {
    is_read_as("numbers.xlsx", NUMBERS);
    is_read_as("numbers.xls", NUMBERS);
    // Text has what the sheet showed.
    let shown = NUMBERS
        .replace("|1234.5\n", "|1,234.50\n")
        .replace("1500000000000", "1.50E+12")
        .replace("0.25", "25%")
        .replace("1999.9", "1,999.90 €");
    is_read_as("numbers-tabs-1252.csv", &shown);
    let look = looked(&real("numbers-tabs-1252.csv"));
    assert_eq!((look.how.encoding, look.how.delimiter), (Some(Encoding::Windows1252), Some(Delimiter::Tab)));
}

#[test]
fn days_are_read_in_every_format_of_a_cell() {
    is_read_as("days.xlsx", DAYS);
    is_read_as("days.xls", DAYS);
    is_read_as("days-semicolons.csv", DAYS_SHOWN);
}

#[test]
fn texts_are_read_as_they_are() {
    for name in ["texts.xlsx", "texts.xls", "texts-utf-8.csv", "texts-quoted-utf-16.csv", "texts-pipes.csv"] {
        is_read_as(name, TEXTS);
    }
    let look = looked(&real("texts-quoted-utf-16.csv"));
    assert_eq!((look.how.encoding, look.how.delimiter), (Some(Encoding::Utf16Le), Some(Delimiter::Semicolon)));
    assert_eq!(looked(&real("texts-pipes.csv")).how.delimiter, Some(Delimiter::Pipe));
}

#[test]
fn of_several_sheets_the_first_list_is_read_and_any_can_be_chosen() {
    for name in ["sheets.xlsx", "sheets.xls"] {
        is_read_as(name, CUSTOMERS);
        let (look, _) = chosen(name, |_| {});
        let sheets: Vec<_> = look.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
        let known =
            [("Read me", false), ("Empty", false), ("Customers & more", false), ("Branches", false), ("Archive", true)];
        assert_eq!(sheets, known, "{name}");
        for (sheet, table) in [
            ("Branches", "Branch|Town\n2|North|Kiel\n3|South|Lindau"),
            ("Archive", "Name|City\n2|Closed Ltd|York"),
            ("Read me", "This list is kept by Sales.\n2|Ask Anna before you change it."),
        ] {
            let (look, rows) = chosen(name, |how| how.sheet = Some(sheet.to_owned()));
            assert_eq!((look.headings, rows), expected(table), "{name}: {sheet}");
        }
        let how = How { sheet: Some("Empty".to_owned()), ..How::of(FileKind::Xlsx) };
        let words = super::look(&real(name), Some(&how), &Limits::default()).expect_err("nothing in it").to_string();
        assert!(words.starts_with("The file holds no rows. "), "{words}");
    }
    let (_, rows) = chosen("sheets-1250.csv", |how| how.encoding = Some(Encoding::Windows1250));
    assert_eq!(rows, expected(CUSTOMERS).1);
}

#[test]
fn a_row_of_merged_groups_above_the_headings_is_no_heading() {
    let table = "Name|City|Contact name|Contact email|Contact phone
3|Aal AG|Aalen|Anna Abt|anna@aal.example|+49 7361 555 0
4|Biber KG|Ulm|||";
    for name in ["grouped.xlsx", "grouped.xls"] {
        is_read_as(name, table);
        let (look, rows) = chosen(name, |how| how.header_row = Some(1));
        assert_eq!((look.headings.len(), rows[0].number), (3, 2), "{name}: who wants the groups can have them");
    }
}

/// An XLS tears its texts apart where a record of 8,224 bytes ends, and says anew behind it how wide its letters are.
#[test]
fn texts_torn_between_records_are_joined() {
    let (_, rows) = chosen("many.xls", |_| {});
    assert_eq!(rows.len(), 60);
    for (number, found) in (0..60_usize).zip(&rows) {
        let name = format!("{number:03} ") + &if number % 3 > 0 { "Ł" } else { "L" }.repeat(number * 37 % 400);
        let mut cells = vec![name, format!("firma{number}.example")];
        cells.resize(17, String::new());
        assert_eq!(*found, Row { number: number as u32 + 2, cells });
    }
}
