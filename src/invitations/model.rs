//! Types of the invitations.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    types::{DisplayName, EmailAddress, NewPassword, OrgKey},
    users::Account,
};

/// How long an invitation can be accepted (T-21).
pub const LIFETIME: Duration = Duration::days(7);
/// The same in words.
pub const WORKS_FOR: &str = "7 days";

/// Somebody to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// Where the mail goes; the invitation is for whoever has this address.
    pub email: EmailAddress,
    /// The name, where the inviting person gave one.
    pub name: Option<DisplayName>,
}

/// An open invitation, as whoever manages the organization's people sees it.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Its id.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// How many mails there were.
    pub sending: i32,
}

/// An invitation as the person invited sees it, through the link.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The organization.
    pub organization_id: Uuid,
    /// Its key.
    pub organization_key: OrgKey,
    /// Its name.
    pub organization_name: String,
    /// The address it is for.
    pub email: String,
    /// The name the inviting person gave.
    pub name: Option<String>,
    /// The name of the role.
    pub role: String,
    /// Who invites.
    pub invited_by: String,
    /// IANA name of the zone in which the inviting person reads times: the best guess for a new person.
    pub time_zone: String,
    /// Until when.
    pub expires_at: OffsetDateTime,
    /// The account of the address, where there is one.
    pub account: Option<Account>,
}

impl Offer {
    /// Whether the person signs in to accept; otherwise they choose a password first.
    pub fn has_password(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.password_hash.is_some())
    }
}

/// What somebody without a password chooses on the invitation page.
#[derive(Debug)]
pub struct Newcomer {
    /// The name shown everywhere.
    pub display_name: DisplayName,
    /// The password.
    pub password: NewPassword,
}

/// An invitation to be mailed, as the job carries it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendWish {
    /// The invitation.
    pub invitation_id: Uuid,
    /// Which of its mails this is; an older one is not sent any more.
    pub sending: i32,
}
