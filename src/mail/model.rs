//! What may be seen of mails that are done with.

use time::OffsetDateTime;
use uuid::Uuid;

/// A mail that was kept because there is no mail server.
#[derive(Clone)]
pub struct Kept {
    /// The mail.
    pub id: Uuid,
    /// To whom.
    pub to_address: String,
    /// The recipient's name.
    pub to_name: Option<String>,
    /// The subject line.
    pub subject: String,
    /// The text part.
    pub text_body: String,
    /// The HTML part.
    pub html_body: String,
    /// When it was put into the outbox.
    pub created_at: OffsetDateTime,
}

/// A mail the server refused for good.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The kind of message.
    pub kind: String,
    /// To whom.
    pub to_address: String,
    /// The server's answer.
    pub last_error: String,
    /// When.
    pub refused_at: OffsetDateTime,
}
