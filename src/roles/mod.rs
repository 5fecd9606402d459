//! Roles and permissions: one table, read by the code, shown on a page, tested cell by cell (SPEC section 3).

use serde::{Deserialize, Serialize};

use crate::types::AccountKind;

/// One thing a person may do. Every route declares the one it needs, every domain function checks it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See the organization's dashboard and its facts.
    ViewOrganization,
    /// Create organizations beneath this one (S101).
    CreateOrganizations,
    /// See the organizations beneath this one.
    ListOrganizations,
    /// Change the organization's details and billing address (S139).
    EditOrganization,
    /// Change prices and the support contact of a partner.
    ManageSettings,
    /// Operator only: see and retry background work, see the state of the installation.
    OperateInstallation,
}

impl Permission {
    /// How the permission is called in sentences such as "Missing: ...".
    pub fn label(self) -> &'static str {
        match self {
            Self::ViewOrganization => "view the organization",
            Self::CreateOrganizations => "create organizations",
            Self::ListOrganizations => "see the organizations beneath",
            Self::EditOrganization => "edit the organization",
            Self::ManageSettings => "change settings",
            Self::OperateInstallation => "operate the installation",
        }
    }
}

/// What a membership makes of a person in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything in a partner and everything beneath it.
    ResellerAdmin,
    /// Everything in the one organization (an enterprise: and beneath).
    OrgAdmin,
}

/// How far down the management tree a role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The organization itself and nothing else.
    Organization,
    /// The organization and everything beneath it.
    Subtree,
}

/// One line of the role table.
#[derive(Debug)]
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// The name in the database and in addresses.
    pub name: &'static str,
    /// The name on pages.
    pub label: &'static str,
    /// How far down the role holds.
    pub reach: Reach,
    /// What it includes.
    pub permissions: &'static [Permission],
}

/// The table. A right not listed here does not exist.
pub const ROLES: &[RoleRow] = &[
    RoleRow {
        role: Role::ResellerAdmin,
        name: "reseller_admin",
        label: "Reseller Admin",
        reach: Reach::Subtree,
        permissions: &[
            Permission::ViewOrganization,
            Permission::CreateOrganizations,
            Permission::ListOrganizations,
            Permission::EditOrganization,
            Permission::ManageSettings,
            Permission::OperateInstallation,
        ],
    },
    RoleRow {
        role: Role::OrgAdmin,
        name: "org_admin",
        label: "Org Admin",
        reach: Reach::Organization,
        permissions: &[
            Permission::ViewOrganization,
            Permission::CreateOrganizations,
            Permission::ListOrganizations,
            Permission::EditOrganization,
        ],
    },
];

impl Role {
    /// The role's line of the table.
    pub fn row(self) -> &'static RoleRow {
        match self {
            Self::ResellerAdmin => &ROLES[0],
            Self::OrgAdmin => &ROLES[1],
        }
    }

    /// The role stored under this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROLES.iter().find(|row| row.name == name).map(|row| row.role)
    }

    /// How far down the role holds when the membership is in an organization of this kind: an Org Admin of an enterprise
    /// also administers the organizations beneath it (SPEC section 3).
    pub fn reach_in(self, kind: AccountKind) -> Reach {
        match (self, kind) {
            (Self::OrgAdmin, AccountKind::Enterprise) => Reach::Subtree,
            _ => self.row().reach,
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// The name in the database.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether the role includes the permission.
    pub fn may(self, permission: Permission) -> bool {
        self.row().permissions.contains(&permission)
    }
}

#[cfg(test)]
mod tests {
    use super::{ROLES, Role};

    #[test]
    fn every_row_is_found_by_its_role_and_by_its_name() {
        for row in ROLES {
            assert_eq!(row.role.row().name, row.name);
            assert_eq!(Role::from_name(row.name), Some(row.role));
        }
    }
}
