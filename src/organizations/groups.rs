//! The groups a new organization is put into (S254, S263-S264).

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{model::Created, store::groups as store};
use crate::{
    error::{FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::Scope,
};

/// Whoever is kept to their own groups chooses exactly one of them; anybody else any number of the partner's, or none. The
/// groups stay locked until the transaction ends, so that none is archived meanwhile.
pub(super) async fn check(db: &mut PgConnection, scope: &Scope, groups: &[Uuid]) -> Result<()> {
    let refused = |message: &'static str| Err(FieldErrors::on("groups", message).into());
    match (scope.creates_only_in(), groups) {
        (Some(_), []) => return refused("Choose an organization group"),
        (Some(own), [one]) if own.contains(one) => {}
        (Some(_), [_]) => return refused("Choose one of your own groups"),
        (Some(_), _) => return refused("Choose one group. A Reseller Admin can add the organization to more"),
        (None, []) => return Ok(()),
        (None, _) if !scope.may(Permission::ViewGroups) => return refused("Groups cannot be chosen here"),
        (None, _) => {}
    }
    let open = store::lock_open_groups(db, scope.organization.id, groups).await?;
    if groups.iter().all(|group| open.contains(group)) {
        return Ok(());
    }
    refused("One of the groups does not exist any more. Choose again")
}

/// Names of organizations an event of a group lists.
const NAMED: usize = 20;

/// Puts the organizations into the groups and writes it down for those who see them.
pub(super) async fn join(db: &mut PgConnection, scope: &Scope, created: &[Created], groups: &[Uuid]) -> Result<()> {
    if groups.is_empty() || created.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = created.iter().map(|one| one.id).collect();
    let names: Vec<&str> = created.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    for (id, name) in store::insert_into_groups(db, scope, &ids, groups).await? {
        let event = NewEvent {
            subject_id: Some(id),
            subject_name: Some(&name),
            after: Some(json!({ "organizations": ids.len(), "names": names })),
            ..NewEvent::new(scope.organization.id, EventKind::GroupOrganizationsAdded)
        };
        events::record(db, scope, event).await?;
    }
    Ok(())
}
