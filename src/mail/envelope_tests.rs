//! What goes to the mail server: headers and addresses, with friendly and with hostile facts.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use lettre::message::Mailbox;
use time::macros::datetime;

use super::{
    Mailer,
    mailer::Envelope,
    tests::{all, hostile, through_the_outbox},
    words,
};

#[test]
fn line_breaks_and_nul_reach_no_header() {
    for text in hostile() {
        for message in all(text) {
            let mail = through_the_outbox(&message);
            let name = words::plain(text);
            let envelope = Envelope {
                to_address: "k@guss.example",
                to_name: Some(&name),
                message_id: "<1@portal.example>".into(),
                date: datetime!(2026-11-21 09:42 UTC),
            };
            let formatted = Mailer::default().compose(&envelope, &mail).unwrap().formatted();
            let raw = String::from_utf8(formatted).expect("headers and parts are encoded to ASCII");
            let (headers, _) = raw.split_once("\r\n\r\n").unwrap();
            assert!(raw.is_ascii() && !raw.contains('\0'), "{text:?}");
            assert!(!headers.to_lowercase().contains("\nbcc:"), "{headers}");
            let known = [
                "From:",
                "To:",
                "Subject:",
                "Message-ID:",
                "Date:",
                "Auto-Submitted:",
                "MIME-Version:",
                "Content-Type:",
                " ",
                "\t",
            ];
            for line in headers.lines() {
                assert!(known.iter().any(|start| line.starts_with(start)), "{line:?} in {headers}");
            }
            // Bare line breaks are how one mail becomes two.
            assert!(!raw.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
        }
    }
}

#[test]
fn an_address_with_a_line_break_is_refused() {
    let mail = through_the_outbox(&all("Anna")[0]);
    let envelope = Envelope {
        to_address: "k@guss.example\r\nRCPT TO:<evil@evil.example>",
        to_name: None,
        message_id: "<1@portal.example>".into(),
        date: datetime!(2026-11-21 09:42 UTC),
    };
    assert!(Mailer::default().compose(&envelope, &mail).is_err());
}

#[test]
fn a_domain_in_other_letters_goes_out_in_ascii() {
    let mail = through_the_outbox(&all("Anna")[0]);
    let envelope = Envelope {
        to_address: "k@präzisionsguss.example",
        to_name: None,
        message_id: "<1@portal.example>".into(),
        date: datetime!(2026-11-21 09:42 UTC),
    };
    let message = Mailer::default().compose(&envelope, &mail).unwrap();
    let recipients: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(recipients, ["k@xn--przisionsguss-cfb.example"]);
}

#[test]
fn the_default_sender_is_a_mailbox() {
    let from: Result<Mailbox, _> = "Tenantry <portal@localhost>".parse();
    assert!(from.is_ok());
}
