//! The organization beneath that an address names: `/o/{org_key}/organizations/{child_key}`.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{error::Error, types::OrgKey};

/// Its key. What is no key names nothing: the same answer as for one that does not exist (QUALITY 27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child(pub(crate) OrgKey);

impl FromRequest for Child {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.match_info().get("child_key").and_then(|raw| OrgKey::parse(raw).ok());
        ready(key.map(Self).ok_or_else(|| Error::NotFound.into()))
    }
}
