//! Every message, rendered with friendly and with hostile facts.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use scraper::{Html, Selector};

use super::{
    FactorChange, FactorChanged, GroupRequestAnswered, ImportEnded, ImportEnding, Invitation, MembershipChange,
    MembershipNotice, Message, OrganizationCreated, PasswordChanged, PasswordInstructions, PasswordReset, Sender,
    SupportVisitStarted, VerificationCode, Welcome,
    render::{Rendered, render},
    words,
};

const BASE: &str = "https://portal.nordlicht.example";
const TOKEN: &str = "5f3c8f0f6b7d4ce0a3a1b7d25a4c9d1e5f3c8f0f6b7d4ce0a3a1b7d25a4c9d1e";

/// One of each kind, with the same text wherever a person can put one.
pub(super) fn all(text: &str) -> Vec<Message> {
    let text = || text.to_owned();
    let sender = || Sender {
        name: text(),
        support_email: Some(text()),
        support_phone: Some(text()),
        support_url: Some(format!("https://help.example/{}", text())),
    };
    let path = || format!("/password/{TOKEN}");
    vec![
        VerificationCode {
            sender: sender(),
            code: "482913".into(),
            works_until: "10:52 (CET) on 21 November 2026".into(),
            recipient_name: text(),
            organization_name: text(),
            actor_name: text(),
        }
        .into(),
        PasswordReset { sender: sender(), path: path(), works_for: "30 minutes".into(), requested_from: text() }.into(),
        PasswordInstructions {
            sender: sender(),
            path: path(),
            works_for: "7 days".into(),
            recipient_name: text(),
            organization_name: text(),
            actor_name: text(),
        }
        .into(),
        PasswordChanged { sender: sender(), at: "10:42 (CET) on 21 November 2026".into() }.into(),
        FactorChanged {
            sender: sender(),
            change: FactorChange::CodeUsed { left: 9 },
            at: "10:42 (CET) on 21 November 2026".into(),
        }
        .into(),
        SupportVisitStarted {
            sender: sender(),
            organization_name: text(),
            org_key: "ORG-7KQ2-M9XD".into(),
            visitor_name: text(),
            partner_name: text(),
            reason: text(),
            requested_by: text(),
            until: "14:42 (CET) on 21 November 2026".into(),
        }
        .into(),
        Welcome {
            sender: sender(),
            recipient_name: text(),
            organization_name: text(),
            org_key: "ORG-7KQ2-M9XD".into(),
            actor_name: text(),
        }
        .into(),
        OrganizationCreated {
            sender: sender(),
            organization_name: text(),
            org_key: "ORG-7KQ2-M9XD".into(),
            actor_name: text(),
        }
        .into(),
        GroupRequestAnswered {
            sender: sender(),
            recipient_name: text(),
            organization_name: text(),
            path: "/o/org_7kq2m9xd4t5w/group-requests".into(),
            actor_name: text(),
            granted: true,
            asked: text(),
            reply: text(),
        }
        .into(),
        ImportEnded {
            sender: sender(),
            recipient_name: text(),
            organization_name: text(),
            file_name: text(),
            path: "/o/org_7kq2m9xd4t5w/imports/0199".into(),
            ending: ImportEnding::Stopped,
            counts: "118 created, 4 failed".into(),
            why: text(),
        }
        .into(),
        Invitation {
            sender: sender(),
            path: format!("/invitations/{TOKEN}"),
            works_for: "7 days".into(),
            recipient_name: Some(text()),
            organization_name: text(),
            role: text(),
            actor_name: text(),
        }
        .into(),
        notice(&text, sender(), MembershipChange::Role { before: text(), after: text() }),
        notice(&text, sender(), MembershipChange::Suspended),
        notice(&text, sender(), MembershipChange::Resumed),
        notice(&text, sender(), MembershipChange::Removed),
        notice(&text, sender(), MembershipChange::SignedOut),
        super::alerts::lifecycle_sample(&text(), sender()),
        super::transfers::sample(&text(), sender()),
    ]
}

