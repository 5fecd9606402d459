//! Who may do what where, written down a second time (SPEC section 3): the product's own table is what is tested.

use tenantry::roles::Permission;

use super::world::{Person, Place};
use crate::roles;

/// What somebody's standing is worth in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The organization does not exist for them.
    Hidden,
    /// It does, but this is not theirs to do.
    Forbidden,
    Allowed,
}

/// The roles of a partner that are here reach all the way down, and so does an Org Admin of an enterprise. Whoever is kept
/// to groups reaches the one customer in the partner's group, and in the partner itself no more than the way to it (S262).
pub(super) fn verdict(person: &Person, target: Place, permission: Permission) -> Verdict {
    use Permission as P;
    let reaches_down = match person.role {
        "reseller_admin" | "support_admin" | "billing_admin" | "auditor" => true,
        "org_admin" => person.place.kind() == "enterprise",
        _ => false,
    };
    let in_group = person.in_group == Some(true) && target == Place::Customer;
    let reaches = target == person.place || in_group || (reaches_down && target.is_within(person.place));
    let at_home = match (person.in_group.filter(|_| target == person.place), permission) {
        (None, _) => true,
        (Some(_), P::Enter | P::ViewOrganization | P::ListOrganizations | P::TagOrganizations | P::AskForGroups) => {
            true
        }
        (Some(in_group), P::CreateOrganizations) => in_group,
        (Some(_), _) => false,
    };
    let has = match permission {
        Permission::CreateOrganizations | Permission::ListOrganizations => target.kind() != "customer",
        Permission::TagOrganizations
        | Permission::ManageSettings
        | Permission::ManagePrices
        | Permission::ViewGroups
        | Permission::ManageGroups
        | Permission::AskForGroups
        | Permission::EnterForSupport => target.kind() == "partner",
        Permission::OperateInstallation => target == Place::Operator,
        Permission::Enter
        | Permission::ViewOrganization
        | Permission::EditOrganization
        | Permission::ViewBilling
        | Permission::ManageBilling
        | Permission::ViewUsers
        | Permission::ManageUsers
        | Permission::ManageRoles
        | Permission::ViewAuditLog => true,
        // An Org Admin of a customer has nothing beneath.
        Permission::ManageLifecycle => reaches_down,
    };
    match (reaches && !person.suspended, has && at_home && roles::includes(person.role, permission.name())) {
        (false, _) => Verdict::Hidden,
        (true, false) => Verdict::Forbidden,
        (true, true) => Verdict::Allowed,
    }
}
