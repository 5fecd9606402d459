//! The kinds of background work: each calls a function of the feature it belongs to.

use serde::{Deserialize, de::DeserializeOwned};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Job, atomically, regular};
use crate::{
    app::App,
    bulk, credentials,
    error::{Error, Result},
    imports, invitations, lifecycle, mail, members,
};

/// What can be done in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Sends one mail of the outbox; payload `{"mail_id": …}`.
    SendMail,
    /// Makes a password link and mails it (S415); payload `{"user_id": …, "organization_id": …, "actor": …}`.
    SendPasswordInstructions,
    /// Mails a link to choose a new password to the address of an account, if there is one; payload
    /// `{"email": …, "client": …}`.
    SendPasswordLink,
    /// Makes the link of an invitation and mails it; payload `{"invitation_id": …, "sending": …}`.
    SendInvitation,
    /// Tells a person how their standing in an organization was changed; payload `members::NoticeWish`.
    SendMembershipNotice,
    /// Carries a bulk change out; payload `bulk::Work`.
    RunBulk,
    /// Reads and judges the rows of a file; payload `imports::Work`.
    CheckImport,
    /// Imports the rows of a file; payload `imports::Work`.
    RunImport,
    /// Takes an import back; payload `imports::Work`.
    UndoImport,
    /// What follows when organizations are suspended, resumed, archived or restored; payload `lifecycle::Follow`.
    FollowLifecycle,
    /// Removes archived organizations whose day has come.
    PurgeOrganizations,
    /// Removes what has expired.
    PurgeExpired,
    /// Backs the private database up.
    Backup,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::SendMail,
        Self::SendPasswordInstructions,
        Self::SendPasswordLink,
        Self::SendInvitation,
        Self::SendMembershipNotice,
        Self::RunBulk,
        Self::CheckImport,
        Self::RunImport,
        Self::UndoImport,
        Self::FollowLifecycle,
        Self::PurgeOrganizations,
        Self::PurgeExpired,
        Self::Backup,
    ];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendMail => "send_mail",
            Self::SendPasswordInstructions => "send_password_instructions",
            Self::SendPasswordLink => "send_password_link",
            Self::SendInvitation => "send_invitation",
            Self::SendMembershipNotice => "send_membership_notice",
            Self::RunBulk => "run_bulk",
            Self::CheckImport => "check_import",
            Self::RunImport => "run_import",
            Self::UndoImport => "undo_import",
            Self::FollowLifecycle => "follow_lifecycle",
            Self::PurgeOrganizations => "purge_organizations",
            Self::PurgeExpired => "purge_expired",
            Self::Backup => "backup",
        }
    }

    /// The kind stored under this name; `None` for one of another version.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What the operator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::SendMail => "Send a mail",
            Self::SendPasswordInstructions => "Send password instructions",
            Self::SendPasswordLink => "Send a password link",
            Self::SendInvitation => "Send an invitation",
            Self::SendMembershipNotice => "Tell a user of a change",
            Self::RunBulk => "Carry out a bulk change",
            Self::CheckImport => "Check a file of organizations",
            Self::RunImport => "Import organizations",
            Self::UndoImport => "Take an import back",
            Self::FollowLifecycle => "Tell administrators of a change",
            Self::PurgeOrganizations => "Purge archived organizations",
            Self::PurgeExpired => "Remove what has expired",
            Self::Backup => "Back up the database",
        }
    }

    /// How often it is tried. A mail is tried for about a day, because mail servers can be away that long.
    pub(super) fn max_attempts(self) -> i32 {
        match self {
            Self::SendMail => 100,
            Self::SendPasswordInstructions
            | Self::SendPasswordLink
            | Self::SendInvitation
            | Self::SendMembershipNotice
            | Self::RunBulk
            | Self::CheckImport
            | Self::RunImport
            | Self::UndoImport
            | Self::FollowLifecycle => 20,
            Self::PurgeExpired | Self::PurgeOrganizations => 5,
            Self::Backup => 3,
        }
    }
}

#[derive(Deserialize)]
struct SendMail {
    mail_id: Uuid,
}

/// Does the job.
pub(super) async fn run(app: &App, job: &Job) -> Result<()> {
    let kind = JobKind::from_name(&job.kind)
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("this version knows no work called {}", job.kind)))?;
    match kind {
        JobKind::SendMail => {
            let SendMail { mail_id } = payload(job)?;
            mail::send(app, job, mail_id).await
        }
        JobKind::SendPasswordInstructions => {
            let (instructions, now) = (payload(job)?, app.clock.now());
            atomically(app, job, async |db| credentials::send_instructions(db, &instructions, now).await).await
        }
        JobKind::SendPasswordLink => {
            let (wish, now) = (payload(job)?, app.clock.now());
            atomically(app, job, async |db| credentials::send_link(db, &wish, now).await).await
        }
        JobKind::SendInvitation => {
            let (wish, now) = (payload(job)?, app.clock.now());
            atomically(app, job, async |db| invitations::send(db, &wish, now).await).await
        }
        JobKind::SendMembershipNotice => {
            let (wish, now) = (payload(job)?, app.clock.now());
            atomically(app, job, async |db| members::send_notice(db, &wish, now).await).await
        }
        JobKind::RunBulk => bulk::work(app, payload(job)?).await,
        JobKind::CheckImport | JobKind::RunImport | JobKind::UndoImport => imports::work(app, payload(job)?).await,
        JobKind::FollowLifecycle => {
            let (follow, now) = (payload(job)?, app.clock.now());
            atomically(app, job, async |db| lifecycle::follow(db, &follow, now).await).await
        }
        JobKind::PurgeOrganizations => regular::purge_organizations(app, job).await,
        JobKind::PurgeExpired => regular::purge_expired(app, job).await,
        JobKind::Backup => regular::back_up(app).await,
    }
}

/// What follows where the job has failed at its last attempt and is put aside: nobody is to wait for it.
pub(super) async fn give_up(db: &mut PgConnection, job: &Job, now: OffsetDateTime) -> Result<()> {
    match JobKind::from_name(&job.kind) {
        Some(JobKind::CheckImport | JobKind::RunImport | JobKind::UndoImport) => match payload(job) {
            Ok(work) => imports::give_up(db, work, now).await,
            // What cannot be read names no import.
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T> {
    serde_json::from_value(job.payload.clone()).map_err(|error| Error::Internal(error.into()))
}

#[cfg(test)]
mod tests {
    use super::JobKind;

    #[test]
    fn kinds_are_found_by_the_name_they_are_stored_under() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::from_name(kind.as_str()), Some(kind));
            assert!(kind.max_attempts() > 0 && !kind.label().is_empty());
        }
        assert_eq!(JobKind::from_name("plough"), None);
    }
}
