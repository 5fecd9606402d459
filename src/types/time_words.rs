//! Dates in words (DESIGN.md section 7: "21 Nov 2026", never digits only).

use time::{Date, Month};

/// "21 Nov 2026".
pub fn date_in_words(date: Date) -> String {
    format!("{} {} {}", date.day(), short(date.month()), date.year())
}

/// The three letters a month is written with.
fn short(month: Month) -> &'static str {
    match month {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_spelt_out() {
        assert_eq!(date_in_words(time::macros::date!(2026 - 11 - 21)), "21 Nov 2026");
        assert_eq!(date_in_words(time::macros::date!(2027 - 03 - 01)), "1 Mar 2027");
    }
}
