//! Logs: one line a request with its id, which error pages show; never an address with a token in it, never a body
//! (QUALITY 52).

use std::{io, time::Instant};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use anyhow::Context;
use tracing::{Span, Subscriber, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::{EnvFilter, Layer, fmt, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{config::Settings, web::access::Visitor};

/// Writes logs to the standard error output from now on, as the settings say.
///
/// # Errors
/// Names the setting when the filter cannot be read. A second call in one process is an error, too.
pub fn init(settings: &Settings) -> anyhow::Result<()> {
    subscriber(settings, io::stderr)?.try_init().context("logs are set up already")
}

/// What `init` installs, with a choice of where to write.
///
/// # Errors
/// Names the setting when the filter cannot be read.
pub fn subscriber<W>(settings: &Settings, writer: W) -> anyhow::Result<impl Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(&settings.log).with_context(|| {
        format!(
            "TENANTRY_LOG: {:?} is neither error, warn, info or debug nor a filter such as tenantry=debug",
            settings.log
        )
    })?;
    let lines = if settings.log_format == "json" {
        fmt::layer().json().flatten_event(true).with_writer(writer).boxed()
    } else {
        fmt::layer().with_ansi(false).with_writer(writer).boxed()
    };
    Ok(tracing_subscriber::registry().with(filter).with(lines))
}

/// The span of a request. It knows the pattern of the address, not the address.
#[derive(Debug)]
pub struct RequestSpan;

struct Started(Instant);

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request.extensions().get::<RequestId>().copied();
        request.extensions_mut().insert(Started(Instant::now()));
        tracing::info_span!(
            "request",
            method = %request.method(),
            route = request.match_pattern().as_deref().unwrap_or("unknown"),
            request_id = request_id.map(tracing::field::display),
            user_id = Empty,
            status = Empty,
            took_ms = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => {
                record_person_and_time(&span, response);
                response.status()
            }
            // The session could not be read: an answer without its request (web/error.rs).
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        tracing::info!(parent: &span, "request");
    }
}

fn record_person_and_time<B>(span: &Span, response: &ServiceResponse<B>) {
    let extensions = response.request().extensions();
    if let Some(visitor) = extensions.get::<Visitor>() {
        span.record("user_id", tracing::field::display(visitor.actor.user_id));
    }
    if let Some(Started(at)) = extensions.get::<Started>() {
        span.record("took_ms", at.elapsed().as_secs_f64() * 1000.0);
    }
}
