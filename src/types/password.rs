//! Passwords: one that is typed, and one that is chosen (S116, QUALITY section 5, UX.md 16).

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use super::{
    Invalid,
    text::{folded, grouped},
};

/// The most characters a password has; longer ones only cost hashing time.
const MAX: usize = 256;
/// How many letters and digits of a password a guesser must not know already.
const OWN: usize = 8;

/// A password as someone typed it to sign in: normalised like a [`NewPassword`], otherwise unchecked.
#[derive(Clone)]
pub struct EnteredPassword(SecretString);

impl EnteredPassword {
    /// Takes any text of at most 256 characters.
    ///
    /// # Errors
    /// Empty or longer: no stored password can match.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.is_empty() {
            return Err(Invalid::new("Enter your password"));
        }
        normalized(raw).map(Self)
    }

    /// What is hashed.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// A password good enough to be the only factor (NIST SP 800-63B revision 4: 15 characters, no composition rules, a block
/// list).
#[derive(Clone)]
pub struct NewPassword {
    secret: SecretString,
    strength: Strength,
}

impl NewPassword {
    /// The fewest characters.
    pub const MIN: usize = 15;

    /// Checks a password without knowing the person.
    ///
    /// # Errors
    /// As [`NewPassword::parse_for`].
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        Self::parse_for(raw, &[])
    }

    /// Checks a password for a person: `known` is what a guesser tries first (company, name, email).
    ///
    /// # Errors
    /// Fewer than 15 or more than 256 characters, or easy to guess.
    pub fn parse_for(raw: &str, known: &[&str]) -> Result<Self, Invalid> {
        let secret = normalized(raw)?;
        let length = secret.expose_secret().chars().count();
        if length < Self::MIN {
            return Err(Invalid::new(format!(
                "Use at least {} characters. This has {length}. A sentence of four or more words works well",
                Self::MIN
            )));
        }
        let strength = Strength::of(secret.expose_secret(), known);
        if strength < Strength::Good {
            return Err(Invalid::new(
                "This is easy to guess. A sentence of four or more words works well, without names, dates or the company",
            ));
        }
        Ok(Self { secret, strength })
    }

    /// What is hashed.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// How strong it is.
    pub fn strength(&self) -> Strength {
        self.strength
    }
}

/// How hard a password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Found at once.
    Weak,
    /// Found with some effort.
    Fair,
    /// Takes a guesser long.
    Good,
    /// Not to be guessed.
    Strong,
}

impl Strength {
    /// Estimates a password; `known` is what a guesser tries first.
    pub fn of(password: &str, known: &[&str]) -> Self {
        let known = &known[..known.len().min(10)];
        let parts: Vec<&str> = known.iter().flat_map(|text| guesses_from(text)).collect();
        if is_mostly_known(password, &parts) {
            return Self::Weak;
        }
        match zxcvbn(password, &parts).score() {
            Score::Zero | Score::One => Self::Weak,
            Score::Two => Self::Fair,
            Score::Three => Self::Good,
            _ => Self::Strong,
        }
    }

    /// The word the page shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::Weak => "Weak",
            Self::Fair => "Fair",
            Self::Good => "Good",
            Self::Strong => "Strong",
        }
    }
}

/// Whether little is left of a password without the known words in it, accents and case aside.
fn is_mostly_known(password: &str, known: &[&str]) -> bool {
    let mut words: Vec<String> = known.iter().map(|word| folded(word)).filter(|word| word.len() > 3).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = folded(password);
    let rest = words.iter().fold(whole.clone(), |rest, word| rest.replace(word.as_str(), ""));
    rest.len() < whole.len() && rest.chars().count() < OWN
}

/// A known text as a whole and its words; not the short ones, which are in every password.
fn guesses_from(text: &str) -> impl Iterator<Item = &str> {
    let whole = std::iter::once(text).filter(|t| t.len() <= 200);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    whole.chain(words.take(20))
}

/// Composed for compatibility (NFKC), so that any keyboard gives the same bytes.
fn normalized(raw: &str) -> Result<SecretString, Invalid> {
    let typed = raw.chars().take(MAX * 4 + 1).count();
    let text: String = if typed > MAX * 4 { String::new() } else { raw.nfkc().collect() };
    if typed > MAX * 4 || text.chars().count() > MAX {
        return Err(Invalid::new(format!("Use at most {} characters", grouped(MAX as u64))));
    }
    Ok(SecretString::from(text))
}

impl fmt::Debug for EnteredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnteredPassword(hidden)")
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["Weißenfelder Präzisionsguss GmbH", "Katharina Vogt", "k.vogt@praezisionsguss.example"];

    fn refusal(raw: &str) -> String {
        NewPassword::parse_for(raw, KNOWN)
            .map(|p| format!("accepted {raw} as {:?}", p.strength()))
            .unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn four_ordinary_words_are_a_good_password() {
        for good in [
            "correct horse battery staple",
            "drei blaue Kühe im Regen",
            "カタカナで書いた長い合言葉です",
            "pq7w mzt4 xk2v b9rd",
        ] {
            let password = NewPassword::parse_for(good, KNOWN).expect(good);
            assert!(password.strength() >= Strength::Good, "{good}");
        }
    }

    #[test]
    fn short_and_guessable_passwords_are_refused_with_advice() {
        assert_eq!(
            refusal("Tr0ub4dor&3"),
            "Use at least 15 characters. This has 11. A sentence of four or more words works well"
        );
        for bad in
            ["aaaaaaaaaaaaaaaaaaaa", "password12345678", "qwertyuiopasdfgh", "123456789012345678", "iloveyouiloveyou"]
        {
            assert!(refusal(bad).starts_with("This is easy to guess"), "{bad}: {}", refusal(bad));
        }
    }

    #[test]
    fn what_is_known_about_the_person_does_not_count() {
        for bad in [
            "Weissenfelder Präzisionsguss",
            "PRÄZISIONSGUSS 2026",
            "katharina.vogt.2026!",
            "k.vogt@praezisionsguss.example",
        ] {
            assert!(refusal(bad).starts_with("This is easy to guess"), "{bad}: {}", refusal(bad));
        }
    }

    #[test]
    fn at_most_256_characters_of_any_kind() {
        let words = "korrekt pferd batterie klammer ".repeat(20);
        let fits: String = words.chars().take(256).collect();
        let over: String = words.chars().take(257).collect();
        assert!(NewPassword::parse(&fits).is_ok());
        assert_eq!(
            NewPassword::parse(&over).map_err(|e| e.to_string()).err().as_deref(),
            Some("Use at most 256 characters")
        );
        assert!(EnteredPassword::parse(&over).is_err());
    }

    #[test]
    fn every_keyboard_gives_the_same_bytes() {
        let composed = NewPassword::parse("drei blaue Kühe im Regen").expect("composed");
        let decomposed = EnteredPassword::parse("drei blaue Ku\u{308}he im Regen").expect("decomposed");
        assert_eq!(composed.secret().expose_secret(), decomposed.secret().expose_secret());
    }

    #[test]
    fn no_password_is_printed() {
        let password = NewPassword::parse("correct horse battery staple").expect("good");
        assert_eq!(format!("{password:?}"), "NewPassword(hidden)");
    }
}
