//! SQL of counts and figures of groups, for whoever sees only their own (S262): from the groups' own index, never through
//! the organizations of the partner (DATABASE.md, "What decides speed" 5).

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::{COUNTED, model::Figures};
use crate::error::Result;

/// How many organizations are in the groups, counted no further than a limit. One group knows how many it has, and those of
/// several are counted without a look at each.
pub(in super::super) async fn count(
    db: &mut PgConnection,
    partners: &[Uuid],
    groups: &[Uuid],
    limit: i64,
) -> Result<i64> {
    let count = if let [group] = groups {
        sqlx::query_scalar!(
            "select organizations::bigint from groups where partner_id = any ($1) and id = $2",
            partners,
            group
        )
        .fetch_optional(db)
        .await?
        .flatten()
    } else {
        sqlx::query_scalar!(
            "select count(*) from (
               select distinct i.organization_id from unnest($2::uuid[]) one (id) cross join lateral (
                 select organization_id from group_organizations
                 where group_id = one.id and partner_id = any ($1) and not archived
                 order by sort_name, organization_id limit $3) i
               limit $3) counted",
            partners,
            groups,
            limit
        )
        .fetch_one(db)
        .await?
    };
    Ok(count.unwrap_or_default())
}

/// The figures, without the trial that ends first.
pub(in super::super) async fn figures(
    db: &mut PgConnection,
    parent_id: Uuid,
    groups: &[Uuid],
    now: OffsetDateTime,
) -> Result<Figures> {
    let figures = sqlx::query!(
        r#"with beneath as (
             select o.licenses, o.trial_ends_at
             from (select distinct i.organization_id from unnest($2::uuid[]) one (id) cross join lateral (
                     select organization_id from group_organizations
                     where group_id = one.id and partner_id = $1 and not archived
                     order by sort_name, organization_id limit $5) i
                   limit $5) own
                  cross join lateral (
                    select licenses, trial_ends_at from organizations
                    where parent_id = $1 and id = own.organization_id limit 1) o)
           select count(*) as "organizations!", coalesce(sum(licenses), 0)::bigint as "licenses!",
                  count(*) filter (where trial_ends_at > $3) as "on_trial!",
                  count(*) filter (where trial_ends_at > $3 and trial_ends_at <= $4) as "ending!"
           from beneath"#,
        parent_id,
        groups,
        now,
        now + Duration::days(7),
        COUNTED + 1
    )
    .fetch_one(db)
    .await?;
    Ok(Figures {
        organizations: figures.organizations,
        on_trial: figures.on_trial,
        ending: figures.ending,
        licenses: figures.licenses,
        first_ending: None,
    })
}
