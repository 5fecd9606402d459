//! The drop-downs that several forms share, made from the rules of the countries, and those rules for the script.

use actix_web::{HttpResponse, web::Query};
use serde::{Deserialize, Serialize};

use super::{
    fields::SelectOption,
    route::{Access, Route},
};
use crate::{
    error::Result,
    types::{CompanySize, Country, Currency, Region, SizeBand},
};

/// Offered first, because most resellers of Microsoft's cloud sell in one of them; the others follow by code.
const COMMON: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "SEK"];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/countries", Access::SignedIn, all_countries),
        Route::get("/country-rules", Access::SignedIn, rules),
    ]
}

/// What a country changes on a form: the list of states, the words for state and postal code (D5, UX 14).
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CountryRules {
    /// Codes and names of the states; empty where the country has no list.
    pub(crate) state: Vec<(&'static str, &'static str)>,
    pub(crate) state_label: &'static str,
    pub(crate) state_required: bool,
    pub(crate) postal_label: &'static str,
    pub(crate) postal_required: bool,
    pub(crate) has_postal_code: bool,
    /// What a postal code of the country looks like.
    pub(crate) postal_hint: String,
}

impl CountryRules {
    /// The rules of the country with this code; of a country without states where there is none yet.
    pub(crate) fn of(raw: &str) -> Self {
        let Ok(country) = Country::parse(raw) else {
            return Self {
                state_label: "State",
                postal_label: "Postal code",
                has_postal_code: true,
                postal_hint: "As on an envelope".into(),
                ..Self::default()
            };
        };
        Self {
            state: country.states().iter().map(|state| (state.code, state.name)).collect(),
            state_label: country.state_label(),
            state_required: country.state_required(),
            postal_label: country.postal_label(),
            postal_required: country.postal_required(),
            has_postal_code: country.has_postal_code(),
            postal_hint: country
                .postal_example()
                .map_or("As on an envelope".into(), |example| format!("Like {example}")),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    country: String,
}

/// The rules of a country, for the script of a form that is not saved while it is filled in.
async fn rules(asked: Query<Asked>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(CountryRules::of(&asked.country)))
}

/// Codes and names of all countries, for a filter that is filled when it is opened: 250 options weigh more than the lines of
/// a page.
async fn all_countries() -> Result<HttpResponse> {
    let all: Vec<(&str, &str)> = Country::all().iter().map(|country| (country.alpha2(), country.name())).collect();
    Ok(HttpResponse::Ok().json(all))
}

/// Every country by its English name, the typed one selected.
pub(crate) fn countries(typed: &str) -> Vec<SelectOption> {
    let present = Country::parse(typed).map_or("", |country| country.alpha2());
    let option = |country: &Country| SelectOption::new(country.alpha2(), country.name(), present);
    with_typed(Country::all().iter().map(option).collect(), typed)
}

/// The states of a country, the typed one selected, whether it was typed as a code or as a name.
pub(crate) fn states(country: &str, typed: &str) -> Vec<SelectOption> {
    let Ok(country) = Country::parse(country) else { return with_typed(Vec::new(), typed) };
    let region = Region::parse_in(typed, country).ok();
    let present = region.as_ref().map_or("", Region::as_str);
    let option = |state: &crate::types::State| SelectOption::new(state.code, state.name, present);
    with_typed(country.states().iter().map(option).collect(), typed)
}

/// What was sent but is not in the list stays visible as it was typed, so that nothing is lost (UX 2).
fn with_typed(mut options: Vec<SelectOption>, typed: &str) -> Vec<SelectOption> {
    if !typed.trim().is_empty() && !options.iter().any(|option| option.selected) {
        options.insert(0, SelectOption { value: typed.to_owned(), label: typed.to_owned(), selected: true });
    }
    options
}

/// The size bands, the typed one selected. An exact number typed elsewhere stands as its own entry, so that it is not
/// lost.
pub(crate) fn sizes(typed: &str) -> Vec<SelectOption> {
    let present = CompanySize::parse(typed).ok();
    let band = present.filter(|size| size.exact().is_none()).map_or("", |size| size.band().value());
    let option = |band_of: SizeBand| SelectOption::new(band_of.value(), band_of.label(), band);
    let mut options: Vec<_> = SizeBand::ALL.into_iter().map(option).collect();
    if let Some(size) = present.filter(|size| size.exact().is_some()) {
        options.insert(0, SelectOption { value: size.value(), label: size.label(), selected: true });
    }
    with_typed(options, typed)
}

/// Every currency in use, the common ones first; metals, funds and testing codes have no country and are left out.
pub(crate) fn currencies(present: &str) -> Vec<SelectOption> {
    use iso_currency::IntoEnumIterator;
    let option = |currency: Currency| {
        SelectOption::new(currency.code(), format!("{} – {}", currency.code(), currency.name()), present)
    };
    let common = COMMON.iter().filter_map(|code| Currency::from_code(code));
    let others = Currency::iter().filter(|it| !COMMON.contains(&it.code()) && !it.used_by().is_empty());
    common.chain(others).map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::{CountryRules, countries, currencies, sizes, states};

    #[test]
    fn the_present_value_is_selected_exactly_once() {
        let selected = |options: Vec<super::SelectOption>| options.into_iter().filter(|option| option.selected).count();
        assert_eq!(selected(countries("DE")), 1);
        assert_eq!(selected(countries("Atlantis")), 1, "what was sent stays visible");
        assert_eq!(selected(states("DE", "ST")), 1);
        assert_eq!(selected(states("DE", "DE-ST")), 1);
        assert_eq!(selected(states("DE", "Sachsen-Anhalt")), 1);
        assert_eq!(selected(sizes("51-200")), 1);
        assert_eq!(selected(sizes("73")), 1);
        assert_eq!(selected(sizes("some")), 1);
        assert_eq!(selected(currencies("EUR")), 1);
        assert!(states("MC", "").is_empty());
        assert!(states("", "").is_empty());
    }

    #[test]
    fn a_country_changes_what_is_asked_for() {
        let rules = CountryRules::of("US");
        assert_eq!((rules.state_label, rules.state_required, rules.postal_label), ("State", true, "ZIP code"));
        assert!(!CountryRules::of("AE").has_postal_code);
        assert!(CountryRules::of("").state.is_empty());
    }
}
