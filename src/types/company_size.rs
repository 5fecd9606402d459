//! How many people a company has: a band, or the exact number (S111).

use std::fmt;

use super::{
    Invalid,
    license_count::whole_number,
    text::{choice_key, grouped, quoted},
};

/// The bands of S111.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SizeBand {
    /// 1-10 people.
    UpTo10,
    /// 11-50 people.
    UpTo50,
    /// 51-200 people.
    UpTo200,
    /// 201-1,000 people.
    UpTo1000,
    /// More than 1,000 people.
    Over1000,
}

impl SizeBand {
    /// Every band, smallest first.
    pub const ALL: [Self; 5] = [Self::UpTo10, Self::UpTo50, Self::UpTo200, Self::UpTo1000, Self::Over1000];

    /// The text a form sends and a column holds.
    pub fn value(self) -> &'static str {
        match self {
            Self::UpTo10 => "1-10",
            Self::UpTo50 => "11-50",
            Self::UpTo200 => "51-200",
            Self::UpTo1000 => "201-1000",
            Self::Over1000 => "1001+",
        }
    }

    /// The words a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::UpTo10 => "1–10 people",
            Self::UpTo50 => "11–50 people",
            Self::UpTo200 => "51–200 people",
            Self::UpTo1000 => "201–1,000 people",
            Self::Over1000 => "More than 1,000",
        }
    }

    /// The band a number of people is in.
    pub fn of(people: u32) -> Self {
        match people {
            0..=10 => Self::UpTo10,
            11..=50 => Self::UpTo50,
            51..=200 => Self::UpTo200,
            201..=1_000 => Self::UpTo1000,
            _ => Self::Over1000,
        }
    }
}

/// A band, and the exact number of people where it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompanySize {
    band: SizeBand,
    exact: Option<u32>,
}

impl CompanySize {
    /// No company is larger than this.
    const MAX: i64 = 10_000_000;

    /// Reads a band ("51-200", "51–200 people") or a number of people ("73", "1,200").
    ///
    /// # Errors
    /// Neither of them, or a number outside 1 to 10,000,000.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let key = plain(raw);
        if let Some(band) = SizeBand::ALL.into_iter().find(|b| b.value() == key || plain(b.label()) == key) {
            return Ok(Self { band, exact: None });
        }
        let number = raw.trim().trim_end_matches("people").trim_end_matches("person");
        match whole_number(number) {
            Some(people @ 1..=Self::MAX) => {
                let people = people as u32; // in range: the pattern above
                Ok(Self { band: SizeBand::of(people), exact: Some(people) })
            }
            Some(_) => Err(Invalid::new(format!("{} is not a possible number of people", quoted(raw)))),
            None => Err(Invalid::new("Choose a size, or enter the number of people")),
        }
    }

    /// The band.
    pub fn band(self) -> SizeBand {
        self.band
    }

    /// The number of people, where it was given.
    pub fn exact(self) -> Option<u32> {
        self.exact
    }

    /// What a column holds and [`CompanySize::parse`] reads: the exact number, else the band's value.
    pub fn value(self) -> String {
        self.exact.map_or_else(|| self.band.value().to_owned(), |people| people.to_string())
    }

    /// "51–200 people", or "73 people".
    pub fn label(self) -> String {
        match self.exact {
            Some(1) => "1 person".to_owned(),
            Some(people) => format!("{} people", grouped(people.into())),
            None => self.band.label().to_owned(),
        }
    }
}

fn plain(raw: &str) -> String {
    choice_key(raw).replace(['–', '_'], "-").replace([',', '.'], "").trim_end_matches("-people").to_owned()
}

impl fmt::Display for CompanySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl std::str::FromStr for CompanySize {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        Self::parse(raw)
    }
}

impl serde::Serialize for CompanySize {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.value())
    }
}

impl<'de> serde::Deserialize<'de> for CompanySize {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_read_from_its_value_and_its_label() {
        for band in SizeBand::ALL {
            for raw in [band.value(), band.label()] {
                let size = CompanySize::parse(raw).expect(raw);
                assert_eq!((size.band(), size.exact()), (band, None));
                assert_eq!(size.value(), band.value());
            }
        }
        assert_eq!(CompanySize::parse("201-1,000").map(CompanySize::band), Ok(SizeBand::UpTo1000));
    }

    #[test]
    fn an_exact_number_picks_its_band() {
        for (raw, band, label) in [
            ("1", SizeBand::UpTo10, "1 person"),
            ("10", SizeBand::UpTo10, "10 people"),
            ("11", SizeBand::UpTo50, "11 people"),
            ("200", SizeBand::UpTo200, "200 people"),
            ("1.000", SizeBand::UpTo1000, "1,000 people"),
            ("1,001 people", SizeBand::Over1000, "1,001 people"),
        ] {
            let size = CompanySize::parse(raw).expect(raw);
            assert_eq!((size.band(), size.label().as_str()), (band, label));
            assert_eq!(CompanySize::parse(&size.value()), Ok(size));
            assert_eq!(CompanySize::parse(&size.to_string()).map(CompanySize::band), Ok(band));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(
            CompanySize::parse("").map_err(|e| e.to_string()),
            Err("Choose a size, or enter the number of people".into())
        );
        assert_eq!(
            CompanySize::parse("0").map_err(|e| e.to_string()),
            Err("“0” is not a possible number of people".into())
        );
        assert!(CompanySize::parse("99999999999").is_err());
        assert!(CompanySize::parse("many").is_err());
    }
}
