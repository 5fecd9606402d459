//! Mail: an outbox that is written in the transaction of the change, and a job per mail that sends it.
//!
//! A change calls [`enqueue`] with the facts of a message. The job renders them, hands the mail to the SMTP server and
//! empties the row; without a server the text is kept for `/dev/mailbox`.

mod alerts;
mod answers;
#[cfg(test)]
mod envelope_tests;
mod mailer;
mod messages;
mod model;
mod people;
mod render;
mod store;
#[cfg(test)]
mod tests;
mod transfers;
mod words;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub(crate) use self::messages::label;
pub use self::{
    mailer::Mailer,
    messages::{
        FactorChange, FactorChanged, GroupRequestAnswered, ImportEnded, ImportEnding, Invitation, LifecycleChange,
        LifecycleNotice, MembershipChange, MembershipNotice, Message, OrganizationCreated, PasswordChanged,
        PasswordInstructions, PasswordReset, Sender, SupportVisitStarted, TransferNotice, TransferStep,
        VerificationCode, Welcome,
    },
    model::{Kept, Refused},
};
use self::{
    mailer::{Envelope, Outcome},
    store::NewMail,
};
use crate::{
    app::App,
    error::{Error, Result},
    jobs::{self, Job, JobKind, NewJob},
    roles::Permission,
    scope::{RowScope, Scope},
    types::EmailAddress,
};

/// Mails on one page.
const SHOWN: i64 = 100;
/// How long a mail that is done with stays in the outbox.
const KEPT_FOR: Duration = Duration::days(30);

/// Puts a mail into the outbox and its job into the queue, in the caller's transaction: it is sent exactly when the
/// change is committed. Mails to one address are sent in the order in which they were put here.
///
/// Returns the mail's id; its Message-ID is made from it.
///
/// # Errors
/// The database's.
pub async fn enqueue(
    db: &mut PgConnection,
    organization_id: Option<Uuid>,
    to: &EmailAddress,
    to_name: Option<&str>,
    message: impl Into<Message>,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let mail = new_mail(organization_id, to, to_name, &message.into())?;
    enqueue_mails(db, std::slice::from_ref(&mail), now).await?;
    Ok(mail.id)
}

/// Puts many mails into the outbox: organization, address and message of each.
///
/// # Errors
/// The database's.
pub async fn enqueue_all(
    db: &mut PgConnection,
    mails: Vec<(Uuid, &EmailAddress, Message)>,
    now: OffsetDateTime,
) -> Result<()> {
    let mails = mails.iter().map(|(organization, to, message)| new_mail(Some(*organization), to, None, message));
    let mails: Vec<NewMail<'_>> = mails.collect::<Result<_>>()?;
    if mails.is_empty() { Ok(()) } else { enqueue_mails(db, &mails, now).await }
}

fn new_mail<'a>(
    organization_id: Option<Uuid>,
    to: &'a EmailAddress,
    to_name: Option<&str>,
    message: &Message,
) -> Result<NewMail<'a>> {
    let mut facts = serde_json::to_value(message).map_err(|error| Error::Internal(error.into()))?;
    words::clean(&mut facts);
    let to_name = to_name.map(words::plain).filter(|name| !name.is_empty());
    Ok(NewMail { id: Uuid::now_v7(), organization_id, kind: message.kind(), message: facts, to, to_name })
}

async fn enqueue_mails(db: &mut PgConnection, mails: &[NewMail<'_>], now: OffsetDateTime) -> Result<()> {
    store::insert(db, mails, now).await?;
    let job = |mail: &NewMail<'_>| {
        let payload = serde_json::json!({ "mail_id": mail.id });
        NewJob::new(JobKind::SendMail, payload, now).in_queue(queue_of(mail.to))
    };
    jobs::enqueue_all(db, &mails.iter().map(job).collect::<Vec<_>>()).await
}

/// One queue an address; the hash keeps the address out of the table of jobs.
fn queue_of(to: &EmailAddress) -> String {
    let digest = Sha256::digest(to.key().as_bytes());
    let short: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("mail:{short}")
}

