//! The public key of an organization (SPEC section 1).

use super::{
    Invalid,
    text::{quoted, widened},
    token::random,
};

/// Digits and lower-case letters without i, l, o and u, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 12;

/// `org_` and twelve characters: in links, shown to people, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct OrgKey(String);

impl OrgKey {
    /// What every key starts with.
    pub const PREFIX: &'static str = "org_";

    /// A new key: 60 bits from the operating system.
    pub fn generate() -> Self {
        let bytes: [u8; LENGTH] = random();
        let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        Self(Self::PREFIX.chars().chain(letters).collect())
    }

    /// Reads a key in any case, with spaces or hyphens in between, with or without the prefix, and with the misread letters (o for 0, i and
    /// l for 1).
    ///
    /// # Errors
    /// Not twelve characters of the alphabet.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let refusal =
            || Invalid::new(format!("{} is not an organization key. A key looks like org_7k2m9qx4vb1t", quoted(raw)));
        if raw.len() > 200 {
            return Err(refusal());
        }
        let text: String = widened(raw).to_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let letters = text.strip_prefix(Self::PREFIX).unwrap_or(&text);
        let key: String = letters
            .chars()
            .map(|c| match c {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            })
            .collect();
        if key.len() == LENGTH && key.bytes().all(|b| ALPHABET.contains(&b)) {
            Ok(Self(format!("{}{key}", Self::PREFIX)))
        } else {
            Err(refusal())
        }
    }
}
text_type!(OrgKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_read_back() {
        let key = OrgKey::generate();
        assert_eq!(key.as_str().len(), 16);
        assert_eq!(OrgKey::parse(key.as_str()), Ok(key.clone()));
        assert_ne!(OrgKey::generate(), key);
    }

    #[test]
    fn a_key_read_aloud_or_mistyped_is_understood() {
        let key = OrgKey::parse("org_7k2m9qx4vb10").expect("a key");
        for raw in [" ORG_7K2M9QX4VB10", "org_7k2m 9qx4 vb10", "7k2m-9qx4-vb10", "org_7k2m9qx4vblo", "org_7k2m9qx4vbIO"]
        {
            assert_eq!(OrgKey::parse(raw), Ok(key.clone()), "{raw}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for raw in [
            "",
            "org_",
            "org_7k2m9qx4vb1",
            "org_7k2m9qx4vb1tt",
            "org_7k2m9qx4vb1u",
            "../etc/passwd",
            "org_7k2m9qx4vb1\0",
        ] {
            assert!(OrgKey::parse(raw).is_err(), "{raw}");
        }
    }
}
