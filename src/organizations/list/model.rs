//! Types of the list.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::choice::SortBy;
use crate::{
    database::paging::Direction,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Where a page of the list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// Behind this organization.
    After(OrgKey),
    /// Before it.
    Before(OrgKey),
}

impl Cursor {
    pub(super) fn parts(&self) -> (&OrgKey, Direction) {
        match self {
            Self::After(key) => (key, Direction::Forward),
            Self::Before(key) => (key, Direction::Backward),
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// Its id.
    pub id: Uuid,
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// The name as lists are sorted by it.
    pub sort_name: String,
    /// Customer, partner or enterprise.
    pub kind: AccountKind,
    /// The organization directly above.
    pub parent_id: Uuid,
    /// Country.
    pub country: Country,
    /// Primary domain.
    pub domain: Option<DomainName>,
    /// The parent's own reference.
    pub customer_number: Option<String>,
    /// Name of the primary contact.
    pub contact_name: Option<String>,
    /// Address of the primary contact.
    pub contact_email: Option<String>,
    /// `active`, `suspended` or `archived`.
    pub status: String,
    /// Licences of all its subscriptions.
    pub licenses: i64,
    /// End of the trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// The groups it is in.
    pub group_ids: Vec<Uuid>,
    /// Its tags.
    pub tag_ids: Vec<Uuid>,
    /// The last one looked at, where so many were looked at that the walk ended: whether it belongs to the list.
    pub(super) cut: Option<bool>,
}

impl ListRow {
    /// Where the line stands in a list in this order.
    pub fn mark(&self, by: SortBy) -> Mark {
        let value = match by {
            SortBy::Name => Value::Text(self.sort_name.clone()),
            SortBy::Number => Value::Text(self.customer_number.clone().unwrap_or_default()),
            SortBy::Licenses => Value::Number(self.licenses),
            SortBy::Created => Value::Instant(self.created_at),
        };
        Mark { value, id: self.id }
    }
}

/// A place in a list: what the line there is sorted by, and its id. It stays a place when the line is gone or changed, so a
/// job that walks a list in portions keeps it from one to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub(super) value: Value,
    pub(super) id: Uuid,
}

/// What a line is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Value {
    Text(String),
    Number(i64),
    #[serde(with = "time::serde::rfc3339")]
    Instant(OffsetDateTime),
}

/// Longer than any text an organization has, and behind all of them in the order of bytes.
const LAST_TEXT: &str = "\u{10ffff}\u{10ffff}";
/// Behind every instant at which something was created.
const LAST_INSTANT: OffsetDateTime = time::macros::datetime!(9999-01-01 00:00 UTC);

impl Mark {
    /// Where a walk in this direction of the columns begins: before their smallest values or behind their largest.
    pub(super) fn start(by: SortBy, direction: Direction) -> Self {
        let forward = direction == Direction::Forward;
        let value = match by {
            SortBy::Name | SortBy::Number => Value::Text(if forward { String::new() } else { LAST_TEXT.to_owned() }),
            SortBy::Licenses => Value::Number(if forward { i64::MIN } else { i64::MAX }),
            SortBy::Created => Value::Instant(if forward { OffsetDateTime::UNIX_EPOCH } else { LAST_INSTANT }),
        };
        Self { value, id: if forward { Uuid::nil() } else { Uuid::max() } }
    }

    /// The value of an order by text; of another order, as of a mark kept from a list in that one, the smallest.
    pub(super) fn text(&self) -> &str {
        if let Value::Text(text) = &self.value { text } else { "" }
    }

    pub(super) fn number(&self) -> i64 {
        if let Value::Number(number) = self.value { number } else { i64::MIN }
    }

    pub(super) fn instant(&self) -> OffsetDateTime {
        if let Value::Instant(instant) = self.value { instant } else { OffsetDateTime::UNIX_EPOCH }
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The lines in the order that was asked for.
    pub rows: Vec<ListRow>,
    /// Whether lines follow.
    pub has_next: bool,
    /// Whether lines precede.
    pub has_previous: bool,
    /// How many there are, on the first page only.
    pub count: Option<Counted>,
    /// Where the page is not full although so many were looked at that somebody should not wait longer: how far it came.
    /// There may be more further on.
    pub ended_at: Option<Cursor>,
}

/// How many organizations a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Exactly so many.
    All(i64),
    /// More than this: nothing was counted further.
    MoreThan(i64),
}

impl Counted {
    /// From a count that stopped one above a limit.
    pub(super) fn up_to(limit: i64, count: i64) -> Self {
        if count > limit { Self::MoreThan(limit) } else { Self::All(count) }
    }
}

/// Figures of the organizations directly beneath one; trials are counted up to [`super::TRIALS`], what an
/// account manager sees up to [`super::COUNTED`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many there are.
    pub organizations: i64,
    /// How many are on a running trial.
    pub on_trial: i64,
    /// How many of these trials end within seven days.
    pub ending: i64,
    /// Licences of them.
    pub licenses: i64,
    /// The trial that ends first, if within seven days: key, name, instant.
    pub first_ending: Option<(OrgKey, String, OffsetDateTime)>,
}
