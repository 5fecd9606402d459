//! Secrets that stand in links and cookies.

use std::fmt;

use sha2::{Digest, Sha256};

use super::Invalid;

/// 256 random bits as 64 hexadecimal digits. Only [`OpaqueToken::hash`] is ever stored (T-18, QUALITY 52).
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueToken(String);

impl OpaqueToken {
    /// A new token from the operating system's random numbers.
    pub fn generate() -> Self {
        let bytes: [u8; 32] = random();
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads a token exactly as it was made: no other case, no spaces.
    ///
    /// # Errors
    /// Anything but 64 lower-case hexadecimal digits.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if raw.len() == 64 && raw.bytes().all(hexadecimal) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(Invalid::new("This link is not complete. Open it again from the mail"))
        }
    }

    /// The token itself, for the link or the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up: SHA-256 of the text. A random secret of this length needs no slow hash.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueToken(hidden)")
    }
}

/// Random bytes from the operating system.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system hands out random bytes once it has started");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_only_exactly() {
        let token = OpaqueToken::generate();
        assert_eq!(OpaqueToken::parse(token.as_str()), Ok(token.clone()));
        assert_eq!(OpaqueToken::parse(token.as_str()).map(|t| t.hash()), Ok(token.hash()));
        for raw in [
            format!("{} ", token.as_str()),
            token.as_str()[1..].to_owned(),
            "G".repeat(64),
            "A".repeat(64),
            String::new(),
        ] {
            assert!(OpaqueToken::parse(&raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn tokens_differ_and_are_not_printed() {
        let token = OpaqueToken::generate();
        assert_ne!(OpaqueToken::generate(), token);
        assert_eq!(format!("{token:?}"), "OpaqueToken(hidden)");
        let known = OpaqueToken::parse(&"0".repeat(64)).expect("a token");
        assert_eq!(known.hash()[..4], [0x60, 0xe0, 0x5b, 0xd1], "SHA-256 of 64 zeros");
    }
}
