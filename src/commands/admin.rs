//! `admin` and `demo`.

use super::Installation;
use crate::{config::Settings, demo, factors, setup};

pub(super) async fn create(settings: Settings, email: &str, name: &str) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    let link = setup::create_administrator(&installation.app, email, name).await;
    installation.close().await?;
    println!("Choose a password at {} within 7 days. The link works once.", link?);
    Ok(())
}

pub(super) async fn remove_factor(settings: Settings, email: &str) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    let removed = factors::rescue(&installation.app, email).await;
    installation.close().await?;
    println!("{}", removed?);
    Ok(())
}

pub(super) async fn demo(settings: Settings, customers: u32) -> anyhow::Result<()> {
    let installation = Installation::open(settings).await?;
    let made = demo::fill(&installation.app, customers).await;
    installation.close().await?;
    println!("{}", made?);
    Ok(())
}
