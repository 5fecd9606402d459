//! Which roles of an organization need a second factor.

use sqlx::PgConnection;

use super::store::rules as store;
use crate::{
    error::Result,
    events::{self, EventKind, NewEvent},
    roles::{Permission, Role},
    scope::Scope,
};

/// The sign-in rules of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whoever holds one of these here, or a custom role made from it, needs a second factor.
    pub factor_roles: Vec<Role>,
    /// Grows with each change.
    pub version: i32,
}

impl Rules {
    /// The roles by name, as they are stored.
    pub fn names(&self) -> Vec<String> {
        self.factor_roles.iter().map(|role| role.name().to_owned()).collect()
    }
}

/// The rules in force; none where nobody has said anything.
///
/// # Errors
/// [`crate::error::Error::Forbidden`], and the database's.
pub async fn rules(db: &mut PgConnection, scope: &Scope) -> Result<Rules> {
    scope.require(Permission::ManageRoles)?;
    store::find(db, scope.organization.id).await
}

/// Saves the roles; `false` when others were chosen since the page was shown, and nothing is saved (QUALITY 21).
///
/// # Errors
/// [`crate::error::Error::Forbidden`], and the database's.
pub async fn save_rules(db: &mut PgConnection, scope: &Scope, new: &Rules) -> Result<bool> {
    let before = rules(db, scope).await?;
    // Whoever chose what is in force already overwrites nobody.
    if before.names() == new.names() {
        return Ok(true);
    }
    if !store::save(db, scope.organization.id, new).await? {
        return Ok(false);
    }
    let event = NewEvent {
        before: Some(serde_json::json!({ "second_factor_for": before.names() })),
        after: Some(serde_json::json!({ "second_factor_for": new.names() })),
        ..NewEvent::new(scope.organization.id, EventKind::SignInRulesEdited)
    };
    events::record(db, scope, event).await?;
    Ok(true)
}
