//! Types of the transfers.

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    roles::Permission,
    scope::Scope,
    types::{FreeText, GroupName, OrgKey},
};

/// How long the taking side has to answer.
pub const ANSWER_WITHIN: Duration = Duration::days(14);
/// How long either side can take a transfer back.
pub const REVERSIBLE_FOR: Duration = Duration::days(14);

/// What the two sides are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Two partners.
    Partners,
    /// Two groups of one partner.
    Groups,
}

impl Between {
    /// What whoever asks and answers must be allowed.
    pub fn permission(self) -> Permission {
        match self {
            Self::Partners => Permission::TransferOrganizations,
            Self::Groups => Permission::TagOrganizations,
        }
    }
}

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
    /// The group that gives, where both sides are groups; the names of the sides are then those of the groups.
    pub from_group_id: Option<Uuid>,
    /// The group that takes, likewise.
    pub to_group_id: Option<Uuid>,
    /// The values it had in the fields of the giving partner's own, by field.
    pub former_custom: Value,
}

impl Transfer {
    /// Whether the person stands on the giving side.
    pub fn is_given_by(&self, scope: &Scope) -> bool {
        self.from_group_id.map_or(self.from_id == scope.organization.id, |group| answers_for_group(scope, group))
    }

    /// Whether the person stands on the taking side.
    pub fn is_taken_by(&self, scope: &Scope) -> bool {
        self.to_group_id.map_or(self.to_id == scope.organization.id, |group| answers_for_group(scope, group))
    }

    /// Where it stands at this time: a question nobody answered in time is over.
    pub fn state_at(&self, now: OffsetDateTime) -> State {
        if self.state == State::Waiting && self.expires_at <= now { State::Expired } else { self.state }
    }

    /// Whether it can be taken back at this time.
    pub fn is_reversible(&self, now: OffsetDateTime) -> bool {
        self.state == State::Done && self.reversible_until.is_some_and(|until| now < until)
    }
}

/// Whether the person answers for a group of the scope's partner: one of their own, or any for whoever manages the groups.
pub(super) fn answers_for_group(scope: &Scope, group: Uuid) -> bool {
    scope.may(Permission::ManageGroups) || scope.sight().groups().is_some_and(|own| own.contains(&group))
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

/// The same between two groups of a partner.
#[derive(Debug, Clone)]
pub struct NewMove {
    /// The group it leaves.
    pub from: Uuid,
    /// The name of the group it goes to.
    pub to: GroupName,
    /// A word to the people of that group.
    pub message: Option<FreeText>,
}

/// An organization and the groups it can go between, as far as the person sees them.
#[derive(Debug, Clone)]
pub struct Moves {
    /// The organization's name.
    pub organization: String,
    /// Its groups that the person answers for.
    pub from: Vec<(Uuid, String)>,
    /// The groups it is not in.
    pub to: Vec<String>,
}

/// What follows from a choice of two groups.
#[derive(Debug, Clone)]
pub struct MoveImpact {
    /// Name of the group it leaves.
    pub from: String,
    /// Name of the group it goes to.
    pub to: String,
    /// People who no longer see it, as far as names fit, and how many they are.
    pub lose: (Vec<String>, i64),
    /// People who see it from then on: names only for whoever answers for the group.
    pub gain: (Vec<String>, i64),
    /// Whether the person answers for both sides, so that it is done at once.
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
    /// What the giving partner has set and the taking one has not so: it ends to hold.
    pub settings: Vec<&'static str>,
    /// Fields of the giving partner's own of which it loses the value.
    pub fields: Vec<String>,
    /// How many organizations beneath it move along.
    pub beneath: i64,
    /// Why it cannot be done as things are: the rule, and who can lift it.
    pub blocks: Vec<String>,
}
