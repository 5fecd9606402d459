//! Turns the session and the address of a request into who is asking and where: the only place that does.

use std::{future::Ready, future::ready};

use actix_session::{Session, SessionExt};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use sqlx::PgConnection;
use time::OffsetDateTime;
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::{
    closed,
    route::{Access, Proof},
    see_other, session, step_up,
};
use crate::{
    app::App,
    error::{Error, Result},
    memberships::{self, Closed, Membership, Way},
    scope::{Actor, RowScope, Scope},
    sessions::own_path,
    support_visits::{self, Visit},
    types::OrgKey,
};

/// The name under which the session keeps the user id.
pub(crate) const SESSION_USER: &str = "user_id";
/// The name under which the session keeps that its person went on a support visit.
pub(super) const SESSION_VISIT: &str = "support_visit";

/// A signed-in person on a page that belongs to no organization.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
    pub(crate) memberships: Vec<Membership>,
}

/// Lets a request through to its handler, or answers with why not.
pub(super) async fn admit(
    access: Access,
    proof: Proof,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let held_up = match identify(access, &request).await {
        Ok(Entry::Open) => step_up::hold_up(proof, &mut request).await,
        Ok(Entry::FactorFirst) => set_up_factor(&request).map(Some),
        Ok(Entry::Closed(closed)) => closed_page(&request, *closed).await.map(Some),
        Err(error) => Err(error),
    };
    match held_up {
        Ok(None) => Ok(next.call(request).await?.map_into_boxed_body()),
        Ok(Some(answer)) => Ok(request.into_response(answer)),
        Err(error) => Ok(request.error_response(error)),
    }
}

/// What became of somebody who may come in.
enum Entry {
    Open,
    /// The organization wants a second factor of their role, and they have none.
    FactorFirst,
    /// Their organization is out of use (T-12).
    Closed(Box<Closed>),
}

async fn closed_page(request: &ServiceRequest, closed: Closed) -> Result<HttpResponse> {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let app = request.app_data::<Data<App>>().cloned();
    let (app, visitor) = app.zip(visitor).ok_or(Error::SignInRequired)?;
    closed::answer(&app, request.request(), &visitor, closed).await
}

/// To the page where a second factor is set up, and afterwards back; a form that was posted is not sent again.
fn set_up_factor(request: &ServiceRequest) -> Result<HttpResponse> {
    let home = || request.path().split('/').take(3).collect::<Vec<_>>().join("/");
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let next = if is_page { request.uri().to_string() } else { home() };
    let next = serde_urlencoded::to_string([("next", own_path(&next))]).unwrap_or_default();
    see_other(format!("/profile/second-factor?{next}"))
}

async fn identify(access: Access, request: &ServiceRequest) -> Result<Entry> {
    let nobody = || if access == Access::Public { Ok(Entry::Open) } else { Err(Error::SignInRequired) };
    let Some((app, user_id)) = session_user(request)? else { return nobody() };
    let now = app.clock.now();
    let Some(known) = known(&app, request, user_id, now).await? else {
        request.get_session().purge();
        return nobody();
    };
    let Known { mut actor, memberships, way_in, signature, visit } = known;
    if let Some(visit) = visit {
        request.extensions_mut().insert(visit);
    }
    request.extensions_mut().insert(Visitor { actor: actor.clone(), memberships });
    let Access::Organization(permission) = access else { return Ok(Entry::Open) };
    let way_in = match way_in.ok_or(Error::NotFound)? {
        Way::Open(way_in) => way_in,
        Way::Closed(closed) => return Ok(Entry::Closed(Box::new(closed))),
    };
    if way_in.lacks_factor {
        return Ok(Entry::FactorFirst);
    }
    // Everything done on a visit is done in the name of the visitor and the partner (N9).
    actor.display_name = signature.unwrap_or(actor.display_name);
    let scope = way_in.scope(actor, now, request_id(request));
    let allowed = scope.require(permission);
    request.extensions_mut().insert(scope);
    allowed.map(|()| Entry::Open)
}

/// What is known of the person of a session and of the organization in the address.
pub(super) struct Known {
    actor: Actor,
    memberships: Vec<Membership>,
    /// What opens the organization, or keeps it closed.
    way_in: Option<Way>,
    /// The name under which the person acts there, where a support visit opens it.
    signature: Option<String>,
    /// The support visit whose bar is shown.
    visit: Option<Visit>,
}

/// What was found with the session; a session that began within this request is looked up now.
async fn known(app: &App, request: &ServiceRequest, user_id: Uuid, now: OffsetDateTime) -> Result<Option<Known>> {
    let key = request.match_info().get("org_key").map(OrgKey::parse).and_then(Result::ok);
    if let Some(known) = session::found(user_id, key.as_ref()) {
        return Ok(known);
    }
    let visiting = request.get_session().contains_key(SESSION_VISIT);
    let rows = RowScope::System("resolve the session");
    app.read(rows, async |db| look(db, user_id, key.as_ref(), visiting, now).await).await
}

/// `None` when the account is gone or disabled. Needs a transaction of the system.
pub(super) async fn look(
    db: &mut PgConnection,
    user_id: Uuid,
    key: Option<&OrgKey>,
    visiting: bool,
    now: OffsetDateTime,
) -> Result<Option<Known>> {
    let found = match key {
        Some(key) => memberships::person_at(db, user_id, key).await?,
        None => memberships::person(db, user_id).await?.map(|(actor, memberships)| (actor, memberships, None)),
    };
    let Some((actor, memberships, way_in)) = found else { return Ok(None) };
    let mut known = Known { actor, memberships, way_in, signature: None, visit: None };
    if let Some(key) = key
        && !matches!(known.way_in, Some(Way::Open(_)))
        && let Some((way_in, visit)) = support_visits::access(db, user_id, key, now).await?
    {
        known.way_in = Some(Way::Open(way_in));
        known.signature = Some(visit.signature());
        known.visit = Some(visit);
    }
    if known.visit.is_none() && visiting {
        known.visit = support_visits::newest_open(db, user_id, now).await?;
    }
    Ok(Some(known))
}

/// From now on every page of the session asks whether a support visit is open, to show its bar.
pub(crate) fn note_visit(session: &Session) -> Result<()> {
    session.insert(SESSION_VISIT, true).map_err(|error| anyhow::anyhow!("session: {error}").into())
}

fn session_user(request: &ServiceRequest) -> Result<Option<(Data<App>, Uuid)>> {
    let app = request.app_data::<Data<App>>().cloned();
    let user = request.get_session().get::<Uuid>(SESSION_USER).unwrap_or_default();
    Ok(app.zip(user))
}

fn request_id(request: &ServiceRequest) -> Uuid {
    request.extensions().get::<RequestId>().map_or_else(Uuid::nil, |id| **id)
}

/// The request id of the log line, for error pages.
pub(crate) fn request_id_of(request: &HttpRequest) -> Uuid {
    request.extensions().get::<RequestId>().map_or_else(Uuid::nil, |id| **id)
}

impl FromRequest for Scope {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    /// Only routes declared with [`Access::Organization`] have a scope; anywhere else this is refused.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Error::SignInRequired))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Error::SignInRequired))
    }
}
