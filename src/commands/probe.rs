//! `probe`.

use std::net::SocketAddr;

use super::Installation;
use crate::{config::Settings, probe};

/// Prints what was found; a leak is an error.
pub(super) async fn run(settings: Settings, address: Option<SocketAddr>) -> anyhow::Result<()> {
    let address = address.unwrap_or(settings.listen);
    let installation = Installation::beside(settings).await?;
    let report = probe::run(&installation.app, address).await;
    installation.close().await?;
    let report = report?;
    println!("Routes {}, roles {}, answers {}", report.routes, report.roles, report.cells);
    println!(
        "Foreign keys answered in {} microseconds, random ones in {} (medians)",
        report.foreign_micros, report.random_micros
    );
    for leak in &report.leaks {
        println!("LEAK {leak}");
    }
    println!("Leaks {}", report.leaks.len());
    if report.leaks.is_empty() { Ok(()) } else { anyhow::bail!("one tenant sees something of another") }
}
