//! Types of the lifecycle.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::types::{FreeText, OrgKey};

/// How long an archived organization can be restored before it is purged, unless whoever archives it says otherwise.
pub const KEPT_FOR: Duration = Duration::days(90);
/// The shortest and the longest time, in days.
pub(super) const DAYS: std::ops::RangeInclusive<i64> = 7..=3_650;

/// Suspending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Shown to the organization's own people.
    pub reason: FreeText,
    /// For those of the organizations above alone.
    pub note: Option<FreeText>,
    /// Whether its administrators get a mail.
    pub tell: bool,
}

/// Archiving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archiving {
    /// When it is removed for good.
    pub purge_on: Date,
    /// Why, for its own people and for the record.
    pub reason: Option<FreeText>,
    /// Whether everything beneath it is archived with it; otherwise nothing may stand beneath it.
    pub with_beneath: bool,
    /// Whether its administrators get a mail.
    pub tell: bool,
}

impl Archiving {
    /// The day on which what is archived now is purged, unless somebody says otherwise.
    pub fn default_purge_on(now: OffsetDateTime) -> Date {
        (now + KEPT_FOR).date()
    }
}

/// What becomes of an organization, or would become of it in a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is changed.
    Done,
    /// It is as asked for already.
    Already,
    /// It stays as it is; the words name the rule and who can lift it.
    Refused(Cow<'static, str>),
}

/// One organization of a change of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The organization.
    pub id: Uuid,
    /// Its key; none for one the person does not see.
    pub key: Option<OrgKey>,
    /// Its name; empty for one the person does not see.
    pub name: String,
    /// What becomes of it.
    pub result: Verdict,
}

impl Outcome {
    /// Whether it is changed.
    pub fn is_done(&self) -> bool {
        self.result == Verdict::Done
    }
}

/// The four ways from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// Active to suspended.
    Suspend,
    /// Suspended to active.
    Resume,
    /// To archived.
    Archive,
    /// Out of the archive, to what it was.
    Restore,
}

impl Transition {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }
}

/// What the job does after a change: mails that were held back go on their way, administrators are told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follow {
    /// What was done.
    pub transition: Transition,
    /// To which organizations.
    pub organizations: Vec<Uuid>,
    /// Whether their administrators get a mail.
    pub tell: bool,
}

/// Somebody who is told of a change.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) organization_id: Uuid,
    pub(super) organization_name: String,
    pub(super) reason: Option<String>,
    pub(super) purge_on: Option<Date>,
    pub(super) name: String,
    pub(super) email: String,
}

/// What is written down about an organization that was suspended or archived.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// When it was suspended last.
    pub suspended_at: Option<OffsetDateTime>,
    /// Who suspended it last.
    pub suspended_by: Option<String>,
    /// What its people are told.
    pub reason: Option<String>,
    /// What those above noted.
    pub note: Option<String>,
    /// When it was archived last.
    pub archived_at: Option<OffsetDateTime>,
    /// Who archived it last.
    pub archived_by: Option<String>,
    /// Why.
    pub archive_reason: Option<String>,
}

/// What a change of one organization means, for whoever is asked to confirm it.
#[derive(Debug, Clone)]
pub struct Consequences {
    /// How many people belong to it; counting stops above 10,000.
    pub people: i64,
    /// The names of the first organizations beneath that are not archived.
    pub beneath: Vec<String>,
    /// How many there are, at any depth; counting stops above 10,000.
    pub beneath_count: i64,
    /// Names of the groups it is in.
    pub groups: Vec<String>,
    /// Its primary domain, which stays reserved.
    pub domain: Option<String>,
    /// Its customer number, which stays reserved.
    pub customer_number: Option<String>,
    /// How many organizations that do not stand beneath it are billed to its account.
    pub billed_to_it: i64,
}
