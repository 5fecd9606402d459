//! The HTTP server: the app around the routes.

use std::net::{SocketAddr, TcpListener};

use actix_session::{SessionMiddleware, config::PersistentSession};
use actix_web::{
    App as ActixApp, HttpServer,
    cookie::{Key, SameSite, time::Duration},
    dev::{Server, ServerHandle},
    middleware::{Compress, from_fn},
    web::{Data, FormConfig, PathConfig, QueryConfig},
};
use anyhow::Context;
use tracing_actix_web::TracingLogger;

use super::{
    cross_site, error, headers, metrics, routes,
    session::{self, Sessions},
};
use crate::{app::App, error::Error};

/// The largest form: the wizard's fields, with room to spare.
const FORM_BYTES: usize = 64 * 1024;

/// A server that has its port and waits to be driven.
pub struct Bound {
    /// The address it listens on; the port is real even where 0 was asked for.
    pub address: SocketAddr,
    /// Drive this to serve.
    pub server: Server,
    /// Stops it: graceful lets requests under way finish.
    pub handle: ServerHandle,
}

/// Takes the port and prepares the server.
///
/// # Errors
/// When the address is taken or not ours.
pub fn bind(app: App, cookie_secret: &[u8]) -> anyhow::Result<Bound> {
    let listen = app.settings.listen;
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; is it taken? TENANTRY_LISTEN chooses another"))?;
    let address = listener.local_addr()?;
    let threads = app.settings.threads.map(usize::from);
    let key = Key::derive_from(cookie_secret);
    let data = Data::new(app);
    let mut server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(data.clone())
            .app_data(FormConfig::default().limit(FORM_BYTES).error_handler(|error, _| unreadable(&error).into()))
            .app_data(QueryConfig::default().error_handler(|error, _| unreadable(&error).into()))
            .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
            .configure(routes::configure)
            .wrap(from_fn(error::render))
            .wrap(sessions(&data, &key))
            .wrap(from_fn(session::ask))
            .wrap(from_fn(cross_site::refuse))
            .wrap(from_fn(error::render_outermost))
            .wrap(from_fn(headers::add))
            .wrap(Compress::default())
            .wrap(from_fn(metrics::observe))
            .wrap(TracingLogger::<crate::telemetry::RequestSpan>::new())
    })
    // Work for somebody who has gone away ends at once: a workbook of a million lines above all (issue 4 point 7).
    .h1_allow_half_closed(false)
    // A compressed page leaves in pieces: none waits until the browser has said that it has the one before, which it puts off
    // for 40 ms.
    .tcp_nodelay(true)
    .keep_alive(std::time::Duration::from_secs(30))
    .client_request_timeout(std::time::Duration::from_secs(10))
    .client_disconnect_timeout(std::time::Duration::from_secs(5))
    .shutdown_timeout(8)
    .disable_signals();
    if let Some(threads) = threads {
        server = server.workers(threads);
    }
    let server = server.listen(listener)?.run();
    let handle = server.handle();
    Ok(Bound { address, server, handle })
}

/// Nothing a page of ours sends; what exactly is wrong is for the log, not for the reader.
fn unreadable(error: &dyn std::fmt::Display) -> Error {
    tracing::debug!(%error, "request could not be read");
    Error::Malformed("What was sent could not be read".into())
}

/// The cookie carries a signed key and nothing else; what it stands for is a row.
fn sessions(app: &Data<App>, key: &Key) -> SessionMiddleware<Sessions> {
    SessionMiddleware::builder(Sessions::new(app.get_ref().clone()), key.clone())
        .cookie_name("__Host-tenantry".to_owned())
        .cookie_secure(true)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .session_lifecycle(PersistentSession::default().session_ttl(Duration::days(14)))
        .build()
}
