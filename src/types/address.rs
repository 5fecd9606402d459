//! Postal addresses (S123-S128, S224-S228).

use serde::{Deserialize, Serialize};

use super::{Country, Invalid, PostalCode, Region, text::clean_name};

/// One line of an address: street and number, building, floor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct AddressLine(String);

impl AddressLine {
    /// The most characters.
    pub const MAX: usize = 200;

    /// Cleans a line.
    ///
    /// # Errors
    /// Too long, nothing to read, or hidden characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        clean_name(raw, Self::MAX).map(Self)
    }
}
text_type!(AddressLine);

/// A city, town or village.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct City(String);

impl City {
    /// The most characters.
    pub const MAX: usize = 100;

    /// Cleans a name.
    ///
    /// # Errors
    /// Too long, nothing to read, or hidden characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        clean_name(raw, Self::MAX).map(Self)
    }
}
text_type!(City);

/// A postal address whose parts fit its country.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Texts", into = "Texts")]
pub struct Address {
    /// Street and number.
    pub line1: AddressLine,
    /// Building, floor, care of (S124: the only optional line).
    pub line2: Option<AddressLine>,
    /// City.
    pub city: City,
    /// State or province, where the country has them.
    pub region: Option<Region>,
    /// Postal code, where the country has them.
    pub postal_code: Option<PostalCode>,
    /// Country.
    pub country: Country,
}

/// An address as it is sent and stored.
#[derive(Serialize, Deserialize)]
struct Texts {
    line1: String,
    line2: Option<String>,
    city: String,
    region: Option<String>,
    postal_code: Option<String>,
    country: Country,
}

impl TryFrom<Texts> for Address {
    type Error = Invalid;
    fn try_from(texts: Texts) -> Result<Self, Invalid> {
        let country = texts.country;
        Ok(Self {
            line1: AddressLine::parse(&texts.line1)?,
            line2: texts.line2.map(|line| AddressLine::parse(&line)).transpose()?,
            city: City::parse(&texts.city)?,
            region: texts.region.map(|region| Region::parse_in(&region, country)).transpose()?,
            postal_code: texts.postal_code.map(|code| PostalCode::parse_in(&code, country)).transpose()?,
            country,
        })
    }
}

impl From<Address> for Texts {
    fn from(address: Address) -> Self {
        Self {
            line1: address.line1.to_string(),
            line2: address.line2.map(|line| line.to_string()),
            city: address.city.to_string(),
            region: address.region.map(|region| region.as_str().to_owned()),
            postal_code: address.postal_code.map(|code| code.to_string()),
            country: address.country,
        }
    }
}

impl Address {
    /// The lines as they are written in the address's country, its name last; lines without content are left out.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.country.address_format().lines().flat_map(|line| {
            let filled = self.filled(line);
            filled.lines().map(|line| line.trim_matches([' ', ',']).to_owned()).collect::<Vec<_>>()
        });
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// A line of the format with its places filled, in one pass, so that nothing typed is read as a place.
    fn filled(&self, format: &str) -> String {
        let mut filled = String::new();
        for (i, piece) in format.split("{{").enumerate() {
            match piece.split_once("}}") {
                Some((place, after)) if i > 0 => {
                    self.push(place, &mut filled);
                    filled.push_str(after);
                }
                _ => filled.push_str(piece),
            }
        }
        filled
    }

    fn push(&self, place: &str, out: &mut String) {
        match place {
            "street" => {
                out.push_str(self.line1.as_str());
                if let Some(line) = &self.line2 {
                    out.push('\n');
                    out.push_str(line.as_str());
                }
            }
            "city" => out.push_str(self.city.as_str()),
            "postalcode" => out.push_str(self.postal_code.as_ref().map_or("", PostalCode::as_str)),
            "region_short" => out.push_str(self.region.as_ref().map_or("", Region::as_str)),
            "region" => out.push_str(self.region.as_ref().map_or("", Region::name)),
            "country" => out.push_str(self.country.name()),
            _ => {} // the recipient stands above the address
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(country: &str, city: &str, region: Option<&str>, code: Option<&str>) -> Address {
        let json = serde_json::json!({
            "line1": "Main Street 1", "line2": null, "city": city, "region": region, "postal_code": code, "country": country
        });
        serde_json::from_value(json).expect("an address of the country")
    }

    #[test]
    fn an_address_is_written_as_its_country_writes_it() {
        let lines = |country, city, region, code| address(country, city, region, code).lines().join(" | ");
        assert_eq!(lines("DE", "Weißenfels", Some("ST"), Some("06667")), "Main Street 1 | 06667 Weißenfels | Germany");
        assert_eq!(
            lines("US", "Springfield", Some("il"), Some("62701")),
            "Main Street 1 | Springfield IL 62701 | United States"
        );
        assert_eq!(
            lines("GB", "London", Some("ENG"), Some("sw1a2aa")),
            "Main Street 1 | London | SW1A 2AA | United Kingdom"
        );
        assert_eq!(
            lines("JP", "Chiyoda", Some("13"), Some("1000001")),
            "Main Street 1 | Chiyoda, Tokyo 100-0001 | Japan"
        );
        assert_eq!(lines("AE", "Dubai", Some("DU"), None), "Main Street 1 | Dubai | United Arab Emirates");
        assert_eq!(
            lines("MX", "Toluca", Some("MEX"), Some("50000")),
            "Main Street 1 | 50000 Toluca Estado de México | Mexico"
        );
    }

    #[test]
    fn nothing_typed_is_read_as_a_place_of_the_format() {
        let mut address = address("DE", "{{country}}", None, Some("06667"));
        address.line2 = Some(AddressLine::parse("{{city}} }} {{").expect("a line"));
        assert_eq!(address.lines(), ["Main Street 1", "{{city}} }} {{", "06667 {{country}}", "Germany"]);
    }

    #[test]
    fn an_address_survives_being_stored() {
        let address = address("BR", "São Paulo", Some("SP"), Some("01310100"));
        let json = serde_json::to_string(&address).expect("written");
        assert_eq!(serde_json::from_str::<Address>(&json).expect("read"), address);
    }

    #[test]
    fn every_country_can_write_an_address() {
        for country in Country::all() {
            let code = country.postal_example();
            let region = country.states().first().map(|state| state.code);
            let lines = address(country.alpha2(), "Town", region, code).lines();
            assert_eq!(lines.last().map(String::as_str), Some(country.name()));
            assert!(lines.iter().any(|line| line == "Main Street 1"), "{country}: {lines:?}");
            assert!(code.is_none_or(|code| lines.iter().any(|line| line.contains(code))), "{country}: {lines:?}");
        }
    }
}
