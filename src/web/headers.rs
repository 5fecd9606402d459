//! The headers every answer carries (QUALITY 37).

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::access::request_id_of;
use crate::app::App;

/// Nothing is loaded from elsewhere, nothing runs inline, nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A mail shown in the mailbox styles itself inline, as mails must; it stands in a sandbox without scripts.
pub(crate) const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds what is missing; an answer that says otherwise on purpose (assets, mails) keeps its own.
pub(super) async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let https = request.app_data::<Data<App>>().is_some_and(|app| app.settings.is_https());
    let request_id = request_id_of(request.request());
    match next.call(request).await {
        Ok(mut response) => {
            complete(response.headers_mut(), https, request_id);
            Ok(response)
        }
        // A failure that has its page but no request any more (web/error.rs).
        Err(error) => {
            let mut response = error.error_response();
            complete(response.headers_mut(), https, request_id);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn complete(headers: &mut HeaderMap, https: bool, request_id: Uuid) {
    let mut keep_or = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    keep_or(header::CONTENT_SECURITY_POLICY, POLICY);
    keep_or(header::CACHE_CONTROL, "no-store");
    keep_or(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep_or(header::REFERRER_POLICY, "same-origin");
    keep_or(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    keep_or(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    keep_or(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if https {
        keep_or(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    // The id under which the request stands in the logs.
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
