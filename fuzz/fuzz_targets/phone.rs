//! Phone numbers as people write them, with and without a country.
#![no_main]

use tenantry_fuzz::types::{Country, PhoneNumber};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let codes = ["", "DE", "US", "IT", "GB", "AR", "BV"];
    let code = codes[text.len() % codes.len()];
    let country = Country::parse(code).ok();
    if let Ok(number) = PhoneNumber::parse_in(text, country.as_ref()) {
        assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()), "what is stored is read");
        assert!(number.e164().starts_with('+') && number.e164().len() <= 20, "{number:?}");
        assert!(!number.display().is_empty());
    }
});
