//! What a person may do: one line a permission, and sets of them.

/// One thing a person may do. Every route declares the one it needs, every domain function checks it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Permission {
    /// Come in: the organization's own page and its place in the switcher.
    Enter,
    /// See the organization's facts: contact, subscriptions, recent activity.
    ViewOrganization,
    /// See the organizations beneath this one.
    ListOrganizations,
    /// Create organizations beneath this one (S101).
    CreateOrganizations,
    /// Put tags on the organizations beneath, and take them off.
    TagOrganizations,
    /// Change the organization's details (S139).
    EditOrganization,
    /// See who is billed, and the prices.
    ViewBilling,
    /// Change who is billed and where.
    ManageBilling,
    /// Change the prices a partner asks.
    ManagePrices,
    /// Change the support contact and other settings of a partner.
    ManageSettings,
    /// See the people of the organization.
    ViewUsers,
    /// Invite people, change their role, suspend and remove them.
    ManageUsers,
    /// Make custom roles, and say which roles need a second factor.
    ManageRoles,
    /// See every group of the partner.
    ViewGroups,
    /// Create, change and archive groups, say what and who is in them, answer requests for more (S254-S266).
    ManageGroups,
    /// Ask for more groups and see what became of it (S265).
    AskForGroups,
    /// Read the audit log and take it away as CSV.
    ViewAuditLog,
    /// Enter organizations beneath for support, with a reason and for a limited time (N9).
    EnterForSupport,
    /// Suspend, archive and restore the organizations beneath this one; never this one itself.
    ManageLifecycle,
    /// Operator only: see and retry background work, see the state of the installation.
    OperateInstallation,
}

/// One line of the table of permissions.
#[derive(Debug)]
pub struct PermissionRow {
    /// The permission.
    pub permission: Permission,
    /// The name in the database.
    pub name: &'static str,
    /// How it is called in sentences such as "Missing: ...".
    pub label: &'static str,
}

/// The table, in the order of the pages. A permission's number is its place here.
pub const PERMISSIONS: &[PermissionRow] = &[
    row(Permission::Enter, "enter", "come in"),
    row(Permission::ViewOrganization, "view_organization", "view the organization"),
    row(Permission::ListOrganizations, "list_organizations", "see the organizations beneath"),
    row(Permission::CreateOrganizations, "create_organizations", "create organizations"),
    row(Permission::TagOrganizations, "tag_organizations", "tag organizations"),
    row(Permission::EditOrganization, "edit_organization", "edit the organization"),
    row(Permission::ViewBilling, "view_billing", "view billing"),
    row(Permission::ManageBilling, "manage_billing", "change billing"),
    row(Permission::ManagePrices, "manage_prices", "change prices"),
    row(Permission::ManageSettings, "manage_settings", "change settings"),
    row(Permission::ViewUsers, "view_users", "see users"),
    row(Permission::ManageUsers, "manage_users", "manage users"),
    row(Permission::ManageRoles, "manage_roles", "manage roles and sign-in rules"),
    row(Permission::ViewGroups, "view_groups", "see all groups"),
    row(Permission::ManageGroups, "manage_groups", "manage groups"),
    row(Permission::AskForGroups, "ask_for_groups", "ask for groups"),
    row(Permission::ViewAuditLog, "view_audit_log", "read the audit log"),
    row(Permission::EnterForSupport, "enter_for_support", "enter organizations for support"),
    row(Permission::ManageLifecycle, "manage_lifecycle", "suspend, archive and restore organizations"),
    row(Permission::OperateInstallation, "operate_installation", "operate the installation"),
];

const fn row(permission: Permission, name: &'static str, label: &'static str) -> PermissionRow {
    PermissionRow { permission, name, label }
}

impl Permission {
    /// The permission's line of the table.
    pub fn row(self) -> &'static PermissionRow {
        &PERMISSIONS[self as usize]
    }

    /// How the permission is called in sentences such as "Missing: ...".
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// The name in the database.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The permission stored under this name.
    pub fn from_name(name: &str) -> Option<Self> {
        PERMISSIONS.iter().find(|row| row.name == name).map(|row| row.permission)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);
    /// Every permission there is.
    pub const ALL: Self = Self((1 << PERMISSIONS.len()) - 1);

    /// These.
    pub const fn of(list: &[Permission]) -> Self {
        let mut bits = 0;
        let mut next = 0;
        while next < list.len() {
            bits |= 1 << list[next] as u8;
            next += 1;
        }
        Self(bits)
    }

    /// Those stored under these names. A name that is no longer known grants nothing.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().filter_map(Permission::from_name).fold(Self::NONE, Self::with)
    }

    /// These and one more.
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u8)
    }

    /// All of these but one.
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !(1 << permission as u8))
    }

    /// Whether the set has it.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & 1 << permission as u8 != 0
    }

    /// What both have.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either has.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether everything here is in the other, too.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// One by one, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        PERMISSIONS.iter().map(|row| row.permission).filter(move |permission| self.has(*permission))
    }
}

#[cfg(test)]
mod tests {
    use super::{PERMISSIONS, Permission, Permissions};

    #[test]
    fn every_permission_stands_at_its_own_place_and_is_found_by_its_name() {
        for (place, row) in PERMISSIONS.iter().enumerate() {
            assert_eq!(row.permission as usize, place);
            assert_eq!(Permission::from_name(row.name), Some(row.permission));
        }
        assert_eq!(Permissions::ALL.iter().count(), PERMISSIONS.len());
    }

    #[test]
    fn sets_know_what_is_in_them() {
        let set = Permissions::of(&[Permission::ViewUsers, Permission::ManageUsers]);
        assert!(set.has(Permission::ViewUsers) && !set.has(Permission::ViewGroups));
        assert!(set.is_within(Permissions::ALL) && !Permissions::ALL.is_within(set));
        assert_eq!(set.without(Permission::ManageUsers), Permissions::of(&[Permission::ViewUsers]));
        assert_eq!(Permissions::from_names(["view_users", "fly"]), Permissions::of(&[Permission::ViewUsers]));
    }
}
