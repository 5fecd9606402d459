//! Values of many organizations at once.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{model::Values, of_many, store};
use crate::{
    error::{Error, Result},
    events::{self, EventKind},
    roles::Permission,
    scope::Scope,
};

/// Sets the values of organizations directly beneath; those of archived fields stay. Returns what they were before.
///
/// # Errors
/// Where the person may not edit what is beneath.
pub async fn set_many(
    db: &mut PgConnection,
    scope: &Scope,
    changes: &[(Uuid, Values)],
) -> Result<HashMap<Uuid, Values>> {
    if changes.is_empty() {
        return Ok(HashMap::new());
    }
    if !scope.holds_beneath(Permission::EditOrganization) {
        return Err(Error::Forbidden(Permission::EditOrganization));
    }
    let ids: Vec<Uuid> = changes.iter().map(|(id, _)| *id).collect();
    let before = of_many(db, scope, &ids).await?;
    let fields = store::list(db, scope.organization.id, false).await?;
    let none = Values::default();
    let mut events = Vec::with_capacity(changes.len());
    let mut after = Vec::with_capacity(changes.len());
    for (id, new) in changes {
        let was = before.get(id).unwrap_or(&none);
        let mut values = was.clone();
        values.0.retain(|id, _| !fields.iter().any(|field| field.id == *id));
        values.0.extend(new.0.clone());
        events.push((*id, Value::Object(was.told(&fields)), Value::Object(values.told(&fields))));
        after.push(values.as_json());
    }
    store::set_many(db, scope, &ids, &after).await?;
    events::record_many(db, scope, EventKind::OrganizationEdited, &events).await?;
    Ok(changes.iter().map(|(id, _)| (*id, before.get(id).cloned().unwrap_or_default())).collect())
}
