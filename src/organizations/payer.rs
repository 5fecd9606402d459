//! Who pays for a secondary organization. The primary may stand above it, and an organization does not see those above
//! it: only the name is read, with every row in sight.

use uuid::Uuid;

use super::store;
use crate::{app::App, error::Result, scope::RowScope};

/// The name of the organization whose billing account this is.
///
/// # Errors
/// The database's.
pub async fn name_of_payer(app: &App, billing_account_id: Uuid) -> Result<String> {
    let purpose = RowScope::System("name the primary that pays");
    let name = app.read(purpose, async |db| store::name_of_payer(db, billing_account_id).await).await?;
    Ok(name.unwrap_or_default())
}
