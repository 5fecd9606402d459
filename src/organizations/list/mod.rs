//! The list of organizations beneath one (S105, UX 21-27), and the figures on a partner's home.

mod asked;
mod choice;
mod filter;
mod model;
mod names;
mod own;
mod search;
mod store;
mod way;

use sqlx::PgConnection;
use uuid::Uuid;

use self::{
    asked::Asked,
    own::Condition,
    search::Search,
    way::{Set, Way},
};
pub use self::{
    choice::{PageSize, Sort, SortBy, Status},
    filter::Filter,
    model::{Counted, Cursor, Figures, ListRow, Mark, Page},
    names::{Names, OwnField, names},
    own::OwnFilter,
};
use crate::{
    custom_fields,
    database::paging::{Cut, Direction},
    error::Result,
    roles::Permission,
    scope::Scope,
};

/// Counts of whole lists stop above this and are shown as "10,000+".
pub const COUNTED: i64 = 10_000;
/// Trials are counted up to this. Each is looked at, and this stands on the first page somebody sees.
pub const TRIALS: i64 = 1_000;
/// Counts of one filter stop above this: "1,000+".
const SOME: i64 = 1_000;

/// One page of the organizations that match a filter and that the person sees (S105, S262): directly beneath the scope's,
/// or beneath all partners and enterprises there. A search for a whole key, domain, customer number or registration
/// number finds exactly that organization; anything else is looked for at the beginning of words.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, filter: &Filter, cursor: Option<&Cursor>) -> Result<Page> {
    let (asked, way) = ask(db, scope, filter).await?;
    let towards = cursor.map_or(Direction::Forward, |cursor| cursor.parts().1);
    let mark = match cursor {
        Some(cursor) => store::position(db, &asked.parents, cursor.parts().0, filter.sort.by).await?,
        None => None,
    };
    // A line that is gone leads to the first page.
    let (first, towards) = (mark.is_none(), if mark.is_none() { Direction::Forward } else { towards });
    let size = filter.size.unwrap_or_default().rows();
    let (rows, end) = walked(db, filter.sort, (&asked, &way), (towards, mark.as_ref()), size + 1).await?;
    let Cut { rows, mut has_next, mut has_previous } = Cut::new(rows, size, towards, first);
    let ended_at = end.map(|end| match towards {
        Direction::Forward => Cursor::After(end.key),
        Direction::Backward => Cursor::Before(end.key),
    });
    has_next |= matches!(ended_at, Some(Cursor::After(_)));
    has_previous |= matches!(ended_at, Some(Cursor::Before(_)));
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let count = match (first, has_next) {
        (false, _) => None,
        (true, false) => Some(Counted::All(shown)),
        (true, true) => Some(total(db, filter, (&asked, &way), shown).await?),
    };
    Ok(Page { rows, has_next, has_previous, count, ended_at })
}

/// At most `limit` of what [`list`] shows for a filter, in its order, behind a place in it: for exports and for jobs that
/// walk through everything in portions. The place behind a portion is [`ListRow::mark`] of its last line, by the order
/// of the filter; a portion that is not full is the last.
///
/// # Errors
/// As [`list`].
pub async fn walk(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    behind: Option<&Mark>,
    limit: usize,
) -> Result<Vec<ListRow>> {
    let (asked, way) = ask(db, scope, filter).await?;
    let (mut rows, mut behind) = (Vec::new(), behind.cloned());
    loop {
        let left = limit - rows.len();
        let (found, end) = walked(db, filter.sort, (&asked, &way), (Direction::Forward, behind.as_ref()), left).await?;
        rows.extend(found);
        match end {
            Some(end) => behind = Some(end.mark(filter.sort.by)),
            None => return Ok(rows),
        }
    }
}

/// How many organizations a filter matches, counted no further than one above `limit`.
///
/// # Errors
/// As [`list`].
pub async fn count(db: &mut PgConnection, scope: &Scope, filter: &Filter, limit: i64) -> Result<Counted> {
    let (asked, way) = ask(db, scope, filter).await?;
    counted(db, (&asked, &way), limit).await
}

/// What a filter asks, in the forms in which the columns hold it, of the organizations the person may list, and the way
/// to them.
async fn ask(db: &mut PgConnection, scope: &Scope, filter: &Filter) -> Result<(Asked, Way)> {
    scope.require(Permission::ListOrganizations)?;
    let parents = parents(db, scope, filter).await?;
    let mut asked = Asked::new(filter, scope, parents);
    if !filter.own.is_empty() {
        let fields = custom_fields::list(db, scope).await?;
        asked.conditions = filter.own.iter().map(|own| Condition::new(own, &fields)).collect();
    }
    let search = Search::new(&filter.q);
    let exact = match &search {
        Some(search) => store::exact(db, &asked, search).await?,
        None => Vec::new(),
    };
    if let Some(search) = search.as_ref().filter(|_| exact.is_empty()) {
        asked.words = search.needles();
    }
    let way = way::find(db, &asked, search.as_ref(), exact, filter.sort).await?;
    Ok((asked, way))
}

