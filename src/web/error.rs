//! Errors become pages here, once: with the frame of the page where there is one, logged with the request id.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};

use uuid::Uuid;

use super::{access::request_id_of, error_pages, frame::Frame, refusals};
use crate::{app::App, error::Error, memberships, scope::Scope};

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInRequired => StatusCode::SEE_OTHER,
            Self::Forbidden(_) | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(_) | Self::Denied { .. } => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Gives every refused or failed request its page. Sits inside the session, so that the page has its frame.
pub(super) async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let ask = whom_to_ask(&response).await;
    refusals::note(&response).await;
    Ok(rendered(response, ask))
}

/// Who can lift a refusal of the person's role, by name; nobody where that cannot be said now.
async fn whom_to_ask(response: &ServiceResponse) -> Vec<(String, String)> {
    let refused = response.response().error().and_then(|error| error.as_error::<Error>());
    let Some(Error::Forbidden(_)) = refused else { return Vec::new() };
    let request = response.request();
    let scope = request.extensions().get::<Scope>().cloned();
    let Some((app, scope)) = request.app_data::<Data<App>>().cloned().zip(scope) else { return Vec::new() };
    memberships::whom_to_ask(&app, &scope).await.unwrap_or_default()
}

fn rendered(response: ServiceResponse, ask: Vec<(String, String)>) -> ServiceResponse {
    let status = response.status();
    let Some(error) = response.response().error() else {
        return if is_bare(&response) { in_frame(response, &bare_error(status)) } else { response };
    };
    match error.as_error::<Error>() {
        Some(Error::SignInRequired) => to_sign_in(response),
        Some(error) => {
            let page = answer(response.request(), error, ask);
            response.into_response(page)
        }
        None => in_frame(response, &bare_error(status)),
    }
}

/// The last resort around everything: what was refused or failed before a session was there, such as an unreachable
/// database. Such a failure comes without its request, which nobody may keep a copy of while it is routed, so the page
/// is sent as the error's own answer.
pub(super) async fn render_outermost(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (request_id, frame) = (request_id_of(request.request()), Frame::without_session(request.request()));
    match next.call(request).await {
        Ok(response) => Ok(rendered(response.map_into_boxed_body(), Vec::new())),
        Err(error) => {
            let status = error.as_response_error().status_code();
            let ours = if status.is_server_error() {
                Error::Unavailable(anyhow::anyhow!("{error}"))
            } else {
                bare_error(status)
            };
            Err(InternalError::from_response(error, page_of(&ours, frame, request_id, Vec::new())).into())
        }
    }
}

/// An error of the framework, such as an unknown address, has no body of ours yet.
fn is_bare(response: &ServiceResponse) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && !response.headers().contains_key(header::CONTENT_TYPE)
}

fn bare_error(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::Malformed("This address does not take that kind of request.".into()),
        StatusCode::PAYLOAD_TOO_LARGE => Error::Malformed("What was sent is larger than this page accepts.".into()),
        status if status.is_client_error() => Error::Malformed("The request could not be read.".into()),
        status => Error::Internal(anyhow::anyhow!("answered {status}")),
    }
}

fn in_frame(response: ServiceResponse, error: &Error) -> ServiceResponse {
    let status = response.status();
    let mut page = answer(response.request(), error, Vec::new());
    *page.status_mut() = status;
    response.into_response(page)
}

fn answer(request: &HttpRequest, error: &Error, ask: Vec<(String, String)>) -> HttpResponse {
    page_of(error, Frame::of(request), request_id_of(request), ask)
}

fn page_of(error: &Error, mut frame: Frame, request_id: Uuid, ask: Vec<(String, String)>) -> HttpResponse {
    match error {
        Error::Internal(cause) => tracing::error!(%request_id, error = format!("{cause:#}"), "request failed"),
        Error::Unavailable(cause) => {
            tracing::warn!(%request_id, error = format!("{cause:#}"), "unavailable: {}", error.outage());
        }
        other => tracing::debug!(%request_id, error = %other, "request refused"),
    }
    frame.nav.iter_mut().for_each(|entry| entry.current = false);
    let page = error_pages::render(error, error.status_code(), frame, request_id, ask);
    page.unwrap_or_else(|failed| {
        tracing::error!(%request_id, error = %failed, "error page failed");
        HttpResponse::InternalServerError().content_type("text/plain").body(format!("Request {request_id} failed."))
    })
}

/// To the sign-in page and afterwards back; only the path of a page is carried, never another origin (QUALITY 40).
fn to_sign_in(response: ServiceResponse) -> ServiceResponse {
    let request = response.request();
    let wanted = if request.method() == actix_web::http::Method::GET {
        request.uri().path_and_query().map_or("/", |path| path.as_str())
    } else {
        "/"
    };
    let next = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
    let location = if wanted == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{next}") };
    let page = HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish();
    response.into_response(page)
}
