//! The page of somebody whose organization is out of use: since when, why, and whom to ask (T-12).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;

use super::{
    access::{Visitor, request_id_of},
    frame::Frame,
    page,
    when::When,
};
use crate::{app::App, credentials, error::Result, mail::Sender, memberships::Closed, scope::RowScope};

#[derive(Template)]
#[template(path = "errors/closed.html")]
struct ClosedPage {
    frame: Frame,
    request_id: String,
    name: String,
    archived: bool,
    since: When,
    reason: String,
    purge_on: Option<When>,
    /// Whom to ask.
    contact: Sender,
}

/// 403 with the reason. Nothing of the organization is shown but its name, which its people know.
///
/// # Errors
/// The database's.
pub(super) async fn answer(
    app: &App,
    request: &HttpRequest,
    visitor: &Visitor,
    closed: Closed,
) -> Result<HttpResponse> {
    let zone = visitor.actor.zone();
    let contact = contact(app, &closed).await?;
    let Closed { name, halt, .. } = closed;
    page(
        StatusCode::FORBIDDEN,
        ClosedPage {
            frame: Frame::of(request).crumb(&name, None),
            request_id: request_id_of(request).to_string(),
            archived: halt.archived,
            since: When::day(&zone, halt.since),
            reason: halt.reason,
            purge_on: halt.purge_on.map(When::date),
            contact,
            name,
        },
    )
}

/// Whoever serves the organization stands above it.
async fn contact(app: &App, closed: &Closed) -> Result<Sender> {
    let rows = RowScope::System("say whom to ask about an organization that is out of use");
    let found = app.read(rows, async |db| credentials::sender_of(db, closed.above).await).await?;
    Ok(found.map(|(_, sender)| sender).unwrap_or_default())
}
