//! SQL of the rows of a file.

use futures_util::{Stream, TryStreamExt};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    error::Result,
    imports::model::{Found, Import, Judged, Line, Outcome, Problem, Undone, Verdict},
    types::OrgKey,
};

/// Writes judged rows; one that is there already is replaced.
pub(in crate::imports) async fn save(db: &mut PgConnection, import: &Import, rows: &[Judged]) -> Result<()> {
    macro_rules! each {
        (|$row:ident| $value:expr) => {
            &rows.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    fn problems(row: &Judged) -> Option<Json<&Vec<Problem>>> {
        (!row.problems.is_empty()).then_some(Json(&row.problems))
    }
    sqlx::query!(
        "insert into import_rows (import_id, partner_id, row, cells, verdict, problems, target_id, domain,
                                  customer_number)
         select $1, $2, r.*
         from unnest($3::int[], $4::jsonb[], $5::text[], $6::jsonb[], $7::uuid[], $8::text[], $9::text[]) r
         on conflict (import_id, row) do update
         set cells = excluded.cells, verdict = excluded.verdict, problems = excluded.problems,
             verdict_alone = null, problems_alone = null, target_id = excluded.target_id, domain = excluded.domain,
             customer_number = excluded.customer_number",
        import.id,
        import.partner_id,
        each!(|row| row.row) as _,
        each!(|row| Json(&row.cells)) as _,
        each!(|row| row.verdict.as_str()) as _,
        each!(|row| problems(row)) as _,
        each!(|row| row.target) as _,
        each!(|row| row.domain.as_deref()) as _,
        each!(|row| row.customer_number.as_deref()) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::imports) async fn delete(db: &mut PgConnection, import: &Import) -> Result<()> {
    sqlx::query!("delete from import_rows where partner_id = $1 and import_id = $2", import.partner_id, import.id)
        .execute(db)
        .await?;
    Ok(())
}

/// How many rows have which verdict.
pub(in crate::imports) async fn count(db: &mut PgConnection, import: &Import) -> Result<Found> {
    let rows = sqlx::query!(
        r#"select verdict, count(*) as "count!" from import_rows where partner_id = $1 and import_id = $2
           group by verdict"#,
        import.partner_id,
        import.id
    )
    .fetch_all(db)
    .await?;
    Ok(Found::of_words(rows.iter().map(|row| (row.verdict.as_str(), row.count))))
}

/// The same among some rows.
pub(in crate::imports) async fn count_of(db: &mut PgConnection, import: &Import, rows: &[i32]) -> Result<Found> {
    let rows = sqlx::query!(
        r#"select verdict, count(*) as "count!" from import_rows
           where partner_id = $1 and import_id = $2 and row = any ($3)
           group by verdict"#,
        import.partner_id,
        import.id,
        rows
    )
    .fetch_all(db)
    .await?;
    Ok(Found::of_words(rows.iter().map(|row| (row.verdict.as_str(), row.count))))
}

/// A row as it waits for its turn.
#[derive(Debug)]
pub(in crate::imports) struct Waiting {
    pub(in crate::imports) row: i32,
    pub(in crate::imports) cells: Vec<String>,
    pub(in crate::imports) verdict: Verdict,
    pub(in crate::imports) problems: Vec<Problem>,
    pub(in crate::imports) target: Option<Uuid>,
}

/// So much text of rows is taken from the database at once.
const AT_ONCE: usize = 4 << 20;

/// The first rows that are found, as many as `limit`, and fewer where they are very long, and whether there are more; one more
/// than `limit` is asked for.
async fn first<R, L>(
    mut found: impl Stream<Item = sqlx::Result<R>> + Unpin,
    limit: usize,
    (read, cells): (impl Fn(R) -> Option<L>, impl Fn(&L) -> &[String]),
) -> Result<(Vec<L>, bool)> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(row) = found.try_next().await? {
        let Some(row) = read(row) else { continue };
        if rows.len() == limit || bytes > AT_ONCE {
            return Ok((rows, true));
        }
        bytes += cells(&row).iter().map(String::len).sum::<usize>();
        rows.push(row);
    }
    Ok((rows, false))
}

/// The next rows behind a row, in the order of the file, and whether more stand behind them, see [`first`].
pub(in crate::imports) async fn behind(
    db: &mut PgConnection,
    import: &Import,
    after: i32,
    limit: usize,
) -> Result<(Vec<Waiting>, bool)> {
    let found = sqlx::query_as!(
        WaitingRow,
        r#"select row, cells as "cells: _", verdict, problems as "problems: _", target_id from import_rows
           where partner_id = $1 and import_id = $2 and row > $3 order by row limit $4"#,
        import.partner_id,
        import.id,
        after,
        limit as i64 + 1
    )
    .fetch(db);
    first(found, limit, (Waiting::of, |row: &Waiting| row.cells.as_slice())).await
}

/// The rows with these numbers, in the order of the file.
pub(in crate::imports) async fn named(db: &mut PgConnection, import: &Import, rows: &[i32]) -> Result<Vec<Waiting>> {
    let found = sqlx::query_as!(
        WaitingRow,
        r#"select row, cells as "cells: _", verdict, problems as "problems: _", target_id from import_rows
           where partner_id = $1 and import_id = $2 and row = any ($3) order by row"#,
        import.partner_id,
        import.id,
        rows
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().filter_map(Waiting::of).collect())
}

struct WaitingRow {
    row: i32,
    cells: Json<Vec<String>>,
    verdict: String,
    problems: Option<Json<Vec<Problem>>>,
    target_id: Option<Uuid>,
}

impl Waiting {
    fn of(row: WaitingRow) -> Option<Self> {
        Some(Self {
            row: row.row,
            cells: row.cells.0,
            verdict: Verdict::parse(&row.verdict)?,
            problems: row.problems.map(|problems| problems.0).unwrap_or_default(),
            target: row.target_id,
        })
    }
}

/// Rows behind a row with what was found about each and what became of it, and whether there are more: all of them, those with
/// one verdict, those with one outcome, or those of which undoing came to one thing, see [`first`]. Each is a walk of an index.
pub(in crate::imports) async fn page(
    db: &mut PgConnection,
    import: &Import,
    (verdict, outcome, undone): (Option<Verdict>, Option<Outcome>, Option<Undone>),
    after: i32,
    limit: usize,
) -> Result<(Vec<Line>, bool)> {
    let found = sqlx::query_as!(
        LineRow,
        r#"with page as (
             select row from (
               (select row from import_rows
                where partner_id = $1 and import_id = $2 and $3::text is null and $4::text is null and $7::text is null
                  and row > $5
                order by row limit $6)
               union all
               (select row from import_rows
                where partner_id = $1 and import_id = $2 and verdict = $3 and row > $5 order by row limit $6)
               union all
               (select row from import_results
                where partner_id = $1 and import_id = $2 and outcome = $4 and row > $5 order by row limit $6)
               union all
               (select row from import_results
                where partner_id = $1 and import_id = $2 and undone = $7 and row > $5 order by row limit $6)) p
             order by row limit $6)
           select r.row, r.cells as "cells: _", r.verdict, r.problems as "problems: _", o.key as "key?: OrgKey",
                  o.name as "name?", s.outcome as "outcome?", s.reason, s.undone, s.undone_reason
           from page
           join import_rows r on r.partner_id = $1 and r.import_id = $2 and r.row = page.row
           left join import_results s on s.import_id = $2 and s.row = page.row
           left join organizations o on o.id = coalesce(s.organization_id, r.target_id)
           order by r.row"#,
        import.partner_id,
        import.id,
        verdict.map(Verdict::as_str),
        outcome.map(Outcome::as_str),
        after,
        limit as i64 + 1,
        undone.map(Undone::as_str)
    )
    .fetch(db);
    first(found, limit, (LineRow::line, |line: &Line| line.cells.as_slice())).await
}

