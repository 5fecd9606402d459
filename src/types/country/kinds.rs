//! Which parts of a country are its states (D5).
//!
//! ISO 3166-2 lists every level of administration side by side. A state is a part of the first level that people there
//! name in an address or in dealings with authorities. So, of keshvar's parts:
//! - local government (municipality, commune, quarter, council) is no state, unless a country has nothing else between
//!   itself and the street and [`CHOSEN`] says so;
//! - where several levels are listed, [`CHOSEN`] names the one that counts;
//! - territories with a country code of their own are countries, not states, unless the country's post serves them as
//!   its own (Guadeloupe, Puerto Rico, Svalbard).

use keshvar::{Country as Source, SubdivisionType as Kind};

/// The level that counts in a country with several, and single parts that are added or left out.
struct Choice {
    country: &'static str,
    kinds: &'static [Kind],
    also: &'static [&'static str],
    not: &'static [&'static str],
}

const fn only(country: &'static str, kinds: &'static [Kind]) -> Choice {
    Choice { country, kinds, also: &[], not: &[] }
}

const CHOSEN: &[Choice] = &[
    only("AZ", &[Kind::Rayon, Kind::Municipality, Kind::AutonomousRepublic]),
    only("BD", &[Kind::Division]),
    Choice { country: "BE", kinds: &[Kind::Province], also: &["BRU"], not: &[] },
    only("BF", &[Kind::Region]),
    only("BQ", &[Kind::SpecialMunicipality]),
    Choice {
        country: "CN",
        kinds: &[Kind::Province, Kind::AutonomousRegion, Kind::Municipality],
        also: &[],
        not: &["HK", "MO", "TW"],
    },
    only("CV", &[Kind::Municipality]),
    only("CZ", &[Kind::Region, Kind::CapitalCity]),
    only("DO", &[Kind::Province, Kind::District]),
    only("EE", &[Kind::County]),
    only("ES", &[Kind::Province, Kind::AutonomousCityInNorthAfrica]),
    only("FJ", &[Kind::Division, Kind::Dependency]),
    Choice {
        country: "FR",
        kinds: &[
            Kind::MetropolitanRegion,
            Kind::OverseasDepartmentalCollectivity,
            Kind::OverseasUniqueTerritorialCollectivity,
        ],
        also: &["20R"],
        not: &["BL", "CP", "MF", "NC"],
    },
    only("GB", &[Kind::Country, Kind::Province]),
    only("GL", &[]),
    only("GN", &[Kind::AdministrativeRegion, Kind::Governorate]),
    only("GQ", &[Kind::Province]),
    only("GW", &[Kind::Region, Kind::AutonomousSector]),
    only("HU", &[Kind::County, Kind::CapitalCity]),
    only("ID", &[Kind::Province, Kind::SpecialRegion, Kind::CapitalRegion]),
    only("IE", &[Kind::County]),
    only("IS", &[Kind::Region]),
    only(
        "IT",
        &[
            Kind::Province,
            Kind::MetropolitanCity,
            Kind::FreeMunicipalConsortium,
            Kind::DecentralizedRegionalEntity,
            Kind::AutonomousProvince,
        ],
    ),
    only("KN", &[Kind::State]),
    Choice { country: "LR", kinds: &[Kind::County], also: &[], not: &["X1~", "X2~"] },
    only("LK", &[Kind::Province]),
    only("LT", &[Kind::County]),
    only("MA", &[Kind::Region]),
    only("MH", &[]),
    only("MW", &[Kind::Region]),
    only("NL", &[Kind::Province]),
    Choice { country: "NO", kinds: &[Kind::County, Kind::ArcticRegion], also: &[], not: &["30", "38", "54"] },
    only("NP", &[Kind::Province]),
    only("PE", &[Kind::Region, Kind::Municipality]),
    Choice { country: "PH", kinds: &[Kind::Province], also: &["00"], not: &[] },
    only("RO", &[Kind::Department, Kind::Municipality]),
    only("RS", &[Kind::District, Kind::City]),
    only("SG", &[]),
    only("TL", &[Kind::Municipality, Kind::SpecialAdministrativeRegion]),
    only("UG", &[Kind::GeographicalRegion]),
    only("UM", &[]),
    Choice { country: "US", kinds: &[Kind::State, Kind::District, Kind::OutlyingArea], also: &[], not: &["UM"] },
    only("VN", &[Kind::Province, Kind::Municipality]),
    only("YE", &[Kind::Governorate, Kind::Municipality]),
];

/// Kinds that are local government wherever nothing else is chosen.
const LOCAL: &[Kind] = &[
    Kind::Municipality,
    Kind::Commune,
    Kind::LocalCouncil,
    Kind::Quarter,
    Kind::IslandCouncil,
    Kind::TownCouncil,
    Kind::StateCity,
    Kind::UrbanMunicipality,
    Kind::RuralMunicipality,
];

/// Whether a part counts as a state.
pub(super) fn counts(country: &str, code: &str, kind: Kind) -> bool {
    match CHOSEN.iter().find(|choice| choice.country == country) {
        Some(choice) => (choice.kinds.contains(&kind) || choice.also.contains(&code)) && !choice.not.contains(&code),
        None => !LOCAL.contains(&kind) || country == "CF",
    }
}

/// What a country calls its states where the most frequent kind does not say it.
const LABELS: &[(&str, &str)] = &[
    ("AU", "State or territory"),
    ("CA", "Province or territory"),
    ("GB", "Nation"),
    ("IN", "State or union territory"),
    ("AM", "Province"),
    ("ET", "Region"),
    ("RO", "County"),
    ("KR", "Province or city"),
    ("SA", "Province"),
    ("VN", "Province or city"),
    ("UA", "Oblast"),
    ("BY", "Oblast"),
    ("BA", "Entity"),
    ("TW", "County or city"),
];

/// What a country calls its states.
pub(super) fn label(country: &str, source: &Source) -> &'static str {
    if let Some((_, label)) = LABELS.iter().find(|(code, _)| *code == country) {
        return label;
    }
    let parts = source.subdivisions().values().filter(|part| counts(country, part.code(), part.subdivision_type()));
    let words: Vec<&'static str> = parts.map(|part| word(part.subdivision_type())).collect();
    let count = |word: &str| words.iter().filter(|other| **other == word).count();
    words.iter().copied().max_by_key(|word| (count(word), *word)).unwrap_or("State or region")
}

/// The everyday word for a kind.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::State | Kind::RegionalState => "State",
        Kind::Province | Kind::AutonomousProvince => "Province",
        Kind::Prefecture | Kind::EconomicPrefecture => "Prefecture",
        Kind::Emirate => "Emirate",
        Kind::County => "County",
        Kind::Department | Kind::Departments => "Department",
        Kind::District => "District",
        Kind::Governorate => "Governorate",
        Kind::Parish => "Parish",
        Kind::Canton => "Canton",
        Kind::Voivodeship => "Voivodeship",
        Kind::Division => "Division",
        Kind::Rayon => "District",
        Kind::Municipality => "Municipality",
        Kind::Island | Kind::GroupOfIslands | Kind::SpecialMunicipality | Kind::GeographicalEntity => "Island",
        Kind::AdministrativeAtoll => "Atoll",
        Kind::Popularate => "District",
        _ => "Region",
    }
}
