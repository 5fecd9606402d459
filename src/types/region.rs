//! The state, province or other first part of a country (S126, S227, S410, D5).

use std::fmt;

use super::{
    Country, Invalid, State,
    text::{clean_name, quoted},
};

/// A state of a country's list, or free text where the country has no list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region {
    /// The code within the country ("ST"), or the text.
    stored: String,
    state: Option<&'static State>,
}

impl Region {
    /// The most characters of a free text.
    pub const MAX: usize = 100;

    /// Reads the code ("ST", "DE-ST") or the name of a state in any case, with or without its accents; any text where
    /// the country has no list.
    ///
    /// # Errors
    /// Not a state of the country.
    pub fn parse_in(raw: &str, country: Country) -> Result<Self, Invalid> {
        let text = clean_name(raw, Self::MAX)?;
        if country.states().is_empty() {
            return Ok(Self { stored: text, state: None });
        }
        match country.state(&text).or_else(|| country.state_named(&text)) {
            Some(state) => Ok(Self { stored: state.code.to_owned(), state: Some(state) }),
            None => Err(Invalid::new(format!(
                "{} is not a {} of {}. Choose one from the list",
                quoted(raw),
                country.state_label().to_lowercase(),
                country.name_in_text()
            ))),
        }
    }

    /// What is stored: the code, or the free text.
    pub fn as_str(&self) -> &str {
        &self.stored
    }

    /// What a person reads: "Sachsen-Anhalt".
    pub fn name(&self) -> &str {
        self.state.map_or(&self.stored, |state| state.name)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str, country: &str) -> Result<String, String> {
        let country = Country::parse(country).expect(country);
        Region::parse_in(raw, country)
            .map(|r| format!("{}={}", r.as_str(), r.name()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_state_is_read_by_code_or_name() {
        for raw in ["ST", "st", "DE-ST", "Sachsen-Anhalt", "sachsen anhalt"] {
            assert_eq!(parsed(raw, "DE").as_deref(), Ok("ST=Sachsen-Anhalt"), "{raw}");
        }
        assert_eq!(parsed("Thuringen", "DE").as_deref(), Ok("TH=Thüringen"));
        assert_eq!(parsed("Bavaria", "DE").as_deref(), Ok("BY=Bayern"));
        assert_eq!(parsed("Gyeonggi-do", "KR").as_deref(), Ok("41=Gyeonggi"));
        assert_eq!(parsed("dubai", "AE").as_deref(), Ok("DU=Dubai"));
    }

    #[test]
    fn another_text_is_refused_where_there_is_a_list() {
        assert_eq!(
            parsed("Tirol", "DE"),
            Err("“Tirol” is not a state of Germany. Choose one from the list".to_owned())
        );
        assert_eq!(parsed("XX", "JP"), Err("“XX” is not a prefecture of Japan. Choose one from the list".to_owned()));
        assert_eq!(parsed("Kowloon", "HK").as_deref(), Ok("Kowloon=Kowloon"), "no list");
    }
}
