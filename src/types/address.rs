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
        let street = [Some(&self.line1), self.line2.as_ref()].into_iter().flatten();
        let street = street.map(AddressLine::as_str).collect::<Vec<_>>().join("\n");
        let region = self.region.as_ref();
        let filled = self
            .country
            .address_format()
            .replace("{{postalcode}}", self.postal_code.as_ref().map_or("", PostalCode::as_str))
            .replace("{{region_short}}", region.map_or("", Region::as_str))
            .replace("{{region}}", region.map_or("", Region::name))
            .replace("{{city}}", self.city.as_str())
            .replace("{{street}}", &street)
            .replace("{{country}}", self.country.name());
        let lines = filled.lines().map(|line| line.trim_matches([' ', ',']).to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    }
}