/// Sends one mail of the outbox, or keeps it where there is no mail server. A mail that was sent or refused already is
/// left alone, so the job may run twice; one of an organization that is out of use waits until it is back (T-12).
///
/// # Errors
/// When the server cannot be reached or says "later": the job is tried again.
pub async fn send(app: &App, job: &Job, mail_id: Uuid) -> Result<()> {
    const PURPOSE: RowScope = RowScope::System("send a mail");
    let waiting = app
        .read(PURPOSE, async |db| {
            let ours = jobs::is_leased(db, job).await?;
            if ours { store::find_waiting(db, mail_id).await } else { Ok(None) }
        })
        .await?;
    let Some(waiting) = waiting else { return Ok(()) };
    let message: Message = serde_json::from_value(waiting.message).map_err(|error| Error::Internal(error.into()))?;
    let base_url = app.settings.base_url();
    let mail = render::render(&base_url, &message)?;
    let envelope = Envelope {
        to_address: &waiting.to_address,
        to_name: waiting.to_name.as_deref(),
        message_id: message_id(mail_id, &base_url),
        date: waiting.created_at,
    };
    let outcome = app.mailer.deliver(&envelope, &mail).await;
    crate::metrics::mail(outcome.name());
    let now = app.clock.now();
    match outcome {
        Outcome::Sent => app.write(PURPOSE, async |db| store::mark_sent(db, mail_id, now).await).await,
        Outcome::Kept => app.write(PURPOSE, async |db| store::mark_kept(db, mail_id, &mail, now).await).await,
        Outcome::Refused(why) => {
            let why = without_secret(&why, &message);
            tracing::warn!(%mail_id, %why, "the mail server refused a mail");
            app.write(PURPOSE, async |db| store::mark_refused(db, mail_id, &why, now).await).await
        }
        Outcome::Later(why) => Err(Error::Internal(anyhow::anyhow!("{}", without_secret(&why, &message)))),
    }
}

/// The same for every attempt, so that a mail that arrives twice is recognised (QUALITY 12).
pub fn message_id(mail_id: Uuid, base_url: &str) -> String {
    format!("<{mail_id}@{}>", render::host_of(base_url).split(':').next().unwrap_or("localhost"))
}

/// What the server answered, in one line of bearable length; it may repeat what was sent (QUALITY 52).
fn without_secret(answer: &str, message: &Message) -> String {
    let line: String = words::plain(answer).chars().take(300).collect();
    match message.secret() {
        Some(secret) => line.replace(secret, "[hidden]"),
        None => line,
    }
}

/// Puts the mails of these organizations that were held back while the organization was out of use on their way again.
/// Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn release(db: &mut PgConnection, organizations: &[Uuid], now: OffsetDateTime) -> Result<()> {
    for (id, to) in store::list_held(db, organizations).await? {
        let job = NewJob::new(JobKind::SendMail, serde_json::json!({ "mail_id": id }), now);
        let queue = EmailAddress::parse(&to).map(|to| queue_of(&to)).ok();
        jobs::enqueue(db, NewJob { queue, ..job }).await?;
    }
    Ok(())
}

/// Forgets mails that were sent, kept or refused long ago.
///
/// # Errors
/// The database's.
pub async fn purge(db: &mut PgConnection, now: OffsetDateTime) -> Result<u64> {
    store::delete_before(db, now - KEPT_FOR).await
}

/// The newest mails kept for want of a mail server, newest first.
///
/// # Errors
/// The database's.
pub async fn kept(app: &App) -> Result<Vec<Kept>> {
    app.read(RowScope::System("show the mailbox"), async |db| store::list_kept(db, SHOWN).await).await
}

/// One mail kept for want of a mail server.
///
/// # Errors
/// [`Error::NotFound`] also for a mail that was sent: its text is gone.
pub async fn find_kept(app: &App, id: Uuid) -> Result<Kept> {
    app.read(RowScope::System("show the mailbox"), async |db| store::find_kept(db, id).await).await
}

/// The newest mails a server refused for good.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the operator.
pub async fn refused(app: &App, scope: &Scope) -> Result<Vec<Refused>> {
    scope.require(Permission::OperateInstallation)?;
    app.read(RowScope::System("show the operator refused mails"), async |db| store::list_refused(db, SHOWN).await).await
}