struct LineRow {
    row: i32,
    cells: Json<Vec<String>>,
    verdict: String,
    problems: Option<Json<Vec<Problem>>>,
    key: Option<OrgKey>,
    name: Option<String>,
    outcome: Option<String>,
    reason: Option<String>,
    undone: Option<String>,
    undone_reason: Option<String>,
}

impl LineRow {
    fn line(self) -> Option<Line> {
        Some(Line {
            row: self.row,
            cells: self.cells.0,
            verdict: Verdict::parse(&self.verdict)?,
            problems: self.problems.map(|problems| problems.0).unwrap_or_default(),
            organization: self.key.zip(self.name),
            outcome: self.outcome.as_deref().and_then(Outcome::parse),
            reason: self.reason,
            undone: self.undone.as_deref().and_then(Undone::parse).map(|undone| (undone, self.undone_reason)),
        })
    }
}

/// Copies the rows another import could not bring in or did not reach, as they are, to be judged anew. Returns how many.
pub(in crate::imports) async fn copy_left(db: &mut PgConnection, from: &Import, to: Uuid) -> Result<u64> {
    let done = sqlx::query!(
        "insert into import_rows (import_id, partner_id, row, cells, verdict)
         select $3, r.partner_id, r.row, r.cells, 'error'
         from import_rows r left join import_results s on s.import_id = r.import_id and s.row = r.row
         where r.partner_id = $1 and r.import_id = $2 and (s.row is null or s.outcome = 'failed')",
        from.partner_id,
        from.id,
        to
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
