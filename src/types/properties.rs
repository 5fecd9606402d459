//! What holds for every type and any text: nothing panics, refusals are short, and what is shown can be typed again.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Parsers by name; each returns what it kept, as it is shown.
type Parser = (&'static str, fn(&str) -> Result<String, Invalid>);

const PARSERS: &[Parser] = &[
    ("email", |raw| EmailAddress::parse(raw).map(|v| v.to_string())),
    ("domain", |raw| DomainName::parse(raw).map(|v| v.to_string())),
    ("phone", |raw| PhoneNumber::parse(raw).map(|v| v.to_string())),
    ("person", |raw| PersonName::parse(raw).map(|v| v.to_string())),
    ("display name", |raw| DisplayName::parse(raw).map(|v| v.to_string())),
    ("company", |raw| CompanyName::parse(raw).map(|v| v.to_string())),
    ("subscription", |raw| SubscriptionName::parse(raw).map(|v| v.to_string())),
    ("registration", |raw| RegistrationNumber::parse(raw).map(|v| v.to_string())),
    ("customer number", |raw| CustomerNumber::parse(raw).map(|v| v.to_string())),
    ("line", |raw| AddressLine::parse(raw).map(|v| v.to_string())),
    ("city", |raw| City::parse(raw).map(|v| v.to_string())),
    ("free text", |raw| FreeText::parse(raw).map(|v| v.to_string())),
    ("size", |raw| CompanySize::parse(raw).map(|v| v.to_string())),
    ("country", |raw| Country::parse(raw).map(|v| v.to_string())),
    ("licences", |raw| LicenseCount::parse(raw).map(|v| v.to_string())),
    ("plan", |raw| Plan::parse(raw).map(|v| v.to_string())),
    ("commitment", |raw| Commitment::parse(raw).map(|v| v.to_string())),
    ("key", |raw| OrgKey::parse(raw).map(|v| v.to_string())),
    ("zone", |raw| TimeZone::parse(raw).map(|v| v.to_string())),
    ("euro", |raw| Money::parse_price(raw, Currency::EUR).map(|v| v.to_string())),
    ("yen", |raw| Money::parse_price(raw, Currency::JPY).map(|v| v.to_string())),
    ("code", |raw| VerificationCode::parse(raw).map(|v| v.spaced())),
    ("token", |raw| OpaqueToken::parse(raw).map(|v| v.as_str().to_owned())),
    ("phone in Germany", |raw| PhoneNumber::parse_in(raw, Some(&country("DE"))).map(|v| v.to_string())),
    ("postcode of Germany", |raw| PostalCode::parse_in(raw, country("DE")).map(|v| v.to_string())),
    ("postcode of the United Kingdom", |raw| PostalCode::parse_in(raw, country("GB")).map(|v| v.to_string())),
    ("text for Hong Kong", |raw| PostalCode::parse_in(raw, country("HK")).map(|v| v.to_string())),
    ("date", |raw| parse_date(raw).map(day_month_year)),
    ("yes or no", |raw| parse_yes_no(raw).map(|v| yes_no(v).to_owned())),
    ("yearly amount", |raw| parse_yearly(raw, Currency::EUR).map(|(v, _)| v.plain())),
    ("state of Germany", |raw| Region::parse_in(raw, country("DE")).map(|v| v.to_string())),
    ("state of Hong Kong", |raw| Region::parse_in(raw, country("HK")).map(|v| v.to_string())),
];

fn country(code: &str) -> Country {
    Country::parse(code).expect(code)
}

/// Texts that break careless parsers.
const NAUGHTY: &[&str] = &[
    "",
    " ",
    "\0",
    "a\0b",
    "\u{202e}moc.elpmaxe",
    "<script>alert(1)</script>",
    "'; drop table users; --",
    "😀👩‍👩‍👧🏳️‍🌈",
    "\u{200b}\u{feff}",
    "١٢٣٤٥٦",
    "１２３４５６",
    "\r\nBcc: a@b.example",
    "Ω≈ç√∫˜µ≤≥÷",
    "田中さんにあげて下さい",
    "=cmd|' /C calc'!A0",
    "\u{feff}\u{fffe}",
    "-",
    "+",
    ".",
    ",",
    "@",
    "%",
    "\\",
    "\u{d7ff}\u{e000}\u{10ffff}",
    "ⅷ²½",
    "İı",
    "ß@ß.ß",
    "a@xn--.example",
    "1e9",
    "NaN",
    "0x10",
    "null",
    "undefined",
    "../../etc/passwd",
    "{{7*7}}",
    "${7*7}",
    "%00",
    "+49\u{202c}3443",
    "ext. 7",
    ";ext=7",
    "+;ext=1",
    "x7",
    " x7",
    "#",
    "()()()",
    "0000000000000",
    "🇩🇪",
    "ﷺ",
    "\u{1d54f}",
];

/// These and long repetitions of what a careless pattern trips over.
fn naughty() -> Vec<String> {
    let mut texts: Vec<String> = NAUGHTY.iter().map(|text| (*text).to_owned()).collect();
    for unit in [
        "x", "1", "a.", "@", ".", "www.", "http://", "xn--", "\u{300}", "1,", " ", "😀", "ﷺ", "-", "+", "a@", "1 ",
        "ß", "\0", "ext",
    ] {
        texts.push(unit.repeat(10_000 / unit.len()));
        texts.push(format!("a{}b.example", unit.repeat(9_000 / unit.len())));
    }
    texts
}

/// What must hold for any text, whichever parser reads it.
fn check((name, parse): &Parser, raw: &str) -> Result<(), String> {
    match parse(raw) {
        Ok(shown) if parse(&shown).as_deref() != Ok(shown.as_str()) => {
            Err(format!("{name}: {raw:?} became {shown:?}, which became {:?}", parse(&shown)))
        }
        Ok(shown) if *name != "free text" && shown.contains(|c: char| c.is_control()) => {
            Err(format!("{name}: {raw:?} kept a control character: {shown:?}"))
        }
        Err(Invalid(message))
            if message.chars().count() > 190 || message.is_empty() || message.contains(char::is_control) =>
        {
            Err(format!("{name}: {raw:?} is refused with {message:?}"))
        }
        _ => Ok(()),
    }
}

#[test]
fn naughty_texts_are_refused_briefly_or_kept_faithfully() {
    for raw in naughty() {
        for parser in PARSERS {
            assert_eq!(check(parser, &raw), Ok(()));
        }
    }
}

#[test]
fn no_text_of_the_size_of_a_request_takes_long() {
    for unit in ["a", "1", "a.", "@", "\u{300}", "1,", " x", "-", "xn--a.", "ｘ"] {
        let raw = unit.repeat(1_000_000 / unit.len());
        for (name, parse) in PARSERS {
            let started = Instant::now();
            let kept = parse(&raw).is_ok();
            assert!(
                !kept && started.elapsed() < Duration::from_secs(2),
                "{name} took {:?} for {unit:?}",
                started.elapsed()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_briefly_or_kept_faithfully(raw in "\\PC{0,60}|[a-z0-9.@:/ +,;#x-]{0,40}|.{0,200}") {
        for parser in PARSERS {
            prop_assert_eq!(check(parser, &raw), Ok(()));
        }
    }

    #[test]
    fn any_bytes_up_to_ten_thousand_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..10_000)) {
        let raw = String::from_utf8_lossy(&bytes);
        for parser in PARSERS {
            prop_assert_eq!(check(parser, &raw), Ok(()));
        }
    }

    #[test]
    fn a_domain_is_its_own_normal_form(raw in "(https?://)?(www\\.)?[a-zäöüß0-9-]{1,12}(\\.[a-z0-9éß]{1,8}){1,3}\\.?(/[a-z]{0,5})?") {
        if let Ok(domain) = DomainName::parse(&raw) {
            prop_assert_eq!(DomainName::parse_noting(domain.as_str()), Ok((domain.clone(), None)));
            prop_assert_eq!(DomainName::parse(&domain.unicode()), Ok(domain));
        }
    }

    #[test]
    fn the_key_of_an_address_is_an_address_with_the_same_key(raw in "[A-Za-z0-9.+_-]{1,20}@[A-Za-zäß0-9-]{1,12}\\.[A-Za-z]{2,8}") {
        if let Ok(email) = EmailAddress::parse(&raw) {
            let twin = EmailAddress::parse(&email.key()).expect("a key is an address");
            prop_assert_eq!(twin.key(), email.key());
            let upper = EmailAddress::parse(&raw.to_ascii_uppercase()).expect("case changes nothing");
            prop_assert_eq!(upper.key(), email.key());
        }
    }

    #[test]
    fn an_amount_survives_being_shown(minor in 0..1_000_000_000_000_i64) {
        for currency in [Currency::EUR, Currency::JPY, Currency::KWD, Currency::SEK] {
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::parse_price(&money.to_string(), currency), Ok(money));
        }
    }

    #[test]
    fn sums_and_multiples_agree(a in -1_000_000_i64..1_000_000, times in 0..1_000_i64) {
        let one = Money::new(a, Currency::EUR);
        let sum = (0..times).try_fold(Money::zero(Currency::EUR), |sum, _| sum.checked_add(one));
        prop_assert_eq!(sum, one.checked_mul(times));
    }

    #[test]
    fn licence_counts_survive_being_shown(count in 1..=LicenseCount::MAX) {
        let licences = LicenseCount::new(i64::from(count)).expect("in range");
        prop_assert_eq!(LicenseCount::parse(&licences.to_string()), Ok(licences));
    }

    #[test]
    fn codes_survive_being_written_apart(code in "[0-9]{6}", gap in "[ \\-\u{a0}]?") {
        let pasted = format!("Code: {}{gap}{}.", &code[..3], &code[3..]);
        prop_assert_eq!(VerificationCode::parse(&pasted).map(|found| found.as_str().to_owned()), Ok(code));
    }
}
