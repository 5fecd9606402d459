//! SQL of the events.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    kind::EventKind,
    model::{Event, NewEvent},
};
use crate::{error::Result, scope::Scope, types::OrgKey};

pub(super) async fn insert(
    db: &mut PgConnection,
    actor_user_id: Option<Uuid>,
    actor_name: &str,
    now: OffsetDateTime,
    request_id: Option<Uuid>,
    event: &NewEvent<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into events (id, organization_id, parent_id, at, actor_user_id, actor_name, kind, subject_id,
                             subject_name, before, after, channel, request_id)
         values ($1, $2, (select parent_id from organizations where id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        Uuid::now_v7(),
        event.organization_id,
        now,
        actor_user_id,
        actor_name,
        event.kind.as_str(),
        event.subject_id,
        event.subject_name,
        event.before,
        event.after,
        event.channel,
        request_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One statement for all; the ids keep the order of the list. An organization that is out of sight gets none.
pub(super) async fn insert_many(db: &mut PgConnection, scope: &Scope, events: &[NewEvent<'_>]) -> Result<()> {
    macro_rules! each {
        (|$event:ident| $value:expr) => {
            &events.iter().map(|$event| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into events (id, organization_id, parent_id, at, actor_user_id, actor_name, kind, subject_id,
                             subject_name, before, after, channel, request_id)
         select e.id, o.id, o.parent_id, $9, $10, $11, e.kind, e.subject_id, e.subject_name, e.before, e.after,
                e.channel, $12
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[])
                as e (id, organization_id, kind, subject_id, subject_name, before, after, channel)
         join organizations o on o.id = e.organization_id",
        each!(|_event| Uuid::now_v7()) as _,
        each!(|event| event.organization_id) as _,
        each!(|event| event.kind.as_str()) as _,
        each!(|event| event.subject_id) as _,
        each!(|event| event.subject_name) as _,
        each!(|event| event.before.as_ref()) as _,
        each!(|event| event.after.as_ref()) as _,
        each!(|event| event.channel) as _,
        scope.now,
        scope.actor.user_id,
        scope.actor.display_name,
        scope.request_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Two index walks, one for the organization and one for those beneath, each hardly longer than the page. What was refused
/// is for the audit log.
pub(super) async fn recent(db: &mut PgConnection, organization_id: Uuid, limit: i64) -> Result<Vec<Event>> {
    let events = sqlx::query_as!(
        Event,
        r#"select e.id as "id!", e.at as "at!", e.actor_user_id, e.actor_name as "actor_name!", e.kind as "kind!",
                  e.subject_name, o.id as organization_id, o.key as "organization_key: OrgKey",
                  o.name as organization_name
           from ((select * from events where organization_id = $1 and kind <> 'change.refused' order by id desc limit $2)
                 union all
                 (select * from events where parent_id = $1 and kind <> 'change.refused' order by id desc limit $2)) e
           join organizations o on o.id = e.organization_id
           order by e.id desc limit $2"#,
        organization_id,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}

/// How many organizations are in these groups; one that is in several counts in each.
pub(super) async fn count_organizations(db: &mut PgConnection, groups: &[Uuid]) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select coalesce(sum(organizations), 0) as "count!" from groups where id = any ($1)"#,
        groups
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// The same for whoever sees only some groups: neither events of other organizations nor what happened to other groups.
pub(super) async fn recent_within(
    db: &mut PgConnection,
    organization_id: Uuid,
    groups: &[Uuid],
    limit: i64,
) -> Result<Vec<Event>> {
    let events = sqlx::query_as!(
        Event,
        r#"select e.id as "id!", e.at as "at!", e.actor_user_id, e.actor_name as "actor_name!", e.kind as "kind!",
                  e.subject_name, e.organization_id as "organization_id!", e.key as "organization_key!: OrgKey",
                  e.name as "organization_name!"
           from ((select e.*, o.key, o.name from events e join organizations o on o.id = e.organization_id
                  where e.organization_id = $1 and e.kind <> 'change.refused'
                    and (e.kind not like 'group.%' or e.subject_id = any ($2))
                    and e.kind not like 'transfer.%' and e.kind <> 'organization.purged'
                  order by e.id desc limit $3)
                 union all
                 (select e.*, o.key, o.name from events e join organizations o on o.id = e.organization_id
                  where e.parent_id = $1 and e.kind <> 'change.refused' and o.group_ids && $2
                  order by e.id desc limit $3)) e
           order by e.id desc limit $3"#,
        organization_id,
        groups,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}

/// The same by way of the organizations of the groups, however long ago something happened in them. An index walk for each
/// finds those in which something happened last; only their events are read.
pub(super) async fn recent_of_each(
    db: &mut PgConnection,
    organization_id: Uuid,
    groups: &[Uuid],
    limit: i64,
) -> Result<Vec<Event>> {
    let events = sqlx::query_as!(
        Event,
        r#"with latest as (
             select g.organization_id, e.id
             from (select organization_id from group_organizations where partner_id = $1 and group_id = any ($2)
                   union select $1) g
             cross join lateral
               (select id from events where organization_id = g.organization_id and kind <> 'change.refused'
                order by id desc limit 1) e
             order by e.id desc limit $3)
           select e.id as "id!", e.at as "at!", e.actor_user_id, e.actor_name as "actor_name!", e.kind as "kind!",
                  e.subject_name, o.id as "organization_id!", o.key as "organization_key!: OrgKey",
                  o.name as "organization_name!"
           from latest join organizations o on o.id = latest.organization_id and (o.id = $1 or o.group_ids && $2)
           cross join lateral
             (select * from events
              where organization_id = o.id and kind <> 'change.refused'
                and (o.id <> $1 or kind not like 'group.%' or subject_id = any ($2))
                and kind not like 'transfer.%' and kind <> 'organization.purged'
              order by id desc limit $3) e
           order by e.id desc limit $3"#,
        organization_id,
        groups,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}

pub(super) async fn latest(db: &mut PgConnection, organization_id: Uuid, kind: EventKind) -> Result<Option<Event>> {
    let event = sqlx::query_as!(
        Event,
        r#"select e.id, e.at, e.actor_user_id, e.actor_name, e.kind, e.subject_name, o.id as organization_id,
                  o.key as "organization_key: OrgKey", o.name as organization_name
           from events e join organizations o on o.id = e.organization_id
           where e.organization_id = $1 and e.kind = $2
           order by e.id desc limit 1"#,
        organization_id,
        kind.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(event)
}
