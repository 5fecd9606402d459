//! Which way leads to a page of the list: along which index. What is asked most selectively decides; the rest is checked line
//! by line.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    asked::Asked,
    choice::{Sort, SortBy, Status},
    search::Search,
    store::few,
};
use crate::{database::paging::Direction, error::Result};

/// So many organizations are read and sorted for a page; of more the list meets a page full soon enough. In a list of a million
/// both take as long at 7,000.
const FEW: usize = 5_000;
/// So many of somebody's own groups: a walk passes over what they do not see without counting it, so that among fewer of a
/// million it may look at everything.
const OF_OWN: usize = 50_000;
/// So many are read where a walk by name is there already, but may pass over most of its lines.
const FEWER: usize = 1_000;
/// So many terms are merged for a page.
const MERGED: usize = 500;

/// The way to a page.
#[derive(Debug)]
pub(super) enum Way {
    /// Along the order that is asked for.
    Order,
    /// Only these, which are few.
    Few(Vec<Uuid>),
    /// By name, along a part of an index.
    Facet(Facet),
    /// By name, along an index beside the organizations.
    Set(Set),
}

/// What has an index by name for each of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    /// Suspended or archived.
    Status,
    /// Partners or enterprises.
    Kind,
    /// On trial.
    Trial,
    /// By country.
    Country,
    /// By the door they came in through.
    Channel,
}

/// What has an index of its own by name.
#[derive(Debug)]
pub(super) enum Set {
    /// In one of these groups.
    Groups(Vec<Uuid>),
    /// With one of these tags.
    Tags(Vec<Uuid>),
    /// With one of these values of a field of the partner's own, named once for each.
    Values(Vec<Uuid>, Vec<String>),
    /// With a number or day between these in a field of the partner's own.
    Between(Uuid, (f64, f64)),
    /// With one of these terms beneath one of these organizations.
    Terms(Vec<Uuid>, Vec<String>),
}

impl Set {
    /// How many walks are merged for it.
    pub(super) fn walks(&self) -> usize {
        match self {
            Self::Groups(ids) | Self::Tags(ids) => ids.len(),
            Self::Values(_, keys) => keys.len(),
            Self::Terms(_, terms) => terms.len(),
            Self::Between(..) => 1,
        }
    }
}

/// Finds the way. `exact` is what a search found exactly.
pub(super) async fn find(
    db: &mut PgConnection,
    asked: &Asked,
    search: Option<&Search>,
    exact: Vec<Uuid>,
    sort: Sort,
) -> Result<Way> {
    if !exact.is_empty() {
        return Ok(Way::Few(exact));
    }
    if let Some(groups) = asked.groups.as_ref().or(asked.own.as_ref()) {
        return set(db, asked, Set::Groups(groups.clone()), sort).await;
    }
    // Archived organizations have no terms.
    if let Some(search) = search.filter(|_| !asked.statuses.iter().any(|status| status == "archived")) {
        return searched(db, asked, search, sort).await;
    }
    if let Some(tags) = &asked.tags {
        return set(db, asked, Set::Tags(tags.clone()), sort).await;
    }
    if let Some(way) = own(db, asked, sort).await? {
        return Ok(way);
    }
    let facet = facets(asked).next();
    match facet {
        Some(facet) if sort.by == SortBy::Name && asked.is_only(facet) => Ok(Way::Facet(facet)),
        Some(facet) if sort.by == SortBy::Name => {
            Ok(in_rare_facet(db, asked, FEWER).await?.map_or(Way::Facet(facet), Way::Few))
        }
        Some(_) => Ok(in_rare_facet(db, asked, FEW).await?.map_or(Way::Order, Way::Few)),
        None if (asked.from.is_some() || asked.before.is_some()) && sort.by != SortBy::Created => {
            Ok(few_or_order(few::created(db, asked, limit()).await?))
        }
        None => Ok(Way::Order),
    }
}

/// The index of a group or tag is by name and has no archived organizations; another list of it is made from all of its own
/// where they are few.
async fn set(db: &mut PgConnection, asked: &Asked, set: Set, sort: Sort) -> Result<Way> {
    let archived = asked.statuses.iter().any(|status| status == "archived");
    if sort.by == SortBy::Name && !archived {
        return Ok(Way::Set(set));
    }
    let most = if asked.own.is_some() { OF_OWN } else { FEW };
    let limit = one_more(most);
    let ids = match &set {
        Set::Groups(groups) => few::in_groups(db, &asked.parents, groups, limit).await?,
        Set::Tags(tags) => few::with_tags(db, &asked.parents, tags, limit).await?,
        Set::Values(fields, keys) => match fields.first() {
            Some(field) => few::with_values(db, &asked.parents, *field, keys, limit).await?,
            None => Vec::new(),
        },
        Set::Between(..) | Set::Terms(..) => return Ok(Way::Order),
    };
    Ok(at_most(most, ids))
}

