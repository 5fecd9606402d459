//! Types of the support visits.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    roles::{Permission, Permissions},
    types::{CustomerNumber, DisplayName, DomainName, OrgKey, VisitReason},
};

/// What a visitor may do, whatever their role elsewhere: look, help with details and people; nothing about money.
pub const PERMISSIONS: Permissions = Permissions::of(&[
    Permission::Enter,
    Permission::ViewOrganization,
    Permission::EditOrganization,
    Permission::ViewUsers,
    Permission::ManageUsers,
    Permission::ViewAuditLog,
]);

/// What somebody knows of the organization they want to enter: any of the three is enough.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its key, where it could be one.
    pub key: Option<OrgKey>,
    /// Its primary domain, where it could be one.
    pub domain: Option<DomainName>,
    /// Its customer number, where it could be one.
    pub customer_number: Option<CustomerNumber>,
}

/// How long a visit lasts at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// One hour.
    One,
    /// Four hours.
    Four,
    /// Eight hours.
    Eight,
}

impl Length {
    /// The choices.
    pub const ALL: [Self; 3] = [Self::One, Self::Four, Self::Eight];

    /// As it is posted.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Four => "4",
            Self::Eight => "8",
        }
    }

    /// As it is read.
    pub fn label(self) -> &'static str {
        match self {
            Self::One => "1 hour",
            Self::Four => "4 hours",
            Self::Eight => "8 hours",
        }
    }

    pub(super) fn duration(self) -> Duration {
        match self {
            Self::One => Duration::hours(1),
            Self::Four => Duration::hours(4),
            Self::Eight => Duration::hours(8),
        }
    }
}

/// A visit to be.
#[derive(Debug, Clone)]
pub struct NewVisit {
    /// Where to.
    pub target: Target,
    /// Why.
    pub reason: VisitReason,
    /// Who asked for it.
    pub requested_by: DisplayName,
    /// How long.
    pub length: Length,
}

/// A visit, open or past. Names are as they were when it began.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Its id; ids order visits by time.
    pub id: Uuid,
    /// The organization.
    pub organization_id: Uuid,
    /// Its key.
    pub organization_key: OrgKey,
    /// Its name.
    pub organization_name: String,
    /// Whose staff the visitor is.
    pub partner_id: Uuid,
    /// The partner's key.
    pub partner_key: OrgKey,
    /// The partner's name.
    pub partner_name: String,
    /// The visitor.
    pub user_id: Uuid,
    /// The visitor's name.
    pub visitor_name: String,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ends at the latest.
    pub ends_at: OffsetDateTime,
    /// When it was ended by hand.
    pub ended_at: Option<OffsetDateTime>,
    /// By whom.
    pub ended_by_name: Option<String>,
}

impl Visit {
    /// Whether it lets the visitor in now.
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        self.ended_at.is_none() && now < self.ends_at
    }

    /// The visitor's name in the log: "Ada (support, Nordlicht Cloud GmbH)".
    pub fn signature(&self) -> String {
        format!("{} (support, {})", self.visitor_name, self.partner_name)
    }
}
