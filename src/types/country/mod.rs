//! Countries with their states, postal codes and words (S126-S128, D5; issue 2 part 7): rules as data for every ISO
//! country, built once.
//!
//! - `table`: puts the rules together from the keshvar crate and the corrections here.
//! - `kinds`: which of a country's parts count as its states, and what they are called.
//! - `names`: the everyday English names of countries and states.
//! - `postal`: what a postal code is called, and examples.

mod column;
mod kinds;
mod names;
mod postal;
mod table;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, hash};

use regex::Regex;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use self::table::Rules;
use super::{
    Invalid,
    text::{folded, quoted},
};

/// A country of ISO 3166-1 with its rules.
#[derive(Clone, Copy)]
pub struct Country(&'static Rules);

/// A first-level part of a country: state, province, prefecture.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The code within the country, after ISO 3166-2: "ST" of "DE-ST".
    pub code: &'static str,
    /// The name used there: "Sachsen-Anhalt".
    pub name: &'static str,
}

impl Country {
    /// Every country, by its English name, accents aside.
    pub fn all() -> &'static [Country] {
        table::all()
    }

    /// Reads an alpha-2 or alpha-3 code or a name in any case.
    ///
    /// # Errors
    /// No such country.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Invalid::new("Choose a country"));
        }
        let found = if text.len() > 100 { None } else { Self::by_code(text).or_else(|| table::by_name(&folded(text))) };
        found.ok_or_else(|| Invalid::new(format!("{} is not a country we know. Choose one from the list", quoted(raw))))
    }

    fn by_code(text: &str) -> Option<Self> {
        let is = |code: &str| code.eq_ignore_ascii_case(text);
        Self::all().iter().find(|country| is(&country.0.alpha2) || is(&country.0.alpha3)).copied()
    }

    /// "DE": what is stored.
    pub fn alpha2(self) -> &'static str {
        &self.0.alpha2
    }

    /// "DE", as the other types call it.
    pub fn as_str(&self) -> &'static str {
        &self.0.alpha2
    }

    /// The everyday English name: "Germany".
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The name within a sentence: "Germany", "the United States".
    pub fn name_in_text(self) -> String {
        let article = if names::WITH_ARTICLE.contains(&self.alpha2()) { "the " } else { "" };
        format!("{article}{}", self.0.name)
    }

    /// What is dialled after the plus: 49.
    pub fn calling_code(self) -> u16 {
        let region = self.0.alpha2.parse::<Region>().ok();
        let code = region.and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
        code.and_then(|code| u16::try_from(code).ok()).unwrap_or(self.0.calling_code)
    }

    /// The states by name; empty where the country has none.
    pub fn states(self) -> &'static [State] {
        &self.0.states
    }

    /// The state with this code: "ST", "DE-ST", in any case.
    pub fn state(self, code: &str) -> Option<&'static State> {
        let code = code.trim();
        let short = match code.split_once('-') {
            Some((country, rest)) if country.eq_ignore_ascii_case(&self.0.alpha2) => rest,
            _ => code,
        };
        self.0.states.iter().find(|state| state.code.eq_ignore_ascii_case(short))
    }

    /// The state with this name in any case, with or without its accents; also in English where it is known
    /// ("Bavaria").
    pub fn state_named(self, name: &str) -> Option<&'static State> {
        table::state_by_name(self, &folded(name))
    }

    /// The name of a stored state: that of its code, or the text itself where the country has no list.
    pub fn state_name<'a>(self, stored: &'a str) -> &'a str
    where
        Self: 'a,
    {
        self.state(stored).map_or(stored, |state| state.name)
    }

    /// What the country calls its states: "State", "Province", "Prefecture", "Emirate".
    pub fn state_label(self) -> &'static str {
        self.0.state_label
    }

    /// Whether a state must be given (D5): exactly where there is a list to choose from.
    pub fn state_required(self) -> bool {
        !self.0.states.is_empty()
    }

    /// What the country calls its postal code: "ZIP code", "Postcode", "PIN code", "Eircode".
    pub fn postal_label(self) -> &'static str {
        self.0.postal_label
    }

    /// Whether the country has postal codes; where not, none is asked for.
    pub fn has_postal_code(self) -> bool {
        self.0.has_postal_code()
    }

    /// Whether a postal code must be given: where the country has them, and mail needs them.
    pub fn postal_required(self) -> bool {
        self.has_postal_code() && !postal::OPTIONAL.contains(&self.0.alpha2.as_str())
    }

    /// A postal code of the country, to show what one looks like: "06667".
    pub fn postal_example(self) -> Option<&'static str> {
        self.0.postal_examples.first().copied()
    }

    /// Examples of every length the country uses, the most usual first.
    pub(super) fn postal_examples(self) -> &'static [&'static str] {
        &self.0.postal_examples
    }

    /// What a whole postal code matches, in capitals.
    pub(super) fn postal_pattern(self) -> Option<&'static Regex> {
        self.0.postal_pattern()
    }

    /// The lines of an address with `{{street}}`, `{{postalcode}}`, `{{city}}`, `{{region}}`, `{{region_short}}`,
    /// `{{country}}`.
    pub(super) fn address_format(self) -> &'static str {
        &self.0.address_format
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.0.alpha2)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.0.alpha2 == other.0.alpha2
    }
}

impl Eq for Country {}

impl hash::Hash for Country {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.alpha2.hash(state);
    }
}

read_by_parse!(Country);

impl TryFrom<String> for Country {
    type Error = Invalid;
    fn try_from(raw: String) -> Result<Self, Invalid> {
        Self::parse(&raw)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.alpha2.clone()
    }
}

impl From<Country> for Cow<'static, str> {
    fn from(country: Country) -> Self {
        country.0.alpha2.as_str().into()
    }
}
