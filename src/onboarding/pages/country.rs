//! What a country changes on a form: the list of states, the words for state and postal code (D5, UX 14).

use serde::Serialize;

use crate::{
    types::{Country, Region},
    web::fields::SelectOption,
};

/// The lists and labels of one country.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct CountryOptions {
    /// Codes and names of the states; empty where the country has no list.
    pub(super) state: Vec<(&'static str, &'static str)>,
    pub(super) state_label: &'static str,
    pub(super) state_required: bool,
    pub(super) postal_label: &'static str,
    pub(super) postal_required: bool,
    pub(super) has_postal_code: bool,
    /// What a postal code of the country looks like.
    pub(super) postal_hint: String,
}

/// The rules of the country with this code; of a country without states where there is none yet.
pub(super) fn options_of(raw: &str) -> CountryOptions {
    let Ok(country) = Country::parse(raw) else {
        return CountryOptions {
            state_label: "State",
            postal_label: "Postal code",
            has_postal_code: true,
            postal_hint: "As on an envelope".into(),
            ..CountryOptions::default()
        };
    };
    CountryOptions {
        state: country.states().iter().map(|state| (state.code, state.name)).collect(),
        state_label: country.state_label(),
        state_required: country.state_required(),
        postal_label: country.postal_label(),
        postal_required: country.postal_required(),
        has_postal_code: country.has_postal_code(),
        postal_hint: country.postal_example().map_or("As on an envelope".into(), |example| format!("Like {example}")),
    }
}

/// Every country, the typed one selected.
pub(super) fn countries(typed: &str) -> Vec<SelectOption> {
    let present = Country::parse(typed).map_or("", |country| country.alpha2());
    let option = |country: &Country| SelectOption::new(country.alpha2(), country.name(), present);
    with_typed(Country::all().iter().map(option).collect(), typed)
}

/// The states of a country, the typed one selected, whether it was typed as a code or as a name.
pub(super) fn states(options: &CountryOptions, country: &str, typed: &str) -> Vec<SelectOption> {
    let region = Country::parse(country).ok().and_then(|country| Region::parse_in(typed, country).ok());
    let present = region.as_ref().map_or("", Region::as_str);
    with_typed(options.state.iter().map(|(code, name)| SelectOption::new(*code, *name, present)).collect(), typed)
}

/// What was sent but is not in the list stays visible as it was typed, so that nothing is lost (UX 2).
pub(super) fn with_typed(mut options: Vec<SelectOption>, typed: &str) -> Vec<SelectOption> {
    if !typed.trim().is_empty() && !options.iter().any(|option| option.selected) {
        options.insert(0, SelectOption { value: typed.to_owned(), label: typed.to_owned(), selected: true });
    }
    options
}
