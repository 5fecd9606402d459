//! Tests of the readers.

mod bombs;
mod broken;
mod csv;
mod damage;
mod fixtures;
mod mutations;
mod office;
mod support;
mod xml;

use super::{dates::*, *};

#[test]
fn the_order_of_days_is_told_by_a_number_above_twelve() {
    assert_eq!(detect(["", "05/02/2027", "31/01/2027"]), Some(DateOrder::DayFirst));
    assert_eq!(detect(["05/02/2027", "1/31/2027"]), Some(DateOrder::MonthFirst));
    assert_eq!(detect(["05/02/2027", "2027-02-28", "x", "31/12/27"]), None, "both are possible");
    assert_eq!(detect(["31/01/2027", "01/31/2027"]), None, "the column contradicts itself");
}

#[test]
fn only_days_with_the_month_first_are_turned() {
    let turned = |cell| to_iso(cell, DateOrder::MonthFirst);
    assert_eq!(turned("12/31/2026").as_deref(), Some("2026-12-31"));
    assert_eq!(turned(" 2/5/2027 ").as_deref(), Some("2027-02-05"));
    for cell in ["31/12/2026", "2026-12-31", "12/31/26", "12.31.2026", "1/2/3/2026", "", "a/b/2026"] {
        assert_eq!(turned(cell), None, "{cell:?}");
    }
    assert_eq!(to_iso("12/31/2026", DateOrder::DayFirst), None);
    assert_eq!(to_iso("05/02/2027", DateOrder::DayFirst), None, "it stays as it is");
    for order in DateOrder::ALL {
        assert_eq!(DateOrder::parse(order.as_str()), Some(order));
    }
}

#[test]
fn a_day_is_the_one_its_order_says() {
    let day = |cell, order| day(cell, order).map(|day| day.to_string());
    let [day_first, month_first] = DateOrder::ALL;
    assert_eq!(day("05/02/2027", day_first).as_deref(), Some("2027-02-05"));
    assert_eq!(day("05/02/2027", month_first).as_deref(), Some("2027-05-02"));
    assert_eq!(day("2027-02-05", month_first).as_deref(), Some("2027-02-05"));
    assert_eq!((day("31/12/2026", month_first), day("12/31/2026", day_first), day("x", day_first)), (None, None, None));
    let turned = |cell| with_month_first(cell).map(|day| day.to_string());
    assert_eq!(turned("3/25/2026").as_deref(), Some("2026-03-25"));
    assert_eq!(["25/03/2026", "3/5/2026", "02/30/2026", "2026-03-25"].map(turned), [None, None, None, None]);
    for (cell, either) in [("05/02/2027", true), ("5/2/2027", true), ("02/02/2027", false), ("25/03/2026", false)] {
        assert_eq!(is_ambiguous(cell), either, "{cell}");
    }
}

#[test]
fn words_of_choices_are_read_back() {
    for encoding in Encoding::ALL {
        assert_eq!(Encoding::parse(encoding.as_str()), Some(encoding));
        assert_eq!(serde_json::to_value(encoding).expect("a word"), encoding.as_str());
    }
    for delimiter in Delimiter::ALL {
        assert_eq!(Delimiter::parse(delimiter.as_str()), Some(delimiter));
        assert_eq!(serde_json::to_value(delimiter).expect("a word"), delimiter.as_str());
    }
    for kind in [FileKind::Csv, FileKind::Xml, FileKind::Xls, FileKind::Xlsx] {
        assert_eq!(FileKind::parse(kind.as_str()), Some(kind));
    }
}

#[test]
fn numbers_are_what_people_type() {
    use super::numbers::{Meaning, built_in, custom, text};
    let number = |value: f64, raw: &str| text(value, Some(raw), Meaning::Number, false);
    assert_eq!(number(1.0, "1.0"), "1");
    assert_eq!(number(480.3, "480.30000000000001"), "480.3");
    assert_eq!(number(0.1 + 0.2, "0.30000000000000004"), "0.3");
    assert_eq!(number(1.234_567_890_123_45e14, "1.23456789012345E+14"), "123456789012345");
    assert_eq!(number(1.234_567_890_123_456_8e18, "1234567890123456789"), "1234567890123456789", "digits as written");
    assert_eq!(number(1e-7, "1E-7"), "0.0000001");
    assert_eq!(text(950.0, None, custom("00000"), false), "00950");
    let day = |value: f64| text(value, None, Meaning::Day, false);
    assert_eq!(
        [day(1.0), day(59.0), day(61.0), day(46_387.75)],
        ["1900-01-01", "1900-02-28", "1900-03-01", "2026-12-31"]
    );
    assert_eq!(text(44_925.0, None, Meaning::Day, true), "2026-12-31");
    assert_eq!([day(-1.0), day(1e9)], ["-1", "1000000000"], "no day");
    assert_eq!(text(0.5, None, Meaning::Time, false), "12:00");
    for code in ["dd/mm/yyyy", "[$-809]DD. MMM YYYY", "mmm-yy", "yyyy\"年\"m\"月\"", "m/d/yy h:mm;@", "mmm"] {
        assert_eq!(custom(code), Meaning::Day, "{code}");
    }
    for code in ["General", "0.00", "#,##0.00 \"DM\"", "[Red]0", "0\\d", "@", "0.00E+00", "_-* #,##0.00 _€_-"] {
        assert_eq!(custom(code), Meaning::Number, "{code}");
    }
    assert_eq!([custom("hh:mm"), custom("[h]:mm"), custom("mm:ss.0"), built_in(20)], [Meaning::Time; 4]);
    assert_eq!(
        [built_in(14), built_in(22), built_in(49), built_in(0)],
        [Meaning::Day, Meaning::Day, Meaning::Number, Meaning::Number]
    );
}

#[test]
fn texts_are_found_by_their_number_in_any_order() {
    let limits = Limits::default();
    let mut table = super::strings::Strings::new(&limits);
    let text = |number: u32| format!("text {number} {}", "x".repeat(number as usize % 50));
    let count = 100_000;
    for number in 0..count {
        table.push(&text(number)).expect("kept");
        // The last one, and one long ago that takes its place at hand.
        for wanted in [number, number / 2, number.saturating_sub(65_536)] {
            assert_eq!(table.get(wanted).expect("read"), Some(text(wanted).as_str()));
        }
    }
    assert_eq!(table.get(count).expect("read"), None);
    let mut small = super::strings::Strings::new(&Limits { strings: 10, ..limits });
    assert!(small.push("short").is_ok());
    let words = small.push("and too long").expect_err("above the limit").to_string();
    assert!(words.starts_with("The workbook holds more than 0 MB of text"), "{words}");
}
