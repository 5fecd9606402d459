//! The role table of SPEC section 3: read by the code, shown on a page, tested cell by cell.

use super::{
    Reach, Role,
    permission::{
        Permission::{self, *},
        Permissions,
    },
};

/// One line of the role table.
#[derive(Debug)]
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// The name in the database and in addresses.
    pub name: &'static str,
    /// The name on pages.
    pub label: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// Whether only a partner has it.
    pub partner_only: bool,
    /// How far down the role holds.
    pub reach: Reach,
    /// What it includes.
    pub permissions: Permissions,
}

const READ: &[Permission] =
    &[Enter, ViewOrganization, ListOrganizations, ViewBilling, ViewUsers, ViewGroups, ViewAuditLog];
const SUPPORT_ADMIN: &[Permission] = &[
    Enter,
    ViewOrganization,
    ListOrganizations,
    CreateOrganizations,
    TagOrganizations,
    EditOrganization,
    ViewUsers,
    ManageUsers,
    ViewGroups,
    ManageGroups,
    AskForGroups,
    ViewAuditLog,
    EnterForSupport,
    ManageLifecycle,
];
const ACCOUNT_MANAGER: &[Permission] = &[
    Enter,
    ViewOrganization,
    ListOrganizations,
    CreateOrganizations,
    TagOrganizations,
    EditOrganization,
    ViewBilling,
    ViewUsers,
    ManageUsers,
    AskForGroups,
];
const ORG_ADMIN: &[Permission] = &[
    Enter,
    ViewOrganization,
    ListOrganizations,
    CreateOrganizations,
    EditOrganization,
    ViewBilling,
    ManageBilling,
    ViewUsers,
    ManageUsers,
    ManageRoles,
    ViewAuditLog,
    ManageLifecycle,
];

/// The table. A right not listed here does not exist. A role's number is its place here.
pub const ROLES: &[RoleRow] = &[
    partner(
        Role::ResellerAdmin,
        "reseller_admin",
        "Reseller Admin",
        Reach::Subtree,
        Permissions::ALL,
        "Everything in the partner and in every organization beneath it.",
    ),
    partner(
        Role::SupportAdmin,
        "support_admin",
        "Support Admin",
        Reach::Subtree,
        Permissions::of(SUPPORT_ADMIN),
        "Organizations, users and groups of the partner and everything beneath it; no prices, no billing.",
    ),
    partner(
        Role::BillingAdmin,
        "billing_admin",
        "Billing Admin",
        Reach::Subtree,
        Permissions::of(READ).with(ManageBilling).with(ManagePrices),
        "Billing and prices of the partner and everything beneath it; reads the rest.",
    ),
    partner(
        Role::Auditor,
        "auditor",
        "Auditor",
        Reach::Subtree,
        Permissions::of(READ),
        "Reads everything in the partner and beneath it, changes nothing.",
    ),
    partner(
        Role::KeyAccountManager,
        "key_account_manager",
        "Key Account Manager",
        Reach::Groups,
        Permissions::of(ACCOUNT_MANAGER),
        "Creates and looks after the organizations of their own groups, and sees no others.",
    ),
    partner(
        Role::KeyAccountViewer,
        "key_account_viewer",
        "Key Account Viewer",
        Reach::Groups,
        Permissions::of(&[Enter, ViewOrganization, ListOrganizations, ViewBilling, ViewUsers, AskForGroups]),
        "Reads the organizations of their own groups, and sees no others.",
    ),
    partner(
        Role::SalesAgent,
        "sales_agent",
        "Sales Agent",
        Reach::Groups,
        Permissions::of(ACCOUNT_MANAGER).without(ViewBilling),
        "As a Key Account Manager, but without cost, margin and approval settings.",
    ),
    partner(
        Role::SupportAgent,
        "support_agent",
        "Support Agent",
        Reach::Organization,
        Permissions::of(&[Enter, EnterForSupport]),
        "Sees no organization beneath the partner, but may enter one for support: with a reason and for a limited time.",
    ),
    anywhere(
        Role::OrgAdmin,
        "org_admin",
        "Org Admin",
        Permissions::of(ORG_ADMIN),
        "Everything in the organization; in an enterprise also beneath it.",
    ),
    anywhere(
        Role::BillingContact,
        "billing_contact",
        "Billing Contact",
        Permissions::of(&[Enter, ViewOrganization, ViewBilling, ManageBilling]),
        "Subscriptions and billing of the organization.",
    ),
    anywhere(
        Role::Approver,
        "approver",
        "Approver",
        Permissions::of(&[Enter, ViewOrganization]),
        "Sees and decides the approval requests of the organization.",
    ),
    anywhere(Role::Member, "member", "Member", Permissions::of(&[Enter]), "Own profile, and what is assigned to them."),
];

const fn partner(
    role: Role,
    name: &'static str,
    label: &'static str,
    reach: Reach,
    permissions: Permissions,
    purpose: &'static str,
) -> RoleRow {
    RoleRow { role, name, label, purpose, partner_only: true, reach, permissions }
}

const fn anywhere(
    role: Role,
    name: &'static str,
    label: &'static str,
    permissions: Permissions,
    purpose: &'static str,
) -> RoleRow {
    RoleRow { role, name, label, purpose, partner_only: false, reach: Reach::Organization, permissions }
}

#[cfg(test)]
mod tests {
    use super::{ROLES, Role};

    #[test]
    fn every_row_is_found_by_its_role_and_by_its_name() {
        for (place, row) in ROLES.iter().enumerate() {
            assert_eq!(row.role as usize, place);
            assert_eq!(row.role.row().name, row.name);
            assert_eq!(Role::from_name(row.name), Some(row.role));
        }
    }
}
