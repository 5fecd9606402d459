//! Plain numbers as people write them, for fields whose unit only they know.

use super::{
    Invalid,
    text::{digits_widened, is_paste_residue, quoted},
};

/// Digits before the separator, and behind it.
const WHOLE: usize = 15;
const PLACES: usize = 6;

/// Reads a number with a point or a comma before its decimals, and gives it one form: "1,50" is "1.5". Separators between
/// thousands are refused, because 1.234 would mean two things.
///
/// # Errors
/// No number, thousands separated, more than 15 digits before or 6 behind the separator.
pub fn number(raw: &str) -> Result<String, Invalid> {
    let text: String = digits_widened(raw).chars().filter(|c| !is_paste_residue(*c)).collect();
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace(',', ".");
    let (whole, places) = digits.split_once('.').unwrap_or((&digits, ""));
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && places.is_empty() || !only_digits(whole) || !only_digits(places) {
        return Err(Invalid::new(format!("{} is not a number. Write it without spaces, like 1250.5", quoted(raw))));
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let places = places.trim_end_matches('0');
    if whole.len() > WHOLE || places.len() > PLACES {
        return Err(Invalid::new(format!("A number has at most {WHOLE} digits, and {PLACES} behind the separator")));
    }
    let point = if places.is_empty() { "" } else { "." };
    let sign = if whole == "0" && places.is_empty() { "" } else { sign };
    Ok(format!("{sign}{whole}{point}{places}"))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_one_form() {
        for (raw, kept) in [
            ("1,50", "1.5"),
            ("007", "7"),
            (" -3 ", "-3"),
            ("−0.5", "-0.5"),
            ("-0", "0"),
            (".5", "0.5"),
            ("+12", "12"),
            ("１２", "12"),
        ] {
            assert_eq!(number(raw).as_deref(), Ok(kept), "{raw}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for raw in ["1.234,56", "1 000", "", ".", "1e5", "12%", "many", "1234567890123456", "0.1234567"] {
            assert!(number(raw).is_err(), "{raw}");
        }
    }
}
