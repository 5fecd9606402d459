//! SQL of what a verdict is made of: how an organization stands to the group or tag, and what changed it since.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::model::Parameters;
use crate::{error::Result, scope::Scope};

/// What decides about groups and tags.
pub(in super::super) struct Facts {
    id: Uuid,
    /// Directly beneath the scope's organization.
    pub(in super::super) direct: bool,
    pub(in super::super) archived: bool,
    /// When it was put into the group, where it is in it.
    pub(in super::super) added_at: Option<OffsetDateTime>,
    pub(in super::super) tagged: bool,
}

pub(in super::super) async fn find(
    db: &mut PgConnection,
    scope: &Scope,
    with: &Parameters,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Facts>> {
    let sight = scope.sight();
    let rows = sqlx::query_as!(
        Facts,
        r#"select o.id, o.parent_id = $1 as "direct!", o.status = 'archived' as "archived!",
                  (select g.added_at from group_organizations g where g.group_id = $4 and g.organization_id = o.id)
                    as "added_at?",
                  coalesce($5 = any (o.tag_ids), false) as "tagged!"
           from organizations o
           where o.id = any ($2) and $1 = any (o.path) and ($3::uuid[] is null or o.group_ids && $3)"#,
        scope.organization.id,
        ids,
        sight.groups(),
        with.group_id,
        with.tag_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Those that were put into the group anew since the change that is undone.
pub(in super::super) async fn regrouped_since(
    db: &mut PgConnection,
    undone: Uuid,
    group_id: Option<Uuid>,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select i.organization_id from bulk_items i
         join group_organizations g on g.organization_id = i.organization_id and g.group_id = $2
         where i.run_id = $1 and i.organization_id = any ($3) and g.added_at is distinct from i.changed_at",
        undone,
        group_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Those that were tagged anew since the change that is undone.
pub(in super::super) async fn retagged_since(
    db: &mut PgConnection,
    undone: Uuid,
    tag_id: Option<Uuid>,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select i.organization_id from bulk_items i
         join organization_tags t on t.organization_id = i.organization_id and t.tag_id = $2
         where i.run_id = $1 and i.organization_id = any ($3) and t.added_at is distinct from i.changed_at",
        undone,
        tag_id,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Those that were suspended, resumed, archived or restored after the change that is undone.
pub(in super::super) async fn moved_on_since(
    db: &mut PgConnection,
    undone: Uuid,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select i.organization_id from bulk_items i
         where i.run_id = $1 and i.organization_id = any ($2)
           and exists (select 1 from events e where e.organization_id = i.organization_id and e.at > i.changed_at
                       and e.kind in ('organization.suspended', 'organization.resumed', 'organization.archived',
                                      'organization.restored'))",
        undone,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().collect())
}
