//! Types of the roles people can be given in an organization.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    roles::{Permission, Permissions, Role},
    scope::Scope,
};

/// A role as somebody has it or can be given it in one organization: a built-in one, or one made from it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// The built-in role, or the one the custom role is made from.
    pub role: Role,
    /// The custom role, where it is one.
    pub custom_role_id: Option<Uuid>,
    /// The name on pages.
    pub label: String,
    /// What it includes.
    pub permissions: Permissions,
}

impl HeldRole {
    /// A role of the table.
    pub fn built_in(role: Role) -> Self {
        Self { role, custom_role_id: None, label: role.label().to_owned(), permissions: role.permissions() }
    }

    /// As the database has it: the name of the built-in role and, where it is a custom one, its id, name and permissions.
    /// A custom role never includes more than the one it is made from, whatever is stored.
    pub fn stored(role: Role, custom: Option<(Uuid, String, &[String])>) -> Self {
        match custom {
            None => Self::built_in(role),
            Some((id, label, names)) => Self {
                permissions: Permissions::from_names(names.iter().map(String::as_str)).and(role.permissions()),
                custom_role_id: Some(id),
                role,
                label,
            },
        }
    }

    /// What stands for the role in forms and addresses: the name of a built-in one, the id of a custom one.
    pub fn value(&self) -> String {
        self.custom_role_id.map_or_else(|| self.role.name().to_owned(), |id| id.to_string())
    }

    /// What of it the person of the scope does not hold here; `None` when they may give, change and take it away.
    pub fn lacking(&self, scope: &Scope) -> Option<Permission> {
        scope.lacks(self.permissions, self.role.reach_in(scope.organization.kind))
    }

    /// Whether somebody with the role administers the organization: one such person there must always be. A custom role
    /// may lack what is needed for it.
    pub fn administers(&self) -> bool {
        self.custom_role_id.is_none() && matches!(self.role, Role::ResellerAdmin | Role::OrgAdmin)
    }
}

/// A role an organization made for itself.
#[derive(Debug, Clone)]
pub struct CustomRole {
    /// Its id.
    pub id: Uuid,
    /// The role.
    pub held: HeldRole,
    /// Counts the changes (QUALITY 21).
    pub version: i32,
    /// When it was changed last.
    pub updated_at: OffsetDateTime,
}

/// A custom role as its author wants it.
#[derive(Debug, Clone)]
pub struct NewCustomRole {
    /// Unique in the organization, in whatever case.
    pub name: String,
    /// The role it is made from.
    pub base: Role,
    /// What it includes: a part of the base's.
    pub permissions: Permissions,
}

/// What became of a change.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the role now.
    Stale(CustomRole),
}
