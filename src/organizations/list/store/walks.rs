//! SQL of the pages of a list: walks along the index of the order that is asked for, one for each organization above, merged
//! (DATABASE.md, "What decides speed" 1). The comparisons an index serves are leak-proof, so row-level security does not
//! stand in its way; what is asked further is checked line by line behind it.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    super::{
        asked::Asked,
        choice::SortBy,
        model::{ListRow, Mark},
    },
    lines, passing,
};
use crate::{
    database::paging::{Direction, rows},
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Lines beside a place ($13 and $14), the nearest first, at most $15, in the order of a column.
macro_rules! walked {
    ($direction:tt, $db:expr, $asked:expr, $column:literal, $value:expr, $mark:expr, $limit:expr) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from unnest($1::uuid[]) parent (id) cross join lateral (
                   select o.* from organizations o where o.parent_id = parent.id and (" $column ", o.id)" > "($13, $14)"
            ],
            [" order by " $column asc ", o.id" asc " limit $15) o order by " $column asc ", o.id" asc " limit $15"],
            $value,
            $mark.id,
            $limit
        )
    };
}

/// The same of some organizations ($16) only, which are few enough to be sorted.
macro_rules! sorted {
    ($direction:tt, $db:expr, $asked:expr, $ids:expr, $column:literal, $value:expr, $mark:expr, $limit:expr) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from organizations o
                 where o.id = any ($16) and o.parent_id = any ($1) and (" $column ", o.id)" > "($13, $14)"
            ],
            [" order by " $column asc ", o.id" asc " limit $15"],
            $value,
            $mark.id,
            $limit,
            $ids
        )
    };
}

/// Lines of every organization beneath the parents that passes.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    asked: &Asked,
    (by, direction): (SortBy, Direction),
    mark: &Mark,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let found = match by {
        SortBy::Name => walked!(direction, db, asked, "o.sort_name", mark.text(), mark, limit),
        SortBy::Created => walked!(direction, db, asked, "o.created_at", mark.instant(), mark, limit),
        SortBy::Licenses => walked!(direction, db, asked, "o.licenses", mark.number(), mark, limit),
        SortBy::Number => walked!(direction, db, asked, "coalesce(o.customer_number, '')", mark.text(), mark, limit),
    };
    Ok(found?)
}

/// Lines of these organizations.
pub(in super::super) async fn sorted(
    db: &mut PgConnection,
    asked: &Asked,
    ids: &[Uuid],
    (by, direction): (SortBy, Direction),
    mark: &Mark,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let found = match by {
        SortBy::Name => sorted!(direction, db, asked, ids, "o.sort_name", mark.text(), mark, limit),
        SortBy::Created => sorted!(direction, db, asked, ids, "o.created_at", mark.instant(), mark, limit),
        SortBy::Licenses => sorted!(direction, db, asked, ids, "o.licenses", mark.number(), mark, limit),
        SortBy::Number => {
            sorted!(direction, db, asked, ids, "coalesce(o.customer_number, '')", mark.text(), mark, limit)
        }
    };
    Ok(found?)
}

/// How many pass, counted no further than a limit, along the index of the names: without an order a plan may read the whole
/// table for a partner with few lines.
pub(in super::super) async fn count(db: &mut PgConnection, asked: &Asked, limit: i64) -> Result<i64> {
    let counted = passing!(
        rows,
        (_, db, Count),
        asked,
        [r#"select count(*) as "count!" from (
              select from unnest($1::uuid[]) parent (id) cross join lateral (
                select from organizations o where o.parent_id = parent.id"#],
        [" order by o.sort_name, o.id limit $13) o limit $13) counted"],
        limit
    )?;
    Ok(counted.first().map_or(0, |row: &Count| row.count))
}

struct Count {
    count: i64,
}
