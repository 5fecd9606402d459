//! SQL of the verdicts: what the dry run found of each organization, and what became of it.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::model::{Judged, Run, Verdict};
use crate::error::Result;

/// Writes down what the dry run found of each, beside what it found of others.
pub(in super::super) async fn judge(db: &mut PgConnection, run: &Run, judged: &[Judged]) -> Result<()> {
    let (ids, words, reasons) = columns(judged, Verdict::planned);
    sqlx::query!(
        "update bulk_items i set verdict = j.verdict, reason = j.reason
         from unnest($3::uuid[], $4::text[], $5::text[]) j (id, verdict, reason)
         where i.partner_id = $1 and i.run_id = $2 and i.organization_id = j.id",
        run.partner_id,
        run.id,
        &ids,
        &words,
        &reasons as &[Option<String>]
    )
    .execute(&mut *db)
    .await?;
    let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count() as i32;
    sqlx::query!(
        "update bulk_runs set would_change = would_change + $3, would_stay = would_stay + $4,
                              would_refuse = would_refuse + $5
         where partner_id = $1 and id = $2",
        run.partner_id,
        run.id,
        count("change"),
        count("stay"),
        count("refuse")
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nothing is known of any.
pub(in super::super) async fn forget(db: &mut PgConnection, run: &Run) -> Result<()> {
    sqlx::query!(
        "update bulk_runs set would_change = 0, would_stay = 0, would_refuse = 0 where partner_id = $1 and id = $2",
        run.partner_id,
        run.id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down what became of each, in the transaction that did it.
pub(in super::super) async fn settle(
    db: &mut PgConnection,
    run: &Run,
    judged: &[Judged],
    now: OffsetDateTime,
) -> Result<()> {
    let (ids, words, reasons) = columns(judged, Verdict::outcome);
    sqlx::query!(
        "update bulk_items i set outcome = j.outcome, reason = j.reason,
                                 changed_at = case when j.outcome = 'changed' then $6::timestamptz end
         from unnest($3::uuid[], $4::text[], $5::text[]) j (id, outcome, reason)
         where i.partner_id = $1 and i.run_id = $2 and i.organization_id = j.id",
        run.partner_id,
        run.id,
        &ids,
        &words,
        &reasons as &[Option<String>],
        now
    )
    .execute(&mut *db)
    .await?;
    let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count() as i32;
    sqlx::query!(
        "update bulk_runs set changed = changed + $3, stayed = stayed + $4, refused = refused + $5
         where partner_id = $1 and id = $2",
        run.partner_id,
        run.id,
        count("changed"),
        count("stayed"),
        count("refused")
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What each verdict is stored as: ids, words and reasons side by side.
fn columns(judged: &[Judged], word: fn(&Verdict) -> &'static str) -> (Vec<Uuid>, Vec<String>, Vec<Option<String>>) {
    let ids = judged.iter().map(|(id, _)| *id).collect();
    let words = judged.iter().map(|(_, verdict)| word(verdict).to_owned()).collect();
    let reasons = judged.iter().map(|(_, verdict)| verdict.reason().map(str::to_owned)).collect();
    (ids, words, reasons)
}
