//! Turns the facts of a message into its two parts.

use askama::Template;

use super::{
    messages::{self, MembershipChange, Message, Sender},
    words,
};
use crate::error::{Error, Result};

/// A mail ready to be sent or kept.
pub(super) struct Rendered {
    /// Name in front of the sender's address.
    pub(super) from_name: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What every template needs beside its message.
pub(super) struct Letter<'a> {
    base_url: &'a str,
    sender: &'a Sender,
}

impl Letter<'_> {
    /// A place of the portal as a link. Whatever the path says, the link starts with the configured address.
    pub(super) fn link(&self, path: &str) -> String {
        format!("{}/{}", self.base_url, path.trim_start_matches('/'))
    }

    /// The dashboard of an organization as a link.
    pub(super) fn organization(&self, key: &str) -> String {
        self.link(&format!("/o/{key}"))
    }

    /// A name as a text part shows it.
    pub(super) fn name(&self, name: &str) -> String {
        words::isolate(name)
    }

    /// Host and port of the portal.
    pub(super) fn host(&self) -> &str {
        host_of(self.base_url)
    }

    /// Whether the recipient can be told whom to ask.
    pub(super) fn has_support(&self) -> bool {
        let sender = self.sender;
        sender.support_email.is_some() || sender.support_phone.is_some() || self.support_page().is_some()
    }

    /// The support page, unless it is anything but a web address.
    pub(super) fn support_page(&self) -> Option<&str> {
        self.sender.support_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    }

    /// Whom to ask, in one line.
    pub(super) fn support_words(&self) -> String {
        let sender = self.sender;
        let ways = [sender.support_email.as_deref(), sender.support_phone.as_deref(), self.support_page()];
        ways.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Host and port of an address without path.
pub(super) fn host_of(base_url: &str) -> &str {
    base_url.split_once("://").map_or(base_url, |(_, host)| host)
}

/// Declares the two parts of every message and how they are chosen.
macro_rules! parts {
    ($($name:ident: $text:tt, $html:tt;)+) => {
        mod text {
            use super::{Letter, MembershipChange, Template, messages};
            $(#[derive(Template)]
            #[template(path = $text)]
            pub(super) struct $name<'a> { pub(super) letter: &'a Letter<'a>, pub(super) message: &'a messages::$name })+
        }
        mod html {
            use super::{Letter, MembershipChange, Template, messages};
            $(#[derive(Template)]
            #[template(path = $html)]
            pub(super) struct $name<'a> { pub(super) letter: &'a Letter<'a>, pub(super) message: &'a messages::$name })+
        }

        fn both(letter: &Letter<'_>, message: &Message) -> askama::Result<(String, String)> {
            match message {
                $(Message::$name(message) => {
                    Ok((text::$name { letter, message }.render()?, html::$name { letter, message }.render()?))
                })+
            }
        }
    };
}
parts! {
    VerificationCode: "mail/verification_code.txt", "mail/verification_code.html";
    PasswordReset: "mail/password_reset.txt", "mail/password_reset.html";
    PasswordInstructions: "mail/password_instructions.txt", "mail/password_instructions.html";
    PasswordChanged: "mail/password_changed.txt", "mail/password_changed.html";
    FactorChanged: "mail/factor_changed.txt", "mail/factor_changed.html";
    SupportVisitStarted: "mail/support_visit_started.txt", "mail/support_visit_started.html";
    Welcome: "mail/welcome.txt", "mail/welcome.html";
    OrganizationCreated: "mail/organization_created.txt", "mail/organization_created.html";
    GroupRequestAnswered: "mail/group_request_answered.txt", "mail/group_request_answered.html";
    ImportEnded: "mail/import_ended.txt", "mail/import_ended.html";
    Invitation: "mail/invitation.txt", "mail/invitation.html";
    MembershipNotice: "mail/membership_notice.txt", "mail/membership_notice.html";
    LifecycleNotice: "mail/lifecycle_notice.txt", "mail/lifecycle_notice.html";
    TransferNotice: "mail/transfer_notice.txt", "mail/transfer_notice.html";
}

/// Renders both parts; links start with `base_url`.
///
/// # Errors
/// When a template cannot be rendered.
pub(super) fn render(base_url: &str, message: &Message) -> Result<Rendered> {
    let letter = Letter { base_url, sender: message.sender() };
    let (text, html) = both(&letter, message).map_err(|error| Error::Internal(error.into()))?;
    Ok(Rendered {
        from_name: words::plain(&message.sender().name),
        subject: words::plain(&message.subject()),
        text: words::wrap(&text),
        html,
    })
}
