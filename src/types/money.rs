//! Money in minor units (SPEC section 2: never a float).

use std::fmt;

pub use iso_currency::Currency;

use super::{
    Invalid,
    text::{digits_widened, grouped, quoted},
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
        Self::parse_as(raw, currency, "a price")
    }

    /// The same for an amount that is no price, such as a limit.
    ///
    /// # Errors
    /// As [`Money::parse_price`].
    pub fn parse_amount(raw: &str, currency: Currency) -> Result<Self, Invalid> {
        Self::parse_as(raw, currency, "an amount")
    }

    fn parse_as(raw: &str, currency: Currency, what: &'static str) -> Result<Self, Invalid> {
        let decimals = decimals_of(currency);
        let refusal = || Invalid::new(format!("{} is not {what}. Enter one like {}", quoted(raw), sample(currency)));
        if raw.len() > 200 {
            return Err(refusal());
        }
        let number = bare_number(raw, currency);
        if number.starts_with(['-', '−']) {
            let (article, noun) = what.split_once(' ').unwrap_or(("", what));
            let article = if article == "an" { "An" } else { "A" };
            return Err(Invalid::new(format!("{article} {noun} cannot be below zero")));
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
            return Err(Invalid::new(format!("{} is too large for {what}", quoted(raw))));
        }
        Ok(Self { minor, currency })
    }
}

impl Money {
    /// The amount as it is typed: "1234.50", without sign or code of its currency.
    pub fn plain(self) -> String {
        let decimals = decimals_of(self.currency);
        let unit = 10_u64.pow(u32::try_from(decimals).unwrap_or(0));
        let (sign, amount) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        match decimals {
            0 => format!("{sign}{amount}"),
            _ => format!("{sign}{}.{:0decimals$}", amount / unit, amount % unit),
        }
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
    let text = digits_widened(raw.trim()).to_uppercase();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(raw: &str) -> Result<i64, String> {
        Money::parse_price(raw, Currency::EUR).map(|money| money.minor).map_err(|error| error.to_string())
    }

    #[test]
    fn prices_are_read_with_point_or_comma() {
        for (raw, minor) in [
            ("7.50", 750),
            ("7,50", 750),
            ("7,5", 750),
            ("7", 700),
            (".50", 50),
            ("7.", 700),
            ("0", 0),
            ("€ 7.50", 750),
            ("7,50 EUR", 750),
            ("eur 7.50", 750),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1 234,50", 123_450),
            ("1’234.50", 123_450),
            ("1,234", 123_400),
            ("1.234.567", 123_456_700),
            ("７．５０", 750),
        ] {
            assert_eq!(euros(raw), Ok(minor), "{raw}");
        }
        let price = |raw, currency| Money::parse_price(raw, currency).map(|money| money.minor).ok();
        assert_eq!(price("¥1,200", Currency::JPY), Some(1_200));
        assert_eq!(price("7.5", Currency::KWD), Some(7_500));
        assert_eq!(price("7.505", Currency::KWD), Some(7_505));
        assert_eq!(price("7,505", Currency::KWD), Some(7_505_000), "a comma between thousands");
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        assert_eq!(euros("free"), Err("“free” is not a price. Enter one like 7.50".to_owned()));
        assert_eq!(euros("-1"), Err("A price cannot be below zero".to_owned()));
        assert_eq!(euros("7.5055"), Err("“7.5055” has more than 2 decimals".to_owned()));
        assert_eq!(euros("99999999999999999999"), Err("“99999999999999999999” is too large for a price".to_owned()));
        let yen = Money::parse_price("7.50", Currency::JPY).map_err(|error| error.to_string());
        assert_eq!(yen, Err("JPY has no decimals. Enter a whole number instead of “7.50”".to_owned()));
        for raw in ["", "€", "1,23,4", "1.2.3", "7,50,", "1e3", "$7", "12,34.5"] {
            assert!(euros(raw).is_err(), "{raw}: {:?}", euros(raw));
        }
    }

    #[test]
    fn amounts_are_written_with_sign_or_code_and_the_decimals_of_the_currency() {
        let shown = |minor, currency| Money::new(minor, currency).to_string();
        assert_eq!(shown(900_000, Currency::EUR), "€9,000.00");
        assert_eq!(shown(-5, Currency::EUR), "−€0.05");
        assert_eq!(shown(9_000, Currency::JPY), "¥9,000");
        assert_eq!(shown(1_234_567, Currency::KWD), "KWD\u{a0}1,234.567");
        assert_eq!(shown(100, Currency::SEK), "SEK\u{a0}1.00");
        assert_eq!(shown(i64::MIN, Currency::EUR), "−€92,233,720,368,547,758.08");
    }

    #[test]
    fn arithmetic_never_mixes_or_overflows() {
        let (euro, yen) = (Money::new(750, Currency::EUR), Money::new(750, Currency::JPY));
        assert_eq!(euro.checked_add(euro).map(|money| money.minor), Some(1_500));
        assert_eq!(euro.checked_sub(euro), Some(Money::zero(Currency::EUR)));
        assert_eq!(euro.checked_mul(120).map(|money| money.to_string()).as_deref(), Some("€900.00"));
        assert_eq!(euro.checked_add(yen), None);
        assert_eq!(Money::new(i64::MAX, Currency::EUR).checked_add(euro), None);
        assert_eq!(Money::new(i64::MAX, Currency::EUR).checked_mul(2), None);
    }
}
