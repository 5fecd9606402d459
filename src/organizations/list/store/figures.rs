//! SQL of the figures on a partner's home.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::{TRIALS, model::Figures};
use crate::{error::Result, types::OrgKey};

/// How many organizations stand directly beneath these, and their licences: kept by triggers, archived ones left out.
pub(in super::super) async fn totals(db: &mut PgConnection, parents: &[Uuid]) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select coalesce(sum(organizations), 0)::bigint as "organizations!", coalesce(sum(licenses), 0)::bigint as "licenses!"
           from organization_totals where parent_id = any ($1)"#,
        parents
    )
    .fetch_one(db)
    .await?;
    Ok((row.organizations, row.licenses))
}

/// The figures, without the trial that ends first. Trials are counted in the order of an index: without an order a plan
/// may read the whole table for a partner with few lines, and without an end to the time it reckons with a third of all lines
/// and takes an index of all trials.
pub(in super::super) async fn figures(db: &mut PgConnection, parent_id: Uuid, now: OffsetDateTime) -> Result<Figures> {
    let row = sqlx::query!(
        r#"with trials as (
             select trial_ends_at from organizations
             where parent_id = $1 and trial_ends_at > $2 and trial_ends_at < 'infinity' and status <> 'archived'
             order by trial_ends_at limit $4)
           select (select count(*) from trials) as "on_trial!",
                  (select count(*) from trials where trial_ends_at <= $3) as "ending!""#,
        parent_id,
        now,
        now + Duration::days(7),
        TRIALS + 1
    )
    .fetch_one(&mut *db)
    .await?;
    let (organizations, licenses) = totals(db, &[parent_id]).await?;
    Ok(Figures { organizations, licenses, on_trial: row.on_trial, ending: row.ending, first_ending: None })
}

/// The trial that ends first within seven days.
pub(in super::super) async fn first_ending(
    db: &mut PgConnection,
    parent_id: Uuid,
    own: Option<&[Uuid]>,
    now: OffsetDateTime,
) -> Result<Option<(OrgKey, String, OffsetDateTime)>> {
    let first = sqlx::query!(
        r#"select key as "key: OrgKey", name, trial_ends_at as "ends_at!" from organizations
           where parent_id = $1 and trial_ends_at > $2 and trial_ends_at <= $3 and status <> 'archived'
             and ($4::uuid[] is null or group_ids && $4)
           order by trial_ends_at limit 1"#,
        parent_id,
        now,
        now + Duration::days(7),
        own
    )
    .fetch_optional(db)
    .await?;
    Ok(first.map(|row| (row.key, row.name, row.ends_at)))
}
