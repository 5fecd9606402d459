//! SQL of the pages of a list that walks along an index beside the organizations, by name: that of groups, of tags, of terms
//! (DATABASE.md, "What decides speed" 5). Each organization is read by its key in a `lateral (... limit 1)`: a join the
//! planner could turn round, and in a plan that it keeps for all values it does.

use sqlx::PgConnection;

use super::{
    super::{
        asked::Asked,
        model::{ListRow, Mark},
        way::Set,
    },
    lines, passing,
};
use crate::{
    database::paging::Direction,
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// One page of each set ($18), merged, an organization in several of them once, where more is asked of each organization. Of
/// each no more than $17 are looked at, and the last of so many is in the result ([`ListRow::cut`]).
macro_rules! checked {
    ($direction:tt, $db:expr, ($asked:expr, $walks:expr), [$sets:literal $index:literal], $mark:expr, $limit:expr, $($set:expr),+) => {
        passing!(
            lines,
            ($direction, $db),
            $asked,
            [
                "from (select walk.sort_name, walk.organization_id, bool_or(walk.cut) as cut from " $sets " cross join lateral (
                         select i.*, case when i.at = $17 then i.passes end as cut from (select i.*, exists (
                             select from (
                               select * from organizations o where o.id = i.organization_id and o.parent_id = any ($1)"
            ],
            [
                " limit 1) found) as passes
                           from (select i.sort_name, i.organization_id,
                                        row_number() over (order by i.sort_name" asc ", i.organization_id" asc ") as at
                                 from " $index " and (i.sort_name, i.organization_id)" > "($14, $15)
                                 order by i.sort_name" asc ", i.organization_id" asc " limit $17) i) i
                         where i.passes or i.at = $17 order by i.sort_name" asc ", i.organization_id" asc " limit $16) walk
                       group by 1, 2 order by walk.sort_name" asc ", walk.organization_id" asc " limit $16) page
                 cross join lateral (
                   select *, page.cut from organizations where id = page.organization_id limit 1) o
                 order by page.sort_name" asc ", page.organization_id" asc
            ],
            $mark.text(),
            $mark.id,
            $limit,
            Asked::looked_at($walks),
            $($set),+
        )
    };
}

/// The same where nothing else is asked: only the organizations of the page are read.
macro_rules! bare {
    ($direction:tt, $db:expr, $asked:expr, [$sets:literal $index:literal], $mark:expr, $limit:expr, $($set:expr),+) => {
        lines!(
            $direction,
            $db,
            [
                "from (select distinct walk.sort_name, walk.organization_id from " $sets " cross join lateral (
                         select i.sort_name, i.organization_id from " $index "
                           and (i.sort_name, i.organization_id)" > "($2, $3)
                         order by i.sort_name" asc ", i.organization_id" asc " limit $4) walk
                       order by walk.sort_name" asc ", walk.organization_id" asc " limit $4) page
                 cross join lateral (
                   select *, null::boolean as cut from organizations
                   where parent_id = any ($1) and id = page.organization_id limit 1) o
                 order by page.sort_name" asc ", page.organization_id" asc
            ],
            &$asked.parents,
            $mark.text(),
            $mark.id,
            $limit,
            $($set),+
        )
    };
}

/// Lines by name of the organizations that are in one of some sets.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    asked: &Asked,
    set: &Set,
    direction: Direction,
    mark: &Mark,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let walks = set.walks();
    let found = match (set, asked.is_plain()) {
        (Set::Groups(ids), true) => bare!(
            direction,
            db,
            asked,
            ["unnest($5::uuid[]) one (id)"
             "group_organizations i where i.group_id = one.id and i.partner_id = any ($1) and not i.archived"],
            mark,
            limit,
            ids
        ),
        (Set::Groups(ids), false) => checked!(
            direction,
            db,
            (asked, walks),
            ["unnest($18::uuid[]) one (id)"
             "group_organizations i where i.group_id = one.id and i.partner_id = any ($1) and not i.archived"],
            mark,
            limit,
            ids
        ),
        (Set::Tags(ids), _) => checked!(
            direction,
            db,
            (asked, walks),
            ["unnest($18::uuid[]) one (id)"
             "organization_tags i where i.tag_id = one.id and i.partner_id = any ($1) and not i.archived"],
            mark,
            limit,
            ids
        ),
        (Set::Values(fields, keys), _) => checked!(
            direction,
            db,
            (asked, walks),
            ["unnest($18::uuid[], $19::text[]) one (field_id, key)"
             "organization_field_values i where i.field_id = one.field_id and i.key = one.key
                and i.partner_id = any ($1) and not i.archived"],
            mark,
            limit,
            fields,
            keys
        ),
        // The check of the range is a case, so that no plan reads the range in its own order and sorts it.
        (Set::Between(field, (low, high)), _) => checked!(
            direction,
            db,
            (asked, walks),
            ["(select $18::uuid as field_id, $19::double precision as low, $20::double precision as high) one"
             "organization_field_values i where i.field_id = one.field_id and i.partner_id = any ($1)
                and i.rank is not null and not i.archived
                and case when i.rank >= one.low and i.rank <= one.high then true else false end"],
            mark,
            limit,
            field,
            low,
            high
        ),
        (Set::Terms(parents, terms), true) => bare!(
            direction,
            db,
            asked,
            ["unnest($5::uuid[], $6::text[]) one (parent_id, term)"
             "organization_terms i where i.parent_id = one.parent_id and i.term = one.term"],
            mark,
            limit,
            parents,
            terms
        ),
        (Set::Terms(parents, terms), false) => checked!(
            direction,
            db,
            (asked, walks),
            ["unnest($18::uuid[], $19::text[]) one (parent_id, term)"
             "organization_terms i where i.parent_id = one.parent_id and i.term = one.term"],
            mark,
            limit,
            parents,
            terms
        ),
    };
    Ok(found?)
}
