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
