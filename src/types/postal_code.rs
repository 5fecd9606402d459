//! Postal codes by each country's pattern (S127, S225).

use super::{
    Country, Invalid,
    text::{clean_line, quoted, widened},
};

/// A postal code as its country writes it: "06667", "SW1A 2AA", "1010 AB".
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct PostalCode(String);

impl PostalCode {
    /// The most characters.
    pub const MAX: usize = 20;

    /// Reads a code of a country in any case and spacing, with or without the letters of the country in front
    /// ("D-06667"), and keeps it as the country writes it. Where the country has no codes, any short text.
    ///
    /// # Errors
    /// Not of the country's form.
    pub fn parse_in(raw: &str, country: Country) -> Result<Self, Invalid> {
        let refusal = |text: &str| refusal(text, country);
        if raw.len() > 200 {
            return Err(refusal(raw));
        }
        let text = clean_line(&widened(raw), Self::MAX).map_err(|_| refusal(raw))?.to_uppercase();
        let text = text.replace(['–', '‐', '‑', '−', '—'], "-");
        let Some(pattern) = country.postal_pattern() else {
            let some = text.chars().any(char::is_alphanumeric);
            return if some { Ok(Self(text)) } else { Err(refusal(raw)) };
        };
        let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let bare = without_country(&text, &compact, country);
        let spellings = [
            written_like(&compact, country),
            written_like(&bare, country),
            Some(text),
            Some(compact.clone()),
            Some(bare),
        ];
        match spellings.into_iter().flatten().find(|code| pattern.is_match(code)) {
            Some(code) => Ok(Self(code)),
            None => Err(refusal(raw)),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PostalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The code without letters in front that only name the country: "D-06667", "LV-1010", "CP 1101".
fn without_country(text: &str, compact: &str, country: Country) -> String {
    let digits = compact.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = &compact[..compact.len() - digits.len()];
    let names_country = letters == country.alpha2()
        || (letters.len() <= 3 && text.get(letters.len()..).is_some_and(|t| t.starts_with('-')));
    if names_country { digits.to_owned() } else { compact.to_owned() }
}

/// Letters and digits with the spaces and hyphens at the places where the country's example has them; British codes
/// by their rule, which is a space before the last three.
fn written_like(compact: &str, country: Country) -> Option<String> {
    if matches!(country.alpha2(), "GB" | "GG" | "IM" | "JE") {
        let inward = compact.len().checked_sub(3).filter(|at| *at >= 2 && compact.is_ascii())?;
        return Some(format!("{} {}", &compact[..inward], &compact[inward..]));
    }
    country.postal_examples().iter().find_map(|example| {
        let mut rest = compact.chars();
        let mut code = String::with_capacity(example.len());
        for place in example.chars() {
            code.push(if place.is_ascii_alphanumeric() { rest.next()? } else { place });
        }
        rest.next().is_none().then_some(code)
    })
}

fn refusal(raw: &str, country: Country) -> Invalid {
    let label = match country.postal_label() {
        // Names of their own keep their capital.
        label @ ("ZIP code" | "PIN code" | "CEP" | "CAP") => format!("a {label}"),
        "Eircode" => "an Eircode".to_owned(),
        label => format!("a {}", label.to_lowercase()),
    };
    let (typed, name) = (quoted(raw), country.name_in_text());
    Invalid::new(match country.postal_examples().first() {
        Some(example) => format!("{typed} is not {label} of {name}. Enter one like {example}"),
        None => format!("{typed} is not {label} of {name}"),
    })
}
