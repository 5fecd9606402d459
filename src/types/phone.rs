//! Phone numbers by the rules of libphonenumber, stored as E.164 (S110, S230, S232, S243).

use std::fmt;

use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed, PhoneNumberFormat, Region, ValidationError,
};

use super::{
    Country, Invalid,
    text::{digits_widened, is_direction, is_paste_residue, quoted},
};

/// The example of a message where no country is known.
const EXAMPLE: &str = "+49 30 123456";

/// A number that exists by its country's plan: "+493443555142", with an extension "+493443555142;ext=7" (RFC 3966).
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number with its country code.
    ///
    /// # Errors
    /// As [`PhoneNumber::parse_in`].
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        Self::parse_in(raw, None)
    }

    /// Reads a number as dialled in a country, or with a country code; in any digits, with an extension ("ext. 7",
    /// "x 7", "#7").
    ///
    /// # Errors
    /// A letter, no country code and no country, an unknown country code, too short, too long, or not in the plan.
    pub fn parse_in(raw: &str, country: Option<&Country>) -> Result<Self, Invalid> {
        if raw.len() > 250 {
            return Err(Invalid::new("This is too long for a phone number"));
        }
        let visible: String = raw.chars().filter(|c| !is_direction(*c) && !is_paste_residue(*c)).collect();
        let wide = digits_widened(visible.trim());
        let (dialled, extension) = split_extension(&wide);
        refuse_letters(raw, dialled, country)?;
        let region = country.and_then(region_of);
        let dialled = match dialled.strip_prefix("00") {
            Some(rest) if region.is_none() => format!("+{rest}"),
            _ => dialled.to_owned(),
        };
        if region.is_none() && !dialled.starts_with(['+', '＋']) {
            return Err(Invalid::new(format!("{} needs a country code, like {}", quoted(raw), example(country))));
        }
        let number = PHONE_NUMBER_UTIL.parse(&dialled, region).map_err(|error| unreadable(raw, country, &error))?;
        refuse_unassigned(raw, country, &number)?;
        let e164 = number.format_as(PhoneNumberFormat::E164);
        Ok(Self(match extension {
            Some(extension) => format!("{e164};ext={extension}"),
            None => e164.into_owned(),
        }))
    }

    /// The number without its extension: "+493443555142".
    pub fn e164(&self) -> &str {
        self.0.split(';').next().unwrap_or_default()
    }

    /// The digits to dial after the call is answered.
    pub fn extension(&self) -> Option<&str> {
        self.0.split_once(";ext=").map(|(_, extension)| extension)
    }

    /// What is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it is written internationally: "+49 3443 555142 ext. 7".
    pub fn display(&self) -> String {
        let number = match PHONE_NUMBER_UTIL.parse(self.e164(), None) {
            Ok(number) => number.format_as(PhoneNumberFormat::International).into_owned(),
            Err(_) => self.e164().to_owned(), // stored by an older plan: shown as it is
        };
        match self.extension() {
            Some(extension) => format!("{number} ext. {extension}"),
            None => number,
        }
    }
}
read_by_parse!(PhoneNumber);

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

/// Parts an extension from a number. A bare "x" counts only after a space: within digits it is a slip.
fn split_extension(text: &str) -> (&str, Option<String>) {
    const MARKS: [&str; 12] =
        [";ext=", "extension", "extn", "ext", "durchwahl", "poste", "anexo", "доб", "dw", " x", ",x", "#"];
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[before.len()..];
    if digits.is_empty() || digits.len() > 11 {
        return (text, None);
    }
    let before = before.trim_end_matches([' ', '.', ':', '\u{a0}']);
    let lower = before.to_lowercase();
    // Lower case of these marks never changes their length, so that the position holds in the original too.
    let mark = MARKS.iter().find(|mark| lower.len() == before.len() && lower.ends_with(**mark));
    match mark {
        Some(mark) => {
            (before[..before.len() - mark.len()].trim_end_matches([' ', ',', ';', '/', '(']), Some(digits.to_owned()))
        }
        None => (text, None),
    }
}

fn refuse_letters(raw: &str, dialled: &str, country: Option<&Country>) -> Result<(), Invalid> {
    if dialled.is_empty() {
        return Err(Invalid::new(format!("Enter a phone number with a country code, like {}", example(country))));
    }
    let allowed = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+＋-‐‑‒–—―−().[]/~*#,;·・ー".contains(c);
    let what = match dialled.chars().find(|c| !allowed(*c)) {
        None => return Ok(()),
        Some(c) if c.is_alphabetic() => "a letter".to_owned(),
        Some(c) if c.is_control() => "a hidden character".to_owned(),
        Some(c) => quoted(&c.to_string()),
    };
    let (typed, example) = (quoted(raw), example(country));
    Err(Invalid::new(format!("{typed} contains {what}. Use digits, spaces and a country code, like {example}")))
}

fn unreadable(raw: &str, country: Option<&Country>, error: &ParseError) -> Invalid {
    let (typed, example) = (quoted(raw), example(country));
    Invalid::new(match error {
        ParseError::InvalidCountryCode => {
            format!("{typed} starts with a country code that does not exist. Use one like {example}")
        }
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => {
            format!("{typed} is too short for a phone number. Enter it like {example}")
        }
        ParseError::TooLongNsn => format!("{typed} is too long for a phone number. Enter it like {example}"),
        ParseError::NotANumber(_) => format!("{typed} is not a phone number. Enter it like {example}"),
    })
}

