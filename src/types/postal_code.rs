//! Postal codes by each country's pattern (S127, S225).

use super::{
    Country, Invalid,
    text::{clean_line, digits_widened, quoted},
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
        let text = clean_line(&digits_widened(raw).to_uppercase(), Self::MAX).map_err(|_| refusal(raw))?;
        let text = text.replace(['–', '‐', '‑', '−', '—'], "-");
        let Some(pattern) = country.postal_pattern() else {
            let some = text.chars().any(char::is_alphanumeric);
            return if some { Ok(Self(text)) } else { Err(refusal(raw)) };
        };
        let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let bare = without_country(&text, &compact, country);
        let with_country = format!("{}{compact}", country.alpha2());
        let spellings = [
            written_like(&compact, country),
            written_like(&bare, country),
            written_like(&with_country, country),
            Some(text),
            Some(compact),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str, country: &str) -> Result<String, String> {
        let country = Country::parse(country).expect(country);
        PostalCode::parse_in(raw, country).map(|code| code.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn codes_are_kept_as_their_country_writes_them() {
        for (country, raw, kept) in [
            ("DE", "D-06667", "06667"),
            ("DE", " 0 6667 ", "06667"),
            ("DE", "０６６６７", "06667"),
            ("GB", "sw1a2aa", "SW1A 2AA"),
            ("GB", "M1 1AE", "M1 1AE"),
            ("US", "62701", "62701"),
            ("US", "627011234", "62701-1234"),
            ("NL", "1011ab", "1011 AB"),
            ("CA", "k1a0b1", "K1A 0B1"),
            ("PL", "00950", "00-950"),
            ("SE", "S-111 22", "111 22"),
            ("JP", "1000001", "100-0001"),
            ("LV", "1010", "LV-1010"),
            ("LV", "lv 1010", "LV-1010"),
            ("BR", "01310100", "01310-100"),
            ("IE", "d02af30", "D02 AF30"),
            ("CH", "CH-3001", "3001"),
            ("PT", "1000–205", "1000-205"),
            ("MT", "vlt1117", "VLT 1117"),
            ("AD", "500", "AD500"),
        ] {
            assert_eq!(parsed(raw, country).as_deref(), Ok(kept), "{country} {raw}");
        }
    }

    #[test]
    fn other_codes_are_refused_with_an_example() {
        assert_eq!(parsed("6667", "DE"), Err("“6667” is not a postcode of Germany. Enter one like 06667".to_owned()));
        assert_eq!(
            parsed("1234", "US"),
            Err("“1234” is not a ZIP code of the United States. Enter one like 10001".to_owned())
        );
        assert_eq!(parsed("x", "IE"), Err("“x” is not an Eircode of Ireland. Enter one like D02 AF30".to_owned()));
        assert!(parsed("066671", "DE").is_err());
        assert!(parsed("06667\n06668", "DE").is_err());
        assert!(parsed(&"0".repeat(10_000), "DE").is_err());
        assert!(parsed("😀", "HK").is_err());
    }

    #[test]
    fn every_country_with_codes_accepts_its_examples_unchanged() {
        for country in Country::all().iter().filter(|country| country.has_postal_code()) {
            assert!(!country.postal_examples().is_empty(), "{country} has no example");
            for example in country.postal_examples() {
                assert_eq!(parsed(example, country.alpha2()).as_deref(), Ok(*example), "{country}");
            }
        }
    }
}
