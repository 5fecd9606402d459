//! Money in minor units (SPEC section 2: never a float).

use std::fmt;

pub use iso_currency::Currency;

use super::{
    Invalid,
    text::{grouped, quoted, widened},
};

/// An amount of one currency, in its minor units: cents, pence; whole yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Money {
    /// The amount in minor units; below zero for what is owed back.
    pub minor: i64,
    /// What the amount is in.
    pub currency: Currency,
}

impl Money {
    /// The largest price that can be typed, in minor units.
    const MAX_TYPED: i64 = 1_000_000_000_000;

    /// An amount in minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum; none when the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self })
    }

    /// The difference; none when the currencies differ or it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        self.minor.checked_sub(other.minor).map(|minor| Self { minor, ..self })
    }

    /// So many times the amount; none when it does not fit.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.minor.checked_mul(times).map(|minor| Self { minor, ..self })
    }

    /// Reads a price with a point or a comma before the decimals: "7.50", "7,50", "1,234.50", "1.234,50", "€ 7".
    /// A single separator with exactly three digits behind it stands between thousands.
    ///
    /// # Errors
    /// Not a number, below zero, more decimals than the currency has, or too large.
    pub fn parse_price(raw: &str, currency: Currency) -> Result<Self, Invalid> {
        let decimals = decimals_of(currency);
        let refusal = || Invalid::new(format!("{} is not a price. Enter one like {}", quoted(raw), sample(currency)));
        if raw.len() > 200 {
            return Err(refusal());
        }
        let number = bare_number(raw, currency);
        if number.starts_with(['-', '−']) {
            return Err(Invalid::new("A price cannot be below zero"));
        }
        let (whole, fraction) = split_decimals(&number, decimals);
        let whole = ungroup(whole).ok_or_else(refusal)?;
        if whole.is_empty() && fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refusal());
        }
        if fraction.len() > decimals {
            return Err(too_many_decimals(raw, currency));
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse::<i64>().unwrap_or(i64::MAX);
        if minor > Self::MAX_TYPED {
            return Err(Invalid::new(format!("{} is too large for a price", quoted(raw))));
        }
        Ok(Self { minor, currency })
    }
}

/// How many decimals a currency has: two for the euro, none for the yen, three for the Kuwaiti dinar.
fn decimals_of(currency: Currency) -> usize {
    currency.exponent().map_or(0, usize::from)
}

/// The signs that mean one currency to everybody; the others are written by their code.
fn sign(currency: Currency) -> Option<&'static str> {
    Some(match currency {
        Currency::EUR => "€",
        Currency::USD => "$",
        Currency::GBP => "£",
        Currency::JPY => "¥",
        Currency::INR => "₹",
        Currency::KRW => "₩",
        _ => return None,
    })
}

fn sample(currency: Currency) -> &'static str {
    match decimals_of(currency) {
        0 => "750",
        3 => "7.500",
        _ => "7.50",
    }
}

fn too_many_decimals(raw: &str, currency: Currency) -> Invalid {
    let code = currency.code();
    Invalid::new(match decimals_of(currency) {
        0 => format!("{code} has no decimals. Enter a whole number instead of {}", quoted(raw)),
        decimals => format!("{} has more than {decimals} decimals", quoted(raw)),
    })
}

/// The number without the sign or code of its own currency, in ASCII digits, without spaces.
fn bare_number(raw: &str, currency: Currency) -> String {
    let text = widened(raw.trim()).to_uppercase();
    let mut bare = text.as_str();
    for name in [currency.code(), sign(currency).unwrap_or(currency.code())] {
        bare = bare.strip_prefix(name).unwrap_or(bare).trim();
        bare = bare.strip_suffix(name).unwrap_or(bare).trim();
    }
    bare.chars().filter(|c| !c.is_whitespace() && *c != '\'' && *c != '’').collect()
}

/// Where the decimals start: at the last separator, unless it can only stand between thousands.
fn split_decimals(number: &str, decimals: usize) -> (&str, &str) {
    let Some(at) = number.rfind(['.', ',']) else {
        return (number, "");
    };
    let (whole, tail) = (&number[..at], &number[at + 1..]);
    let separator = &number[at..=at];
    let repeated = whole.contains(separator);
    let only_one = !whole.contains(['.', ',']);
    let between_thousands = tail.len() == 3
        && (repeated
            || (only_one && (decimals != 3 || separator == ",") && (1..=3).contains(&whole.len()) && whole != "0"));
    if between_thousands { (number, "") } else { (whole, tail) }
}

/// Digits without the separators between their thousands; none when these stand elsewhere.
fn ungroup(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let right = groups.len() == 1 || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    let digits = groups.concat();
    (right && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

impl fmt::Display for Money {
    /// "€9,000.00", "¥9,000", "SEK 9,000.00", "−€5.00".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = decimals_of(self.currency);
        let unit = 10_u64.pow(u32::try_from(decimals).unwrap_or(0));
        let amount = self.minor.unsigned_abs();
        if self.minor < 0 {
            f.write_str("−")?;
        }
        match sign(self.currency) {
            Some(sign) => f.write_str(sign)?,
            None => write!(f, "{}\u{a0}", self.currency.code())?,
        }
        f.write_str(&grouped(amount / unit))?;
        if decimals > 0 {
            write!(f, ".{:0decimals$}", amount % unit)?;
        }
        Ok(())
    }
}
