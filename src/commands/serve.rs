//! `serve` and `worker`: run until told to stop, then finish what is under way.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

use super::Installation;
use crate::{config::Settings, health, jobs, metrics, setup, telemetry, web};

/// Serves the portal; ends on Ctrl-C or SIGTERM, and fails when the private database goes away.
pub(super) async fn serve(settings: Settings) -> anyhow::Result<()> {
    telemetry::init(&settings)?;
    let mut signals = Signals::listen()?;
    let with_worker = !settings.no_worker;
    let mut installation = Installation::open(settings).await?;
    let bound = web::bind(installation.app.clone(), &installation.cookie_secret)?;
    let metrics = metrics::serve(&installation.app)?;
    let (stop, stopped) = watch::channel(false);
    let worker = with_worker.then(|| start_worker(&installation, stopped));
    let server = actix_web::rt::spawn(bound.server);
    announce(&installation).await?;
    let ended = until_told(&mut installation, &mut signals).await;
    tracing::info!("stopping");
    health::set_stopping();
    // At the same time: requests and jobs have eight seconds each, and all of it ten (QUALITY 15).
    tokio::join!(bound.handle.stop(true), finish(stop, worker));
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    server.await??;
    installation.close().await?;
    ended
}

/// Runs background work only.
pub(super) async fn worker(settings: Settings) -> anyhow::Result<()> {
    telemetry::init(&settings)?;
    let mut signals = Signals::listen()?;
    let mut installation = Installation::open(settings).await?;
    let metrics = metrics::serve(&installation.app)?;
    let (stop, stopped) = watch::channel(false);
    let worker = start_worker(&installation, stopped);
    println!("Tenantry works in the background; Ctrl-C stops it.");
    let ended = until_told(&mut installation, &mut signals).await;
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    finish(stop, Some(worker)).await;
    installation.close().await?;
    ended
}

fn start_worker(installation: &Installation, stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    actix_web::rt::spawn(jobs::work(installation.app.clone(), stopped))
}

async fn finish(stop: watch::Sender<bool>, worker: Option<JoinHandle<()>>) {
    stop.send_replace(true);
    let Some(worker) = worker else { return };
    if tokio::time::timeout(Duration::from_secs(9), worker).await.is_err() {
        tracing::warn!("a job did not end in time; its lease runs out and another worker takes it over");
    }
}

/// The one line a person needs, and on the first run the link that opens the set-up page.
async fn announce(installation: &Installation) -> anyhow::Result<()> {
    let app = &installation.app;
    println!("Tenantry is ready at {} ({})", app.settings.base_url(), app.database_words);
    if let Some(link) = setup::first_run_link(app).await? {
        println!("First run: open {link} to set it up. The link works once.");
    }
    Ok(())
}

/// Ctrl-C and SIGTERM; listened to before anything is started, so that whatever is started is also stopped.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }
}

async fn until_told(installation: &mut Installation, signals: &mut Signals) -> anyhow::Result<()> {
    let lost = async {
        match &mut installation.private {
            Some(private) => private.exited().await,
            None => std::future::pending().await,
        }
    };
    let Signals { interrupt, terminate } = signals;
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        gone = lost => Err(anyhow::anyhow!("the private database has stopped unasked: {gone}")),
    }
}
