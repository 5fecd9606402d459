//! SQL of the audit log.

use futures_util::stream::BoxStream;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    chain::Link,
    model::{Filter, Line},
};
use crate::{
    database::paging::{Direction, rows},
    error::Result,
    events::EventKind,
    types::OrgKey,
};

/// Which lines are read.
pub(super) struct Wanted<'a> {
    pub(super) organization_id: Uuid,
    /// Also those of organizations directly beneath.
    pub(super) beneath: bool,
    pub(super) filter: &'a Filter,
    /// The event they stand beside; behind the highest id there is, they begin at the newest.
    pub(super) than: Uuid,
    pub(super) direction: Direction,
    pub(super) limit: i64,
}

/// Lines beside an event, the nearest first; forward is from new to old. Two index walks, one for the organization and one
/// for those beneath, each no longer than what is asked for; the filter is checked line by line along them.
pub(super) async fn list(db: &mut PgConnection, wanted: &Wanted<'_>) -> Result<Vec<Line>> {
    let Wanted { filter, direction, .. } = *wanted;
    macro_rules! both_walks {
        ($filtered:tt) => {
            rows!(
                direction,
                db,
                Line,
                [
                    r#"select e.id as "id!", e.at as "at!", e.actor_user_id, e.actor_name as "actor_name!",
                              e.kind as "kind!", e.subject_id, e.subject_name, e.before, e.after, e.channel, e.request_id,
                              e.key as "organization_key!: OrgKey", e.name as "organization_name!"
                       from ((select e.*, o.key, o.name from events e join organizations o on o.id = e.organization_id
                              where e.organization_id = $1 and e.id"# < "$3 " $filtered
                    "         order by e.id" desc " limit $10)
                             union all
                             (select e.*, o.key, o.name from events e join organizations o on o.id = e.organization_id
                              where $2 and e.parent_id = $1 and e.id" < "$3 " $filtered
                    "         order by e.id" desc " limit $10)) e
                       order by e.id" desc " limit $10"
                ],
                wanted.organization_id,
                wanted.beneath,
                wanted.than,
                filter.person,
                filter.object,
                filter.object_id,
                filter.kind.map(EventKind::as_str),
                filter.from,
                filter.until,
                wanted.limit
            )
        };
    }
    let lines = both_walks!(
        "and ($4 = '' or strpos(lower(e.actor_name), $4) > 0)
         and ($5 = '' or strpos(lower(coalesce(e.subject_name, o.name)), $5) > 0 or o.key = $5
              or strpos(lower(o.name), $5) > 0 or $6 in (e.subject_id, e.organization_id, e.request_id))
         and ($7::text is null or e.kind = $7)
         and ($8::timestamptz is null or e.at >= $8) and ($9::timestamptz is null or e.at < $9)"
    );
    Ok(lines?)
}

/// Everything there is to check, in the order of the chains: one statement, so that it is one state of the database
/// however much is written meanwhile. What has no link comes behind the links of its organization.
pub(super) fn links(db: &mut PgConnection) -> BoxStream<'_, sqlx::Result<Link>> {
    sqlx::query_as!(
        Link,
        r#"with events as (
             select coalesce(l.organization_id, e.organization_id) as of, l.number, l.event_id as linked, l.hash, e.id,
                    e.organization_id, e.parent_id, e.at, e.actor_user_id, e.actor_name, e.kind, e.subject_id,
                    e.subject_name, e.before::text as before, e.after::text as after, e.channel, e.request_id
             from event_links l full join events e on e.id = l.event_id)
           select coalesce(e.of, h.organization_id, o.id) as "of!", o.key as "key?", o.name as "name?",
                  h.events as "head_events?", h.hash as "head_hash?", e.number as "number?", e.linked as "linked?",
                  e.hash as "hash?", e.id as "id?", e.organization_id as "organization_id?", e.parent_id, e.at as "at?",
                  e.actor_user_id, e.actor_name as "actor_name?", e.kind as "kind?", e.subject_id, e.subject_name,
                  e.before, e.after, e.channel, e.request_id
           from events e full join event_heads h on h.organization_id = e.of
             full join organizations o on o.id = coalesce(e.of, h.organization_id)
           order by 1, e.number nulls last, e.id"#
    )
    .fetch(db)
}
