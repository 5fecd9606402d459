//! The server of the metrics.

use std::{net::TcpListener, time::Duration};

use actix_web::{
    App as ActixApp, HttpResponse, HttpServer,
    dev::ServerHandle,
    rt,
    web::{Data, get},
};
use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{app::App, jobs};

/// How often samples are folded into their buckets while nobody asks.
const UPKEEP: Duration = Duration::from_secs(10);

/// Serves `GET /metrics` on the address of the settings, where one is set.
///
/// # Errors
/// Names the setting when the address cannot be listened on.
pub fn serve(app: &App) -> anyhow::Result<Option<ServerHandle>> {
    let Some(address) = app.settings.metrics_listen else { return Ok(None) };
    let listener = TcpListener::bind(address)
        .with_context(|| format!("TENANTRY_METRICS_LISTEN: cannot listen on {address}; is it taken?"))?;
    let handle = super::recorder();
    let data = Data::new(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new().app_data(data.clone()).app_data(Data::new(handle.clone())).route("/metrics", get().to(show))
    });
    let server = server.workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run();
    let stop = server.handle();
    rt::spawn(async move {
        tokio::select! {
            ended = server => if let Err(error) = ended {
                tracing::error!(%error, "the metrics server ended");
            },
            () = keep_up(handle) => {}
        }
    });
    Ok(Some(stop))
}

async fn keep_up(handle: &'static PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}

async fn show(app: Data<App>, handle: Data<PrometheusHandle>) -> HttpResponse {
    let (open, idle) = app.db.usage();
    let idle = u32::try_from(idle).unwrap_or(u32::MAX);
    metrics::gauge!("tenantry_database_connections", "state" => "idle").set(idle);
    metrics::gauge!("tenantry_database_connections", "state" => "used").set(open.saturating_sub(idle));
    // While the database is away the last numbers stay; that it is away shows elsewhere.
    if let Ok(counts) = jobs::counts(&app).await {
        for state in jobs::State::ALL {
            metrics::gauge!("tenantry_jobs", "state" => state.as_str()).set(counts.of(state) as f64);
        }
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
