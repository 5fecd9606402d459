//! Amounts a year (S221, D11): what is written as a monthly amount counts twelve times.

use super::{Currency, Invalid, Money};

/// What follows an amount that is meant a month.
const A_MONTH: [&str; 15] = [
    "monthly",
    "per month",
    "a month",
    "each month",
    "every month",
    "/ month",
    "/month",
    "/ mo",
    "/mo",
    "p.m.",
    "pm",
    "mtl.",
    "pro monat",
    "im monat",
    "monatlich",
];
/// What may follow an amount that is meant a year, as all are.
const A_YEAR: [&str; 13] = [
    "yearly",
    "annually",
    "annual",
    "per year",
    "a year",
    "each year",
    "/ year",
    "/year",
    "p.a.",
    "pa",
    "pro jahr",
    "im jahr",
    "jährlich",
];

/// Reads an amount a year; one a month ("450 monthly", "450 / month") is taken twelve times. The second value says so in
/// words.
///
/// # Errors
/// As [`Money::parse_amount`].
pub fn parse_yearly(raw: &str, currency: Currency) -> Result<(Money, Option<String>), Invalid> {
    let text = raw.trim();
    let (bare, monthly) = match (without(text, &A_MONTH), without(text, &A_YEAR)) {
        (Some(bare), _) => (bare, true),
        (None, bare) => (bare.unwrap_or(text), false),
    };
    let amount = Money::parse_amount(bare, currency)?;
    if !monthly {
        return Ok((amount, None));
    }
    let year = amount.checked_mul(12).ok_or_else(|| Invalid::new("This is too large for an amount"))?;
    Ok((year, Some(format!("12 x {amount} a month is kept as {year} a year"))))
}

/// What stands before one of the endings, in any case.
fn without<'a>(text: &'a str, endings: &[&str]) -> Option<&'a str> {
    endings.iter().find_map(|ending| {
        let at = text.len().checked_sub(ending.len())?;
        let (before, end) = text.split_at_checked(at)?;
        (end.eq_ignore_ascii_case(ending) && !before.trim().is_empty()).then(|| before.trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(raw: &str) -> (i64, bool) {
        let (amount, note) = parse_yearly(raw, Currency::EUR).expect(raw);
        (amount.minor, note.is_some())
    }

    #[test]
    fn monthly_amounts_count_twelve_times_and_say_so() {
        for raw in ["480 monthly", "480,00 per month", "480.00/month", "€480 a month", "480 EUR pro Monat", "480 p.m."]
        {
            assert_eq!(euros(raw), (576_000, true), "{raw}");
        }
        let (_, note) = parse_yearly("480 monthly", Currency::EUR).expect("an amount");
        assert_eq!(note.as_deref(), Some("12 x €480.00 a month is kept as €5,760.00 a year"));
    }

    #[test]
    fn yearly_amounts_are_read_in_both_spellings() {
        for raw in ["1.234,56", "1,234.56", "1234,56 EUR", "1 234.56 p.a.", "1234.56 jährlich"] {
            assert_eq!(euros(raw), (123_456, false), "{raw}");
        }
        for raw in ["", "monthly", "lots", "-5", "1,2,3"] {
            assert!(parse_yearly(raw, Currency::EUR).is_err(), "{raw}");
        }
    }
}
