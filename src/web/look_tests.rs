//! The frame and every field macro in one page, checked as a browser reads it.

use askama::Template;
use scraper::{Html, Selector};

use super::fields::{Card, SelectOption};
use super::frame::{Crumb, Flash, Frame, FrameOrganization, FramePerson, NavEntry, SwitchEntry};
use crate::{error::FieldErrors, roles::Permissions};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout.html" %}{% import "fields.html" as fields %}
{% block title %}{{ fields::prefix(errors) }}Fields{% endblock %}
{% block main %}{{ fields::summary(errors) }}
<form method="post" action="/x" novalidate>
{{ fields::cards("kind", "Account type", cards, errors.get("kind"), hint = "It cannot be changed later.") }}
{{ fields::text("company", "Company name", company, errors.get("company"), autocomplete = "organization") }}
{{ fields::tel("phone", "Phone number", "03443x", errors.get("phone"), hint = "With country code") }}
{{ fields::email("email", "Email address", "a@b.example") }}
{{ fields::select("country", "Country", options, errors.get("country"), prompt = "Choose a country") }}
{{ fields::text("website", "Website", "", optional = true, inputmode = "url") }}
{{ fields::textarea("notes", "Notes", "<b>", optional = true) }}
{{ fields::password("password", "Password", errors.get("password"), autocomplete = "new-password") }}
{{ fields::code("code", "Code from the mail", "") }}
{{ fields::checkbox("same", "Same as the contact", true, fill = "city=Weißenfels") }}
</form>{% endblock %}"#
)]
struct Sink {
    frame: Frame,
    errors: FieldErrors,
    company: String,
    cards: Vec<Card>,
    options: Vec<SelectOption>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "gate.html" %}{% block title %}Sign in{% endblock %}{% block main %}<h1>Sign in</h1>{% endblock %}"#
)]
struct Gate {
    frame: Frame,
}

fn frame() -> Frame {
    Frame {
        theme: Some("dark"),
        organization: Some(FrameOrganization {
            name: "Nordlicht & Co".into(),
            key: "org_1".into(),
            initials: "NC".into(),
            tile: "t2",
            role: "Reseller Admin".into(),
            permissions: Permissions::ALL,
            offered: Permissions::ALL,
        }),
        switcher: vec![SwitchEntry {
            name: "Nordlicht & Co".into(),
            key: "org_1".into(),
            initials: "NC".into(),
            tile: "t2",
            role: "Reseller Admin".into(),
            suspended: false,
            current: true,
        }],
        nav: vec![NavEntry { label: "Home", href: "/o/org_1".into(), icon: "home", current: true, rule_before: false }],
        crumbs: vec![Crumb { label: "Home".into(), href: None }],
        person: Some(FramePerson { name: "Ingrid Sørensen".into(), initials: "IS".into() }),
        flashes: vec![
            Flash { level: "ok".into(), text: "Saved".into() },
            Flash { level: "warn".into(), text: "Old".into() },
        ],
        session_ends: Some(1_800_000_000),
        ..Default::default()
    }
}

fn sink(frame: Frame, errors: FieldErrors) -> Html {
    let cards = vec![
        Card::new("customer", "Customer", "Buys", "customer").with_figure("€7.50", "a month"),
        Card::new("partner", "Partner", "", "customer"),
    ];
    let options = vec![SelectOption::new("DE", "Germany", "DE"), SelectOption::new("AT", "Austria", "DE")];
    let page =
        Sink { frame, errors, company: "A \"B\" <i>".into(), cards, options }.render().expect("the page renders");
    Html::parse_document(&page)
}

fn attribute(page: &Html, selector: &str, name: &str) -> Option<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).next().and_then(|element| element.attr(name)).map(str::to_owned)
}

fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).expect("a selector")).count()
}

fn words(page: &Html, selector: &str) -> String {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector)
        .next()
        .map(|element| element.text().collect::<String>().trim().to_owned())
        .unwrap_or_default()
}

