//! SQL of the rows that say the same as one before them: by customer number, by domain, or because they are about one
//! organization. Rows that cannot be imported do not count.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    imports::model::{Import, Judged},
};

/// Marks every such row of a file in which none is marked yet, and says which row says the same.
pub(in crate::imports) async fn mark_all(db: &mut PgConnection, import: &Import) -> Result<()> {
    sqlx::query!(
        r#"with seen as (
             select row, 1 as place, 'customer_number' as field, ' has the same customer number' as words,
                    first_value(row) over (partition by customer_number order by row) as first
             from import_rows
             where partner_id = $1 and import_id = $2 and customer_number is not null and verdict <> 'error'
             union all
             select row, 2, 'domain', ' has the same domain', first_value(row) over (partition by domain order by row)
             from import_rows
             where partner_id = $1 and import_id = $2 and domain is not null and verdict <> 'error'
             union all
             select row, 3, '', ' is about the same organization',
                    first_value(row) over (partition by target_id order by row)
             from import_rows
             where partner_id = $1 and import_id = $2 and target_id is not null and verdict in ('match', 'same')),
           again as (select distinct on (row) * from seen where first < row order by row, place)
           update import_rows r
           set verdict = 'twice', verdict_alone = r.verdict, problems_alone = r.problems,
               problems = jsonb_build_array(jsonb_build_object(
                 'field', again.field, 'words', 'Row ' || again.first || again.words))
           from again where r.partner_id = $1 and r.import_id = $2 and r.row = again.row"#,
        import.partner_id,
        import.id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rows whose mark may be another one once some rows are judged anew: these rows, and all that have a key in common
/// with what one of them was or is.
pub(in crate::imports) async fn near(db: &mut PgConnection, import: &Import, judged: &[Judged]) -> Result<Vec<i32>> {
    let rows: Vec<i32> = judged.iter().map(|row| row.row).collect();
    let domains: Vec<Option<&str>> = judged.iter().map(|row| row.domain.as_deref()).collect();
    let numbers: Vec<Option<&str>> = judged.iter().map(|row| row.customer_number.as_deref()).collect();
    let targets: Vec<Option<Uuid>> = judged.iter().map(|row| row.target).collect();
    let near = sqlx::query_scalar!(
        r#"with keys as (
             select domain, customer_number, target_id from import_rows
             where partner_id = $1 and import_id = $2 and row = any ($3)
             union
             select * from unnest($4::text[], $5::text[], $6::uuid[]) k (domain, customer_number, target_id))
           select row as "row!" from unnest($3) r (row)
           union
           select r.row from keys k
           join import_rows r on r.partner_id = $1 and r.import_id = $2 and r.domain = k.domain
           union
           select r.row from keys k
           join import_rows r on r.partner_id = $1 and r.import_id = $2 and r.customer_number = k.customer_number
           union
           select r.row from keys k
           join import_rows r on r.partner_id = $1 and r.import_id = $2 and r.target_id = k.target_id"#,
        import.partner_id,
        import.id,
        &rows,
        &domains as _,
        &numbers as _,
        &targets as _
    )
    .fetch_all(db)
    .await?;
    Ok(near)
}

/// Marks some rows anew, by what stands in the rows before each.
pub(in crate::imports) async fn mark(db: &mut PgConnection, import: &Import, rows: &[i32]) -> Result<()> {
    forget(db, import, rows).await?;
    sqlx::query!(
        r#"with near as materialized (
             select row,
                    (select min(e.row) from import_rows e
                     where e.partner_id = $1 and e.import_id = $2 and e.customer_number = n.customer_number
                       and e.row < n.row and e.verdict <> 'error') as number,
                    (select min(e.row) from import_rows e
                     where e.partner_id = $1 and e.import_id = $2 and e.domain = n.domain and e.row < n.row
                       and e.verdict <> 'error') as domain,
                    (select min(e.row) from import_rows e
                     where e.partner_id = $1 and e.import_id = $2 and e.target_id = n.target_id and e.row < n.row
                       and n.verdict in ('match', 'same')
                       and coalesce(e.verdict_alone, e.verdict) in ('match', 'same')) as target
             from import_rows n
             where partner_id = $1 and import_id = $2 and row = any ($3) and verdict <> 'error')
           update import_rows r
           set verdict = 'twice', verdict_alone = r.verdict, problems_alone = r.problems,
               problems = jsonb_build_array(jsonb_build_object(
                 'field', case when n.number is not null then 'customer_number'
                               when n.domain is not null then 'domain' else '' end,
                 'words', 'Row ' || coalesce(n.number, n.domain, n.target)
                          || case when n.number is not null then ' has the same customer number'
                                  when n.domain is not null then ' has the same domain'
                                  else ' is about the same organization' end))
           from near n
           where r.partner_id = $1 and r.import_id = $2 and r.row = n.row
             and coalesce(n.number, n.domain, n.target) is not null"#,
        import.partner_id,
        import.id,
        rows
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the marks away again, and shows what was found of each row by itself.
async fn forget(db: &mut PgConnection, import: &Import, rows: &[i32]) -> Result<()> {
    sqlx::query!(
        "update import_rows
         set verdict = coalesce(verdict_alone, verdict), problems = problems_alone, verdict_alone = null,
             problems_alone = null
         where partner_id = $1 and import_id = $2 and row = any ($3) and verdict = 'twice'",
        import.partner_id,
        import.id,
        rows
    )
    .execute(db)
    .await?;
    Ok(())
}
