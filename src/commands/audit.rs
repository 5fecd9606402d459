//! `audit verify`.

use super::Installation;
use crate::{audit, config::Settings, scope::RowScope};

/// Every break has its line; the last says how much was looked at.
pub(super) async fn verify(settings: Settings) -> anyhow::Result<()> {
    let installation = Installation::beside(settings).await?;
    let report =
        installation.app.read(RowScope::System("verify the audit log"), async |db| audit::verify(db).await).await;
    installation.close().await?;
    let report = report?;
    for found in &report.breaks {
        println!("{}: {}", found.organization, found.fault);
    }
    println!("Looked at {} events of {} organizations.", report.events, report.organizations);
    match report.breaks.len() {
        0 => {
            println!("Nothing has been removed, altered, added or moved.");
            Ok(())
        }
        broken => anyhow::bail!("the audit log of {broken} of them is not as it was written"),
    }
}
