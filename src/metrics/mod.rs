//! Numbers for Prometheus, on an address of their own: what they tell is for the operator, not for the public.
//!
//! Without `TENANTRY_METRICS_LISTEN` nothing is recorded at all.

mod pages;

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::pages::serve;

/// Upper bounds of the duration buckets, in seconds.
const SECONDS: [f64; 11] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// One recorder a process; the macros of the `metrics` crate know only one.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

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

/// The recorder, set up the first time.
fn recorder() -> &'static PrometheusHandle {
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .expect("only an empty list of buckets is refused")
            .build_recorder();
        let handle = recorder.handle();
        match metrics::set_global_recorder(recorder) {
            Ok(()) => describe(),
            Err(_) => tracing::error!("something else records metrics in this process; ours stay empty"),
        }
        handle
    })
}

fn describe() {
    metrics::describe_counter!("tenantry_http_requests_total", "Requests by method, route and class of status");
    metrics::describe_histogram!("tenantry_http_request_duration_seconds", "Time to the answer, by method and route");
    metrics::describe_gauge!("tenantry_database_connections", "Connections of the pool by state");
    metrics::describe_gauge!("tenantry_jobs", "Jobs in the queue by state");
    metrics::describe_counter!("tenantry_mails_total", "Attempts to send a mail by outcome");
    metrics::describe_histogram!("tenantry_password_wait_seconds", "Wait for a turn to hash a password");
}
