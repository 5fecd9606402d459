//! SQL of the figures on a partner's home.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::{COUNTED, model::Figures};
use crate::{error::Result, types::OrgKey};

/// The figures, without the trial that ends first, counted in the order of an index: without an order a plan may read the
/// whole table for a partner with few lines.
pub(in super::super) async fn figures(db: &mut PgConnection, parent_id: Uuid, now: OffsetDateTime) -> Result<Figures> {
    let row = sqlx::query!(
        r#"with beneath as (
             select licenses from organizations
             where parent_id = $1 and status <> 'archived' order by sort_name, id limit $4),
           trials as (
             select trial_ends_at from organizations
             where parent_id = $1 and trial_ends_at > $2 and status <> 'archived' order by trial_ends_at limit $4)
           select (select count(*) from beneath) as "organizations!",
                  (select coalesce(sum(licenses), 0)::bigint from beneath) as "licenses!",
                  (select count(*) from trials) as "on_trial!",
                  (select count(*) from trials where trial_ends_at <= $3) as "ending!""#,
        parent_id,
        now,
        now + Duration::days(7),
        COUNTED + 1
    )
    .fetch_one(&mut *db)
    .await?;
    Ok(Figures {
        organizations: row.organizations,
        on_trial: row.on_trial,
        ending: row.ending,
        licenses: row.licenses,
        first_ending: None,
    })
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
