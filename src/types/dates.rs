//! Dates as people write them (S222, D10).

use time::{Date, Month, format_description::BorrowedFormatItem, macros::format_description};

use super::{
    Invalid,
    text::{digits_widened, is_paste_residue, quoted},
};

const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const DAY_FIRST: &[BorrowedFormatItem<'_>] = format_description!("[day]/[month]/[year]");

/// Reads a day written as DD/MM/YYYY or, after ISO 8601, as YYYY-MM-DD; nothing else, because any other spelling can be
/// read as two days (D10).
///
/// # Errors
/// Another spelling, a year of two digits, or a day that does not exist.
pub fn parse_date(raw: &str) -> Result<Date, Invalid> {
    if raw.len() > 200 {
        return Err(no_date(raw));
    }
    let text: String = digits_widened(raw).chars().filter(|c| !is_paste_residue(*c)).collect();
    let text = text.trim();
    let (numbers, day_first): (Vec<&str>, bool) = match text.contains('/') {
        true => (text.split('/').collect(), true),
        false => (text.split('-').collect(), false),
    };
    let [first, month, last] = numbers[..] else { return Err(no_date(raw)) };
    if !numbers.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(no_date(raw));
    }
    let (year, day) = if day_first { (last, first) } else { (first, last) };
    match (year.len(), month.len(), day.len()) {
        (4, 2, 2) => {}
        (2, 2, 2) if day_first => return Err(two_digits(raw, &numbers)),
        (4, ..) if day_first => {
            return Err(Invalid::new(format!("{} needs two digits for day and month, like 05/02/2027", quoted(raw))));
        }
        _ => return Err(no_date(raw)),
    }
    let (year, month, day) = (number(year), number(month), number(day));
    let named = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok());
    let Some(named) = named else { return Err(no_month(raw, month)) };
    let date = u8::try_from(day).ok().and_then(|day| Date::from_calendar_date(i32::from(year), named, day).ok());
    date.filter(|date| (1900..=2999).contains(&date.year()))
        .ok_or_else(|| Invalid::new(format!("{day} {named} {year} does not exist. Use a day like 21/11/2026")))
}

/// "21/11/2026", as [`parse_date`] reads it.
pub fn day_month_year(date: Date) -> String {
    date.format(DAY_FIRST).unwrap_or_else(|_| date.to_string())
}

/// "2026-11-21": what programs exchange.
pub fn iso_date(date: Date) -> String {
    date.format(ISO).unwrap_or_else(|_| date.to_string())
}

/// Of at most four digits.
fn number(digits: &str) -> u16 {
    digits.parse().unwrap_or_default()
}

fn no_date(raw: &str) -> Invalid {
    Invalid::new(format!("{} is not a date. Use DD/MM/YYYY, like 21/11/2026", quoted(raw)))
}

fn no_month(raw: &str, month: u16) -> Invalid {
    Invalid::new(format!("{} has no month {month}. Write the day first: DD/MM/YYYY, like 21/11/2026", quoted(raw)))
}

/// Which century is meant would be a guess.
fn two_digits(raw: &str, numbers: &[&str]) -> Invalid {
    let [day, month, year] = numbers[..] else { return no_date(raw) };
    Invalid::new(format!(
        "{} has a year of two digits, which can mean 19{year} or 20{year}. Write it whole, like {day}/{month}/20{year}",
        quoted(raw)
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn refused(raw: &str) -> String {
        parse_date(raw).expect_err(raw).to_string()
    }

    #[test]
    fn both_spellings_of_d10_are_read() {
        for raw in ["21/11/2026", " 21/11/2026 ", "2026-11-21", "２１/11/2026", "\u{feff}21/11/2026"] {
            assert_eq!(parse_date(raw), Ok(date!(2026 - 11 - 21)), "{raw}");
        }
        assert_eq!(parse_date(&day_month_year(date!(2028 - 02 - 29))), Ok(date!(2028 - 02 - 29)));
        assert_eq!(iso_date(date!(2028 - 02 - 29)), "2028-02-29");
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        assert!(refused("21/11/26").contains("can mean 1926 or 2026. Write it whole, like 21/11/2026"));
        assert_eq!(refused("31/02/2026"), "31 February 2026 does not exist. Use a day like 21/11/2026");
        assert!(refused("11/21/2026").contains("has no month 21. Write the day first"));
        assert!(refused("1/2/2026").contains("needs two digits for day and month"));
        for raw in ["21.11.2026", "21 Nov 2026", "tomorrow", "46347", "2026/11/21", "//", "--", "2026-1-2", ""] {
            assert!(refused(raw).contains("is not a date"), "{raw}: {}", refused(raw));
        }
    }
}
