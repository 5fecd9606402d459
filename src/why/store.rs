//! SQL of the explanation. Runs with every row in sight; what is told is decided by the caller.

use anyhow::{Context, anyhow};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    roles::{Permissions, Reach, Role},
    scope::Grant,
    types::AccountKind,
};

/// A membership on the way down to an organization, whether it reaches it or not.
pub(super) struct Found {
    pub(super) through: Uuid,
    pub(super) organization: String,
    pub(super) role: Role,
    pub(super) label: String,
    permissions: Permissions,
    pub(super) reach: Reach,
    pub(super) suspended: bool,
    /// Whether the organization of the membership is suspended or archived, so that it opens nothing (T-12).
    pub(super) closed: bool,
    /// The person's groups that are not archived: ids and names, in the same order.
    pub(super) groups: Vec<Uuid>,
    pub(super) group_names: Vec<String>,
}

impl Found {
    pub(super) fn grant(&self) -> Grant {
        Grant {
            role: self.role,
            label: self.label.clone(),
            permissions: self.permissions,
            through: self.through,
            reach: self.reach,
            groups: self.groups.clone().into(),
        }
    }
}

/// The person's memberships on the path, the nearest first.
pub(super) async fn ways(db: &mut PgConnection, user_id: Uuid, path: &[Uuid]) -> Result<Vec<Found>> {
    let rows = sqlx::query!(
        r#"select o.id, o.name, o.kind, m.role, m.suspended_at is not null as "suspended!",
                  o.status <> 'active' as "closed!", c.name as "custom_name?",
                  c.permissions as "custom_permissions?",
                  array(select g.id from group_members gm join groups g on g.id = gm.group_id
                        where gm.membership_id = m.id and g.archived_at is null order by g.sort_name, g.id) as "groups!",
                  array(select g.name from group_members gm join groups g on g.id = gm.group_id
                        where gm.membership_id = m.id and g.archived_at is null
                        order by g.sort_name, g.id) as "group_names!"
           from memberships m join organizations o on o.id = m.organization_id
                left join custom_roles c on c.id = m.custom_role_id
           where m.user_id = $1 and m.organization_id = any ($2)
           order by array_position($2, m.organization_id) desc"#,
        user_id,
        path
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_name(&row.role)
                .with_context(|| format!("stored role {:?} is not in the table", row.role))?;
            let kind = AccountKind::parse(&row.kind).map_err(|error| anyhow!("stored kind: {error}"))?;
            Ok(Found {
                through: row.id,
                organization: row.name,
                role,
                label: row.custom_name.unwrap_or_else(|| role.label().to_owned()),
                permissions: match &row.custom_permissions {
                    Some(names) => Permissions::from_names(names.iter().map(String::as_str)).and(role.permissions()),
                    None => role.permissions(),
                },
                reach: role.reach_in(kind),
                suspended: row.suspended,
                closed: row.closed,
                groups: row.groups,
                group_names: row.group_names,
            })
        })
        .collect()
}
