//! The mails there are: one struct of facts each. Their words stand in `templates/mail/`, one text and one HTML part.
//!
//! A message names places of the portal by path; the address in front is added when the mail is sent, from the settings
//! alone, so that no request can decide where a link leads (QUALITY 39).

use serde::{Deserialize, Serialize};

pub use super::alerts::{FactorChange, FactorChanged, LifecycleChange, LifecycleNotice, SupportVisitStarted};
pub use super::answers::{GroupRequestAnswered, ImportEnded, ImportEnding};
pub use super::people::{Invitation, MembershipChange, MembershipNotice};
pub use super::transfers::{TransferNotice, TransferStep};

/// In whose name a mail is sent: the organization that serves the recipient, and how to ask it for help.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The organization's name: sender's name and heading of the mail.
    pub name: String,
    /// Its support address (S141).
    pub support_email: Option<String>,
    /// Its support number (S141).
    pub support_phone: Option<String>,
    /// Its support page (S141), `https://…`.
    pub support_url: Option<String>,
}

impl Sender {
    /// An organization without a support contact.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// The code that shows that an address belongs to the person named as administrator (S129-S133).
#[derive(Clone, Serialize, Deserialize)]
pub struct VerificationCode {
    /// In whose name.
    pub sender: Sender,
    /// The six digits.
    pub code: String,
    /// Until when, with the zone: "10:52 (CET) on 21 November 2026" or "21 Nov 2026, 10:52 CET".
    pub works_until: String,
    /// The person named as administrator.
    pub recipient_name: String,
    /// The organization being created.
    pub organization_name: String,
    /// Who is creating it.
    pub actor_name: String,
}

/// A link to choose a new password, by request of whoever knows the address.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordReset {
    /// In whose name.
    pub sender: Sender,
    /// Where the password is chosen: `/password/{token}`.
    pub path: String,
    /// How long the link works: "30 minutes".
    pub works_for: String,
    /// Where the request came from, in words: "203.0.113.7, 10:42 (CET) on 21 November 2026".
    pub requested_from: String,
}

/// A link to choose the first password, sent because somebody made the recipient an administrator (S415).
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordInstructions {
    /// In whose name.
    pub sender: Sender,
    /// Where the password is chosen: `/password/{token}`.
    pub path: String,
    /// How long the link works: "7 days".
    pub works_for: String,
    /// The person.
    pub recipient_name: String,
    /// The organization.
    pub organization_name: String,
    /// Who created it.
    pub actor_name: String,
}

/// Tells a person that the password was changed, in case it was somebody else.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// In whose name.
    pub sender: Sender,
    /// When, with the zone: "21 Nov 2026, 10:42 CET".
    pub at: String,
}

/// Greets the administrator of a new organization who can sign in already.
#[derive(Clone, Serialize, Deserialize)]
pub struct Welcome {
    /// In whose name.
    pub sender: Sender,
    /// The person.
    pub recipient_name: String,
    /// The organization.
    pub organization_name: String,
    /// Its key (S302): part of its address, and what support asks for.
    pub org_key: String,
    /// Who created it.
    pub actor_name: String,
}

/// Tells the notification address of an organization that it was created.
#[derive(Clone, Serialize, Deserialize)]
pub struct OrganizationCreated {
    /// In whose name.
    pub sender: Sender,
    /// The organization.
    pub organization_name: String,
    /// Its key (S302).
    pub org_key: String,
    /// Who created it.
    pub actor_name: String,
}

/// Any mail. The outbox keeps it as JSON under the name of its kind.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// See [`VerificationCode`].
    VerificationCode(VerificationCode),
    /// See [`PasswordReset`].
    PasswordReset(PasswordReset),
    /// See [`PasswordInstructions`].
    PasswordInstructions(PasswordInstructions),
    /// See [`PasswordChanged`].
    PasswordChanged(PasswordChanged),
    /// See [`FactorChanged`].
    FactorChanged(FactorChanged),
    /// See [`SupportVisitStarted`].
    SupportVisitStarted(SupportVisitStarted),
    /// See [`Welcome`].
    Welcome(Welcome),
    /// See [`OrganizationCreated`].
    OrganizationCreated(OrganizationCreated),
    /// See [`GroupRequestAnswered`].
    GroupRequestAnswered(GroupRequestAnswered),
    /// See [`ImportEnded`].
    ImportEnded(ImportEnded),
    /// See [`Invitation`].
    Invitation(Invitation),
    /// See [`MembershipNotice`].
    MembershipNotice(MembershipNotice),
    /// See [`LifecycleNotice`].
    LifecycleNotice(LifecycleNotice),
    /// See [`TransferNotice`].
    TransferNotice(TransferNotice),
}

