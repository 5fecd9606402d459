//! Types of the organizations.

use time::OffsetDateTime;
use uuid::Uuid;

use super::details::Details;
use crate::{
    billing::BillingAddress,
    custom_fields::Filled,
    subscriptions::NewSubscription,
    types::{EmailAddress, OrgKey},
    users::NewUser,
};

/// The door through which an organization came in; all lead to [`super::create`] (SPEC section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The seven steps of SPEC section 4.
    Wizard,
    /// The first-run page: the operator.
    Setup,
    /// `tenantry demo`.
    Demo,
    /// The quick form (S237).
    Form,
    /// The row grid (S233).
    Rows,
    /// A file (S208).
    Import,
}

impl Channel {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wizard => "wizard",
            Self::Setup => "setup",
            Self::Demo => "demo",
            Self::Form => "form",
            Self::Rows => "rows",
            Self::Import => "import",
        }
    }

    /// A stored text in words: "at set-up", "in the quick form".
    pub fn words(stored: &str) -> &str {
        match stored {
            "setup" => "at set-up",
            "wizard" => "in the wizard",
            "form" => "in the quick form",
            "rows" => "as one of several rows",
            "import" => "from a file",
            "demo" => "as a sample",
            other => other,
        }
    }
}

/// An organization to be.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Makes creating idempotent: the draft's id in the wizard. The same command again finds what it made.
    pub command_id: Uuid,
    /// The door it came through.
    pub channel: Channel,
    /// What was entered about it.
    pub details: Details,
    /// Its first administrator.
    pub administrator: NewAdministrator,
    /// Its first subscription. None where it draws from a pool, see [`super::draws_from_pool`].
    pub subscription: Option<NewSubscription>,
    /// Where its bill goes; may follow later. None beneath an enterprise, which pays (S308, see [`super::draws_from_pool`]).
    pub billing: Option<BillingAddress>,
    /// The groups of the parent it is put into (S263).
    pub groups: Vec<Uuid>,
    /// Values of the parent's own fields, as [`crate::custom_fields::fill`] makes them.
    pub custom: Filled,
}

/// The first administrator of an organization.
#[derive(Debug, Clone)]
pub enum NewAdministrator {
    /// Nobody yet; the address is kept as the contact's.
    Later {
        /// Who is meant to become it.
        email: Option<EmailAddress>,
    },
    /// A person with an account, who proved it (D1).
    Existing {
        /// The person.
        user_id: Uuid,
        /// Their address.
        email: EmailAddress,
        /// Their name.
        name: String,
    },
    /// A person who gets an account with the organization.
    New {
        /// The account.
        user: NewUser,
        /// Whether a mail tells how to choose a password (S415).
        send_instructions: bool,
    },
}

impl NewAdministrator {
    /// The address of the person, where one was given.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Later { email } => email.as_ref(),
            Self::Existing { email, .. } => Some(email),
            Self::New { user, .. } => Some(&user.email),
        }
    }
}

/// What creating came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The organization.
    pub id: Uuid,
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Whether the command had been carried out before; then nothing was written now.
    pub already: bool,
}

/// An organization as its own pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// Its key (S302).
    pub key: OrgKey,
    /// What is known about it.
    pub details: Details,
    /// The organization that manages it; none for the operator.
    pub parent_id: Option<Uuid>,
    /// The account its bill goes to.
    pub billing_account_id: Uuid,
    /// The organization whose licences it uses.
    pub license_pool_owner_id: Uuid,
    /// `active`, `suspended` or `archived`.
    pub status: String,
    /// The door it came through.
    pub channel: String,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// Licences of all its subscriptions.
    pub licenses: i64,
    /// End of the trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// Counts the changes of the details.
    pub version: i32,
}
