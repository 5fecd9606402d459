use proptest::prelude::*;

use super::{OrganizationForm, Rules};
use crate::{
    organizations::fields::{FIELDS, Field},
    types::{AccountKind, Country, Currency},
};

fn rules() -> Rules {
    Rules {
        required: vec![Field::Name, Field::Domain, Field::NotificationEmail],
        kinds: vec![AccountKind::Customer, AccountKind::Partner],
        country: Country::parse("DE").ok(),
        currency: Currency::EUR,
        custom: Vec::new(),
    }
}

/// The example of each field, as an example row has them.
fn example() -> OrganizationForm {
    let mut form = OrganizationForm::default();
    for info in &FIELDS {
        form.set(info.field, info.example.to_owned());
    }
    form
}

fn error(field: Field, typed: &str) -> String {
    let mut form = example();
    form.set(field, typed.to_owned());
    let errors = form.parse(&rules()).expect_err(typed);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.get(field.name()).expect("its own message").to_owned()
}

fn note(field: Field, typed: &str) -> String {
    let mut form = example();
    form.set(field, typed.to_owned());
    let notes = form.parse(&rules()).expect(typed).notes;
    notes.into_iter().find(|note| note.field == field).map(|note| note.words).unwrap_or_default()
}

#[test]
fn the_example_row_is_one_that_is_accepted() {
    let parsed = example().parse(&rules()).expect("acceptable");
    assert_eq!(parsed.notes, []);
    let details = parsed.details;
    assert_eq!(details.country.alpha2(), "PL");
    assert_eq!(details.approval_limit.map(|limit| limit.minor), Some(500_000));
    assert!(details.contact_given_name.is_none(), "a whole name is never split (D7)");
    assert_eq!(details.contact().as_deref(), Some("Anna Kowalczyk"));
}

#[test]
fn what_is_kept_can_be_read_again_unchanged() {
    let details = example().parse(&rules()).expect("acceptable").details;
    assert_eq!(OrganizationForm::of(&details).parse(&rules()).expect("again").details, details);
    let mut written = OrganizationForm::default();
    for info in &FIELDS {
        written.set(info.field, details.text(info.field));
    }
    assert_eq!(written.parse(&rules()).expect("from a file").details, details);
}

#[test]
fn every_demanded_field_is_named_when_nothing_was_typed() {
    let errors = OrganizationForm::default().parse(&rules()).expect_err("nothing");
    let named: Vec<_> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(named, ["name", "domain", "notification_email"]);
    let tightened = rules().tightened(&[Field::CustomerNumber, Field::Country, Field::Name]);
    assert_eq!(tightened.required.len(), 5);
    let errors = OrganizationForm::default().parse(&tightened).expect_err("nothing");
    assert_eq!(errors.get("customer_number"), Some("Enter the customer number"));
    assert_eq!(errors.get("country"), Some("Choose a country"));
}

#[test]
fn what_is_left_out_or_reckoned_is_said() {
    let words = note(Field::Domain, "https://www.kowalczyk.example/kontakt");
    assert_eq!(words, "We left out “https://”, “www.” and “/kontakt”: kowalczyk.example is used");
    assert_eq!(note(Field::ApprovalLimit, "480 monthly"), "12 x €480.00 a month is kept as €5,760.00 a year");
    assert_eq!(note(Field::ContactPhone, "22 555 01 42"), "Read as +48 22 555 01 42");
    assert_eq!(note(Field::ContactPhone, "+48 22 555 01 42"), "");
}

#[test]
fn each_field_has_a_message_of_its_own() {
    assert!(error(Field::Domain, "anna@kowalczyk.example").contains("is an email address"));
    assert!(error(Field::NotificationEmail, "kowalczyk").contains("kowalczyk"));
    assert_eq!(error(Field::ApprovalRequired, "perhaps"), "“perhaps” is neither TRUE nor FALSE");
    assert!(error(Field::ApprovalLimit, "much").contains("is not an amount"));
    assert!(error(Field::BillingStartsOn, "01/02/27").contains("a year of two digits"));
    assert!(error(Field::BillingStartsOn, "31/02/2027").contains("31 February 2027 does not exist"));
    assert!(error(Field::PostalCode, "SW1A 2AA").contains("of Poland"));
    assert!(error(Field::State, "Bavaria").contains("of Poland"));
    assert!(error(Field::ContactPhone, "12").contains("too short"));
    assert!(error(Field::ContactMobile, "call me").contains("contains a letter"));
    let mut off = example();
    off.approval_required = String::new();
    let errors = off.parse(&rules()).expect_err("a limit without the process");
    assert_eq!(
        errors.get("approval_limit"),
        Some("There is a limit, but the approval process is off. Turn it on, or leave the limit empty")
    );
    let nowhere = OrganizationForm { country: "Atlantis".into(), ..example() };
    let errors = nowhere.parse(&rules()).expect_err("no country");
    assert!(errors.get("country").is_some_and(|message| message.contains("not a country")), "{errors:?}");
}

#[test]
fn a_country_is_read_by_code_or_name_and_defaults_to_the_parents() {
    for (typed, code) in [("", "DE"), ("pl", "PL"), ("POL", "PL"), ("Germany", "DE"), ("united states", "US")] {
        let form = OrganizationForm {
            name: "A".into(),
            domain: "a.example".into(),
            notification_email: "a@a.example".into(),
            country: typed.into(),
            ..OrganizationForm::default()
        };
        assert_eq!(form.parse(&rules()).expect(typed).details.country.alpha2(), code);
    }
}

#[test]
fn only_the_types_that_may_be_created_are_accepted() {
    let form = OrganizationForm { kind: "enterprise".into(), ..example() };
    assert!(form.parse(&rules()).expect_err("not here").get("kind").is_some());
    let form = OrganizationForm { kind: "partner".into(), ..example() };
    assert_eq!(form.parse(&rules()).expect("a partner").details.kind, AccountKind::Partner);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_in_any_field_panics(raw in "\\PC{0,60}|[0-9/.,+-]{0,20}|.{0,200}", place in 0..FIELDS.len()) {
        let mut form = example();
        let field = FIELDS[place].field;
        form.set(field, raw.clone());
        match form.parse(&rules()) {
            Ok(parsed) => prop_assert_eq!(OrganizationForm::of(&parsed.details).parse(&rules()).map(|it| it.details), Ok(parsed.details)),
            Err(errors) => prop_assert!(errors.iter().all(|(_, message)| message.chars().count() < 220), "{:?}", errors),
        }
    }
}
