//! The list of organizations beneath one (S105, UX 21-27), and the figures on a partner's home.

mod asked;
mod choice;
mod filter;
mod model;
mod names;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

use self::asked::{Asked, Search};
pub use self::{
    choice::{PageSize, Sort, SortBy, Status},
    filter::Filter,
    model::{Counted, Cursor, Figures, ListRow, Mark, Page},
    names::{Names, names},
};
use crate::{
    database::paging::{Cut, Direction},
    error::Result,
    roles::Permission,
    scope::Scope,
};

/// Counts of whole lists stop above this and are shown as "10,000+".
pub const COUNTED: i64 = 10_000;

/// One page of the organizations that match a filter and that the person sees (S105, S262): directly beneath the scope's,
/// or beneath all partners and enterprises there. A search for a whole key, domain, customer number or registration
/// number finds exactly that organization; anything else is looked for at the beginning of words.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, filter: &Filter, cursor: Option<&Cursor>) -> Result<Page> {
    let asked = ask(db, scope, filter).await?;
    let direction = cursor.map_or(Direction::Forward, |cursor| cursor.parts().1);
    let mark = match cursor {
        Some(cursor) => store::position(db, &asked.parents, cursor.parts().0, filter.sort.by).await?,
        None => None,
    };
    // A line that is gone leads to the first page.
    let (first, direction) = (mark.is_none(), if mark.is_none() { Direction::Forward } else { direction });
    let size = filter.size.unwrap_or_default().rows();
    let rows = walked(db, filter, &asked, (direction, mark.as_ref()), size + 1).await?;
    let Cut { rows, has_next, has_previous } = Cut::new(rows, size, direction, first);
    let count = match (first, has_next) {
        (false, _) => None,
        (true, false) => i64::try_from(rows.len()).ok().map(Counted::All),
        (true, true) => Some(counted(db, &asked, COUNTED).await?),
    };
    Ok(Page { rows, has_next, has_previous, count })
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
    let asked = ask(db, scope, filter).await?;
    walked(db, filter, &asked, (Direction::Forward, behind), limit).await
}

/// How many organizations a filter matches, counted no further than one above `limit`.
///
/// # Errors
/// As [`list`].
pub async fn count(db: &mut PgConnection, scope: &Scope, filter: &Filter, limit: i64) -> Result<Counted> {
    let asked = ask(db, scope, filter).await?;
    counted(db, &asked, limit).await
}

/// What a filter asks, in the forms in which the columns hold it, of the organizations the person may list.
async fn ask(db: &mut PgConnection, scope: &Scope, filter: &Filter) -> Result<Asked> {
    scope.require(Permission::ListOrganizations)?;
    let parents = parents(db, scope, filter).await?;
    let mut asked = Asked::new(filter, scope, parents);
    let Some(search) = Search::new(&filter.q) else { return Ok(asked) };
    let exact = store::exact(db, &asked, &search).await?;
    if exact.is_empty() {
        asked.words = filter.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    } else {
        asked.only = Some(exact);
    }
    Ok(asked)
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

/// Lines beside a place of the list, the nearest first.
async fn walked(
    db: &mut PgConnection,
    filter: &Filter,
    asked: &Asked,
    (towards, mark): (Direction, Option<&Mark>),
    limit: usize,
) -> Result<Vec<ListRow>> {
    let by = filter.sort.by;
    // In a list the other way round, forward is against the order of the columns.
    let direction = if filter.sort.descending { towards.turned() } else { towards };
    let start = Mark::start(by, direction);
    let mark = mark.unwrap_or(&start);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    match &asked.only {
        Some(ids) => store::walks::sorted(db, asked, ids, (by, direction), mark, limit).await,
        None => store::walks::list(db, asked, (by, direction), mark, limit).await,
    }
}

async fn counted(db: &mut PgConnection, asked: &Asked, limit: i64) -> Result<Counted> {
    let count = match &asked.only {
        Some(ids) => i64::try_from(ids.len()).unwrap_or(i64::MAX),
        None => store::walks::count(db, asked, limit + 1).await?,
    };
    Ok(Counted::up_to(limit, count))
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

/// Figures of the organizations directly beneath the scope's that the person sees, each counted up to 10,000.
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
