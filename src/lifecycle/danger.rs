//! The danger zone on the page of an organization: what ends its use, one line each, for whoever may.

use super::{KEPT_FOR, may};
use crate::{roles::Permission, scope::Scope, types::date_in_words};

/// Which lines there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// `/o/{org_key}`.
    pub base: String,
    /// Whether it is suspended now.
    pub suspended: bool,
    /// Whether it is archived now.
    pub archived: bool,
    /// Until when it could be restored, were it archived now: "19 Feb 2027".
    pub until: String,
    /// Where the operator purges it; none for anybody else and while it is not archived.
    pub purge: Option<String>,
}

impl Danger {
    /// None for whoever may do nothing of it, such as its own people.
    pub fn of(scope: &Scope) -> Option<Self> {
        if !may(scope) {
            return None;
        }
        let here = &scope.organization;
        let archived = here.is_archived();
        let root = here.path.first().copied();
        let operates = |grant: &crate::scope::Grant| {
            Some(grant.through) == root && grant.permissions.has(Permission::OperateInstallation)
        };
        let operator = here.above.first().filter(|_| archived && scope.grants.iter().any(operates));
        Some(Self {
            base: format!("/o/{}", here.key),
            suspended: here.halt.is_some() && !archived,
            archived,
            until: date_in_words((scope.now + KEPT_FOR).date()),
            purge: operator.map(|(key, _)| format!("/o/{key}/organizations/{}/purge", here.key)),
        })
    }
}
