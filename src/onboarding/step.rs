//! The seven steps and their order.

use serde::{Deserialize, Serialize};

/// The steps of SPEC section 4, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The company and its primary contact (S107-S111, S405-S411).
    Details,
    /// Who administers it (S112, S412-S415).
    AdminUser,
    /// The code, then the password (S113-S117).
    Verification,
    /// Plan, licences, commitment (S118-S120, S416-S420).
    Subscription,
    /// Who is billed (S121-S129).
    Billing,
    /// Everything once more, and the button that creates it (S130-S132, S421).
    Review,
    /// What was made (S133-S141).
    Confirmation,
}

impl Step {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Details,
        Self::AdminUser,
        Self::Verification,
        Self::Subscription,
        Self::Billing,
        Self::Review,
        Self::Confirmation,
    ];

    /// The last part of the step's address; stored in the draft too.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::AdminUser => "admin-user",
            Self::Verification => "verification",
            Self::Subscription => "subscription",
            Self::Billing => "billing",
            Self::Review => "review",
            Self::Confirmation => "confirmation",
        }
    }

    /// The step with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// The name in the stepper and in titles.
    pub fn label(self) -> &'static str {
        match self {
            Self::Details => "Details",
            Self::AdminUser => "Administrator",
            Self::Verification => "Verification",
            Self::Subscription => "Subscription",
            Self::Billing => "Billing",
            Self::Review => "Review",
            Self::Confirmation => "Confirmation",
        }
    }

    /// 1 to 7.
    pub fn number(self) -> usize {
        self as usize + 1
    }
}
