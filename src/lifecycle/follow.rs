//! What follows a change in the background: mails that were held back go on their way, administrators hear of it.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    model::{Follow, Told, Transition},
    store::follow as store,
};
use crate::{
    credentials,
    error::Result,
    jobs::{self, JobKind, NewJob},
    mail::{self, LifecycleChange, LifecycleNotice, Sender},
    types::{EmailAddress, date_in_words},
};

/// Organizations one job looks after.
const AT_ONCE: usize = 200;

/// Puts the work into the queue, in the transaction of the change.
pub(super) async fn enqueue(
    db: &mut PgConnection,
    transition: Transition,
    ids: &[Uuid],
    tell: bool,
    now: OffsetDateTime,
) -> Result<()> {
    let releases = matches!(transition, Transition::Resume | Transition::Restore);
    if !tell && !releases {
        return Ok(());
    }
    for some in ids.chunks(AT_ONCE) {
        let follow = Follow { transition, organizations: some.to_vec(), tell };
        let payload = serde_json::to_value(follow).map_err(anyhow::Error::from)?;
        jobs::enqueue(db, NewJob::new(JobKind::FollowLifecycle, payload, now)).await?;
    }
    Ok(())
}

/// The job's part of every change. Needs a transaction of the system: in whose name a mail is sent stands above.
///
/// # Errors
/// The database's.
pub async fn follow(db: &mut PgConnection, follow: &Follow, now: OffsetDateTime) -> Result<()> {
    let ids = &follow.organizations;
    if matches!(follow.transition, Transition::Resume | Transition::Restore) {
        mail::release(db, ids, now).await?;
    }
    if !follow.tell {
        return Ok(());
    }
    let status = match follow.transition {
        Transition::Suspend => "suspended",
        Transition::Archive => "archived",
        Transition::Resume | Transition::Restore => "active",
    };
    let mut sender: Option<(Uuid, Sender)> = None;
    for told in store::administrators(db, ids, status).await? {
        let known = sender.take().filter(|(id, _)| *id == told.organization_id);
        let known = match known {
            Some(known) => known,
            None => (told.organization_id, sender_of(db, &told).await?),
        };
        tell(db, follow.transition, told, known.1.clone(), now).await?;
        sender = Some(known);
    }
    Ok(())
}

async fn sender_of(db: &mut PgConnection, told: &Told) -> Result<Sender> {
    let found = credentials::sender_of(db, told.organization_id).await?;
    Ok(found.map_or_else(|| Sender::named(told.organization_name.clone()), |(_, sender)| sender))
}

/// The mail belongs to no organization: those of one that is out of use are held back.
async fn tell(
    db: &mut PgConnection,
    transition: Transition,
    told: Told,
    sender: Sender,
    now: OffsetDateTime,
) -> Result<()> {
    let Ok(to) = EmailAddress::parse(&told.email) else { return Ok(()) };
    let reason = told.reason.unwrap_or_default();
    let change = match transition {
        Transition::Suspend => LifecycleChange::Suspended { reason },
        Transition::Resume => LifecycleChange::Resumed,
        Transition::Archive => {
            LifecycleChange::Archived { reason, purge_on: told.purge_on.map(date_in_words).unwrap_or_default() }
        }
        Transition::Restore => LifecycleChange::Restored,
    };
    let message = LifecycleNotice {
        sender,
        recipient_name: told.name.clone(),
        organization_name: told.organization_name,
        change,
    };
    mail::enqueue(db, None, &to, Some(&told.name), message, now).await?;
    Ok(())
}