fn refuse_unassigned(raw: &str, country: Option<&Country>, number: &Parsed) -> Result<(), Invalid> {
    if PHONE_NUMBER_UTIL.is_valid_number(number) {
        return Ok(());
    }
    let main = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    let found = main.and_then(|region| Country::parse(&region.to_string()).ok()).or(country.copied());
    let place = found.map_or_else(|| format!("+{}", number.country_code), Country::name_in_text);
    let (typed, example) = (quoted(raw), example(found.as_ref()));
    Err(Invalid::new(match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Err(ValidationError::TooShort) => {
            format!("{typed} is too short for {place}. Numbers there look like {example}")
        }
        Err(ValidationError::TooLong) => format!("{typed} is too long for {place}. Numbers there look like {example}"),
        _ => format!("{typed} is not valid in {place}. Numbers there look like {example}"),
    }))
}

/// A number that could exist in a country, from the numbering plan.
fn example(country: Option<&Country>) -> String {
    country
        .and_then(region_of)
        .and_then(|region| PHONE_NUMBER_UTIL.get_example_number(region).ok())
        .map_or_else(|| EXAMPLE.to_owned(), |number| number.format_as(PhoneNumberFormat::International).into_owned())
}

/// The numbering plan of a country; none for places without phones of their own, such as Bouvet Island.
fn region_of(country: &Country) -> Option<Region> {
    let region = country.alpha2().parse::<Region>().ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn germany() -> Country {
        Country::parse("DE").expect("Germany")
    }

    fn stored(raw: &str, country: Option<&Country>) -> String {
        PhoneNumber::parse_in(raw, country).map_or_else(|error| error.to_string(), |number| number.as_str().to_owned())
    }

    #[test]
    fn numbers_are_stored_as_e164_with_their_extension() {
        let de = germany();
        let same = [
            "+49 3443 555142",
            "03443/555142",
            "0049 (3443) 555-142",
            "＋４９ ３４４３ ５５５１４２",
            "+٤٩ ٣٤٤٣ ٥٥٥١٤٢",
        ];
        for raw in same {
            assert_eq!(stored(raw, Some(&de)), "+493443555142", "{raw}");
        }
        for raw in [
            "+49 3443 555142 ext. 7",
            "+49 3443 555142 x 7",
            "+49 3443 555142 #7",
            "+493443555142;ext=7",
            "+49 3443 555142, Durchwahl 7",
        ] {
            assert_eq!(stored(raw, None), "+493443555142;ext=7", "{raw}");
        }
        assert_eq!(stored("\u{202d}+49 3443 555142\u{202c}", None), "+493443555142", "as copied from a contact");
        assert_eq!(
            stored("tel", None),
            "“tel” contains a letter. Use digits, spaces and a country code, like +49 30 123456"
        );
    }

    #[test]
    fn a_number_with_a_country_code_needs_no_country() {
        let de = germany();
        for (raw, e164) in
            [("+1 202-555-0142", "+12025550142"), ("+44 20 7946 0958", "+442079460958"), ("+39 06 6982", "+39066982")]
        {
            assert_eq!(stored(raw, None), e164);
            assert_eq!(stored(raw, Some(&de)), e164);
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let (de, jp) = (germany(), Country::parse("JP").expect("Japan"));
        assert_eq!(
            stored("03443 55501x2", Some(&de)),
            "“03443 55501x2” contains a letter. Use digits, spaces and a country code, like +49 30 123456"
        );
        assert_eq!(stored("555 0142", None), "“555 0142” needs a country code, like +49 30 123456");
        assert!(stored("+999 12345678", None).contains("starts with a country code that does not exist"));
        let long = stored("+1 202 555 01423", Some(&de));
        assert_eq!(
            long,
            "“+1 202 555 01423” is too long for the United States. Numbers there look like +1 201-555-0123"
        );
        assert!(stored("03", Some(&jp)).contains("too short"), "{}", stored("03", Some(&jp)));
        assert!(
            stored("+1 202 055 0142", None).contains("is not valid in the United States"),
            "{}",
            stored("+1 202 055 0142", None)
        );
        assert!(stored("", None).starts_with("Enter a phone number"));
        assert!(stored(&"1".repeat(10_000), Some(&de)).len() < 170);
    }

    #[test]
    fn what_is_shown_can_be_typed_again() {
        for raw in ["+49 3443 555142", "+493443555142;ext=7", "+1 202-555-0142", "+39 06 6982", "+81 3-1234-5678"] {
            let number = PhoneNumber::parse(raw).expect(raw);
            assert_eq!(PhoneNumber::parse(&number.display()).expect("shown"), number);
        }
        assert_eq!(PhoneNumber::parse("+493443555142;ext=7").expect("stored").display(), "+49 3443 555142 ext. 7");
    }

    #[test]
    fn the_example_of_a_country_is_accepted_there() {
        // Every sixth country: each compiles its patterns, which takes long without optimisation.
        for country in Country::all().iter().filter(|country| region_of(country).is_some()).step_by(6) {
            let example = example(Some(country));
            assert!(PhoneNumber::parse_in(&example, Some(country)).is_ok(), "{country}: {example}");
            assert!(country.calling_code() > 0, "{country}");
        }
    }
}
