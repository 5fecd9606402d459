//! `migrate`, `backup`, `restore`, `doctor`: short work on an installation.

use std::path::Path;

use super::Installation;
use crate::{config::Settings, database::backup};

pub(super) async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    println!("The database is up to date ({}).", installation.app.database_words);
    installation.close().await
}

pub(super) async fn backup(settings: Settings) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    let written = backup::run(&installation.app, installation.private.as_ref(), &installation.owner).await;
    installation.close().await?;
    println!("Backup written to {}", written?.display());
    Ok(())
}

pub(super) async fn restore(settings: Settings, file: &Path) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    let done = backup::restore(&installation.app, installation.private.as_ref(), &installation.owner, file).await;
    installation.close().await?;
    done?;
    println!("Restored from {}", file.display());
    Ok(())
}

pub(super) async fn doctor(settings: Settings) -> anyhow::Result<()> {
    let why = if settings.database_url.is_some() { "DATABASE_URL is set" } else { "DATABASE_URL is not set" };
    let mail = if settings.smtp_url.is_some() { "sent through SMTP_URL" } else { "kept for /dev/mailbox, SMTP_URL is not set" };
    println!("Address   {} (listens on {})", settings.base_url(), settings.listen);
    println!("Mail      {mail}");
    let installation = Installation::open(settings).await?;
    println!("Database  {} because {why}", installation.app.database_words);
    installation.app.db.ping().await?;
    println!("Everything answers.");
    installation.close().await
}
