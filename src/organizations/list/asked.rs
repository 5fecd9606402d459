//! A filter in the forms in which the columns hold what it asks.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{filter::Filter, own::Condition, way::Facet};
use crate::{
    scope::Scope,
    types::{Plan, TimeZone},
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
    /// What is asked of the partner's own fields.
    pub conditions: Vec<Condition>,
    /// Each of these must begin a word, or stand anywhere in a script without spaces.
    pub words: Vec<String>,
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
            conditions: Vec::new(),
            words: Vec::new(),
        }
    }
}

impl Asked {
    /// Whether nothing is asked of each organization beyond the set a walk is made of: the person's own groups or the groups
    /// of the filter, or the one word of a search.
    pub(super) fn is_plain(&self) -> bool {
        let sets = usize::from(self.own.is_some()) + usize::from(self.groups.is_some()) + self.words.len();
        sets <= 1
            && self.is_of_usual_status()
            && self.kinds.is_none()
            && self.on_trial.is_none()
            && self.countries.is_none()
            && self.tags.is_none()
            && self.conditions.is_empty()
            && self.channel.is_none()
            && self.from.is_none()
            && self.before.is_none()
    }

    /// Whether the values of one facet are all that is asked for.
    pub(super) fn is_only(&self, facet: Facet) -> bool {
        let others = [
            facet != Facet::Status && !self.is_of_usual_status(),
            facet != Facet::Kind && self.kinds.is_some(),
            facet != Facet::Trial && self.on_trial.is_some(),
            facet != Facet::Country && self.countries.is_some(),
            facet != Facet::Channel && self.channel.is_some(),
            self.own.is_some() || self.groups.is_some() || self.tags.is_some() || !self.words.is_empty(),
            !self.conditions.is_empty(),
            self.from.is_some() || self.before.is_some(),
        ];
        others == [false; 8]
    }

    /// How many organizations each of so many walks, merged, looks at for a page, before it says how far it came: looking
    /// at more than 10,000 together takes longer than somebody should wait.
    pub(super) fn looked_at(walks: usize) -> i64 {
        const LOOKED_AT: i64 = 10_000;
        (LOOKED_AT / i64::try_from(walks.max(1)).unwrap_or(i64::MAX)).max(100)
    }

    /// How many values of a facet are asked for.
    pub(super) fn values_of(&self, facet: Facet) -> usize {
        let many = |values: &Option<Vec<String>>| values.as_ref().map_or(1, Vec::len);
        match facet {
            Facet::Status => self.statuses.len(),
            Facet::Kind => many(&self.kinds),
            Facet::Country => many(&self.countries),
            Facet::Trial | Facet::Channel => 1,
        }
    }

    /// Whether everything but archived is asked for.
    pub(super) fn is_of_usual_status(&self) -> bool {
        self.statuses == ["active", "suspended"]
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
