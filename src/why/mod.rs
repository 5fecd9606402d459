//! "Why?" (N4): for an organization and a person, which membership, role, group or edge of the tree lets them in or keeps
//! them out, what they may do here, and who can change it.

mod model;
pub(crate) mod pages;
mod store;
mod words;

use uuid::Uuid;

pub use self::model::{Explanation, Right, Way};
use crate::{
    app::App,
    error::{Error, Result},
    memberships,
    roles::{Permission, Reach},
    scope::{Actor, Grant, RowScope, Scope},
};

/// Explains a person's part in the scope's organization; nobody named means the reader. Memberships stand above the
/// organization, so they are read with every row in sight; of another person only what lies within the reader's own reach
/// is told.
///
/// # Errors
/// Without [`Permission::ViewUsers`] for another person; [`Error::NotFound`] for one of whom the reader may know nothing
/// here: the same whether they exist or not (QUALITY 27).
pub async fn explain(app: &App, scope: &Scope, person: Option<Uuid>) -> Result<Explanation> {
    let user_id = person.unwrap_or(scope.actor.user_id);
    let own = user_id == scope.actor.user_id;
    if !own {
        scope.require(Permission::ViewUsers)?;
    }
    let path = &scope.organization.path;
    let found = app
        .read(RowScope::System("explain who sees an organization"), async |db| {
            let Some((actor, _)) = memberships::person(db, user_id).await? else { return Ok(None) };
            Ok(Some((actor, store::ways(db, user_id, path).await?)))
        })
        .await?;
    let (actor, mut ways) = found.ok_or(Error::NotFound)?;
    if !own {
        ways.retain(|way| may_know(scope, way.through));
    }
    if ways.is_empty() {
        return Err(Error::NotFound);
    }
    let names_groups = own || scope.grants.iter().any(|grant| grant.permissions.has(Permission::ViewGroups));
    let rights = rights(scope, actor.clone(), &ways);
    let ways = ways.into_iter().map(|way| words::way(&scope.organization, way, own, names_groups)).collect();
    let ask = memberships::whom_to_ask(app, scope).await?;
    Ok(Explanation { name: actor.display_name, own, ways, rights, ask })
}

/// Whether one of the reader's roles shows them the people of an organization at or above the present one.
fn may_know(scope: &Scope, organization: Uuid) -> bool {
    let place = |id: Uuid| scope.organization.path.iter().position(|other| *other == id);
    let here = scope.organization.id;
    scope.grants.iter().filter(|grant| grant.permissions.has(Permission::ViewUsers)).any(|grant| match grant.reach {
        Reach::Subtree => place(grant.through) <= place(organization),
        Reach::Groups => organization == here && grant.through != here,
        Reach::Organization => organization == grant.through,
    })
}

/// What the person may do here, one line a permission, with the role it comes from.
fn rights(scope: &Scope, actor: Actor, ways: &[store::Found]) -> Vec<Right> {
    let grants: Vec<Grant> = ways
        .iter()
        .filter(|way| !way.suspended && !way.closed)
        .map(store::Found::grant)
        .filter(|grant| grant.reaches(&scope.organization))
        .collect();
    let theirs = Scope { actor, grants, ..scope.clone() };
    let offered = crate::roles::PERMISSIONS.iter().filter(|row| theirs.organization_has(row.permission));
    offered
        .map(|row| {
            let from = theirs.may(row.permission).then(|| theirs.source_of(row.permission)).flatten();
            Right { permission: row.permission, from: from.map(|grant| grant.label.clone()) }
        })
        .collect()
}