fn notice(text: &dyn Fn() -> String, sender: Sender, change: MembershipChange) -> Message {
    let (recipient_name, organization_name, actor_name) = (text(), text(), text());
    MembershipNotice { sender, recipient_name, organization_name, actor_name, change }.into()
}

/// As the outbox does: cleaned, stored, read back.
pub(super) fn through_the_outbox(message: &Message) -> Rendered {
    let mut facts = serde_json::to_value(message).unwrap();
    words::clean(&mut facts);
    render(BASE, &serde_json::from_value(facts).unwrap()).unwrap()
}

/// Element names and attribute names, in order: the shape of a page without its texts.
fn shape(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let everything = Selector::parse("*").unwrap();
    page.select(&everything)
        .map(|element| {
            let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", element.value().name(), names.join(" "))
        })
        .collect()
}

pub(super) fn hostile() -> Vec<&'static str> {
    vec![
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "' style='position:fixed' x='",
        "</title><style>*{display:none}</style>",
        "<!--",
        "]]>",
        "&lt;b&gt;&amp;",
        "{{ message.code }}{% raw %}",
        "javascript:alert(1)",
        "Firm\r\nBcc: everyone@firm.example",
        "Firm\n.\nQUIT",
        "a\0b",
        "\u{202e}gnp.exe",
        "שלום עולם",
        "株式会社さくら物流",
        "👩‍👩‍👧‍👦",
    ]
}

#[test]
fn a_hostile_name_changes_no_element_and_no_attribute() {
    let friendly: Vec<_> = all("Anna").iter().map(|message| shape(&through_the_outbox(message).html)).collect();
    for text in hostile() {
        for (message, expected) in all(text).iter().zip(&friendly) {
            let html = through_the_outbox(message).html;
            assert_eq!(&shape(&html), expected, "{} with {text:?}", message.kind());
        }
    }
}

#[test]
fn no_script_and_no_foreign_link_comes_out_of_a_name() {
    let links = Selector::parse("[href]").unwrap();
    for text in hostile() {
        for message in all(text) {
            let html = through_the_outbox(&message).html;
            for link in Html::parse_document(&html).select(&links) {
                let href = link.attr("href").unwrap();
                let ours = [BASE, "mailto:", "https://help.example/"].iter().any(|start| href.starts_with(start));
                assert!(ours, "{} leads to {href}", message.kind());
            }
        }
    }
}

#[test]
fn every_link_starts_with_the_configured_address_whatever_the_path_says() {
    let message = PasswordReset {
        sender: Sender::named("Nordlicht"),
        path: "//evil.example/password/x".into(),
        works_for: "30 minutes".into(),
        requested_from: "203.0.113.7".into(),
    };
    let mail = through_the_outbox(&message.into());
    assert!(mail.text.contains("https://portal.nordlicht.example/evil.example/password/x"), "{}", mail.text);
}

#[test]
fn a_support_page_that_is_no_web_address_is_left_out() {
    let mut sender = Sender::named("Nordlicht");
    sender.support_url = Some("javascript:alert(1)".into());
    let mail = through_the_outbox(&PasswordChanged { sender, at: "now".into() }.into());
    assert!(!mail.html.contains("javascript:") && !mail.text.contains("javascript:"));
}

#[test]
fn the_text_part_has_short_lines_and_a_signature() {
    for message in all("Weißenfelder Präzisionsguss GmbH & Co. Kommanditgesellschaft") {
        let text = through_the_outbox(&message).text;
        let long = |line: &&str| line.chars().count() > 72 && line.contains(' ');
        assert_eq!(text.lines().find(long), None, "{}", message.kind());
        assert!(text.ends_with("\n\n-- \nSent by portal.nordlicht.example with Tenantry\n"), "{text}");
    }
}

#[test]
fn the_code_stands_in_the_subject_and_in_both_parts() {
    let mail = through_the_outbox(&all("Anna")[0]);
    assert_eq!(mail.subject, "482913 is your verification code");
    assert!(mail.text.contains("\n    482 913\n") && mail.html.contains(">482 913<"), "{}", mail.text);
    assert!(mail.text.contains("10:52 (CET) on 21 November 2026") && mail.html.contains("10:52 (CET)"));
}