#[test]
fn an_error_is_named_in_title_summary_and_field() {
    let mut errors = FieldErrors::on("phone", "It contains a letter");
    errors.add("kind", "Choose a type");
    let page = sink(frame(), errors);
    assert_eq!(words(&page, "title"), "Error: Fields – Tenantry");
    assert_eq!(words(&page, "#errors h2"), "Two fields need your attention");
    assert_eq!(attribute(&page, "#errors", "tabindex").as_deref(), Some("-1"));
    assert_eq!(count(&page, "#errors a[href='#phone']"), 1);
    assert_eq!(words(&page, "#phone-error"), "Error: It contains a letter");
    assert_eq!(attribute(&page, "#phone", "aria-describedby").as_deref(), Some("phone-hint phone-error"));
    assert_eq!(attribute(&page, "#phone", "aria-invalid").as_deref(), Some("true"));
    assert_eq!(attribute(&page, "#company", "aria-invalid"), None);
    assert_eq!(count(&page, "input[type=radio]#kind"), 1, "the summary's link must reach the first card");
}

#[test]
fn what_was_typed_is_kept_and_escaped_except_secrets() {
    let page = sink(frame(), FieldErrors::default());
    assert_eq!(words(&page, "title"), "Fields – Tenantry");
    assert_eq!(count(&page, "#errors"), 0);
    assert_eq!(attribute(&page, "#company", "value").as_deref(), Some("A \"B\" <i>"));
    assert_eq!(words(&page, "#notes"), "<b>");
    assert_eq!(attribute(&page, "#country option[selected]", "value").as_deref(), Some("DE"));
    assert_eq!(attribute(&page, "#kind[checked]", "value").as_deref(), Some("customer"));
    assert_eq!(attribute(&page, "#password", "value"), None);
}

#[test]
fn optional_fields_say_so_and_the_others_are_required() {
    let page = sink(frame(), FieldErrors::default());
    assert_eq!(words(&page, "label[for=website]"), "Website (optional)");
    assert_eq!(attribute(&page, "#website", "required"), None);
    assert!(attribute(&page, "#company", "required").is_some());
    assert_eq!(attribute(&page, "#company", "autocomplete").as_deref(), Some("organization"));
    assert_eq!(attribute(&page, "#code", "autocomplete").as_deref(), Some("one-time-code"));
}

#[test]
fn the_frame_shows_place_and_person_only_to_someone_signed_in() {
    let page = sink(frame(), FieldErrors::default());
    assert_eq!(attribute(&page, "html", "data-bs-theme").as_deref(), Some("dark"));
    assert_eq!(words(&page, "nav.side a[aria-current=page]"), "Home");
    assert_eq!(count(&page, "form[action='/sign-out'][method=post]"), 1);
    assert_eq!(words(&page, ".toasts"), "Saved");
    assert_eq!(words(&page, "main .note.warn"), "Old");
    assert_eq!(attribute(&page, "meta[name=session-ends]", "content").as_deref(), Some("1800000000"));
    let page = sink(Frame::default(), FieldErrors::default());
    assert_eq!(count(&page, "nav, form[action='/sign-out'], dialog"), 0);
    assert_eq!(attribute(&page, "html", "data-bs-theme"), None);
    assert_eq!(count(&page, "main.narrow #company"), 1);
}

#[test]
fn ids_stand_once_and_what_refers_to_them_finds_them() {
    let signed_in = sink(frame(), FieldErrors::on("phone", "It contains a letter"));
    let gate = Html::parse_document(&Gate { frame: Frame::default() }.render().expect("the page renders"));
    for page in [signed_in, gate] {
        let all = Selector::parse("[id]").expect("a selector");
        let mut ids: Vec<_> = page.select(&all).filter_map(|element| element.attr("id")).collect();
        ids.sort_unstable();
        assert!(ids.is_sorted_by(|before, after| before != after), "an id stands twice: {ids:?}");
        for name in ["for", "popovertarget", "aria-labelledby", "aria-describedby", "data-reveal"] {
            let selector = Selector::parse(&format!("[{name}]")).expect("a selector");
            for id in page.select(&selector).flat_map(|element| element.attr(name).unwrap_or_default().split(' ')) {
                assert!(ids.contains(&id), "{name} names {id}, which is not on the page");
            }
        }
    }
}
