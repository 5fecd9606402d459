//! Days written with strokes, of which the file does not say whether the day or the month comes first (D10).

use time::Date;

use crate::types::parse_date;

/// What comes first in a day such as 05/02/2027.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 5 February 2027: the order of the template.
    DayFirst,
    /// 2 May 2027: the order of the United States.
    MonthFirst,
}

impl DateOrder {
    /// Both, in the order of a list to choose from.
    pub const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    /// The word in forms and databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        }
    }

    /// What pages call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::DayFirst => "DD/MM/YYYY",
            Self::MonthFirst => "MM/DD/YYYY",
        }
    }

    /// The order with this word.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == raw)
    }
}

/// The order of a column, by a number above 12 in one of the places; nothing where none has one, or both have.
pub fn detect<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut day_first, mut month_first) = (false, false);
    for (first, second, _) in values.into_iter().filter_map(parts) {
        day_first |= first > 12 && second <= 12;
        month_first |= second > 12 && first <= 12;
    }
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The cell as an ISO 8601 day, where it has the month first and that order was chosen. Anything else stays as it is, for
/// [`crate::types::parse_date`] to read or refuse: days first, ISO 8601, years of two digits, no day at all.
pub fn to_iso(cell: &str, order: DateOrder) -> Option<String> {
    let (month, day, year) = parts(cell).filter(|_| order == DateOrder::MonthFirst)?;
    // A thirteenth month is for the check of the row to refuse.
    (month <= 12).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The day a cell means by this order, as the check of its row reads it; nothing where it is none.
pub fn day(cell: &str, order: DateOrder) -> Option<Date> {
    let iso = to_iso(cell, order);
    // With the month first, a day with strokes that is no such day is none.
    let is_other = order == DateOrder::MonthFirst && iso.is_none() && cell.contains('/');
    if is_other { None } else { parse_date(iso.as_deref().unwrap_or(cell)).ok() }
}

/// The day of a cell that only makes sense with the month first.
pub fn with_month_first(cell: &str) -> Option<Date> {
    let turned = detect([cell]) == Some(DateOrder::MonthFirst);
    day(cell, DateOrder::MonthFirst).filter(|_| turned)
}

/// Whether a cell is one day with the day first, and another with the month first.
pub fn is_ambiguous(cell: &str) -> bool {
    parts(cell).is_some_and(|(first, second, _)| {
        let is_month = |number: u16| (1..=12).contains(&number);
        is_month(first) && is_month(second) && first != second
    })
}

/// Two numbers of one or two digits and a year of four.
fn parts(cell: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = cell.trim().split('/');
    let [first, second, year] = [numbers.next()?, numbers.next()?, numbers.next()?];
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = first.len() <= 2 && second.len() <= 2 && year.len() == 4 && numbers.next().is_none();
    let all = [first, second, year].into_iter().all(is_number);
    (shaped && all).then(|| Some((first.parse().ok()?, second.parse().ok()?, year.parse().ok()?)))?
}
