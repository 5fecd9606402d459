//! People.
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::Result;

/// Stands here until the feature arrives.
///
/// # Errors
/// None.
pub async fn send_password_instructions(
    _: &mut PgConnection,
    _: Uuid,
    _: Uuid,
    _: OffsetDateTime,
) -> Result<()> {
    Ok(())
}
