//! Everyday names where ISO's are official forms, and states whose name in keshvar is not in Latin letters.

/// The everyday English name of a country, where ISO's short name is not it.
pub(super) fn of_country(alpha2: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(code, _)| *code == alpha2).map(|(_, name)| *name)
}

/// The corrected name of a state.
pub(super) fn of_state(_country: &str, _code: &str) -> Option<&'static str> {
    None
}

/// A name without what keshvar notes beside it: " (de)", " [Abu Dhabi]", " *".
pub(super) fn trimmed(raw: &'static str) -> &'static str {
    let end = raw.find([' ', '[']).map_or(raw.len(), |_| raw.find(['(', '[', '*', '†']).unwrap_or(raw.len()));
    raw[..end].trim()
}

const COUNTRIES: &[(&str, &str)] = &[
    ("BN", "Brunei"),
    ("BO", "Bolivia"),
    ("CD", "Congo (Kinshasa)"),
    ("CG", "Congo (Brazzaville)"),
    ("CI", "Côte d’Ivoire"),
    ("CV", "Cape Verde"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MF", "Saint Martin"),
    ("PS", "Palestine"),
    ("RU", "Russia"),
    ("ST", "São Tomé and Príncipe"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VG", "British Virgin Islands"),
    ("VI", "US Virgin Islands"),
    ("VN", "Vietnam"),
];
