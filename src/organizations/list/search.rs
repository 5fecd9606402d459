//! What a search looks for, in the forms in which the columns and the terms of an organization hold it.

use crate::types::{DomainName, OrgKey};

/// No term is longer; the rest of a longer word is looked for in the row.
const TERM: usize = 40;

/// A search.
#[derive(Debug)]
pub(super) struct Search {
    /// As typed: customer and registration numbers keep their case.
    pub(super) number: String,
    /// As a domain, where it is one.
    pub(super) domain: String,
    /// As a key, where it starts like one.
    pub(super) key: Option<OrgKey>,
    /// In lower case.
    words: Vec<String>,
}

impl Search {
    /// Nothing, where nothing was typed.
    pub(super) fn new(q: &str) -> Option<Self> {
        let text: String = q.chars().map(lower).collect();
        (!q.is_empty()).then(|| Self {
            domain: DomainName::parse(&text).map_or_else(|_| text.clone(), |domain| domain.as_str().to_owned()),
            key: if text.starts_with(OrgKey::PREFIX) { OrgKey::parse(&text).ok() } else { None },
            number: q.to_owned(),
            words: text.split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// What must stand in the text of an organization: each word behind a space, one of a script without spaces anywhere.
    pub(super) fn needles(&self) -> Vec<String> {
        self.words
            .iter()
            .map(|word| if word.chars().any(is_unspaced) { word.clone() } else { format!(" {word}") })
            .collect()
    }

    /// The terms to walk along, from and up to: those that begin like the longest word, which is likely to be the rarest.
    pub(super) fn range(&self) -> (String, String) {
        let longest = self.words.iter().max_by_key(|word| word.chars().count());
        let from: String = longest.map(String::as_str).unwrap_or_default().chars().take(TERM).collect();
        let to = format!("{from}\u{10ffff}");
        (from, to)
    }
}

/// One letter as the database makes it lower: the rest of what a letter becomes in some languages is left out, and the end of
/// a word is nothing special.
pub(super) fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Thai, Lao, Burmese, Khmer, Japanese, Chinese: as `organization_terms_of` has it.
fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_as_terms_hold_them() {
        let search = Search::new("  ÖRESUND Fastigheter ΟΔΟΣ さくら").expect("words");
        assert_eq!(search.needles(), [" öresund", " fastigheter", " οδοσ", "さくら"]);
        assert_eq!(search.range(), ("fastigheter".to_owned(), "fastigheter\u{10ffff}".to_owned()));
        assert!(Search::new("").is_none());
        assert!(Search::new(&"x".repeat(200)).expect("a word").range().0.len() == 40);
    }
}
