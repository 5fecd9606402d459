//! The isolation probe (SPEC N15): two tenants of its own, a person of every role of a partner, and every route of a
//! running portal asked for with keys and ids of the other tenant and with random ones. A foreign one must answer as a
//! random one does, and nothing of the other tenant may stand in any answer.

mod client;
mod model;
pub(crate) mod pages;
mod store;
mod walk;
mod world;

use std::net::SocketAddr;

use sqlx::PgConnection;

pub use self::model::{Latest, Report};
use crate::{
    app::App,
    error::Result,
    roles::Permission,
    scope::{RowScope, Scope},
};

/// Probes the portal that listens on the address and works on the same database. What is made for it is taken out of
/// use again in any case; what was found is kept for the operator's page.
///
/// # Errors
/// When the installation is not set up, or the portal does not answer.
pub async fn run(app: &App, address: SocketAddr) -> anyhow::Result<Report> {
    let world = world::make(app).await?;
    let walked = walk::walk(&world, address).await;
    world::retire(app, &world).await?;
    let report = walked?;
    let kept = serde_json::to_value(&report)?;
    let now = app.clock.now();
    app.write(RowScope::System("keep what the probe found"), async |db| store::insert_result(db, &kept, now).await)
        .await?;
    Ok(report)
}

/// What the last probe has found, if there was one.
///
/// # Errors
/// Without [`Permission::OperateInstallation`].
pub async fn latest(db: &mut PgConnection, scope: &Scope) -> Result<Option<Latest>> {
    scope.require(Permission::OperateInstallation)?;
    Ok(store::latest(db).await?.and_then(|(at, report)| {
        // A report of another version that cannot be read is none.
        serde_json::from_value(report).ok().map(|report| Latest { at, report })
    }))
}
