//! Which answers say that the person had no right to a change, so that the organization's log hears of it (T-09): a missing
//! permission and a denied change as errors, and a form that is shown again because of a denial.

use actix_web::{HttpMessage, HttpResponse, dev::ServiceResponse, web::Data};

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    refusals,
    scope::Scope,
};

/// What was tried, on the answer that shows the form again.
struct Tried(String);

/// The page of a form with its errors; one that shows a denial is marked, the rest stays as it is.
///
/// # Errors
/// Never; a `Result` so that handlers can end with it.
pub(crate) fn marked(mut page: HttpResponse, errors: &FieldErrors) -> Result<HttpResponse> {
    if let Some(what) = errors.denial() {
        page.extensions_mut().insert(Tried(what.to_owned()));
    }
    Ok(page)
}

/// Writes a refused change down. Nobody waits for a log that cannot be written: the change is refused in any case.
pub(super) async fn note(response: &ServiceResponse) {
    let request = response.request();
    if request.method().is_safe() {
        return;
    }
    let Some(what) = what(response) else { return };
    let scope = request.extensions().get::<Scope>().cloned();
    let Some((app, scope)) = request.app_data::<Data<App>>().cloned().zip(scope) else { return };
    let pattern = request.match_pattern().unwrap_or_default();
    let route = pattern.strip_prefix("/o/{org_key}").unwrap_or(&pattern);
    if let Err(error) = refusals::note(&app, &scope, &what, route).await {
        tracing::error!(request_id = %scope.request_id, error = format!("{error:#}"), "refusal not written down");
    }
}

fn what(response: &ServiceResponse) -> Option<String> {
    match response.response().error().and_then(|error| error.as_error::<Error>()) {
        Some(Error::Forbidden(missing)) => Some(missing.label().to_owned()),
        Some(Error::Denied { what, .. }) => Some(what.clone()),
        _ => response.response().extensions().get::<Tried>().map(|tried| tried.0.clone()),
    }
}
