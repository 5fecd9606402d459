//! Tells a person by mail, and everybody's log, that their second factor was changed: in case it was somebody else.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    credentials,
    error::{Error, Result},
    events::EventKind,
    mail::{self, FactorChange, FactorChanged},
    types::EmailAddress,
    users,
};

/// In the transaction of the change; it must be one of the system.
pub(super) async fn tell(
    db: &mut PgConnection,
    user_id: Uuid,
    kind: EventKind,
    change: FactorChange,
    now: OffsetDateTime,
) -> Result<()> {
    let account = users::find(db, user_id).await?.ok_or(Error::NotFound)?;
    users::record(db, user_id, &account.display_name, kind, now).await?;
    let at = credentials::time_zone(db, user_id).await?.format(now);
    let message = FactorChanged { sender: credentials::sender_for(db, user_id).await?, change, at };
    let to = EmailAddress::parse(&account.email).map_err(|error| anyhow::anyhow!("stored address: {error}"))?;
    mail::enqueue(db, None, &to, Some(&account.display_name), message, now).await?;
    Ok(())
}
