//! Turns the session and the address of a request into who is asking and where: the only place that does.

use std::{future::Ready, future::ready};

use actix_session::SessionExt;
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::{route::Access, see_other, step_up};
use crate::{
    app::App,
    error::{Error, Result},
    memberships::{self, Membership},
    scope::{Actor, RowScope, Scope},
    sessions::own_path,
    types::OrgKey,
};

/// The name under which the session keeps the user id.
pub(crate) const SESSION_USER: &str = "user_id";

/// A signed-in person on a page that belongs to no organization.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
    pub(crate) memberships: Vec<Membership>,
}

/// Lets a request through to its handler, or answers with why not.
pub(super) async fn admit(
    access: Access,
    fresh: bool,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let held_up = match identify(access, &request).await {
        Ok(Entry::Open) if fresh => step_up::hold_up(&mut request).await,
        Ok(Entry::Open) => Ok(None),
        Ok(Entry::FactorFirst) => set_up_factor(&request).map(Some),
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
    let Some((app, user_id)) = session_user(request)? else {
        return if access == Access::Public { Ok(Entry::Open) } else { Err(Error::SignInRequired) };
    };
    let key = request.match_info().get("org_key").map(OrgKey::parse);
    let found = app
        .read(RowScope::System("resolve the session"), async |db| {
            let Some((actor, memberships)) = memberships::person(db, user_id).await? else { return Ok(None) };
            let way_in = match &key {
                Some(Ok(key)) => memberships::access(db, user_id, key).await?,
                _ => None,
            };
            Ok(Some((actor, memberships, way_in)))
        })
        .await?;
    let Some((actor, memberships, way_in)) = found else {
        request.get_session().purge();
        return if access == Access::Public { Ok(Entry::Open) } else { Err(Error::SignInRequired) };
    };
    if let Access::Organization(permission) = access {
        let way_in = way_in.ok_or(Error::NotFound);
        request.extensions_mut().insert(Visitor { actor: actor.clone(), memberships });
        let way_in = way_in?;
        if way_in.lacks_factor {
            return Ok(Entry::FactorFirst);
        }
        let scope = way_in.scope(actor, app.clock.now(), request_id(request));
        let allowed = scope.require(permission);
        request.extensions_mut().insert(scope);
        return allowed.map(|()| Entry::Open);
    }
    request.extensions_mut().insert(Visitor { actor, memberships });
    Ok(Entry::Open)
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
