//! Days as people write them, and the order of a column of them.
#![no_main]

use tenantry_fuzz::{
    imports::read::dates::{DateOrder, detect, to_iso},
    types::{day_month_year, iso_date, parse_date},
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(day) = parse_date(text) {
        assert_eq!(parse_date(&iso_date(day)), Ok(day));
        assert_eq!(parse_date(&day_month_year(day)), Ok(day));
        assert_eq!(to_iso(text, DateOrder::DayFirst), None, "what is read already stays as it is");
    }
    if let Some(iso) = to_iso(text, DateOrder::MonthFirst) {
        assert!(iso.len() == 10 && iso.is_ascii(), "{iso}");
    }
    let lines = || text.lines();
    let order = detect(lines());
    assert_eq!(order, detect(lines().rev()), "the order of rows says nothing");
});
