//! What the planner knows about tables that grow quickly.

use sqlx::PgConnection;

use crate::error::Result;

/// Has tables looked at anew that are sixteen times as large as when they were looked at last, so that statements are planned
/// anew too (DATABASE.md, "What decides speed"). Does nothing to the others; to be called by whoever adds thousands of rows,
/// between transactions that add them.
///
/// # Errors
/// The database's.
pub async fn refresh(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("select analyze_grown_tables()").execute(db).await?;
    Ok(())
}
