//! Types of choosing a password.

use serde::{Deserialize, Serialize};
use time::Duration;
use uuid::Uuid;

/// Why a link was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody asked for it with the address.
    Reset,
    /// Somebody made the person an administrator (S415).
    Instructions,
}

impl Purpose {
    /// The stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Instructions => "instructions",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Reset, Self::Instructions].into_iter().find(|purpose| purpose.name() == name)
    }

    /// How long a link works.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::Reset => Duration::HOUR,
            Self::Instructions => Duration::days(7),
        }
    }

    /// The same in words.
    pub fn works_for(self) -> &'static str {
        match self {
            Self::Reset => "1 hour",
            Self::Instructions => "7 days",
        }
    }
}

/// A link that works.
#[derive(Debug, Clone)]
pub struct Link {
    /// Whose password it sets.
    pub user_id: Uuid,
    /// Why it was sent.
    pub purpose: Purpose,
}

/// The wish for a link, as the job carries it.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinkWish {
    /// The address as it was typed.
    pub email: String,
    /// The client's address.
    pub client: String,
}

/// Instructions to be sent, as the job carries them.
#[derive(Debug, Serialize, Deserialize)]
pub struct Instructions {
    /// The person.
    pub user_id: Uuid,
    /// The organization they administer.
    pub organization_id: Uuid,
    /// Who made them its administrator.
    pub actor: String,
}
