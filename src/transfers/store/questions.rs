//! SQL of the questions themselves: asked, looked for, answered.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    super::model::{Between, State, Transfer},
    Moving, Side,
};
use crate::{error::Result, scope::Scope, types::OrgKey};

/// A group with its name.
type Group = (Uuid, String);

/// A question to be.
pub(in super::super) struct New<'a> {
    pub(in super::super) id: Uuid,
    pub(in super::super) moving: &'a Moving,
    pub(in super::super) from: &'a Side,
    pub(in super::super) to: &'a Side,
    /// The groups it goes between, with their names, where both sides are one partner.
    pub(in super::super) groups: Option<(&'a Group, &'a Group)>,
    pub(in super::super) message: Option<&'a str>,
}

pub(in super::super) async fn insert(db: &mut PgConnection, scope: &Scope, new: &New<'_>) -> Result<(), sqlx::Error> {
    let (from_group, to_group) = new.groups.unzip();
    sqlx::query!(
        "insert into transfers (id, organization_id, organization_key, organization_name, from_id, from_key, from_name,
                                to_id, to_key, to_name, message, requested_at, requested_by, requested_by_name, expires_at,
                                from_group_id, to_group_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        new.id,
        new.moving.id,
        new.moving.key.as_str(),
        new.moving.name,
        new.from.id,
        new.from.key.as_str(),
        from_group.map_or(&new.from.name, |(_, name)| name),
        new.to.id,
        new.to.key.as_str(),
        to_group.map_or(&new.to.name, |(_, name)| name),
        new.message,
        scope.now,
        scope.actor.user_id,
        scope.actor.display_name,
        scope.now + super::super::model::ANSWER_WITHIN,
        from_group.map(|(id, _)| *id),
        to_group.map(|(id, _)| *id)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Questions nobody answered in time are over.
pub(in super::super) async fn expire(db: &mut PgConnection, organization_id: Uuid, scope: &Scope) -> Result<()> {
    sqlx::query!(
        "update transfers set state = 'expired' where organization_id = $1 and state = 'waiting' and expires_at <= $2",
        organization_id,
        scope.now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The columns of a [`Transfer`], of those that pass the condition.
macro_rules! transfers {
    ([$condition:tt], $($parameter:expr),+) => {
        sqlx::query_as!(
            Transfer,
            r#"select id, organization_id, organization_key as "organization_key: OrgKey", organization_name, from_id,
                      from_key as "from_key: OrgKey", from_name, to_id, to_key as "to_key: OrgKey", to_name, message,
                      requested_at, requested_by_name, expires_at, state as "state: State", answered_by_name,
                      reversible_until, reversed_by_name, former_groups, former_tags, former_custom, from_group_id, to_group_id
               from transfers "# + $condition,
            $($parameter),+
        )
    };
}

/// Those of the scope's organization, given and taken, the latest first; of groups those that `groups` names, where it does.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    partner_id: Uuid,
    between: Between,
    groups: Option<&[Uuid]>,
) -> Result<Vec<Transfer>> {
    let found = transfers!(
        ["where (from_id = $1 or to_id = $1) and (to_group_id is not null) = $2
            and ($3::uuid[] is null or from_group_id = any ($3) or to_group_id = any ($3))
          order by id desc limit 100"],
        partner_id,
        between == Between::Groups,
        groups
    );
    Ok(found.fetch_all(db).await?)
}

/// One of them, locked.
pub(in super::super) async fn lock(
    db: &mut PgConnection,
    partner_id: Uuid,
    between: Between,
    id: Uuid,
) -> Result<Option<Transfer>> {
    let found = transfers!(
        ["where (from_id = $1 or to_id = $1) and (to_group_id is not null) = $2 and id = $3 for update"],
        partner_id,
        between == Between::Groups,
        id
    );
    Ok(found.fetch_optional(db).await?)
}

/// Ends the question one way or the other.
pub(in super::super) async fn answer(db: &mut PgConnection, scope: &Scope, id: Uuid, state: &str) -> Result<()> {
    sqlx::query!(
        "update transfers set state = $2, answered_at = $3, answered_by_name = $4 where id = $1",
        id,
        state,
        scope.now,
        scope.actor.display_name
    )
    .execute(db)
    .await?;
    Ok(())
}
