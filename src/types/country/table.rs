//! The rules of every country, put together once from keshvar's data and the corrections beside this file.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

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
    /// Places in `states` by folded name; put together when a state is first looked for by name, since the names of all
    /// countries would fill memory.
    state_names: OnceLock<HashMap<String, usize>>,
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

/// A file names a country in every row: each name is folded once and not for each of them.
static BY_NAME: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let own = ALL.iter().map(|country| (folded(country.0.name), *country));
    let others = ALL.iter().flat_map(|country| country.0.aliases.iter().map(|alias| (alias.clone(), *country)));
    first_of_each(own.chain(others))
});

/// The country with this folded name; its own name goes before another's older one.
pub(super) fn by_name(key: &str) -> Option<Country> {
    BY_NAME.get(key).copied()
}

fn first_of_each<T>(named: impl Iterator<Item = (String, T)>) -> HashMap<String, T> {
    let mut by_name = HashMap::new();
    for (name, found) in named {
        by_name.entry(name).or_insert(found);
    }
    by_name
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
        state_names: OnceLock::new(),
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

/// The state with this folded name, or with another of its names: "Bavaria", "Gyeonggido".
pub(super) fn state_by_name(country: Country, key: &str) -> Option<&'static State> {
    let rules = country.0;
    let by_name = rules.state_names.get_or_init(|| state_names(rules));
    by_name.get(key).and_then(|at| rules.states.get(*at))
}

fn state_names(rules: &Rules) -> HashMap<String, usize> {
    let own = rules.states.iter().enumerate().map(|(at, state)| (folded(state.name), at));
    let parts = Alpha2::try_from(rules.alpha2.as_str()).ok().map(|alpha2| alpha2.to_country());
    let parts = parts.iter().flat_map(|source| source.subdivisions().values());
    let others = parts.flat_map(|part| {
        let at = rules.states.iter().position(|state| state.code == part.code());
        at.into_iter().flat_map(|at| spellings(part).map(move |name| (folded(name), at)))
    });
    // Nothing stands behind a last bracket.
    first_of_each(own.chain(others).filter(|(name, _)| !name.is_empty()))
}

/// Second spellings stand in brackets behind the first: "Gyeonggido [Kyonggi-do]".
fn spellings(part: &Subdivision) -> impl Iterator<Item = &str> {
    part.name().split(['[', ']', '(', ')']).chain(part.unofficial_name_list().iter().copied())
}
