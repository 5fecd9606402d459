//! `migrate`, `backup`, `restore`, `doctor`: short work on an installation.

use std::path::{Path, PathBuf};

use super::{
    Installation,
    installation::{Reached, running},
};
use crate::{
    clock::Clock,
    config::Settings,
    database::backup::{self, Source},
};

pub(super) async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    println!("The database is up to date ({}).", installation.app.database_words);
    installation.close().await
}

/// Works beside a running portal and, where none runs, starts the private server for as long as it takes.
pub(super) async fn backup(settings: Settings) -> anyhow::Result<()> {
    let folder = settings.data_dir.join("backups");
    let written = match running(&settings)? {
        Some(access) => backup::run(Source::Private(&access), &folder, Clock::system().now()).await?,
        None => backup_alone(&settings, &folder).await?,
    };
    println!("Backup written to {}", written.display());
    Ok(())
}

async fn backup_alone(settings: &Settings, folder: &Path) -> anyhow::Result<PathBuf> {
    let reached = Reached::reach(settings).await?;
    let written = backup::run(reached.source(settings), folder, Clock::system().now()).await;
    reached.stop().await?;
    Ok(written?)
}

/// Into an empty database only: what is there already is never overwritten.
pub(super) async fn restore(settings: Settings, file: &Path) -> anyhow::Result<()> {
    let reached = Reached::reach(&settings).await?;
    let done = backup::restore(reached.source(&settings), file).await;
    reached.stop().await?;
    done?;
    println!("Restored from {}", file.display());
    Ok(())
}

pub(super) async fn doctor(settings: Settings) -> anyhow::Result<()> {
    let why = if settings.database_url.is_some() { "DATABASE_URL is set" } else { "DATABASE_URL is not set" };
    let mail = if settings.smtp_url.is_some() {
        "sent through SMTP_URL"
    } else {
        "kept for /dev/mailbox, because SMTP_URL is not set"
    };
    println!("Address   {} (listens on {})", settings.base_url(), settings.listen);
    println!("Mail      {mail}");
    if running(&settings)?.is_some() {
        println!("Database  private, and a portal runs on it: {}/readyz tells how it is", settings.base_url());
        return Ok(());
    }
    let installation = Installation::open(settings).await?;
    println!("Database  {}, because {why}", installation.app.database_words);
    installation.app.db.ping().await?;
    println!("Everything answers.");
    installation.close().await
}
