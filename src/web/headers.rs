//! The headers every answer carries (QUALITY 37).

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

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
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
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
    add_request_id(&mut response);
    Ok(response)
}

/// The id under which the request stands in the logs.
fn add_request_id<B>(response: &mut ServiceResponse<B>) {
    let id = request_id_of(response.request());
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
}
