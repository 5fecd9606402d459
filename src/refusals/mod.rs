//! Refusals: whoever tries to change what their rights do not let them change leaves an event in the log of the
//! organization (T-09). Never more than one a minute for a person and a route, nor sixty an hour for a person: the log
//! cannot be filled by being refused. Organizations in which somebody has no part write nothing: they answer as if they
//! did not exist.

use crate::{
    app::App,
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    limits::{self, Limit},
    scope::Scope,
};

/// Writes down that the person of the scope was refused. `what` was tried, as a verb with its object; `route` is the
/// pattern of the address below the organization's, never what somebody typed.
///
/// # Errors
/// The database's.
pub async fn note(app: &App, scope: &Scope, what: &str, route: &str) -> Result<()> {
    let who = format!("{} {}", scope.actor.user_id, scope.organization.id);
    let on_route = format!("{who} {route}");
    let tries = [(Limit::RefusalPerRoute, on_route.as_str()), (Limit::RefusalPerPerson, who.as_str())];
    match limits::take_all(app, &tries).await {
        Err(Error::TooMany { .. }) => return Ok(()),
        taken => taken?,
    }
    let event = NewEvent {
        subject_name: Some(what),
        after: Some(serde_json::json!({ "form": route })),
        channel: Some("web"),
        ..NewEvent::new(scope.organization.id, EventKind::ChangeRefused)
    };
    app.write(scope, async |db| events::record(db, scope, event).await).await
}