/// The organizations of the first facet of the filter that has no more than so many, whatever their status: among the many of
/// another one they may never be met.
async fn in_rare_facet(db: &mut PgConnection, asked: &Asked, most: usize) -> Result<Option<Vec<Uuid>>> {
    let limit = one_more(most);
    for facet in facets(asked) {
        let mut ids = few::in_facet(db, (asked, &every_status()), facet, limit).await?;
        if ids.len() <= most {
            ids.sort_unstable();
            ids.dedup();
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

fn every_status() -> [String; 3] {
    Status::ALL.map(|status| status.as_str().to_owned())
}

/// Along the values of a field. What is between two is sorted where it is few, and else met often by name.
async fn own(db: &mut PgConnection, asked: &Asked, sort: Sort) -> Result<Option<Way>> {
    let equal = asked.conditions.iter().find_map(|one| Some((one.field, one.keys.as_ref()?)));
    if let Some((field, keys)) = equal {
        let set_of = Set::Values(vec![field; keys.len()], keys.clone());
        return set(db, asked, set_of, sort).await.map(Some);
    }
    let between = asked.conditions.iter().find_map(|one| Some((one.field, one.between?)));
    let Some((field, ends)) = between else { return Ok(None) };
    let ids = few::between(db, &asked.parents, field, ends, limit()).await?;
    let archived = asked.statuses.iter().any(|status| status == "archived");
    if ids.len() > FEW && sort.by == SortBy::Name && !archived {
        return Ok(Some(Way::Set(Set::Between(field, ends))));
    }
    Ok(Some(few_or_order(ids)))
}

/// A rare word is sorted; for a frequent one the terms that begin like it are merged, unless they are too many: then the list
/// itself meets it often.
async fn searched(db: &mut PgConnection, asked: &Asked, search: &Search, sort: Sort) -> Result<Way> {
    let (from, to) = search.range();
    let ids = few::with_term(db, &asked.parents, (&from, &to), limit()).await?;
    if ids.len() <= FEW {
        return Ok(few_or_order(ids));
    }
    if let Some(ids) = in_rare_facet(db, asked, FEW).await? {
        return Ok(Way::Few(ids));
    }
    if sort.by != SortBy::Name {
        return Ok(Way::Order);
    }
    let (parents, terms) = few::terms(db, &asked.parents, (&from, &to), one_more(MERGED)).await?;
    Ok(if terms.len() > MERGED { Way::Order } else { Way::Set(Set::Terms(parents, terms)) })
}

/// The facets of the filter, first the one that is likely to be the rarest. Active ones and customers are met everywhere.
fn facets(asked: &Asked) -> impl Iterator<Item = Facet> {
    let has = |values: &Option<Vec<String>>, common: &str| {
        values.as_ref().is_some_and(|values| !values.iter().any(|value| value == common))
    };
    [
        (!asked.statuses.iter().any(|status| status == "active"), Facet::Status),
        (has(&asked.kinds, "customer"), Facet::Kind),
        (asked.on_trial == Some(true), Facet::Trial),
        (asked.countries.is_some(), Facet::Country),
        (asked.channel.is_some(), Facet::Channel),
    ]
    .into_iter()
    .filter_map(|(asked, facet)| asked.then_some(facet))
}

fn limit() -> i64 {
    one_more(FEW)
}

fn one_more(than: usize) -> i64 {
    i64::try_from(than + 1).unwrap_or(i64::MAX)
}

fn few_or_order(ids: Vec<Uuid>) -> Way {
    at_most(FEW, ids)
}

fn at_most(most: usize, mut ids: Vec<Uuid>) -> Way {
    if ids.len() > most {
        return Way::Order;
    }
    ids.sort_unstable();
    ids.dedup();
    Way::Few(ids)
}

/// Which way the columns of an index are walked: in a list the other way round, forward is against their order.
pub(super) fn direction(sort: Sort, towards: Direction) -> Direction {
    if sort.descending { towards.turned() } else { towards }
}