macro_rules! each_is_a_message {
    ($($name:ident),+) => {
        $(impl From<$name> for Message {
            fn from(message: $name) -> Self {
                Self::$name(message)
            }
        }
        impl From<&$name> for Message {
            fn from(message: &$name) -> Self {
                Self::$name(message.clone())
            }
        })+

        impl Message {
            /// In whose name it is sent.
            pub fn sender(&self) -> &Sender {
                match self { $(Self::$name(message) => &message.sender),+ }
            }

            /// The subject line.
            pub fn subject(&self) -> String {
                match self { $(Self::$name(message) => message.subject()),+ }
            }
        }
    };
}
each_is_a_message!(
    VerificationCode,
    PasswordReset,
    PasswordInstructions,
    PasswordChanged,
    FactorChanged,
    SupportVisitStarted,
    Welcome,
    OrganizationCreated,
    GroupRequestAnswered,
    ImportEnded,
    Invitation,
    MembershipNotice,
    LifecycleNotice,
    TransferNotice
);

impl Message {
    /// The name of the kind in the outbox.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerificationCode(_) => "verification_code",
            Self::PasswordReset(_) => "password_reset",
            Self::PasswordInstructions(_) => "password_instructions",
            Self::PasswordChanged(_) => "password_changed",
            Self::FactorChanged(_) => "factor_changed",
            Self::SupportVisitStarted(_) => "support_visit_started",
            Self::Welcome(_) => "welcome",
            Self::OrganizationCreated(_) => "organization_created",
            Self::GroupRequestAnswered(_) => "group_request_answered",
            Self::ImportEnded(_) => "import_ended",
            Self::Invitation(_) => "invitation",
            Self::MembershipNotice(_) => "membership_notice",
            Self::LifecycleNotice(_) => "lifecycle_notice",
            Self::TransferNotice(_) => "transfer_notice",
        }
    }

    /// What must never reach a log or an error that is kept (QUALITY 52).
    pub(super) fn secret(&self) -> Option<&str> {
        match self {
            Self::VerificationCode(message) => Some(&message.code),
            Self::PasswordReset(message) => last_segment(&message.path),
            Self::PasswordInstructions(message) => last_segment(&message.path),
            Self::Invitation(message) => last_segment(&message.path),
            Self::PasswordChanged(_)
            | Self::FactorChanged(_)
            | Self::SupportVisitStarted(_)
            | Self::Welcome(_)
            | Self::OrganizationCreated(_)
            | Self::MembershipNotice(_)
            | Self::LifecycleNotice(_)
            | Self::TransferNotice(_)
            | Self::ImportEnded(_)
            | Self::GroupRequestAnswered(_) => None,
        }
    }
}

fn last_segment(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|segment| !segment.is_empty())
}

/// What a kind is called on the operator's page; the subject may hold a code and is not kept.
pub(crate) fn label(kind: &str) -> &'static str {
    match kind {
        "verification_code" => "Verification code",
        "password_reset" => "Password reset",
        "password_instructions" => "Password instructions",
        "password_changed" => "Password changed",
        "factor_changed" => "Second factor changed",
        "support_visit_started" => "Support visit",
        "welcome" => "Welcome",
        "organization_created" => "Organization created",
        "group_request_answered" => "Answer about groups",
        "import_ended" => "End of an import",
        "invitation" => "Invitation",
        "membership_notice" => "Change of access",
        "lifecycle_notice" => "Change of an organization",
        "transfer_notice" => "Transfer of an organization",
        _ => "Mail",
    }
}

impl VerificationCode {
    fn subject(&self) -> String {
        format!("{} is your verification code", self.code)
    }

    /// The digits in two groups, easier to read and to type.
    pub(super) fn grouped(&self) -> String {
        self.code.split_at_checked(3).map_or_else(|| self.code.clone(), |(front, back)| format!("{front} {back}"))
    }
}

impl PasswordReset {
    fn subject(&self) -> String {
        "Choose a new password".to_owned()
    }
}

impl PasswordInstructions {
    fn subject(&self) -> String {
        format!("Choose your password for {}", self.organization_name)
    }
}

impl PasswordChanged {
    fn subject(&self) -> String {
        "Your password was changed".to_owned()
    }
}

impl Welcome {
    fn subject(&self) -> String {
        format!("You are the administrator of {}", self.organization_name)
    }
}

impl OrganizationCreated {
    fn subject(&self) -> String {
        format!("{} was created", self.organization_name)
    }
}
