//! The proof that the log is complete: every hash is computed again, here and not in the database.

use std::fmt;

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::store;
use crate::error::Result;

/// A link with its event and the head of its organization; either may be missing.
#[derive(Debug, Clone, Default)]
pub(super) struct Link {
    pub(super) of: Uuid,
    pub(super) key: Option<String>,
    pub(super) name: Option<String>,
    pub(super) head_events: Option<i64>,
    pub(super) head_hash: Option<Vec<u8>>,
    pub(super) number: Option<i64>,
    pub(super) linked: Option<Uuid>,
    pub(super) hash: Option<Vec<u8>>,
    pub(super) id: Option<Uuid>,
    pub(super) organization_id: Option<Uuid>,
    pub(super) parent_id: Option<Uuid>,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) actor_user_id: Option<Uuid>,
    pub(super) actor_name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) subject_id: Option<Uuid>,
    pub(super) subject_name: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) request_id: Option<Uuid>,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The event with this number and id is gone.
    Removed(i64, Uuid),
    /// The event with this number is gone, and so is its link.
    LinkRemoved(i64),
    /// The event with this number and id is not as it was written, or stands in the place of another.
    Altered(i64, Uuid),
    /// An event that the portal has not written.
    Added(Uuid),
    /// So many events have been written; the last are gone.
    CutOff {
        /// How many there have been.
        written: i64,
        /// How many are left.
        left: i64,
    },
    /// There is a chain, but not what says where it ends.
    NoHead,
    /// There is no event, although every organization begins with one.
    Empty,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed(number, id) => write!(f, "event {number} ({id}) has been removed"),
            Self::LinkRemoved(number) => write!(f, "event {number} has been removed, and its link of the chain"),
            Self::Altered(number, id) => write!(f, "event {number} ({id}) has been altered or moved"),
            Self::Added(id) => write!(f, "event {id} has been added without the portal"),
            Self::CutOff { written, left } => write!(f, "{written} events were written and {left} are left"),
            Self::NoHead => f.write_str("the end of the chain has been removed"),
            Self::Empty => f.write_str("every event has been removed"),
        }
    }
}

/// Where the chain of an organization breaks first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Its id.
    pub organization_id: Uuid,
    /// Key and name; its id where it is gone as well.
    pub organization: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What a walk along all chains has found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Organizations looked at.
    pub organizations: u64,
    /// Events looked at.
    pub events: u64,
    /// At most one break an organization.
    pub breaks: Vec<Break>,
}

/// Walks the chain of every organization. The transaction must see every row.
///
/// # Errors
/// The database's.
pub async fn verify(db: &mut PgConnection) -> Result<Report> {
    let mut walk = Walk::default();
    let mut links = store::links(db);
    while let Some(link) = links.try_next().await? {
        walk.step(link);
    }
    Ok(walk.end())
}

#[derive(Debug, Default)]
struct Walk {
    report: Report,
    /// Of the organization the walk is in.
    first: Option<Link>,
    hash: Vec<u8>,
    number: i64,
    fault: Option<Fault>,
}

impl Walk {
    fn step(&mut self, link: Link) {
        if self.first.as_ref().is_none_or(|first| first.of != link.of) {
            self.leave();
            self.report.organizations += 1;
            (self.hash, self.number, self.fault) = (Vec::new(), 0, None);
            self.first = Some(link.clone());
        }
        self.report.events += u64::from(link.id.is_some());
        if self.fault.is_none() {
            self.fault = self.check(&link);
        }
    }

    fn check(&mut self, link: &Link) -> Option<Fault> {
        let (number, linked) = match (link.number, link.linked, link.id) {
            (Some(number), Some(linked), _) => (number, linked),
            (_, _, Some(id)) => return Some(Fault::Added(id)),
            _ => return None,
        };
        if number != self.number + 1 {
            return Some(Fault::LinkRemoved(self.number + 1));
        }
        if link.id.is_none() {
            return Some(Fault::Removed(number, linked));
        }
        let hash = hash(&self.hash, link);
        if link.hash.as_ref() != Some(&hash) || link.organization_id != Some(link.of) {
            return Some(Fault::Altered(number, linked));
        }
        (self.hash, self.number) = (hash, number);
        None
    }

