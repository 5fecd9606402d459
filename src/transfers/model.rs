//! Types of the transfers.

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::types::{FreeText, OrgKey};

/// How long the taking side has to answer.
pub const ANSWER_WITHIN: Duration = Duration::days(14);
/// How long either side can take a transfer back.
pub const REVERSIBLE_FOR: Duration = Duration::days(14);

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// The taking side has not answered.
    Waiting,
    /// It said no.
    Declined,
    /// The giving side took the question back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
    /// The organization is with the taking side.
    Done,
    /// It is back.
    Reversed,
}

/// One transfer, as both sides see it.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The transfer.
    pub id: Uuid,
    /// What is transferred.
    pub organization_id: Uuid,
    /// Its key.
    pub organization_key: OrgKey,
    /// Its name at the time.
    pub organization_name: String,
    /// The partner that gives.
    pub from_id: Uuid,
    /// Its key.
    pub from_key: OrgKey,
    /// Its name at the time.
    pub from_name: String,
    /// The partner that takes.
    pub to_id: Uuid,
    /// Its key.
    pub to_key: OrgKey,
    /// Its name at the time.
    pub to_name: String,
    /// What the giving side wrote to the other.
    pub message: Option<String>,
    /// When it was asked for.
    pub requested_at: OffsetDateTime,
    /// By whom.
    pub requested_by_name: String,
    /// Until when it can be answered.
    pub expires_at: OffsetDateTime,
    /// Where it stands.
    pub state: State,
    /// Who answered.
    pub answered_by_name: Option<String>,
    /// Until when it can be taken back.
    pub reversible_until: Option<OffsetDateTime>,
    /// Who took it back.
    pub reversed_by_name: Option<String>,
    /// The groups it left.
    pub former_groups: Vec<Uuid>,
    /// The tags it left.
    pub former_tags: Vec<Uuid>,
    /// The values it had in the fields of the giving partner's own, by field.
    pub former_custom: Value,
}

impl Transfer {
    /// Where it stands at this time: a question nobody answered in time is over.
    pub fn state_at(&self, now: OffsetDateTime) -> State {
        if self.state == State::Waiting && self.expires_at <= now { State::Expired } else { self.state }
    }

    /// Whether it can be taken back at this time.
    pub fn is_reversible(&self, now: OffsetDateTime) -> bool {
        self.state == State::Done && self.reversible_until.is_some_and(|until| now < until)
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewTransfer {
    /// The partner that is to take the organization.
    pub to: OrgKey,
    /// A word to the other side.
    pub message: Option<FreeText>,
    /// Whether whoever asks answers for the other side, too, where they may.
    pub both: bool,
}

/// A partner an organization can be given to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The partner.
    pub id: Uuid,
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
}

/// What a transfer would change: a list for whoever asks and for whoever accepts.
#[derive(Debug, Clone, Default)]
pub struct Impact {
    /// People of the giving partner and above it, up to where the two sides meet, who no longer see it: names, at most 20.
    pub lose: Vec<String>,
    /// How many they are.
    pub lose_count: i64,
    /// People of the taking side who see it from then on.
    pub gain: Vec<String>,
    /// How many they are.
    pub gain_count: i64,
    /// Groups of the giving partner that it leaves.
    pub groups: Vec<String>,
    /// Tags of the giving partner that it loses.
    pub tags: Vec<String>,
    /// Fields of the giving partner's own of which it loses the value.
    pub fields: Vec<String>,
    /// How many organizations beneath it move along.
    pub beneath: i64,
    /// Why it cannot be done as things are: the rule, and who can lift it.
    pub blocks: Vec<String>,
}
