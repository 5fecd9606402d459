//! HTTP: routes and who may take them, the frame of every page, errors as pages, the headers every answer carries.

pub(crate) mod access;
pub(crate) mod assets;
pub(crate) mod child;
pub(crate) mod choices;
pub(crate) mod client;
mod closed;
pub(crate) mod conflict;
mod cross_site;
pub(crate) mod door;
mod error;
pub(crate) mod error_pages;
pub(crate) mod fields;
pub(crate) mod frame;
pub(crate) mod group_choice;
mod halt_bar;
pub(crate) mod headers;
pub(crate) mod icons;
pub(crate) mod joined;
pub(crate) mod large_form;
mod marks;
mod metrics;
pub(crate) mod own_fields;
pub(crate) mod pieces;
pub(crate) mod refusals;
pub(crate) mod route;
mod routes;
pub(crate) mod server;
mod session;
mod step_up;
pub(crate) mod tabs;
pub(crate) mod visit_bar;
pub(crate) mod when;
pub(crate) mod words;

#[cfg(test)]
mod look_tests;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;

pub use self::{
    route::Access,
    routes::{RouteRow, table},
    server::{Bound, bind},
};
use crate::error::{Error, Result};

/// Renders a page. Pages are private to the person and never stored by a cache.
///
/// # Errors
/// When the template cannot be rendered.
pub(crate) fn page(status: StatusCode, template: impl Template) -> Result<HttpResponse> {
    let body = template.render().map_err(|error| Error::Internal(error.into()))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// After a change: go and look at the result (303), so that a reload repeats nothing.
///
/// # Errors
/// Never; a `Result` so that handlers can end with it.
pub(crate) fn see_other(path: impl AsRef<str>) -> Result<HttpResponse> {
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, path.as_ref())).finish())
}
