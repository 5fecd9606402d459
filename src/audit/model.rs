//! Types of the audit log.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{events::EventKind, types::OrgKey};

/// Which events are wanted; what is not set keeps nothing back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the name of whoever did it, in lower case; empty for anybody.
    pub person: String,
    /// A part of the name of what it happened to, in lower case, or a whole Org Key; empty for anything.
    pub object: String,
    /// The object as an id: of the thing, the organization or the request.
    pub object_id: Option<Uuid>,
    /// What happened.
    pub kind: Option<EventKind>,
    /// Not before this instant.
    pub from: Option<OffsetDateTime>,
    /// Before this instant.
    pub until: Option<OffsetDateTime>,
}

impl Filter {
    /// What is set, for the event of an export.
    pub fn as_json(&self) -> Value {
        let text = |value: &str| (!value.is_empty()).then(|| json!(value));
        let instant = |value: Option<OffsetDateTime>| value.map(|at| json!(at.unix_timestamp()));
        let fields = [
            ("person", text(&self.person)),
            ("object", text(&self.object)),
            ("kind", self.kind.map(|kind| json!(kind.as_str()))),
            ("from", instant(self.from)),
            ("until", instant(self.until)),
        ];
        let set: Map<String, Value> =
            fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        Value::Object(set)
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// Behind this event: older ones.
    Older(Uuid),
    /// Before it: newer ones.
    Newer(Uuid),
}

/// One line of the log.
#[derive(Debug, Clone)]
pub struct Line {
    /// The event; ids order events by time.
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
    pub subject_id: Option<Uuid>,
    /// The name of that thing at the time.
    pub subject_name: Option<String>,
    /// What changed, as it was.
    pub before: Option<Value>,
    /// What changed, as it is.
    pub after: Option<Value>,
    /// How it was done.
    pub channel: Option<String>,
    /// The request, as in the logs.
    pub request_id: Option<Uuid>,
    /// The key of the organization.
    pub organization_key: OrgKey,
    /// Its name now.
    pub organization_name: String,
}

/// A page of the log.
#[derive(Debug, Clone)]
pub struct Page {
    /// At most 50 lines, newest first.
    pub lines: Vec<Line>,
    /// Whether older ones follow.
    pub has_older: bool,
    /// Whether newer ones precede.
    pub has_newer: bool,
}

/// One field of a change, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field: "Support email".
    pub field: String,
    /// As it was; `None` where there was nothing.
    pub before: Option<String>,
    /// As it is; `None` where there is nothing any more.
    pub after: Option<String>,
}
