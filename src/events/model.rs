//! Types of the events.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::kind::EventKind;
use crate::types::OrgKey;

/// The member of what an event keeps that is for the organization above alone: its own fields, its groups. Whoever reads
/// the log as one of the organization's own people does not get it.
pub const ONLY_ABOVE: &str = "only_above";

/// An event to be.
#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    /// The organization it concerns.
    pub organization_id: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to, where that is not the organization.
    pub subject_id: Option<Uuid>,
    /// The name of that thing at the time.
    pub subject_name: Option<&'a str>,
    /// What changed, as it was.
    pub before: Option<Value>,
    /// What changed, as it is.
    pub after: Option<Value>,
    /// How it was done: "wizard".
    pub channel: Option<&'a str>,
}

impl NewEvent<'_> {
    /// An event about an organization as a whole.
    pub fn new(organization_id: Uuid, kind: EventKind) -> Self {
        Self { organization_id, kind, subject_id: None, subject_name: None, before: None, after: None, channel: None }
    }
}

/// An event as a feed shows it.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id; ids order events by time.
    pub id: Uuid,
    /// When.
    pub at: OffsetDateTime,
    /// Who, if it was a person.
    pub actor_user_id: Option<Uuid>,
    /// The name of whoever did it, at the time.
    pub actor_name: String,
    /// The stored text of the kind.
    pub kind: String,
    /// What it happened to, where that is not the organization.
    pub subject_name: Option<String>,
    /// The organization.
    pub organization_id: Uuid,
    /// Its key.
    pub organization_key: OrgKey,
    /// Its name now.
    pub organization_name: String,
}

impl Event {
    /// Whether the object of the sentence is the organization itself.
    pub fn is_about_organization(&self) -> bool {
        EventKind::from_name(&self.kind).is_none_or(EventKind::is_about_organization)
    }

    /// The words after the person. A kind of a newer version shows its stored text.
    pub fn sentence(&self) -> &str {
        EventKind::from_name(&self.kind).map_or(&self.kind, |kind| kind.sentence())
    }
}
