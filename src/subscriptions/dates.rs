//! Renewal dates: months have different lengths, so the day is kept where it exists and else is the month's last.

use time::{Date, Month};

use crate::types::Commitment;

/// The first day of the next term of a subscription that starts on a day.
pub fn renews_on(starts_on: Date, commitment: Commitment) -> Date {
    match commitment {
        Commitment::MonthToMonth => months_after(starts_on, 1),
        Commitment::Yearly => months_after(starts_on, 12),
    }
}

/// The same day so many months later, or the last day of that month where it has fewer: 31 January and one month is 28
/// February, 29 February and twelve months is 28 February.
pub fn months_after(date: Date, months: i32) -> Date {
    let month_index = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let year = month_index.div_euclid(12);
    // 0 to 11, so that both conversions hold.
    let month = u8::try_from(month_index.rem_euclid(12) + 1).ok().and_then(|number| Month::try_from(number).ok());
    let month = month.unwrap_or(Month::December);
    let day = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{months_after, renews_on};
    use crate::types::Commitment::{MonthToMonth, Yearly};

    #[test]
    fn a_day_the_month_lacks_becomes_its_last() {
        assert_eq!(renews_on(date!(2027 - 01 - 31), MonthToMonth), date!(2027 - 02 - 28));
        assert_eq!(renews_on(date!(2028 - 01 - 31), MonthToMonth), date!(2028 - 02 - 29));
        assert_eq!(renews_on(date!(2028 - 02 - 29), Yearly), date!(2029 - 02 - 28));
        assert_eq!(renews_on(date!(2026 - 10 - 31), MonthToMonth), date!(2026 - 11 - 30));
        assert_eq!(renews_on(date!(2026 - 12 - 15), MonthToMonth), date!(2027 - 01 - 15));
        assert_eq!(renews_on(date!(2026 - 11 - 21), Yearly), date!(2027 - 11 - 21));
    }

    #[test]
    fn the_last_day_time_knows_does_not_overflow() {
        assert_eq!(months_after(date!(9999 - 12 - 31), 1), time::Date::MAX);
    }
}
