//! Whether the process lives and whether it can serve: for load balancers and service managers.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use tokio::time::timeout;

use crate::{
    app::App,
    web::{Access, route::Route},
};

/// A database that takes longer to answer is as good as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process as a whole is going: there is one of it, so there is one of this.
static STOPPING: AtomicBool = AtomicBool::new(false);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", Access::Public, lives), //
        Route::get("/readyz", Access::Public, is_ready),
    ]
}

/// From now on `/readyz` says no, so that a load balancer sends nobody new while requests under way are finished.
pub fn set_stopping() {
    STOPPING.store(true, Ordering::Relaxed);
}

async fn lives() -> HttpResponse {
    answer(StatusCode::OK, "alive\n")
}

async fn is_ready(app: Data<App>) -> HttpResponse {
    let database = matches!(timeout(PATIENCE, app.db.ping()).await, Ok(Ok(())));
    match refusal(STOPPING.load(Ordering::Relaxed), database) {
        None => answer(StatusCode::OK, "ready\n"),
        Some(why) => answer(StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

/// Why nobody should be sent here, if so.
fn refusal(stopping: bool, database: bool) -> Option<&'static str> {
    match (stopping, database) {
        (true, _) => Some("not ready: shutting down\n"),
        (false, false) => Some("not ready: the database does not answer\n"),
        (false, true) => None,
    }
}

fn answer(status: StatusCode, words: &'static str) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(words)
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn a_process_that_stops_is_not_ready_whatever_the_database_says() {
        assert_eq!(refusal(true, true), Some("not ready: shutting down\n"));
        assert_eq!(refusal(true, false), Some("not ready: shutting down\n"));
        assert_eq!(refusal(false, false), Some("not ready: the database does not answer\n"));
        assert_eq!(refusal(false, true), None);
    }
}
