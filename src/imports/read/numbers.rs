//! Numbers of workbooks as people type them: what a cell's format makes of the number it holds.

use time::{Date, Duration, Month};

/// What a cell's number means by its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A number.
    Number,
    /// A number filled up with zeros to so many digits, as postal codes are.
    Padded(usize),
    /// A day, with or without a time.
    Day,
    /// A time of day.
    Time,
}

/// What one of the formats Excel does not write out means.
pub(super) fn built_in(id: u16) -> Meaning {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57 | 58 => Meaning::Day,
        18..=21 | 32 | 33 | 45 | 47 | 55 | 56 => Meaning::Time,
        _ => Meaning::Number,
    }
}

/// What a format means that is written out, such as `[$-809]dd/mm/yyyy`.
pub(super) fn custom(code: &str) -> Meaning {
    let plain = without_literals(code);
    if plain.eq_ignore_ascii_case("general") {
        return Meaning::Number;
    }
    if plain.len() >= 2 && plain.bytes().all(|byte| byte == b'0') {
        return Meaning::Padded(plain.len().min(20));
    }
    let has = |letters: &[char]| plain.contains(letters);
    match (has(&['d', 'D', 'y', 'Y']), has(&['h', 'H', 's', 'S']), has(&['m', 'M'])) {
        _ if has(&['#', '0', '?']) && !has(&['d', 'D', 'y', 'Y', 'h', 'H', 's', 'S']) => Meaning::Number,
        (true, ..) => Meaning::Day,
        (false, true, _) => Meaning::Time,
        // "mmm" alone is a month.
        (false, false, true) => Meaning::Day,
        _ => Meaning::Number,
    }
}

/// The first section of a format without what it shows as it stands: quoted texts, escaped characters, colours, places. Of
/// the brackets of a duration such as `[h]:mm` it keeps that they are one.
fn without_literals(code: &str) -> String {
    let mut plain = String::new();
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => drop(letters.by_ref().find(|c| *c == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                if inside.chars().all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    plain.push('s');
                }
            }
            '\\' | '_' | '*' => drop(letters.next()),
            _ => plain.push(letter),
        }
    }
    plain.trim().to_owned()
}

/// A number of a cell; `raw` is how the file spells it, where it does.
pub(super) fn text(number: f64, raw: Option<&str>, meaning: Meaning, from_1904: bool) -> String {
    match meaning {
        Meaning::Day => day(number, from_1904).unwrap_or_else(|| plain(number, raw)),
        Meaning::Time => time_of_day(number),
        Meaning::Padded(digits) if number >= 0.0 && number.fract() == 0.0 => {
            format!("{:0>digits$}", plain(number, raw))
        }
        _ => plain(number, raw),
    }
}

/// As people type it: no exponent, no ".0", and no more digits than Excel keeps, so that 0.1 + 0.2 is 0.3.
fn plain(number: f64, raw: Option<&str>) -> String {
    // A long number that another program wrote in all its digits is not rounded.
    if let Some(raw) = raw
        && raw.len() <= 30
        && raw.strip_prefix('-').unwrap_or(raw).bytes().all(|byte| byte.is_ascii_digit())
    {
        return raw.to_owned();
    }
    if !number.is_finite() {
        return raw.unwrap_or_default().to_owned();
    }
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        return format!("{}", number as i64);
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// The day after ISO 8601; nothing for what is none, such as a negative number.
fn day(number: f64, from_1904: bool) -> Option<String> {
    // Up to 31 December 9999.
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let days = number.floor() as i64;
    let (year, days) = match (from_1904, days) {
        (true, days) => (1904, days),
        // Excel believes in a 29 February 1900, so that days before March 1900 count from one later.
        (false, 60..) => (1900, days - 2),
        (false, days) => (1900, days - 1),
    };
    let date = Date::from_calendar_date(year, Month::January, 1).ok()?.checked_add(Duration::days(days))?;
    Some(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

/// "09:30", with seconds where there are any.
fn time_of_day(number: f64) -> String {
    let seconds = (number.rem_euclid(1.0) * 86_400.0).round() as u32 % 86_400;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}
