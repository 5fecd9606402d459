//! Hands a rendered mail to the SMTP server, or keeps it.

use std::time::{Duration, SystemTime};

use anyhow::Context;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message as LettreMessage, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{Error as SmtpError, PoolConfig},
};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::render::Rendered;
use crate::config::Settings;

/// How long the server may take to answer one command. Generous, because giving up after the text was handed over means
/// sending it twice.
const STEP: Duration = Duration::from_secs(60);
/// Connections kept open to the server; as many as jobs run at once.
const CONNECTIONS: u32 = 4;

/// Sends mails through the configured server. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

impl Default for Mailer {
    /// Keeps every mail.
    fn default() -> Self {
        let from =
            Mailbox::new(Some("Tenantry".to_owned()), "portal@localhost".parse().expect("an address by the rules"));
        Self { from, smtp: None }
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).field("smtp", &self.smtp.is_some()).finish()
    }
}

/// To whom, and what makes the mail the same mail at every attempt.
pub(super) struct Envelope<'a> {
    pub(super) to_address: &'a str,
    pub(super) to_name: Option<&'a str>,
    pub(super) message_id: String,
    pub(super) date: OffsetDateTime,
}

/// What became of a mail.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The server took it.
    Sent,
    /// There is no server; it stays readable.
    Kept,
    /// The server will never take it, with its answer.
    Refused(String),
    /// Not now: no connection, or the server asked to come back.
    Later(String),
}

impl Outcome {
    /// The label of the metric.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Refused(_) => "refused",
            Self::Later(_) => "deferred",
        }
    }
}

impl Mailer {
    /// Prepares the way to the mail server; connects when there is something to send.
    ///
    /// # Errors
    /// Names the setting that cannot be read. The address of the server is not repeated: it holds a password.
    pub fn from_settings(settings: &Settings) -> anyhow::Result<Self> {
        let from = settings.mail_from.parse().with_context(|| {
            format!(
                "TENANTRY_MAIL_FROM: {:?} is not a mailbox such as \"Portal <portal@example.com>\"",
                settings.mail_from
            )
        })?;
        let smtp = settings.smtp_url.as_ref().map(|url| transport(url.expose_secret())).transpose()?;
        Ok(Self { from, smtp })
    }

    pub(super) async fn deliver(&self, envelope: &Envelope<'_>, mail: &Rendered) -> Outcome {
        let Some(smtp) = &self.smtp else { return Outcome::Kept };
        let message = match self.compose(envelope, mail) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(format!("{error:#}")),
        };
        match smtp.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) if error.is_permanent() => Outcome::Refused(chain(&error)),
            Err(error) => Outcome::Later(chain(&error)),
        }
    }

    /// Headers are built by the library alone: it encodes what is not plain text and refuses what is no address (T-45).
    pub(super) fn compose(&self, envelope: &Envelope<'_>, mail: &Rendered) -> anyhow::Result<LettreMessage> {
        let to = Mailbox::new(envelope.to_name.map(str::to_owned), address(envelope.to_address)?);
        let from_name = Some(mail.from_name.clone()).filter(|name| !name.is_empty()).or_else(|| self.from.name.clone());
        let generated = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
        let message = LettreMessage::builder()
            .from(Mailbox::new(from_name, self.from.email.clone()))
            .to(to)
            .subject(&mail.subject)
            .message_id(Some(envelope.message_id.clone()))
            .date(SystemTime::from(envelope.date))
            .raw_header(generated)
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
                    .singlepart(part(ContentType::TEXT_HTML, &mail.html)),
            )?;
        Ok(message)
    }
}

/// The address as every server understands it: a domain in other letters goes out in its ASCII form.
fn address(raw: &str) -> anyhow::Result<Address> {
    let (user, domain) = raw.rsplit_once('@').context("the address has no @")?;
    let domain = idna::domain_to_ascii(domain).context("the domain of the address is none")?;
    Ok(Address::new(user, domain)?)
}

fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(body.to_owned())
}

/// TLS as the address asks for it, checked by rustls: a wrong certificate is an error, and nothing is sent (T-50).
fn transport(url: &str) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
        anyhow::anyhow!("SMTP_URL is not an address such as smtp://user:password@mail.example.com:587?tls=required")
    })?;
    let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(30));
    Ok(builder.timeout(Some(STEP)).pool_config(pool).build())
}

/// The error and its causes; the library's own text leaves the server's answer to the cause.
fn chain(error: &SmtpError) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = inner.source();
    }
    words
}
