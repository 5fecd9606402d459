//! Who may do what where, written down a second time (SPEC section 3): the product's own table is what is tested.

use tenantry::roles::Permission;

use super::world::{Place, Standing};

/// What somebody's standing is worth in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The organization does not exist for them.
    Hidden,
    /// It does, but this is not theirs to do.
    Forbidden,
    Allowed,
}

pub(super) fn verdict(place: Place, standing: Standing, target: Place, permission: Permission) -> Verdict {
    match standing {
        Standing::Administrator => of_administrator(place, target, permission),
        kept => of_kept(kept, target, permission),
    }
}

/// Whoever is kept to groups stands in the partner, whose one group holds its customer and nothing else (S262). What they
/// may do is written down here a second time.
fn of_kept(standing: Standing, target: Place, permission: Permission) -> Verdict {
    use Permission as P;
    let in_group = standing != Standing::WithoutGroup;
    match target {
        Place::Partner => {}
        Place::Customer if in_group => {}
        _ => return Verdict::Hidden,
    }
    let at_partner = target == Place::Partner;
    let may = match permission {
        P::Enter | P::ViewOrganization => true,
        P::ListOrganizations | P::AskForGroups => at_partner,
        // The partner's own people, bills and details are none of theirs.
        P::ViewUsers => !at_partner,
        P::ViewBilling => !at_partner && standing != Standing::SalesAgent,
        P::EditOrganization | P::ManageUsers => !at_partner && standing != Standing::Viewer,
        P::CreateOrganizations => at_partner && in_group && standing != Standing::Viewer,
        _ => false,
    };
    if may { Verdict::Allowed } else { Verdict::Forbidden }
}

/// Reseller Admins stand in the operator and in partners, Org Admins in everything else.
fn of_administrator(stands_in: Place, target: Place, permission: Permission) -> Verdict {
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
        | Permission::AskForGroups
        | Permission::EnterForSupport => is_reseller_admin && target.kind() == "partner",
        Permission::OperateInstallation => is_reseller_admin && target == Place::Operator,
    };
    match (reaches, may) {
        (false, _) => Verdict::Hidden,
        (true, false) => Verdict::Forbidden,
        (true, true) => Verdict::Allowed,
    }
}
