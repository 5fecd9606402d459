//! Who may do what where, written down a second time (SPEC section 3): the product's own table is what is tested.

use tenantry::roles::Permission;

use super::world::Place;

/// What somebody's standing is worth in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The organization does not exist for them.
    Hidden,
    /// It does, but this is not theirs to do.
    Forbidden,
    Allowed,
}

/// Reseller Admins stand in the operator and in partners, Org Admins in everything else.
pub(super) fn verdict(stands_in: Place, target: Place, permission: Permission) -> Verdict {
    let is_reseller_admin = stands_in.kind() == "partner";
    let reaches = match stands_in.kind() {
        "customer" => target == stands_in,
        _ => target.is_within(stands_in),
    };
    let may = match permission {
        Permission::Enter
        | Permission::ViewOrganization
        | Permission::EditOrganization
        | Permission::ViewBilling
        | Permission::ManageBilling
        | Permission::ViewUsers
        | Permission::ManageUsers
        | Permission::ManageRoles
        | Permission::ViewAuditLog => true,
        Permission::CreateOrganizations | Permission::ListOrganizations => target.kind() != "customer",
        Permission::ManageSettings
        | Permission::ManagePrices
        | Permission::ViewGroups
        | Permission::ManageGroups
        | Permission::EnterForSupport => is_reseller_admin && target.kind() == "partner",
        Permission::OperateInstallation => is_reseller_admin && target == Place::Operator,
    };
    match (reaches, may) {
        (false, _) => Verdict::Hidden,
        (true, false) => Verdict::Forbidden,
        (true, true) => Verdict::Allowed,
    }
}
