//! A filter in the forms in which the columns hold what it asks.

use time::OffsetDateTime;
use uuid::Uuid;

use super::filter::Filter;
use crate::{
    scope::Scope,
    types::{DomainName, OrgKey, Plan, TimeZone},
};

/// What a query of the list is given: whose organizations, and what is asked of each. Row-level security says the first
/// again.
#[derive(Debug)]
pub(super) struct Asked {
    /// The organizations directly beneath these.
    pub parents: Vec<Uuid>,
    /// Kept to these groups (S262).
    pub own: Option<Vec<Uuid>>,
    pub statuses: Vec<String>,
    pub kinds: Option<Vec<String>>,
    pub on_trial: Option<bool>,
    pub groups: Option<Vec<Uuid>>,
    pub countries: Option<Vec<String>>,
    pub tags: Option<Vec<Uuid>>,
    pub channel: Option<String>,
    pub from: Option<OffsetDateTime>,
    /// Before this instant.
    pub before: Option<OffsetDateTime>,
    /// Each of these must begin a word, or stand anywhere in a script without spaces.
    pub words: Vec<String>,
    /// Of these only: what a search found exactly.
    pub only: Option<Vec<Uuid>>,
}

impl Asked {
    pub(super) fn new(filter: &Filter, scope: &Scope, parents: Vec<Uuid>) -> Self {
        let zone = scope.actor.zone();
        Self {
            parents,
            own: scope.sight().groups().map(<[Uuid]>::to_vec),
            statuses: statuses(filter),
            kinds: some(filter.kinds.iter().map(|kind| kind.as_str().to_owned()).collect()),
            on_trial: filter.plan.map(|plan| plan == Plan::Trial),
            groups: some(filter.groups.clone()),
            countries: some(filter.countries.iter().map(|country| country.alpha2().to_owned()).collect()),
            tags: some(filter.tags.clone()),
            channel: filter.channel.clone(),
            from: filter.created_from.map(|day| zone.midnight(day)),
            before: filter.created_to.map(|day| end(&zone, day)),
            words: Vec::new(),
            only: None,
        }
    }
}

/// Where no status is asked for, everything but archived is.
fn statuses(filter: &Filter) -> Vec<String> {
    let asked: Vec<String> = filter.statuses.iter().map(|one| one.as_str().to_owned()).collect();
    if asked.is_empty() { vec!["active".to_owned(), "suspended".to_owned()] } else { asked }
}

fn some<T>(values: Vec<T>) -> Option<Vec<T>> {
    Some(values).filter(|values| !values.is_empty())
}

/// The first instant that is no longer part of the day.
fn end(zone: &TimeZone, day: time::Date) -> OffsetDateTime {
    zone.midnight(day.next_day().unwrap_or(day))
}

/// What a search looks for, in the forms in which the columns hold it.
#[derive(Debug)]
pub(super) struct Search {
    /// As typed: customer and registration numbers keep their case.
    pub number: String,
    /// As a domain, where it is one.
    pub domain: String,
    /// As a key, where it starts like one.
    pub key: Option<OrgKey>,
}

impl Search {
    /// Nothing, where nothing was typed.
    pub(super) fn new(q: &str) -> Option<Self> {
        let text = q.to_lowercase();
        (!q.is_empty()).then(|| Self {
            domain: DomainName::parse(&text).map_or_else(|_| text.clone(), |domain| domain.as_str().to_owned()),
            key: if text.starts_with(OrgKey::PREFIX) { OrgKey::parse(&text).ok() } else { None },
            number: q.to_owned(),
        })
    }
}
