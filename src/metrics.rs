//! Numbers for Prometheus, on an address of their own: what they tell is for the operator, not for the public.
//!
//! Without `TENANTRY_METRICS_LISTEN` nothing is recorded at all.

use std::{net::TcpListener, sync::OnceLock, time::Duration};

use actix_web::{
    App as ActixApp, HttpResponse, HttpServer,
    dev::ServerHandle,
    rt,
    web::{Data, get},
};
use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{app::App, jobs};

/// Upper bounds of the duration buckets, in seconds.
const SECONDS: [f64; 11] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// How often samples are folded into their buckets while nobody asks.
const UPKEEP: Duration = Duration::from_secs(10);

/// One recorder a process; the macros of the `metrics` crate know only one.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Serves `GET /metrics` on the address of the settings, where one is set.
///
/// # Errors
/// Names the setting when the address cannot be listened on.
pub fn serve(app: &App) -> anyhow::Result<Option<ServerHandle>> {
    let Some(address) = app.settings.metrics_listen else { return Ok(None) };
    let listener = TcpListener::bind(address)
        .with_context(|| format!("TENANTRY_METRICS_LISTEN: cannot listen on {address}; is it taken?"))?;
    let handle = recorder()?;
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

fn recorder() -> anyhow::Result<&'static PrometheusHandle> {
    if let Some(handle) = RECORDER.get() {
        return Ok(handle);
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .context("the buckets of the metrics")?
        .build_recorder();
    let handle = recorder.handle();
    // Another thread may have been quicker; then its recorder is the one.
    if metrics::set_global_recorder(recorder).is_ok() {
        describe();
    }
    Ok(RECORDER.get_or_init(|| handle))
}

async fn keep_up(handle: &'static PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}

fn describe() {
    metrics::describe_counter!("tenantry_http_requests_total", "Requests by method, route and class of status");
    metrics::describe_histogram!("tenantry_http_request_duration_seconds", "Time to the answer, by method and route");
    metrics::describe_gauge!("tenantry_database_connections", "Connections of the pool by state");
    metrics::describe_gauge!("tenantry_jobs", "Jobs in the queue by state");
    metrics::describe_counter!("tenantry_mails_total", "Attempts to send a mail by outcome");
    metrics::describe_histogram!("tenantry_password_wait_seconds", "Wait for a turn to hash a password");
}

async fn show(app: Data<App>, handle: Data<&'static PrometheusHandle>) -> HttpResponse {
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

/// Counts a request by its route's pattern, never by its address: addresses hold tokens and there is no end of them.
pub(crate) fn request(method: &str, route: &str, status_class: &'static str, took: Duration) {
    let (method, route) = (method.to_owned(), route.to_owned());
    metrics::counter!("tenantry_http_requests_total",
        "method" => method.clone(), "route" => route.clone(), "status" => status_class)
    .increment(1);
    metrics::histogram!("tenantry_http_request_duration_seconds", "method" => method, "route" => route).record(took);
}

/// Counts an attempt to send a mail by what became of it.
pub(crate) fn mail(outcome: &'static str) {
    metrics::counter!("tenantry_mails_total", "outcome" => outcome).increment(1);
}

/// Records how long somebody waited for a turn to hash a password (QUALITY 32).
pub fn password_wait(waited: Duration) {
    metrics::histogram!("tenantry_password_wait_seconds").record(waited);
}
