//! The form of a billing address: strings in, types out.

use serde::{Deserialize, Serialize};

use super::model::BillingAddress;
use crate::{
    error::FieldErrors,
    types::{Address, AddressLine, City, Country, PersonName, PostalCode, Region},
};

/// What a person typed (S121-S128).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BillingForm {
    /// First name.
    pub billing_given_name: String,
    /// Last name.
    pub billing_family_name: String,
    /// Street and number.
    pub line1: String,
    /// Building, floor: the only optional line (S124).
    pub line2: String,
    /// City.
    pub city: String,
    /// Code or name of the state, where the country has states.
    pub billing_state: String,
    /// Postal code, where the country has them.
    pub postal_code: String,
    /// ISO 3166 alpha-2 code.
    pub billing_country: String,
}

impl BillingForm {
    /// The form filled in with an address.
    pub fn of(billing: &BillingAddress) -> Self {
        let address = &billing.address;
        Self {
            billing_given_name: billing.given_name.to_string(),
            billing_family_name: billing.family_name.to_string(),
            line1: address.line1.to_string(),
            line2: address.line2.as_ref().map(ToString::to_string).unwrap_or_default(),
            city: address.city.to_string(),
            billing_state: address.region.as_ref().map(|region| region.as_str().to_owned()).unwrap_or_default(),
            postal_code: address.postal_code.as_ref().map(ToString::to_string).unwrap_or_default(),
            billing_country: address.country.alpha2().to_owned(),
        }
    }

    /// Reads every field by the rules of the country (D5).
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<BillingAddress, FieldErrors> {
        let mut errors = FieldErrors::default();
        let given_name =
            errors.required("billing_given_name", &self.billing_given_name, "Enter a first name", PersonName::parse);
        let family_name =
            errors.required("billing_family_name", &self.billing_family_name, "Enter a last name", PersonName::parse);
        let line1 = errors.required("line1", &self.line1, "Enter the street and number", AddressLine::parse);
        let line2 = errors.optional("line2", &self.line2, AddressLine::parse);
        let city = errors.required("city", &self.city, "Enter the city", City::parse);
        let country = errors.required("billing_country", &self.billing_country, "Choose a country", Country::parse);
        let region = country.and_then(|country| region(&mut errors, "billing_state", &self.billing_state, country));
        let postal_code = country.and_then(|country| self.postal_code(&mut errors, country));
        match (given_name, family_name, line1, city, country) {
            (Some(given_name), Some(family_name), Some(line1), Some(city), Some(country)) if errors.is_empty() => {
                let address = Address { line1, line2, city, region, postal_code, country };
                Ok(BillingAddress { given_name, family_name, address })
            }
            _ => Err(errors),
        }
    }

    /// Asked for exactly where the country has postal codes (S127).
    fn postal_code(&self, errors: &mut FieldErrors, country: Country) -> Option<PostalCode> {
        if !country.has_postal_code() {
            return None;
        }
        if country.postal_required() && self.postal_code.trim().is_empty() {
            let like = country.postal_example().map(|example| format!(", like {example}")).unwrap_or_default();
            errors.add("postal_code", format!("Enter the {}{like}", in_sentence(country.postal_label())));
        }
        errors.optional("postal_code", &self.postal_code, |raw| PostalCode::parse_in(raw, country))
    }
}

/// The state of an address: mandatory where the country has a list, dropped where it has none (D5).
pub(crate) fn region(errors: &mut FieldErrors, field: &'static str, raw: &str, country: Country) -> Option<Region> {
    if !country.state_required() {
        return None;
    }
    if raw.trim().is_empty() {
        errors.add(field, format!("Choose a {}", country.state_label().to_lowercase()));
        return None;
    }
    errors.take(field, Region::parse_in(raw, country))
}

/// A label within a sentence: "postcode", but "ZIP code", "PIN code" and "Eircode" keep their capitals.
fn in_sentence(label: &str) -> String {
    let own_name = label == "Eircode" || label.chars().nth(1).is_some_and(char::is_uppercase);
    if own_name { label.to_owned() } else { label.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::BillingForm;

    fn form(country: &str, state: &str, postal_code: &str) -> BillingForm {
        BillingForm {
            billing_given_name: "Katharina".into(),
            billing_family_name: "Vogt-Lindner".into(),
            line1: "Gießereistraße 4".into(),
            line2: String::new(),
            city: "Weißenfels".into(),
            billing_state: state.into(),
            postal_code: postal_code.into(),
            billing_country: country.into(),
        }
    }

    #[test]
    fn the_country_decides_what_is_asked() {
        let german = form("DE", "ST", "06667").parse().expect("complete");
        assert_eq!(BillingForm::of(&german), form("DE", "ST", "06667"));
        let errors = form("DE", "", "").parse().expect_err("a state and a code are missing");
        assert_eq!(errors.get("billing_state"), Some("Choose a state"));
        assert!(
            errors.get("postal_code").is_some_and(
                |message| message.starts_with("Enter the postal code") || message.starts_with("Enter the postcode")
            ),
            "{errors:?}"
        );
        let gulf = form("AE", "DU", "12345").parse().expect("the emirates have no postal codes");
        assert!(gulf.address.postal_code.is_none() && gulf.address.region.is_some());
        let monaco = form("MC", "ST", "98000").parse().expect("no list of states: the state is dropped");
        assert!(monaco.address.region.is_none());
    }

    #[test]
    fn an_empty_form_names_every_field_but_line_two() {
        let errors = BillingForm::default().parse().expect_err("nothing was typed");
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["billing_given_name", "billing_family_name", "line1", "city", "billing_country"]);
    }

    #[test]
    fn a_state_of_another_country_is_refused() {
        let errors = form("AT", "ST", "1010").parse().expect_err("Saxony-Anhalt is not in Austria");
        assert!(errors.get("billing_state").is_some(), "{errors:?}");
    }
}
