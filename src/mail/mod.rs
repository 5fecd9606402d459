//! Mail.
/// Sends mails.
#[derive(Clone, Debug, Default)]
pub struct Mailer;
