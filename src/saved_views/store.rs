//! SQL of the saved views and of the settings of the list.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{ListSettings, NewView, Tabs, View};
use crate::{error::Result, organizations::PageSize, scope::Scope};

/// Views and settings in one look: the settings stand in every line, and there is a line where there is nothing.
pub(super) async fn tabs(db: &mut PgConnection, organization_id: Uuid, user_id: Uuid) -> Result<Tabs> {
    let rows = sqlx::query!(
        r#"select s.columns as "columns?", s.compact as "compact?", s.size as "size?", v.id as "id?", v.name as "name?",
                  v.query as "query?", v.shared as "shared?", v.user_id = $2 as "own?", u.display_name as "maker?"
           from (select) here
                left join list_settings s on s.organization_id = $1 and s.user_id = $2
                left join saved_views v on v.organization_id = $1 and (v.shared or v.user_id = $2)
                left join users u on u.id = v.user_id
           order by v.user_id <> $2, case when v.user_id = $2 then v.position end, lower(v.name), v.id limit 100"#,
        organization_id,
        user_id
    )
    .fetch_all(db)
    .await?;
    let mut tabs = Tabs::default();
    if let Some((Some(columns), compact, size)) = rows.first().map(|row| (&row.columns, row.compact, row.size)) {
        let (columns, own) = ListSettings::columns_of(columns.iter().map(String::as_str));
        tabs.settings = ListSettings {
            columns,
            own,
            compact: compact.unwrap_or_default(),
            size: size.and_then(|size| PageSize::parse(&size.to_string())).unwrap_or_default(),
        };
    }
    tabs.views = rows
        .into_iter()
        .filter_map(|row| {
            Some(View {
                id: row.id?,
                name: row.name?,
                query: row.query?,
                shared: row.shared?,
                own: row.own?,
                maker: row.maker.unwrap_or_default(),
            })
        })
        .collect();
    Ok(tabs)
}

/// Whether there was room for one more.
pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    id: Uuid,
    new: &NewView,
    most: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into saved_views (id, organization_id, user_id, name, query, shared, position, created_at)
         select $1, $2, $3, $4, $5, $6, coalesce(max(position), 0) + 1, $7
         from saved_views where organization_id = $2 and user_id = $3 having count(*) < $8",
        id,
        scope.organization.id,
        scope.actor.user_id,
        new.name.as_str(),
        new.filter.to_query(),
        new.shared,
        scope.now,
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there is such a view of the person's.
pub(super) async fn update(db: &mut PgConnection, scope: &Scope, id: Uuid, changes: &NewView) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update saved_views set name = $4, shared = $5 where id = $1 and organization_id = $2 and user_id = $3",
        id,
        scope.organization.id,
        scope.actor.user_id,
        changes.name.as_str(),
        changes.shared
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn reorder(db: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update saved_views v set position = wanted.position
         from unnest($3::uuid[]) with ordinality wanted (id, position)
         where v.id = wanted.id and v.organization_id = $1 and v.user_id = $2",
        scope.organization.id,
        scope.actor.user_id,
        ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the name of the view that is gone.
pub(super) async fn delete(db: &mut PgConnection, scope: &Scope, id: Uuid, any_shared: bool) -> Result<Option<String>> {
    let name = sqlx::query_scalar!(
        "delete from saved_views
         where id = $1 and organization_id = $2 and (user_id = $3 or ($4 and shared)) returning name",
        id,
        scope.organization.id,
        scope.actor.user_id,
        any_shared
    )
    .fetch_optional(db)
    .await?;
    Ok(name)
}

pub(super) async fn save_settings(db: &mut PgConnection, scope: &Scope, settings: &ListSettings) -> Result<()> {
    let columns = settings.names();
    sqlx::query!(
        "insert into list_settings (organization_id, user_id, columns, compact, size) values ($1, $2, $3, $4, $5)
         on conflict (organization_id, user_id) do update
           set columns = excluded.columns, compact = excluded.compact, size = excluded.size",
        scope.organization.id,
        scope.actor.user_id,
        &columns,
        settings.compact,
        i16::try_from(settings.size.rows()).unwrap_or(50)
    )
    .execute(db)
    .await?;
    Ok(())
}
