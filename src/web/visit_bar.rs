//! The bar on every page of somebody who is on a support visit (N9).

use crate::{scope::Actor, support_visits::Visit};

/// What the bar says: who is where, until when and why, and where the visit is ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameVisit {
    pub(crate) visitor: String,
    pub(crate) organization: String,
    pub(crate) key: String,
    pub(crate) reason: String,
    pub(crate) until: String,
    pub(crate) end: String,
}

impl FrameVisit {
    pub(super) fn new(actor: &Actor, visit: &Visit) -> Self {
        let key = visit.organization_key.to_string();
        Self {
            visitor: visit.visitor_name.clone(),
            organization: visit.organization_name.clone(),
            reason: visit.reason.clone(),
            until: actor.zone().format(visit.ends_at),
            end: format!("/o/{key}/support-access/{}/end", visit.id),
            key,
        }
    }
}