/// The organizations directly above those that are listed. Groups are the groups of one partner, so whoever is kept to
/// them sees beneath no other.
async fn parents(db: &mut PgConnection, scope: &Scope, filter: &Filter) -> Result<Vec<Uuid>> {
    let here = scope.organization.id;
    let top = match &filter.parent {
        Some(key) if *key != scope.organization.key => store::beneath(db, here, key).await?,
        _ => Some(here),
    };
    let kept = scope.sight().groups().is_some();
    match top {
        Some(top) if kept => Ok(if top == here { vec![here] } else { Vec::new() }),
        Some(top) if filter.beneath => store::with_partners_beneath(db, top).await,
        top => Ok(top.into_iter().collect()),
    }
}

/// Lines beside a place of the list, the nearest first; and the organization a walk ended at before it had as many, as it may
/// look at no more.
async fn walked(
    db: &mut PgConnection,
    sort: Sort,
    (asked, way): (&Asked, &Way),
    (towards, mark): (Direction, Option<&Mark>),
    limit: usize,
) -> Result<(Vec<ListRow>, Option<ListRow>)> {
    let direction = way::direction(sort, towards);
    let start = Mark::start(sort.by, direction);
    let mark = mark.unwrap_or(&start);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = match way {
        Way::Order => store::walks::list(db, asked, (sort.by, direction), mark, most).await,
        Way::Few(ids) => store::walks::sorted(db, asked, ids, (sort.by, direction), mark, most).await,
        Way::Facet(facet) => store::walks::faceted(db, asked, *facet, direction, mark, most).await,
        Way::Set(set) => store::sets::list(db, asked, set, direction, mark, most).await,
    }?;
    Ok(cut(found, limit))
}

/// What is known up to where the first of several walks ended; behind that, organizations of this walk are missing among
/// those of the others. A full page needs no more.
fn cut(mut rows: Vec<ListRow>, limit: usize) -> (Vec<ListRow>, Option<ListRow>) {
    let Some(at) = rows.iter().position(|row| row.cut.is_some()) else { return (rows, None) };
    let belongs = rows[at].cut == Some(true);
    let end = rows[at].clone();
    rows.truncate(at + usize::from(belongs));
    let full = rows.len() >= limit;
    (rows, Some(end).filter(|_| !full))
}

/// How many there are, for the page: as far as counting costs little beside the page itself. `shown` stand on it, and
/// more follow.
async fn total(db: &mut PgConnection, filter: &Filter, (asked, way): (&Asked, &Way), shown: i64) -> Result<Counted> {
    match way {
        Way::Order if filter.narrows() => Ok(Counted::MoreThan(shown)),
        Way::Set(Set::Groups(groups)) if asked.is_plain() => {
            let count = store::groups::count(db, &asked.parents, groups, COUNTED + 1).await?;
            Ok(Counted::up_to(COUNTED, count))
        }
        Way::Set(_) => Ok(Counted::MoreThan(shown)),
        Way::Facet(facet) if asked.is_only(*facet) => counted(db, (asked, way), SOME).await,
        Way::Facet(_) => Ok(Counted::MoreThan(shown)),
        Way::Order if asked.own.is_none() => Ok(Counted::All(store::figures::totals(db, &asked.parents).await?.0)),
        Way::Order | Way::Few(_) => counted(db, (asked, way), COUNTED).await,
    }
}

async fn counted(db: &mut PgConnection, (asked, way): (&Asked, &Way), limit: i64) -> Result<Counted> {
    let count = match way {
        Way::Few(ids) => store::few::count_of(db, asked, ids).await?,
        Way::Facet(facet) if asked.is_only(*facet) => {
            store::few::in_facet(db, (asked, &asked.statuses), *facet, limit + 1).await?.len() as i64
        }
        Way::Set(set) => match few_of(db, asked, set, limit).await? {
            Some(ids) => store::few::count_of(db, asked, &ids).await?,
            None => store::few::count(db, asked, limit + 1).await?,
        },
        _ => store::few::count(db, asked, limit + 1).await?,
    };
    Ok(Counted::up_to(limit, count))
}

/// The organizations with a value of a field, where they are no more than a limit: counting along the names would look at
/// everything for them.
async fn few_of(db: &mut PgConnection, asked: &Asked, set: &Set, limit: i64) -> Result<Option<Vec<Uuid>>> {
    let mut ids = match set {
        Set::Values(fields, keys) => match fields.first() {
            Some(field) => store::few::with_values(db, &asked.parents, *field, keys, limit + 1).await?,
            None => Vec::new(),
        },
        Set::Between(field, ends) => store::few::between(db, &asked.parents, *field, *ends, limit + 1).await?,
        _ => return Ok(None),
    };
    if ids.len() as i64 > limit {
        return Ok(None);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// Organizations directly beneath the scope's that the person sees and whose trial ends within seven days, the first
/// first; at most 200.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn ending(db: &mut PgConnection, scope: &Scope) -> Result<Vec<ListRow>> {
    scope.require(Permission::ListOrganizations)?;
    store::ending(db, scope.organization.id, scope.sight().groups(), scope.now).await
}

/// Figures of the organizations directly beneath the scope's that the person sees.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn figures(db: &mut PgConnection, scope: &Scope) -> Result<Figures> {
    scope.require(Permission::ListOrganizations)?;
    let (here, sight) = (scope.organization.id, scope.sight());
    let mut figures = match sight.groups() {
        Some(groups) => store::groups::figures(db, here, groups, scope.now).await?,
        None => store::figures::figures(db, here, scope.now).await?,
    };
    figures.first_ending = store::figures::first_ending(db, here, sight.groups(), scope.now).await?;
    Ok(figures)
}
