//! The drop-downs that several forms share, made from the rules of the countries.

use super::fields::SelectOption;
use crate::types::{CompanySize, Country, Currency, SizeBand};

/// Every country by its English name.
pub(crate) fn countries(present: &str) -> Vec<SelectOption> {
    Country::all().iter().map(|country| SelectOption::new(country.alpha2(), country.name(), present)).collect()
}

/// The states of a country and what it calls them; no options where it has none or the country is not known yet.
pub(crate) fn states(country: &str, present: &str) -> (&'static str, Vec<SelectOption>) {
    let Ok(country) = Country::parse(country) else { return ("State", Vec::new()) };
    let present = country.state(present).map_or(present, |state| state.code);
    let options = country.states().iter().map(|state| SelectOption::new(state.code, state.name, present)).collect();
    (country.state_label(), options)
}

/// What a country calls its postal code and an example of one; none where it has no postal codes.
pub(crate) fn postal_code(country: &str) -> Option<(&'static str, &'static str)> {
    match Country::parse(country) {
        Ok(country) if !country.has_postal_code() => None,
        Ok(country) => Some((country.postal_label(), country.postal_example().unwrap_or_default())),
        Err(_) => Some(("Postal code", "")),
    }
}

/// The size bands; an exact number that was typed elsewhere stands as its own entry, so that it is not lost.
pub(crate) fn sizes(present: &str) -> Vec<SelectOption> {
    let mut options: Vec<_> =
        SizeBand::ALL.into_iter().map(|band| SelectOption::new(band.value(), band.label(), present)).collect();
    if let Ok(size) = CompanySize::parse(present)
        && size.exact().is_some()
    {
        options.insert(0, SelectOption { value: size.value(), label: size.label(), selected: true });
    }
    options
}

/// Every currency in use, by its code.
pub(crate) fn currencies(present: &str) -> Vec<SelectOption> {
    use iso_currency::IntoEnumIterator;
    let mut options: Vec<_> = Currency::iter()
        .filter(|currency| !currency.is_fund() && !currency.is_special() && currency.is_superseded().is_none())
        .map(|currency| {
            SelectOption::new(currency.code(), format!("{} – {}", currency.code(), currency.name()), present)
        })
        .collect();
    options.sort_by(|a, b| a.value.cmp(&b.value));
    options
}

#[cfg(test)]
mod tests {
    use super::{countries, currencies, sizes, states};

    #[test]
    fn the_present_value_is_selected_exactly_once() {
        let selected = |options: Vec<super::SelectOption>| options.into_iter().filter(|option| option.selected).count();
        assert_eq!(selected(countries("DE")), 1);
        assert_eq!(selected(states("DE", "ST").1), 1);
        assert_eq!(selected(states("DE", "DE-ST").1), 1);
        assert_eq!(selected(sizes("51-200")), 1);
        assert_eq!(selected(sizes("73")), 1);
        assert_eq!(selected(currencies("EUR")), 1);
        assert!(states("MC", "").1.is_empty());
    }
}
