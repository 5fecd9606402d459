//! The six digits mailed to prove control of a mailbox (S113, S114, UX.md 17).

use std::fmt;

use subtle::ConstantTimeEq;

use super::{Invalid, text::digits_widened, token::random};

const LENGTH: usize = 6;

/// Six digits.
#[derive(Clone)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// A new code; each of the million is as likely as any other.
    pub fn generate() -> Self {
        loop {
            // The largest multiple of a million below 2^32; what is above is drawn again, so that none is favoured.
            let number = u32::from_le_bytes(random());
            if number < 4_294_000_000 {
                return Self(format!("{:06}", number % 1_000_000));
            }
        }
    }

    /// Finds the code in what was typed or pasted: "482 913", "code: 482-913", the whole line of the mail, digits of
    /// any width.
    ///
    /// # Errors
    /// No six digits that belong together, or several.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() > 2_000 {
            return Err(Invalid::new("Enter only the six digits from the mail"));
        }
        let text = digits_widened(raw);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if digits.len() == LENGTH {
            return Ok(Self(digits));
        }
        let mut found = candidates(&text);
        found.dedup();
        match (found.pop(), found.is_empty()) {
            (Some(code), true) => Ok(Self(code)),
            _ if digits.len() < LENGTH && !digits.is_empty() => {
                Err(Invalid::new(format!("The code has six digits. This has {}", digits.len())))
            }
            _ => Err(Invalid::new("Enter the six digits from the mail")),
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "482 913", as the mail shows it.
    pub fn spaced(&self) -> String {
        format!("{} {}", &self.0[..3], &self.0[3..])
    }
}

/// Every run of six digits, whole or as two groups of three with one separator, that no other digit touches.
fn candidates(text: &str) -> Vec<String> {
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let whole = groups.iter().filter(|g| g.len() == LENGTH).map(|g| (*g).to_owned());
    let lengths = |i: usize| groups.get(i).map_or(0, |g| g.len());
    let halves = (0..groups.len().saturating_sub(1)).filter(|i| {
        let alone = *i == 0 || lengths(i - 1) == 0;
        alone && lengths(*i) == 3 && lengths(i + 1) == 3 && lengths(i + 2) == 0
    });
    whole.chain(halves.map(|i| groups[i].to_owned() + groups[i + 1])).collect()
}

impl PartialEq for VerificationCode {
    /// Takes the same time wherever the codes differ.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for VerificationCode {}

impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Result<String, String> {
        VerificationCode::parse(raw).map(|code| code.as_str().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_code_is_found_in_what_was_pasted() {
        for raw in [
            "482913",
            "482 913",
            " 482-913 ",
            "code: 482-913",
            "482\u{a0}913",
            "４８２９１３",
            "٤٨٢٩١٣",
            "4 8 2 9 1 3",
            "482 913 is your code, valid until 10:42 on 21 Nov 2026",
            "Your code:\r\n\r\n    482 913\r\n\r\nIt ends in 10 minutes.",
        ] {
            assert_eq!(parsed(raw).as_deref(), Ok("482913"), "{raw}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(parsed("48291"), Err("The code has six digits. This has 5".to_owned()));
        for raw in ["", "no digits", "4829134", "482913 and 482914", "482 913 555", &"1".repeat(3_000)] {
            assert!(parsed(raw).is_err(), "{raw}: {:?}", parsed(raw));
        }
    }

    #[test]
    fn new_codes_have_six_digits_and_are_not_printed() {
        let codes: std::collections::HashSet<String> = (0..200).map(|_| VerificationCode::generate().0).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.len() > 190, "200 draws from a million rarely repeat");
        let code = VerificationCode::parse("012345").expect("a code");
        assert_eq!((code.spaced().as_str(), format!("{code:?}").as_str()), ("012 345", "VerificationCode(hidden)"));
        assert!(code == VerificationCode::parse("012 345").expect("the same"));
    }
}
