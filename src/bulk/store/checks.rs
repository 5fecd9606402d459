//! SQL of a dry run.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::model::Run;
use crate::error::Result;

/// A job is to find out what the change would do.
pub(in super::super) async fn ask(db: &mut PgConnection, run: &Run) -> Result<()> {
    sqlx::query!(
        "update bulk_runs set state = 'checking', judged_at = null
         where partner_id = $1 and id = $2 and state = 'planned'",
        run.partner_id,
        run.id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nothing is known yet. Of a change for what a list shows not even the organizations.
pub(in super::super) async fn begin(db: &mut PgConnection, run: &Run, check_id: Uuid) -> Result<()> {
    if run.filter.is_some() {
        sqlx::query!("delete from bulk_items where partner_id = $1 and run_id = $2", run.partner_id, run.id)
            .execute(&mut *db)
            .await?;
    }
    sqlx::query!(
        "update bulk_runs set check_id = $3, would_change = 0, would_stay = 0, would_refuse = 0, judged_at = null,
                              total = case when filter is null then total else 0 end
         where partner_id = $1 and id = $2",
        run.partner_id,
        run.id,
        check_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether no other worker has begun the same dry run since.
pub(in super::super) async fn is_at_it(db: &mut PgConnection, run: &Run, check_id: Uuid) -> Result<bool> {
    let own = sqlx::query_scalar!(
        r#"select check_id is not distinct from $3 as "own!" from bulk_runs where partner_id = $1 and id = $2"#,
        run.partner_id,
        run.id,
        check_id
    )
    .fetch_optional(db)
    .await?;
    Ok(own.unwrap_or(false))
}

/// Places and organizations behind a place.
pub(in super::super) async fn next(
    db: &mut PgConnection,
    run: &Run,
    after: i32,
    limit: i64,
) -> Result<Vec<(i32, Uuid)>> {
    let rows = sqlx::query!(
        "select position, organization_id from bulk_items
         where partner_id = $1 and run_id = $2 and position > $3 order by position limit $4",
        run.partner_id,
        run.id,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.organization_id)).collect())
}

/// The dry run is through: the change can be begun.
pub(in super::super) async fn finish(db: &mut PgConnection, run: &Run, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update bulk_runs set state = 'planned', judged_at = $3
         where partner_id = $1 and id = $2 and state in ('planned', 'checking')",
        run.partner_id,
        run.id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
