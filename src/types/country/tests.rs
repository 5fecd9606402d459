//! What the data of the countries must hold.

use super::*;

fn country(code: &str) -> Country {
    Country::parse(code).expect(code)
}

#[test]
fn every_iso_country_is_there_and_sorted_by_name() {
    let all = Country::all();
    assert_eq!(all.len(), 249);
    assert!(all.iter().all(|c| c.alpha2().len() == 2 && Country::parse(c.alpha2()) == Ok(*c)));
    assert!(all.iter().all(|c| Country::parse(c.name()) == Ok(*c)), "every name is read back");
    assert!(all.windows(2).all(|pair| folded(pair[0].name()) < folded(pair[1].name())));
    assert_eq!(all[1].name(), "Åland Islands", "accents do not move a name to the end");
}

#[test]
fn countries_are_read_by_code_and_by_name() {
    for raw in ["DE", "de", "DEU", "Germany", "germany", "Deutschland", " Allemagne "] {
        assert_eq!(Country::parse(raw).map(Country::alpha2), Ok("DE"), "{raw}");
    }
    assert_eq!(Country::parse("Cote d'Ivoire").map(Country::alpha2), Ok("CI"));
    let refused = Country::parse("Germny").map_err(|error| error.to_string());
    assert_eq!(refused, Err("“Germny” is not a country we know. Choose one from the list".to_owned()));
    assert_eq!(Country::parse("").map_err(|error| error.to_string()), Err("Choose a country".to_owned()));
}

#[test]
fn a_country_calls_things_by_its_own_words() {
    let words = |code| (country(code).state_label(), country(code).postal_label());
    assert_eq!(words("DE"), ("State", "Postcode"));
    assert_eq!(words("US"), ("State", "ZIP code"));
    assert_eq!(words("JP"), ("Prefecture", "Postal code"));
    assert_eq!(words("AE"), ("Emirate", "Postal code"));
    assert_eq!(words("IE"), ("County", "Eircode"));
    assert_eq!(words("IN"), ("State or union territory", "PIN code"));
    assert_eq!(words("CH"), ("Canton", "Postal code"));
    assert_eq!(country("DE").calling_code(), 49);
    assert_eq!(country("US").calling_code(), 1);
    assert_eq!(country("AQ").calling_code(), 672);
}

#[test]
fn states_are_asked_for_exactly_where_there_are_some() {
    let count = |code| country(code).states().len();
    let counts = [
        "DE", "US", "CA", "AU", "IN", "JP", "BR", "MX", "IT", "ES", "FR", "GB", "IE", "CH", "AT", "NL", "PL", "AE",
        "NO",
    ]
    .map(count);
    assert_eq!(counts, [16, 56, 13, 8, 36, 47, 27, 32, 106, 52, 18, 4, 26, 26, 9, 12, 16, 7, 17]);
    for without in ["SG", "HK", "MC", "VA", "SI", "LV", "GI", "PR", "AQ"] {
        assert!(!country(without).state_required(), "{without}");
    }
    assert!(country("DE").state_required());
    assert_eq!(country("DE").state_name("ST"), "Sachsen-Anhalt");
    assert_eq!(country("HK").state_name("Kowloon"), "Kowloon");
}

#[test]
fn postal_codes_are_asked_for_where_mail_needs_them() {
    let rule = |code| (country(code).has_postal_code(), country(code).postal_required());
    assert_eq!(rule("DE"), (true, true));
    assert_eq!(rule("IE"), (true, false));
    assert_eq!(rule("AE"), (false, false));
    assert_eq!(rule("HK"), (false, false));
    assert_eq!(country("GB").postal_example(), Some("SW1A 2AA"));
}

#[test]
fn states_have_readable_names_and_codes_of_their_own() {
    for country in Country::all() {
        let states = country.states();
        for (i, state) in states.iter().enumerate() {
            let latin =
                |c: char| !c.is_alphabetic() || u32::from(c) < 0x2b0 || (0x1e00..0x1f00).contains(&u32::from(c));
            let plain =
                state.name.chars().all(|c| latin(c) || "ʿʾʼ‘’".contains(c) || ('\u{300}'..'\u{370}').contains(&c));
            assert!(plain && !state.name.contains(['[', '(', '*']), "{country}: {}", state.name);
            assert!(
                !state.code.is_empty() && states[..i].iter().all(|other| other.code != state.code),
                "{country}: {}",
                state.code
            );
            assert!(
                states[..i].iter().all(|other| other.name != state.name),
                "{country}: two are called {}",
                state.name
            );
            assert_eq!(country.state(state.code).map(|found| found.name), Some(state.name));
        }
    }
}
