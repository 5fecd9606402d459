//! SQL of the list for whoever sees only their own groups (S262): walks along the sorted index each group has, never
//! through the organizations of the partner (DATABASE.md, "What decides speed" 5). Each organization is read by its key in
//! a `lateral (... limit 1)`: a join the planner could turn round, and in a plan that it keeps for all values it does.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::{COUNTED, model::Figures};
use crate::error::Result;

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
             from (select distinct organization_id from group_organizations
                   where group_id = any ($2) and partner_id = $1 and not archived limit $5) own
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
