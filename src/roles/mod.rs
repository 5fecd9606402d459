//! Roles and permissions: one table, read by the code, shown on a page, tested cell by cell (SPEC section 3).

mod permission;
mod table;

pub use self::{
    permission::{PERMISSIONS, Permission, PermissionRow, Permissions},
    table::{ROLES, RoleRow},
};
use crate::types::AccountKind;

/// What a membership makes of a person in an organization. The line of [`ROLES`] says what each may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // the table has a sentence on each
pub enum Role {
    ResellerAdmin,
    SupportAdmin,
    BillingAdmin,
    Auditor,
    KeyAccountManager,
    KeyAccountViewer,
    SalesAgent,
    SupportAgent,
    OrgAdmin,
    BillingContact,
    Approver,
    Member,
}

/// How far down the management tree a role holds; the further, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The organization itself and nothing else.
    Organization,
    /// The organization, and of those directly beneath it the ones in the person's own groups (S262).
    Groups,
    /// The organization and everything beneath it.
    Subtree,
}

impl Role {
    /// The role's line of the table.
    pub fn row(self) -> &'static RoleRow {
        &ROLES[self as usize]
    }

    /// The role stored under this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROLES.iter().find(|row| row.name == name).map(|row| row.role)
    }

    /// Whether a built-in role is called so, in whatever case.
    pub fn is_label(label: &str) -> bool {
        ROLES.iter().any(|row| row.label.to_lowercase() == label.to_lowercase())
    }

    /// The roles a person can have in an organization of this kind, in the order of the table.
    pub fn in_kind(kind: AccountKind) -> impl Iterator<Item = Self> {
        ROLES.iter().filter(move |row| kind == AccountKind::Partner || !row.partner_only).map(|row| row.role)
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

    /// What the role includes.
    pub fn permissions(self) -> Permissions {
        self.row().permissions
    }
}
