//! TRUE and FALSE as people and spreadsheets write them (S220).

use super::{
    Invalid,
    text::{folded, quoted},
};

const YES: [&str; 11] = ["true", "yes", "y", "t", "1", "on", "wahr", "ja", "oui", "vrai", "si"];
const NO: [&str; 9] = ["false", "no", "n", "f", "0", "off", "falsch", "nein", "faux"];

/// Reads a yes or a no.
///
/// # Errors
/// Neither.
pub fn parse_yes_no(raw: &str) -> Result<bool, Invalid> {
    let word = if raw.len() > 100 { String::new() } else { folded(raw) };
    match word.as_str() {
        word if YES.contains(&word) => Ok(true),
        word if NO.contains(&word) => Ok(false),
        _ => Err(Invalid::new(format!("{} is neither TRUE nor FALSE", quoted(raw)))),
    }
}

/// "TRUE" or "FALSE": what files carry.
pub fn yes_no(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_read() {
        for raw in ["TRUE", "true", " Yes ", "1", "WAHR", "Sí"] {
            assert_eq!(parse_yes_no(raw), Ok(true), "{raw}");
        }
        for raw in ["FALSE", "no", "0", "Falsch"] {
            assert_eq!(parse_yes_no(raw), Ok(false), "{raw}");
        }
        assert_eq!(parse_yes_no("maybe").expect_err("neither").to_string(), "“maybe” is neither TRUE nor FALSE");
        assert!(parse_yes_no("2").is_err() && parse_yes_no(&"y".repeat(1000)).is_err());
    }
}
