//! The regular work: removing what has expired, and the nightly backup.

use anyhow::Context;

use super::{Job, atomically, store};
use crate::{
    app::App,
    database::{
        backup::{self, Source},
        private_postgres::{Access, Options},
    },
    error::Result,
    imports, lifecycle, mail,
};

/// Removes expired sessions, drafts, links and limits, mails of a month ago, jobs finished a week ago and files
/// nobody imported.
pub(super) async fn purge_expired(app: &App, job: &Job) -> Result<()> {
    let now = app.clock.now();
    atomically(app, job, async |db| {
        let expired = store::delete_expired(db, now).await?;
        let mails = mail::purge(db, now).await?;
        let jobs = super::purge(db, now).await?;
        let imports = imports::purge(db, now).await?;
        tracing::info!(expired, mails, jobs, imports, "removed what has expired");
        Ok(())
    })
    .await
}

/// Purges the archived organizations whose day has come (SPEC section 2).
pub(super) async fn purge_organizations(app: &App, job: &Job) -> Result<()> {
    let now = app.clock.now();
    atomically(app, job, async |db| {
        let purged = lifecycle::purge_due(db, now).await?;
        tracing::info!(purged, "purged archived organizations");
        Ok(())
    })
    .await
}

/// Backs the private database up into the data folder. Whoever runs an own server backs that one up (README.md).
pub(super) async fn back_up(app: &App) -> Result<()> {
    let settings = &app.settings;
    if settings.database_url.is_some() {
        return Ok(());
    }
    let options = Options {
        bin_dir: settings.pg_bin.clone(),
        download: settings.pg_download,
        ..Options::new(settings.data_dir.clone())
    };
    let access = Access::of_running(&options).context("the private server cannot be reached for its backup")?;
    let written = backup::run(Source::Private(&access), &settings.data_dir.join("backups"), app.clock.now())
        .await
        .context("the nightly backup failed")?;
    tracing::info!(file = %written.display(), "database backed up");
    Ok(())
}
