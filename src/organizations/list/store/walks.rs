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
        way::Facet,
    },
    lines, passing,
};
use crate::{
    database::paging::Direction,
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Lines beside a place ($14 and $15), the nearest first, at most $16, in the order of a column. `$each` gives one walk for
/// each of some values beside each organization above, `$only` the lines of such a walk. A walk looks at no more than $17
/// organizations, and the last of so many is in the result whether it passes or not ([`ListRow::cut`]).
macro_rules! walked {
    ($direction:tt, $db:expr, $asked:expr, [$each:literal $only:literal], $column:literal, $value:expr, $mark:expr, $limit:expr) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from unnest($1::uuid[]) parent (id) " $each " cross join lateral (
                   select o.*, case when o.at = $17 then o.passes end as cut from (select true"
            ],
            [
                " as passes, o.* from (
                     select o.*, " $column " as place, row_number() over (order by " $column asc ", o.id" asc ") as at
                     from organizations o
                     where o.parent_id = parent.id " $only " and (" $column ", o.id)" > "($14, $15)
                     order by " $column asc ", o.id" asc " limit $17) o) o
                   where o.passes or o.at = $17 order by o.place" asc ", o.id" asc " limit $16) o
                 order by o.place" asc ", o.id" asc " limit $16"
            ],
            $value,
            $mark.id,
            $limit,
            Asked::looked_at($asked.parents.len())
        )
    };
}

/// The same by name for each value of a facet, along the index that begins with its column. The order begins with it too,
/// and the value is kept to from both sides: only that index serves both then, however common a plan thinks the value is.
macro_rules! faceted {
    ($direction:tt, $db:expr, ($asked:expr, $walks:expr), [$each:literal $value:literal], $column:literal, $only:literal, $mark:expr, $limit:expr) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from unnest($1::uuid[]) parent (id) " $each " cross join lateral (
                   select o.*, case when o.at = $17 then o.passes end as cut from (select true"
            ],
            [
                " as passes, o.* from (
                     select o.*, row_number() over (order by " $column asc ", o.sort_name" asc ", o.id" asc ") as at
                     from organizations o where o.parent_id = parent.id " $only
                "    and not (" $column > $value ") and (" $column ", o.sort_name, o.id)" > "(" $value ", $14, $15)
                     order by " $column asc ", o.sort_name" asc ", o.id" asc " limit $17) o) o
                   where o.passes or o.at = $17
                   order by " $column asc ", o.sort_name" asc ", o.id" asc " limit $16) o
                 order by o.sort_name" asc ", o.id" asc " limit $16"
            ],
            $mark.text(),
            $mark.id,
            $limit,
            Asked::looked_at($walks)
        )
    };
}

/// The same of some organizations ($17) only, which are few enough to be sorted: by their places alone, and only the lines of
/// the page are read whole.
macro_rules! sorted {
    ($direction:tt, $db:expr, $asked:expr, $ids:expr, $column:literal, $value:expr, $mark:expr, $limit:expr) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from (select o.id as page_id, " $column " as place from organizations o
                       where o.id = any ($17) and o.parent_id = any ($1) and (" $column ", o.id)" > "($14, $15)"
            ],
            [
                " order by " $column asc ", o.id" asc " limit $16) page
                 cross join lateral (select *, null::boolean as cut from organizations where id = page.page_id limit 1) o
                 order by page.place" asc ", page.page_id" asc
            ],
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
        SortBy::Name => walked!(direction, db, asked, ["" ""], "o.sort_name", mark.text(), mark, limit),
        SortBy::Created => walked!(direction, db, asked, ["" ""], "o.created_at", mark.instant(), mark, limit),
        SortBy::Licenses => walked!(direction, db, asked, ["" ""], "o.licenses", mark.number(), mark, limit),
        SortBy::Number => {
            walked!(direction, db, asked, ["" ""], "case when o.customer_number is null then '' else o.customer_number end", mark.text(), mark, limit)
        }
    };
    Ok(found?)
}

/// Lines by name of those that are in the index of a facet.
pub(in super::super) async fn faceted(
    db: &mut PgConnection,
    asked: &Asked,
    facet: Facet,
    direction: Direction,
    mark: &Mark,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let walks = asked.parents.len() * asked.values_of(facet);
    macro_rules! by_name {
        ($each:literal, $value:literal, $column:literal, $only:literal) => {
            faceted!(direction, db, (asked, walks), [$each $value], $column, $only, mark, limit)
        };
    }
    let found = match facet {
        Facet::Status => by_name!(
            "cross join unnest($2::text[]) facet (value)",
            "facet.value",
            "o.status",
            "and o.status <> 'active'"
        ),
        Facet::Kind => {
            by_name!("cross join unnest($4::text[]) facet (value)", "facet.value", "o.kind", "and o.kind <> 'customer'")
        }
        Facet::Country => {
            by_name!("cross join unnest($7::text[]) facet (value)", "facet.value", "o.country", "")
        }
        Facet::Channel => by_name!("", "$9", "o.channel", ""),
        Facet::Trial => walked!(
            direction,
            db,
            asked,
            ["" "and o.trial_ends_at is not null"],
            "o.sort_name",
            mark.text(),
            mark,
            limit
        ),
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
            sorted!(
                direction,
                db,
                asked,
                ids,
                "case when o.customer_number is null then '' else o.customer_number end",
                mark.text(),
                mark,
                limit
            )
        }
    };
    Ok(found?)
}
