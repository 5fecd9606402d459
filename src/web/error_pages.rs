//! stand-in
use super::frame::Frame;
use crate::error::{Error, Result};
use actix_web::{HttpResponse, http::StatusCode};
use uuid::Uuid;
/// The page of an error.
pub(super) fn render(error: &Error, status: StatusCode, frame: Frame, request_id: Uuid) -> Result<HttpResponse> {
    let _ = frame;
    Ok(HttpResponse::build(status).content_type("text/plain").body(format!("{error} {request_id}")))
}
