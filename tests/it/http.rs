//! The tests' own HTTP client.

use std::{sync::Once, time::Duration};

/// A client that follows no redirect, so that tests see each answer, and keeps no cookies.
pub(crate) fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // The download of PostgreSQL may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    // The tests speak plain HTTP; reading the system's certificates for each client takes longer than many a test.
    let builder = builder.tls_certs_only([]);
    // Well below the time the portal keeps an idle connection, so that none is used while it is being closed.
    builder.pool_idle_timeout(Duration::from_secs(5)).timeout(Duration::from_secs(60)).build().expect("an HTTP client")
}
