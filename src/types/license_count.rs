//! A number of licences (S119, S418).

use std::fmt;

use super::{
    Invalid,
    text::{digits_widened, grouped, quoted},
};

/// How many licences a subscription has: 1 to 1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct LicenseCount(i32);

impl LicenseCount {
    /// The most licences one subscription can have.
    pub const MAX: i32 = 1_000_000;
    /// What a trial starts with unless changed (S418).
    pub const TRIAL: Self = Self(5);

    /// Takes a number.
    ///
    /// # Errors
    /// Less than 1 or more than [`Self::MAX`].
    pub fn new(count: i64) -> Result<Self, Invalid> {
        match i32::try_from(count) {
            Ok(count @ 1..=Self::MAX) => Ok(Self(count)),
            _ if count < 1 => Err(Invalid::new("Enter at least 1 licence")),
            _ => Err(Invalid::new(format!("Enter at most {} licences", grouped(Self::MAX as u64)))),
        }
    }

    /// Reads a whole number, also with a separator between the thousands: "1,000", "1 000", "1.000".
    ///
    /// # Errors
    /// Not a whole number, or out of range.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        whole_number(raw)
            .ok_or_else(|| Invalid::new(format!("{} is not a whole number. Use digits, like 120", quoted(raw))))
            .and_then(Self::new)
    }

    /// The number.
    pub fn get(self) -> i32 {
        self.0
    }
}

/// A whole number of any size (capped at `i64::MAX`), with or without separators between groups of three digits.
pub(super) fn whole_number(raw: &str) -> Option<i64> {
    if raw.len() > 200 {
        return None;
    }
    let text = digits_widened(raw.trim());
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let groups: Vec<&str> = digits.split([',', '.', ' ', '\'', '’']).collect();
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let grouped_right = groups.len() == 1
        || ((1..=3).contains(&groups[0].len())
            && groups[1..].iter().all(|g| g.len() == 3)
            && separators.windows(2).all(|pair| pair[0] == pair[1]));
    let all_digits = groups.iter().all(|g| !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit()));
    if !grouped_right || !all_digits {
        return None;
    }
    let number = groups.concat().parse::<i64>().unwrap_or(i64::MAX);
    Some(if negative { -number } else { number })
}

impl fmt::Display for LicenseCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(self.0.unsigned_abs().into()))
    }
}

impl std::str::FromStr for LicenseCount {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        Self::parse(raw)
    }
}

impl<'de> serde::Deserialize<'de> for LicenseCount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let count = <i64 as serde::Deserialize>::deserialize(deserializer)?;
        Self::new(count).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Result<i32, String> {
        LicenseCount::parse(raw).map(LicenseCount::get).map_err(|error| error.to_string())
    }

    #[test]
    fn whole_numbers_are_read_with_any_separator() {
        for raw in ["1200", "1,200", "1.200", "1 200", "1’200", " 1\u{a0}200 ", "１２００", "+1200"] {
            assert_eq!(parsed(raw), Ok(1_200), "{raw}");
        }
        assert_eq!(parsed("1,000,000"), Ok(1_000_000));
        assert_eq!(LicenseCount::TRIAL.to_string(), "5");
        assert_eq!(LicenseCount::new(120_000).map(|count| count.to_string()), Ok("120,000".to_owned()));
    }

    #[test]
    fn other_numbers_are_refused_with_the_reason() {
        assert_eq!(parsed("0"), Err("Enter at least 1 licence".to_owned()));
        assert_eq!(parsed("-5"), Err("Enter at least 1 licence".to_owned()));
        assert_eq!(parsed("1000001"), Err("Enter at most 1,000,000 licences".to_owned()));
        assert_eq!(parsed(&"9".repeat(100)), Err("Enter at most 1,000,000 licences".to_owned()));
        for raw in ["1.5", "1,5", "12,34", "1,000.5", "1.000,000", "twelve", "", "5 5", "1,,000"] {
            assert!(parsed(raw).is_err_and(|error| error.contains("is not a whole number")), "{raw}");
        }
    }
}
