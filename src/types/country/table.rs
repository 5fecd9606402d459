//! The rules of every country, put together once from keshvar's data and the corrections beside this file.

use std::sync::{LazyLock, OnceLock};

use keshvar::{Alpha2, Country as Source, SUPPORTED_ALPHA2_LIST, Subdivision};
use regex::Regex;

use super::{Country, State, kinds, names, postal};
use crate::types::text::folded;

/// What is known of one country.
pub(super) struct Rules {
    pub(super) alpha2: String,
    pub(super) alpha3: String,
    pub(super) name: &'static str,
    /// Other names it is known by, folded for comparison.
    aliases: Vec<String>,
    pub(super) calling_code: u16,
    pub(super) states: Vec<State>,
    pub(super) state_label: &'static str,
    pub(super) postal_label: &'static str,
    pub(super) postal_examples: Vec<&'static str>,
    /// The pattern as keshvar has it; compiled when first asked for, since most are never used.
    postal_format: Option<&'static str>,
    postal_pattern: OnceLock<Option<Regex>>,
    pub(super) address_format: String,
}

impl Rules {
    /// Whether the country has postal codes at all.
    pub(super) fn has_postal_code(&self) -> bool {
        self.postal_format.is_some()
    }

    /// What a whole postal code matches. Digits are the ASCII ones: the text is normalised before.
    pub(super) fn postal_pattern(&self) -> Option<&Regex> {
        let compile = || {
            let ascii = self.postal_format?.replace("\\d", "[0-9]");
            Some(Regex::new(&format!("^(?:{ascii})$")).expect("a test compiles the pattern of every country"))
        };
        self.postal_pattern.get_or_init(compile).as_ref()
    }
}

static RULES: LazyLock<Vec<Rules>> = LazyLock::new(|| {
    let mut rules: Vec<Rules> = SUPPORTED_ALPHA2_LIST.iter().map(|alpha2| rules_of(&alpha2.to_country())).collect();
    rules.sort_by_cached_key(|rules| folded(rules.name));
    rules
});

static ALL: LazyLock<Vec<Country>> = LazyLock::new(|| RULES.iter().map(Country).collect());

pub(super) fn all() -> &'static [Country] {
    &ALL
}

/// The country with this folded name; its own name goes before another's older one.
pub(super) fn by_name(key: &str) -> Option<Country> {
    let own = ALL.iter().find(|country| folded(country.0.name) == key);
    own.or_else(|| ALL.iter().find(|country| country.0.aliases.iter().any(|alias| alias == key))).copied()
}

fn rules_of(source: &Source) -> Rules {
    let code = source.alpha2().to_string();
    let alpha2 = code.as_str();
    let states = states_of(alpha2, source);
    let names = source
        .unofficial_name_list()
        .iter()
        .chain([source.iso_short_name(), source.iso_long_name()].iter())
        .map(|name| folded(name))
        .collect();
    Rules {
        alpha3: source.alpha3().to_string(),
        name: names::of_country(alpha2).unwrap_or(source.iso_short_name()),
        aliases: names,
        calling_code: u16::try_from(source.country_code()).unwrap_or_default(),
        state_label: kinds::label(alpha2, source),
        states,
        postal_label: postal::label(alpha2),
        postal_examples: postal::examples(alpha2),
        postal_format: postal::format(alpha2, source.postal_code_format()),
        postal_pattern: OnceLock::new(),
        address_format: postal::address_format(alpha2, source.address_format()),
        alpha2: code,
    }
}

/// The parts that count as states, by name, with the names and additions of `names`.
fn states_of(alpha2: &str, source: &Source) -> Vec<State> {
    let parts = source.subdivisions().values();
    let parts = parts.filter(|part| kinds::counts(alpha2, part.code(), part.subdivision_type()));
    let mut states: Vec<State> =
        parts.map(|part| State { code: part.code(), name: names::trimmed(part.name()) }).collect();
    for (code, name) in names::of_states(alpha2) {
        states.retain(|state| state.code != code);
        states.push(State { code, name });
    }
    states.sort_by_cached_key(|state| (folded(state.name), state.code));
    states
}

/// The state with another of its names: "Bavaria", "Gyeonggido". Read from keshvar when asked, since it is rare and
/// the names of all countries would fill memory.
pub(super) fn state_by_other_name(country: Country, key: &str) -> Option<&'static State> {
    if key.is_empty() {
        return None; // nothing stands behind the last bracket
    }
    let source = Alpha2::try_from(country.alpha2()).ok()?.to_country();
    let named = |part: &&Subdivision| {
        // Second spellings stand in brackets behind the first: "Gyeonggido [Kyonggi-do]".
        let spellings = part.name().split(['[', ']', '(', ')']);
        spellings.chain(part.unofficial_name_list().iter().copied()).any(|name| folded(name) == key)
    };
    let listed = |part: &Subdivision| country.states().iter().find(|state| state.code == part.code());
    source.subdivisions().values().filter(named).find_map(listed)
}
