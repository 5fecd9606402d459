//! SQL of the sign-in rules.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::rules::Rules;
use crate::{error::Result, roles::Role};

pub(in super::super) async fn find(db: &mut PgConnection, organization_id: Uuid) -> Result<Rules> {
    let found =
        sqlx::query!("select factor_roles, version from sign_in_rules where organization_id = $1", organization_id)
            .fetch_optional(db)
            .await?;
    Ok(found.map_or_else(Rules::default, |row| Rules {
        factor_roles: row.factor_roles.iter().filter_map(|name| Role::from_name(name)).collect(),
        version: row.version,
    }))
}

/// `false` when the version is not the one that is stored; the first rules have version 0 before them.
pub(in super::super) async fn save(db: &mut PgConnection, organization_id: Uuid, new: &Rules) -> Result<bool> {
    let names = new.names();
    let saved = if new.version == 0 {
        let query = sqlx::query!(
            "insert into sign_in_rules (organization_id, factor_roles) values ($1, $2) on conflict do nothing",
            organization_id,
            &names
        );
        query.execute(db).await?
    } else {
        let query = sqlx::query!(
            "update sign_in_rules set factor_roles = $2, version = version + 1
             where organization_id = $1 and version = $3",
            organization_id,
            &names,
            new.version
        );
        query.execute(db).await?
    };
    Ok(saved.rows_affected() == 1)
}
