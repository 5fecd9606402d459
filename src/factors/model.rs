//! Types of the second factor.

use std::fmt;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::form::Attempt;
use crate::types::Invalid;

/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Digits and letters that are not mistaken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of a recovery code: 80 random bits, so that a hash without salt and stretching keeps them.
const LENGTH: usize = 16;

/// A second factor that counts.
#[derive(Debug, Clone)]
pub struct Factor {
    /// When its first code was entered.
    pub confirmed_at: OffsetDateTime,
    /// How many recovery codes are unused.
    pub codes_left: i64,
}

/// A second factor to be: it counts once a code of it was entered.
#[derive(Clone)]
pub struct Offer {
    /// The secret to type where no camera is at hand, in groups of four.
    pub text: String,
    /// The same for the camera: `otpauth://totp/…`.
    pub address: String,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Offer(hidden)")
    }
}

/// Who has to be checked, and how limits count them.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The person.
    pub user_id: Uuid,
    /// What was typed.
    pub attempt: &'a Attempt,
    /// What the client is counted by.
    pub client: &'a str,
}

/// A code that works once, for the day the app is lost.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new code from the operating system's random numbers.
    ///
    /// # Errors
    /// When the system has none.
    pub(super) fn generate() -> anyhow::Result<Self> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        // 256 is a multiple of 32: every letter is as likely as any other.
        Ok(Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()))
    }

    /// Reads a code however it was typed: capitals, spaces and dashes do not matter, O is 0, I and L are 1.
    ///
    /// # Errors
    /// Anything else.
    pub(super) fn parse(raw: &str) -> Result<Self, Invalid> {
        let letters = raw.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(LENGTH + 1);
        let plain: String = letters
            .map(|letter| match letter.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            })
            .collect();
        if plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte)) {
            Ok(Self(plain))
        } else {
            Err(Invalid::new("A recovery code has 16 letters and digits, like 7k3m-p0vx-9tqa-h2wd"))
        }
    }

    /// "7k3m-p0vx-9tqa-h2wd", as the page shows it.
    pub fn grouped(&self) -> String {
        grouped(&self.0, "-")
    }

    /// What is stored and looked up. The person is part of it, so that the same code of two people differs.
    pub(super) fn hash(&self, user_id: Uuid) -> [u8; 32] {
        Sha256::new().chain_update("recovery code").chain_update(user_id).chain_update(&self.0).finalize().into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}

/// Four letters at a time, easier to read and to type.
pub(super) fn grouped(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::RecoveryCode;

    #[test]
    fn a_recovery_code_is_read_back_however_it_was_typed() {
        let code = RecoveryCode::generate().expect("a code");
        let shown = code.grouped();
        assert_eq!((shown.len(), shown.matches('-').count()), (19, 3));
        for typed in
            [shown.clone(), shown.to_uppercase(), shown.replace('-', " "), format!(" {}\n", shown.replace('-', ""))]
        {
            assert_eq!(RecoveryCode::parse(&typed).as_ref(), Ok(&code), "{typed}");
        }
        assert_eq!(RecoveryCode::parse("OOOO-llll-IIII-0000"), RecoveryCode::parse("0000-1111-1111-0000"));
        for typed in ["", "482913", &shown[1..], &format!("{shown}x"), &"ü".repeat(16), &"-".repeat(90)] {
            assert!(RecoveryCode::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn codes_differ_are_not_printed_and_belong_to_one_person() {
        let codes: std::collections::HashSet<_> =
            (0..50).map(|_| RecoveryCode::generate().expect("a code").grouped()).collect();
        assert_eq!(codes.len(), 50);
        let code = RecoveryCode::generate().expect("a code");
        assert_eq!(format!("{code:?}"), "RecoveryCode(hidden)");
        assert_ne!(code.hash(Uuid::nil()), code.hash(Uuid::max()));
    }
}