    /// Looks whether the chain ends where its head says.
    fn leave(&mut self) {
        let Some(first) = self.first.take() else { return };
        let fault = self.fault.take().or_else(|| match (first.head_events, &first.head_hash) {
            (None, _) if self.number == 0 => Some(Fault::Empty),
            (None, _) => Some(Fault::NoHead),
            (Some(written), hash) if written != self.number || hash.as_ref() != Some(&self.hash) => {
                Some(Fault::CutOff { written, left: self.number })
            }
            _ => None,
        });
        if let Some(fault) = fault {
            let organization = match (first.key, first.name) {
                (Some(key), Some(name)) => format!("{key} ({name})"),
                _ => first.of.to_string(),
            };
            self.report.breaks.push(Break { organization_id: first.of, organization, fault });
        }
    }

    fn end(mut self) -> Report {
        self.leave();
        self.report
    }
}

/// SHA-256 over the hash before and the bytes of the event, as `event_bytes` of the migration writes them.
fn hash(before: &[u8], link: &Link) -> Vec<u8> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    let at = link.at.map(|at| (at.unix_timestamp_nanos() / 1000).to_string());
    let parts = [
        id(link.id),
        id(link.organization_id),
        id(link.parent_id),
        at,
        id(link.actor_user_id),
        link.actor_name.clone(),
        link.kind.clone(),
        id(link.subject_id),
        link.subject_name.clone(),
        link.before.clone(),
        link.after.clone(),
        link.channel.clone(),
        id(link.request_id),
    ];
    let mut sum = Sha256::new_with_prefix(before);
    for part in parts {
        match part {
            Some(text) => sum.update(format!("{}:{text},", text.len())),
            None => sum.update("-,"),
        }
    }
    sum.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(count: i64) -> Vec<Link> {
        let mut before = Vec::new();
        let mut links: Vec<Link> = (1..=count)
            .map(|number| {
                let id = Some(Uuid::from_u128(number.unsigned_abs().into()));
                let (organization_id, actor_name) = (Some(Uuid::nil()), Some("Ada".to_owned()));
                let mut link =
                    Link { number: Some(number), linked: id, id, organization_id, actor_name, ..Link::default() };
                before = hash(&before, &link);
                link.hash = Some(before.clone());
                link
            })
            .collect();
        for link in &mut links {
            (link.head_events, link.head_hash) = (Some(count), Some(before.clone()));
        }
        links
    }

    fn fault(links: Vec<Link>) -> Option<Fault> {
        let mut walk = Walk::default();
        links.into_iter().for_each(|link| walk.step(link));
        walk.end().breaks.pop().map(|found| found.fault)
    }

    #[test]
    fn each_way_to_tamper_has_its_words() {
        assert_eq!(fault(chain(3)), None);
        let mut links = chain(3);
        links.remove(1);
        assert_eq!(fault(links), Some(Fault::LinkRemoved(2)));
        let mut links = chain(3);
        links[1].id = None;
        assert_eq!(fault(links), Some(Fault::Removed(2, Uuid::from_u128(2))));
        let mut links = chain(3);
        links[2].actor_name = Some("Eve".into());
        assert_eq!(fault(links), Some(Fault::Altered(3, Uuid::from_u128(3))));
        let mut links = chain(3);
        links.pop();
        assert_eq!(fault(links), Some(Fault::CutOff { written: 3, left: 2 }));
    }

    #[test]
    fn bytes_cannot_move_from_one_column_to_the_next() {
        let link = |actor: &str, kind: &str| Link {
            actor_name: Some(actor.into()),
            kind: Some(kind.into()),
            ..Link::default()
        };
        assert_ne!(hash(&[], &link("a", "bc")), hash(&[], &link("ab", "c")));
        assert_ne!(hash(&[], &link("a,1:b", "c")), hash(&[], &link("a", "1:b,c")));
    }
}
